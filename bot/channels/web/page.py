"""What a person's chat page shows: the heading, what was said, and the card the conversation goes on in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection

from bot.channels.web import colleagues
from bot.conversation import describing, drafting
from bot.conversation.access import Action, may, may_file
from bot.conversation.assessment import Assessment
from bot.conversation.menu import offered
from bot.conversation.session import Person
from bot.intake.building import build
from bot.intake.moments import from_ms
from bot.intake.shelf import Shelf
from bot.site.route import Visitor
from storage import assessments, chats, history, pulse
from storage.rows import ChatRow, HistoryRow

MOST = 40
"""Entries shown at once: more would make the first view heavy; the rest is one tap away."""
ASIDE = "<article data-aside "
"""How a card begins that has fields or a main button of its own, so that the text field steps aside."""

OF_OFFICE = drafting.STEPS | {"return"}
"""The steps in which somebody of the office stands, whatever they answer besides."""

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a chat: its entries oldest first, its live card, the assessment its person works on, and what a text
    typed below is about."""

    rows: tuple[HistoryRow, ...]
    live: HistoryRow | None
    assessment: Assessment | None
    version: int
    about: str = ""


def look(conn: Connection, shelf: Shelf, chat: ChatRow, person: Person, before: int | None = None) -> Look:
    """Load what the page shows; with `before` an older page, which has no live card."""
    rows = history.history(conn, chat.id, before=before, most=MOST)
    live = history.live_card(conn, chat.id) if before is None else None
    about = str(live.body.get("about", "")) if live else ""
    assessment = _assessment(conn, shelf, chat, person)
    if live and assessment and _is_past(live, about, assessment):
        live = None
    return Look(rows, live, assessment, dict(pulse.pulses(conn, (chat.id,)))[chat.id], about)


def _is_past(live: HistoryRow, about: str, assessment: Assessment) -> bool:
    """Whether the result was given back since, or handed in by somebody else: the receipt or the question that stands
    there would hide the word about it. What somebody of the office does there beside it goes on."""
    number, _, where = about.partition(":")
    if number != str(assessment.id) or where.partition(":")[0] in OF_OFFICE:
        return False
    # one's own receipt is made in the moment of the submission
    since = {"returned": assessment.returned_at, "submitted": assessment.submitted_at}.get(assessment.state)
    return since is not None and from_ms(live.at) < since


def _assessment(conn: Connection, shelf: Shelf, chat: ChatRow, person: Person) -> Assessment | None:
    """The assessment the person works on, while they may see it."""
    arrival = chats.look(conn, chat.channel, chat.address)
    current = arrival.person.assessment_id if arrival and arrival.person else None
    if current is None:
        return None
    opened = build(conn, shelf, assessments.view_assessment(conn, current))
    return opened if may(person, Action.READ_OWN, opened.unit) else None


def page(look: Look, visitor: Visitor, *, before: int | None = None, files: bool = False) -> Data:
    """The data of pages/chat.j2; `files`: whether files can be handed in here at all."""
    entries, late = _log(look, visitor.person, older=before is not None)
    return {
        **_heading(look.assessment, visitor.person),
        "entries": entries,
        "late": late,
        "live": _live(look.live) if look.live else None,
        "about": look.about,
        "older": look.rows[0].id if len(look.rows) == MOST else None,
        "newer": before is not None,
        "newest": look.version,
        "menu": offered(tuple(role.name for role in visitor.person.roles)),
        "files": files and may_file(visitor.person),
    }


POINTS = " · "
"""Stands on a button between the answer and what it is worth; only the answer is what the person says."""


def label_of(rows: tuple[HistoryRow, ...], press: str) -> str:
    """The words on a button that stands in the chat, without its points; "" when none has this payload."""
    for row in reversed(rows):
        for line in row.body.get("rows", ()):
            for label, payload in line:
                if payload == press:
                    return str(label).rpartition(POINTS)[0] or str(label)
    return ""


def _heading(assessment: Assessment | None, person: Person) -> Data:
    if assessment is None:
        unit = next((role.unit.name for role in person.roles if role.unit), "")
        return {"unit": unit, "year": None, "progress": None, "sections": ()}
    return {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "progress": describing.progress(assessment),
        "sections": describing.sections(assessment),
    }


def _log(look: Look, person: Person, *, older: bool) -> tuple[tuple[Data, ...], tuple[Data, ...]]:
    """What was said here with what colleagues answered in between, and apart what they answered since the live card."""
    waiting: list[colleagues.Told] = []
    if look.rows and not older:
        waiting = list(colleagues.answered(look.assessment, person, from_ms(look.rows[0].at)))
    entries: list[Data] = []
    for row in look.rows:
        while waiting and waiting[0].at < from_ms(row.at):
            entries.append(waiting.pop(0).shown)
        if shown := _entry(row, look.live):
            entries.append(shown)
    late = tuple(one.shown for one in waiting)
    return (tuple(entries), late) if look.live else ((*entries, *late), ())


def _entry(row: HistoryRow, live: HistoryRow | None) -> Data | None:
    """One entry of the history; of a card that was answered only what it recorded stays."""
    body = row.body
    if row.kind == "echo":
        return {"kind": "mine", "html": str(body["text"])} if body["text"] else None
    if row.kind == "message":
        return {"kind": "said", "html": _ours(body, "records") + _shown(body), "file": _file(row)}
    if (live is not None and row.id == live.id) or not body.get("records"):
        return None
    return {"kind": "kept", "html": _ours(body, "records")}


def _file(row: HistoryRow) -> Data | None:
    """The file that goes with a message: its name, and the address it is fetched from."""
    file = row.body.get("file")
    return {"name": str(file["name"]), "link": f"/tep-gui/{row.id}/{file['digest']}"} if file else None


def _live(row: HistoryRow) -> Data:
    card = _shown(row.body)
    return {
        "id": row.id,
        "records": _ours(row.body, "records"),
        "card": card,
        "aside": card.startswith(ASIDE),
    }


def _shown(body: Mapping[str, Any]) -> Markup:
    """The card as it was made; a message that has none (it was meant for a messenger) as its text."""
    if "card" in body:
        return _ours(body, "card")
    return Markup('<article class="card"><div class="text older-form">{}</div></article>').format(_ours(body, "html"))


def _ours(body: Mapping[str, Any], key: str) -> Markup:
    return Markup(body.get(key, ""))  # noqa: S704 - rendered by our own templates, which escaped what people wrote
