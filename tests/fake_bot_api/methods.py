"""The methods of the Bot API that a bot may call, each as one function of the world and the parameters."""

from collections.abc import Callable
from typing import Any

from fake_bot_api.chats import Chat, Document, Message, Shown
from fake_bot_api.entities import Entity, Styled, parse_html
from fake_bot_api.errors import (
    CANNOT_EDIT,
    DELETE_NOT_FOUND,
    EDIT_NOT_FOUND,
    QUERY_TOO_OLD,
    ApiError,
    bad_request,
    malformed,
)
from fake_bot_api.markup import read_inline_keyboard
from fake_bot_api.requests import Params
from fake_bot_api.world import World

Answer = tuple[Any, Shown | None]
Method = Callable[[World, Params], Answer]
LARGEST_FETCHED = 20 * 2**20
LARGEST_PHOTO, LARGEST_SENT = 10 * 2**20, 50 * 2**20
TOO_WIDE = b"\x89PNG too wide"
"""How a picture begins that this platform does not show as one."""
COMMAND_LETTERS = set("abcdefghijklmnopqrstuvwxyz0123456789_")


def read_text(world: World, params: Params, name: str = "text", limit: int = 4096) -> Styled:
    """The styled text of a call; raise ApiError when it is empty, too long or badly marked up."""
    source = params.text(name)
    mode = params.text("parse_mode")
    if mode and mode.lower() != "html":
        world.violations.append(f"parse_mode {mode!r}: names and notes break Markdown, use HTML or entities")
    if mode.lower() == "html":
        styled = parse_html(source)
        if styled.stray:
            world.violations.append(f"{styled.stray} unescaped ampersand(s) in {source[:80]!r}")
    else:
        given = params.decoded("entities" if name == "text" else "caption_entities") or []
        styled = Styled(source, tuple(Entity(e["type"], e["offset"], e["length"], e.get("url")) for e in given))
    if name == "text" and not styled.text.strip():
        raise malformed("message text is empty")
    if styled.length > limit:
        raise malformed("message is too long" if name == "text" else "message caption is too long")
    return styled


def get_me(world: World, _params: Params) -> Answer:
    abilities = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return world.bot_json | abilities, None


def send_message(world: World, params: Params) -> Answer:
    styled = read_text(world, params)
    rows = read_inline_keyboard(params.decoded("reply_markup"))
    message = world.post(world.open_chat(params.values.get("chat_id")), styled, rows)
    return world.message_json(message), message.now


def send_document(world: World, params: Params) -> Answer:
    return _send_file(world, params, "document")


def send_photo(world: World, params: Params) -> Answer:
    return _send_file(world, params, "photo")


def _send_file(world: World, params: Params, part: str) -> Answer:
    styled = read_text(world, params, "caption", 1024)
    rows = read_inline_keyboard(params.decoded("reply_markup"))
    chat = world.open_chat(params.values.get("chat_id"))
    message = world.post(chat, styled, rows, _read_document(world, params, part))
    return world.message_json(message), message.now


def _read_document(world: World, params: Params, part: str) -> Document:
    named = params.text(part)
    upload = params.files.get(named.removeprefix("attach://") if named else part)
    if upload is None:
        if named not in world.files:
            # a platform may forget a file: a refusal like any other, not a bug of the bot
            raise bad_request("wrong file identifier/HTTP URL specified")
        if world.files[named].is_photo is not (part == "photo"):
            raise malformed("type of file mismatch")
        return world.files[named]
    if not upload.content:
        raise malformed("file must be non-empty")
    if len(upload.content) > (LARGEST_PHOTO if part == "photo" else LARGEST_SENT):
        raise ApiError(413, "Request Entity Too Large")
    if part == "photo" and upload.content.startswith(TOO_WIDE):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return world.keep_file(upload, is_photo=part == "photo")


def _find_own(world: World, params: Params, missing: str) -> tuple[Chat, Message]:
    chat = world.open_chat(params.values.get("chat_id"))
    message = chat.find(params.needed("message_id"))
    if message is None:
        raise bad_request(missing)
    return chat, message


def edit_message_text(world: World, params: Params) -> Answer:
    styled = read_text(world, params)
    rows = read_inline_keyboard(params.decoded("reply_markup"))
    chat, message = _find_own(world, params, EDIT_NOT_FOUND)
    if not message.from_bot or message.now.document:
        raise bad_request(CANNOT_EDIT)
    shown = world.redraw(chat, message, styled, rows)
    return world.message_json(message), shown


def edit_message_reply_markup(world: World, params: Params) -> Answer:
    rows = read_inline_keyboard(params.decoded("reply_markup"))
    chat, message = _find_own(world, params, EDIT_NOT_FOUND)
    if not message.from_bot:
        raise bad_request(CANNOT_EDIT)
    shown = world.redraw(chat, message, None, rows)
    return world.message_json(message), shown


def delete_message(world: World, params: Params) -> Answer:
    _chat, message = _find_own(world, params, DELETE_NOT_FOUND)
    message.deleted = True
    return True, None


def answer_callback_query(world: World, params: Params) -> Answer:
    toast = params.text("text")
    if len(toast) > 200:
        raise malformed("MESSAGE_TOO_LONG")
    press = world.presses.get(params.text("callback_query_id"))
    if press is None:
        raise bad_request(QUERY_TOO_OLD)
    press.settle(toast, params.flag("show_alert"))
    world.pulse.beat()
    return True, None


def send_chat_action(world: World, params: Params) -> Answer:
    chat = world.open_chat(params.values.get("chat_id"))
    chat.actions.append(params.text("action"))
    return True, None


def set_my_commands(world: World, params: Params) -> Answer:
    commands = params.decoded("commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise malformed("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        name = str(command.get("command", "")).removeprefix("/")
        if not 1 <= len(name) <= 32 or not set(name) <= COMMAND_LETTERS:
            raise malformed("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise malformed("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_scope(world, params)] = commands
    return True, None


def delete_my_commands(world: World, params: Params) -> Answer:
    world.commands.pop(_scope(world, params), None)
    return True, None


def get_my_commands(world: World, params: Params) -> Answer:
    return world.commands.get(_scope(world, params), []), None


def _scope(world: World, params: Params) -> str:
    scope = params.decoded("scope") or {"type": "default"}
    if scope["type"] in {"chat", "chat_administrators", "chat_member"}:
        world.open_chat(scope.get("chat_id"))
        return f"{scope['type']}:{scope['chat_id']}"
    return str(scope["type"])


def set_chat_menu_button(world: World, params: Params) -> Answer:
    chat_id = params.integer("chat_id")
    if chat_id is not None:
        world.open_chat(chat_id)
    world.menu_buttons[chat_id] = params.decoded("menu_button") or {"type": "default"}
    return True, None


def set_webhook(world: World, params: Params) -> Answer:
    url = params.text("url")
    loopback = url.startswith("http://127.0.0.1")
    if url and not url.startswith("https://") and not loopback:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    _check_drop(world, params)
    kinds = params.decoded("allowed_updates")
    if kinds is not None:
        world.updates.allow(kinds)
    parts = {
        "url": url,
        "secret_token": params.text("secret_token"),
        "connections": params.integer("max_connections", 40),
    }
    world.webhook = parts if url else {}
    world.updates.changed.beat()
    return True, None


def delete_webhook(world: World, params: Params) -> Answer:
    _check_drop(world, params)
    world.webhook = {}
    return True, None


def _check_drop(world: World, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        world.violations.append("drop_pending_updates throws updates away")
        world.updates.pending.clear()


def get_webhook_info(world: World, _params: Params) -> Answer:
    return {
        "url": world.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }, None


def get_file(world: World, params: Params) -> Answer:
    document = world.files.get(params.text("file_id"))
    if document is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(document.content) > LARGEST_FETCHED:
        raise bad_request("file is too big")
    return {
        "file_id": document.file_id,
        "file_unique_id": document.file_id,
        "file_size": len(document.content),
        "file_path": f"documents/{document.file_id}.bin",
    }, None


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getFile": get_file,
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "sendChatAction": send_chat_action,
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
