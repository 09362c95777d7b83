"""A chat as a person remembers it, for the message of a failed proof."""

from fake_bot_api.chats import Chat
from fake_bot_api.world import World

LINES = 30
WIDTH = 110


def history(world: World, chat: Chat) -> str:
    """The last things said in a chat, with when the bot was handed what the person did."""
    said = [
        f"{update.id} x{update.handed} {_did(update.body)}"
        for update in world.updates.all.values()
        if update.chat_id == chat.id
    ]
    shown = [f"{one.how} {one.message_id} {one.first_line[:40]} {_recorded(one.text)}" for one in chat.shown]
    calls = [f"{a.method} {a.code} follows {a.follows} {a.text[:40]!r}" for a in world.log.acts if a.chat_id == chat.id]
    return "\n".join(["did:", *said[-LINES:], "saw:", *shown[-LINES:], "calls:", *calls[-LINES:]])


def _did(body: dict[str, object]) -> str:
    for what in ("message", "callback_query"):
        part = body.get(what)
        if isinstance(part, dict):
            return str(part.get("text", part.get("data")))[:WIDTH]
    return str(body)[:WIDTH]


def _recorded(text: str) -> str:
    return next((line for line in text.splitlines() if "ghi nhận" in line), "")
