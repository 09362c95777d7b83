"""A letter to many while it is written: what the person's place holds of it, and the buttons below its preview."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.conversation import mailing
from bot.conversation.audience import Audience, reach
from bot.conversation.letter import Letter, read_letter
from bot.conversation.presses import Press
from bot.conversation.session import Session
from bot.conversation.turn import Button, Rows

WHOM, TEXT, PREVIEW, WHEN, COUNT = (
    "broadcast_whom",
    "broadcast_text",
    "broadcast_preview",
    "broadcast_when",
    "broadcast_count",
)
STEPS = frozenset({WHOM, TEXT, PREVIEW, WHEN, COUNT})


def act(word: str, draft: str, seen: int = 0) -> str:
    """What a button of a draft carries: what to do, which draft, and how many the preview counted."""
    return Press("bd", subject=word, argument=draft, revision=seen).encode()


def letter_of(session: Session) -> Letter | None:
    """The letter written so far; None when there is none that can go out."""
    read = read_letter(session.place.pending.get("text", ""), session.words)
    return read if isinstance(read, Letter) else None


def draft_of(session: Session, letter: Letter) -> mailing.Draft:
    """The draft as it would go out now."""
    pending = session.place.pending
    audience = Audience.from_text(pending.get("audience", "all"))
    me = session.person.id if session.person else 0
    return mailing.Draft(
        letter=letter,
        audience=audience,
        reach=reach(session.addressees, audience, session.rules),
        key=f"{me}-{pending.get('draft', '')}",
        file=file_of(pending),
        due_at=datetime.fromisoformat(pending["due"]) if pending.get("due") else None,
    )


def file_of(pending: Mapping[str, str]) -> dict[str, object] | None:
    """The file that goes with it."""
    if not pending.get("file"):
        return None
    digest, media, size, name = pending["file"].split("|", 3)
    return {"digest": digest, "media": media, "size": int(size), "name": name}


def preview_rows(draft: mailing.Draft, name: str) -> Rows:
    """The buttons below the preview; without anybody to reach there is nothing to send."""

    def one(label: str, word: str) -> Button:
        return Button(label, act(word, name))

    count = draft.reach.count
    rows: list[tuple[Button, ...]] = []
    if count:
        send = Button(
            "broadcast_send" if draft.due_at is None else "broadcast_send_later",
            act("send", name, count),
            {"count": count} if draft.due_at is None else {"count": count, "at": draft.due_at},
        )
        rows += [(send,), (one("broadcast_try", "try"), _dated(draft, name))]
    rows.append((one("broadcast_edit", "text"), one("broadcast_whom", "whom")))
    rows.append((one("broadcast_officers" if draft.audience.leaders else "broadcast_leaders", "leaders"),))
    if draft.file is not None:
        rows.append((one("broadcast_unfile", "unfile"),))
    return (*rows, (Button("cancel", Press("cn").encode()),))


def _dated(draft: mailing.Draft, name: str) -> Button:
    label, word = ("broadcast_at", "when") if draft.due_at is None else ("broadcast_undate", "undate")
    return Button(label, act(word, name))
