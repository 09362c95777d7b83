"""What the platform takes as a message or a file, and what it refuses: limits, windows, shapes."""

from __future__ import annotations

from typing import Any

from fake_zalo_oa.world import DAY_S, ApiError, Json, Person, Shown, Upload, World

TEXT, TITLE, PAYLOAD, BUTTONS = 2000, 100, 1000, 5
MB = 2**20
_HEADS = {"pdf": b"%PDF-", "doc": b"\xd0\xcf\x11\xe0", "docx": b"PK\x03\x04", "jpg": b"\xff\xd8", "png": b"\x89PNG"}
_KINDS = {"file": ({"pdf", "doc", "docx"}, 5 * MB), "image": ({"jpg", "jpeg", "png"}, MB), "gif": ({"gif"}, 5 * MB)}


def deliver(world: World, body: Any) -> Shown:
    """Put a message into a chat. Raises ApiError."""
    user, message = _shape(world, body)
    person = world.people.get(user)
    if person is None:
        raise ApiError(-227, "User is banned or has been inactive for more than 45 days")
    _may_be_written_to(world, person)
    shown = Shown(world.new_id(), _words(message))
    attachment = message.get("attachment")
    if attachment is not None:
        _attach(world, shown, attachment, has_text="text" in message)
    elif "text" not in message:
        raise ApiError(-201, "Params is invalid: message")
    person.chat.append(shown)
    said = {"text": shown.text, "msg_id": shown.message_id}
    world.emit("oa_send_text", person.id, message=said, sender={"id": world.oa_id}, recipient={"id": person.id})
    return shown


def keep(world: World, kind: str, name: str, media: str, content: bytes) -> str:
    """Take a file; what messages name it by. Raises ApiError."""
    endings, most = _KINDS[kind]
    ending = name.rpartition(".")[2].lower()
    head = _HEADS.get("jpg" if ending == "jpeg" else ending, b"")
    if ending not in endings or not content.startswith(head):
        raise ApiError(-201, "Params is invalid: file type")
    if len(content) > most:
        raise ApiError(-210, "Params exceed limit: file size")
    named = f"{kind}-{world.new_id()}"
    world.uploads[named] = Upload(kind, name, media, content)
    return named


def _shape(world: World, body: Any) -> tuple[str, Json]:
    try:
        user, message = body["recipient"]["user_id"], body["message"]
        fits = set(body) == {"recipient", "message"} and set(body["recipient"]) == {"user_id"}
        if fits and isinstance(user, str) and set(message) <= {"text", "attachment"}:
            return user, message
    except (KeyError, TypeError):
        pass
    world.violations.append("a message of a shape that nobody documented")
    raise ApiError(-201, "Params is invalid")


def _may_be_written_to(world: World, person: Person) -> None:
    if not person.follows:
        raise ApiError(-213, "User has not followed OA")
    if person.last_at is None:
        raise ApiError(-232, "User has not interacted with OA")
    if world.clock() - person.last_at > 7 * DAY_S:
        raise ApiError(-230, "User has not interacted with OA in the past 7 days")


def _words(message: Json) -> str:
    text = message.get("text", "")
    if not isinstance(text, str) or ("text" in message and not text):
        raise ApiError(-201, "Params is invalid: text")
    if len(text.encode("utf-16-le")) // 2 > TEXT:
        raise ApiError(-210, "Params exceed limit: text")
    return text


def _attach(world: World, shown: Shown, attachment: Json, *, has_text: bool) -> None:
    payload = attachment.get("payload", {})
    if attachment.get("type") == "file" and not has_text:
        shown.file = _uploaded(world, payload.get("token"), "file")
    elif attachment.get("type") == "template" and payload.get("template_type") == "media":
        (element,) = payload["elements"]
        shown.file = _uploaded(world, element.get("attachment_id"), element.get("media_type"))
    elif attachment.get("type") == "template" and has_text and set(payload) == {"buttons"}:
        shown.buttons = tuple(_button(one) for one in payload["buttons"])
        if not 0 < len(shown.buttons) <= BUTTONS:
            raise ApiError(-210, "Params exceed limit: buttons")
    else:
        world.violations.append("an attachment of a shape that nobody documented")
        raise ApiError(-201, "Params is invalid: attachment")


def _uploaded(world: World, named: Any, kind: Any) -> Upload:
    found = world.uploads.get(named)
    if found is None or found.kind != kind:
        raise ApiError(-201, "Params is invalid: attachment")
    return found


def _button(told: Json) -> tuple[str, str]:
    if set(told) != {"title", "type", "payload"} or told["type"] != "oa.query.show":
        raise ApiError(-201, "Params is invalid: button")
    title, payload = told["title"], told["payload"]
    if not title or not payload:
        raise ApiError(-201, "Params is invalid: button")
    if len(title.encode("utf-16-le")) // 2 > TITLE or len(payload) > PAYLOAD:
        raise ApiError(-210, "Params exceed limit: button")
    return title, payload
