"""Evidence files: put beside the criterion at hand, or beside one that is asked for; one file can serve several."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation import asking, going, joining
from bot.conversation.access import Action, may
from bot.conversation.assessment import Assessment, Written
from bot.conversation.buttons import WIDTH
from bot.conversation.events import Filed
from bot.conversation.facts import EvidenceCited, EvidenceFiled
from bot.conversation.passing import page_for
from bot.conversation.place import Place
from bot.conversation.presses import Press
from bot.conversation.reading.outcomes import Accepted, Cleaned
from bot.conversation.reading.text import read_note
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Rows, Turn

MOST_WAITING = 10
"""Files that may wait for their criterion: as many as a messenger sends in one go."""
MOST_BESIDE = 20
BY_PAGE = frozenset({"photo", "image", "document", "file", "unsupported"})
"""What people send where no files can be sent: on a page they can."""
MOST_IN_ALL = 400
"""More is no evidence any more but a filing cabinet; it also bounds what one unit can store."""

_ID = re.compile(r"(?<![0-9.,])[0-9]{1,2}(?:\.[0-9]{1,2}){1,2}(?![0-9.,]*[0-9])")
_HEADED = re.compile(r"\s*[^\W\d_]{0,6}\s*[0-9]{1,2}(?:\.[0-9]{1,2}){1,2}\s*[.:;,)-]*\s*")
"""What a caption may begin with to say where the file belongs; the rest describes the document."""
_STORED = re.compile(
    r"(?P<digest>[0-9a-f]{64})\|(?P<media>[^|]*)\|(?P<size>[0-9]{1,12})\|(?P<name>[^|]*)\|(?P<caption>.*)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class _File:
    digest: str
    name: str
    media: str = ""
    size: int = 0
    caption: str = ""


def filed(session: Session, event: Filed, now: datetime) -> Turn:
    """A file came. It goes beside the criterion named with it, else the one at hand; else it waits and is asked for."""
    if session.person is None:
        return joining.welcome(session)
    unit = session.assessment.unit if session.assessment else None
    if not may(session.person, Action.CITE, unit):
        return _not_here(session)
    if not session.person.accepted:
        return joining.show_notice(session)
    assessment = session.opened
    if assessment.handed_over or assessment.cycle.closed:
        return going.locked(session)
    files = tuple(_File(one.digest, one.name, one.media, one.size, one.caption) for one in (event, *event.more))
    criterion = _named(assessment, event) or _at_hand(session)
    if criterion is None:
        return _wait(session, files[0])
    return attach(session, criterion, files, now)


def unreadable(session: Session, kind: str) -> Turn:
    """Something came that cannot be read here; for a file there is a page, where a criterion is at hand."""
    data: dict[str, object] = {"kind": kind, "by_page": None, "id": ""}
    assessment = session.assessment
    unit = assessment.unit if assessment else None
    mine = assessment is not None and may(session.person, Action.CITE, unit)
    if session.chat.takes_files or kind not in BY_PAGE or session.person is None or not mine:
        return Turn(session.place, replies=(Reply("unreadable", data),))
    criterion = _at_hand(session)
    if criterion is None or not session.person.accepted or not asking.editable(session.opened, criterion):
        return Turn(session.place, replies=(Reply("unreadable", data | {"by_page": {"code": "", "minutes": 0}}),))
    by_page, passes = page_for(session, criterion)
    return Turn(
        session.place, facts=passes, replies=(Reply("unreadable", data | {"by_page": by_page, "id": criterion}),)
    )


def attach_pending(session: Session, criterion_id: str, now: datetime) -> Turn:
    """The criterion that the waiting files belong to was chosen."""
    waiting = _waiting(session.place)
    if not waiting:
        return going.where_things_stand(session, stale=True)
    return attach(session, criterion_id, waiting, now)


def typed(session: Session, text: str, now: datetime) -> Turn:
    """A criterion's number, typed where the files wait for it."""
    named = _ids(session.opened, text)
    return attach_pending(session, named[0], now) if len(named) == 1 else ask_criterion(session, "not_read")


def reuse(session: Session, criterion_id: str, known: Written, now: datetime) -> Turn:
    """A file that stands beside another criterion proves this one too."""
    return attach(session, criterion_id, (_File(known.digest, known.body),), now)


def attach(session: Session, criterion_id: str, files: tuple[_File, ...], now: datetime) -> Turn:
    """Put the files beside a criterion, each content once, and go back to the question with a word about it."""
    assessment = session.opened
    if not asking.editable(assessment, criterion_id):
        return going.locked(session)
    beside = {text.digest for text in assessment.notes(criterion_id, "file")}
    fresh = tuple({one.digest: one for one in files if one.digest not in beside}.values())
    here, in_all = len(beside) + len(fresh), sum(text.kind == "file" for text in assessment.texts) + len(fresh)
    if fresh and (here > MOST_BESIDE or in_all > MOST_IN_ALL):
        saved = {"kind": "too_many", "text": fresh[-1].name, "warning": None}
        return asking.ask(session, criterion_id, session.place, saved=saved)
    cited, warning = _described(assessment, criterion_id, files)
    facts: tuple[EvidenceFiled | EvidenceCited, ...] = (
        *(EvidenceFiled(criterion_id, one.digest, one.name, one.media, one.size) for one in fresh),
        *cited,
    )
    after = _after(session, facts, now)
    told = ", ".join(one.name for one in (fresh or files))
    saved = {"kind": "file" if fresh else "file_again", "text": told, "warning": warning}
    turn = asking.ask(replace(session, assessment=after), criterion_id, session.place, saved=saved)
    return replace(turn, facts=facts)


def _described(
    assessment: Assessment, criterion_id: str, files: tuple[_File, ...]
) -> tuple[tuple[EvidenceCited, ...], str | None]:
    """What was written beside the files is a citation of its own, but for the criterion's number and bare numbers."""
    known = {text.body for text in assessment.notes(criterion_id, "citation")}
    found: dict[str, str | None] = {}
    for one in files:
        headed = _HEADED.match(one.caption) if _ids(assessment, one.caption) else None
        read = read_note(one.caption[headed.end() :] if headed else one.caption)
        if isinstance(read, Accepted | Cleaned) and read.value.strip() not in known:
            found[read.value.strip()] = read.warning
    warning = next((one for one in found.values() if one), None)
    return tuple(EvidenceCited(criterion_id, text) for text in found), warning


def _after(session: Session, facts: tuple[EvidenceFiled | EvidenceCited, ...], now: datetime) -> Assessment:
    """The assessment as the next screen shows it, before the rows have numbers."""
    person, after = session.person, session.opened
    by, name = (person.id, person.name) if person else (None, "")
    for fact in facts:
        if isinstance(fact, EvidenceFiled):
            kept = Written(0, fact.criterion, "file", fact.name, name, now, fact.digest)
        else:
            kept = Written(0, fact.criterion, "citation", fact.text, name, now)
        after = replace(after.apply(fact, by, name, now), texts=(*after.texts, kept))
    return after


def ask_criterion(session: Session, hint: str = "") -> Turn:
    """Ask which criterion the waiting files belong to."""
    assessment, waiting = session.opened, _waiting(session.place)
    if not waiting:
        return going.where_things_stand(session)
    data = {"names": tuple(one.name for one in waiting), "hint": hint}
    cancel = (Button("cancel", Press("cn", assessment.id).encode()),)
    rows = (*_choices(assessment), cancel)
    return Turn(session.place, replies=(Reply("file_ask", data, rows, card=True),))


def _not_here(session: Session) -> Turn:
    """An officer without an open assessment hears how things stand; nobody else may file."""
    mine = session.person is not None and session.assessment is None and session.person.has("officer")
    return Turn(session.place, replies=(joining.greeting(session) if mine else Reply("not_allowed"),))


def _named(assessment: Assessment, event: Filed) -> str | None:
    if event.criterion in assessment.card.lines:
        return event.criterion
    named = _ids(assessment, event.caption)
    return named[0] if len(named) == 1 else None


def _ids(assessment: Assessment, text: str) -> tuple[str, ...]:
    """The criteria a text names, by id or as printed where that is no other's id, each once."""
    by_name = {leaf.printed_id: leaf.id for leaf in assessment.criteria.leaves}
    by_name |= {leaf.id: leaf.id for leaf in assessment.criteria.leaves}
    return tuple(dict.fromkeys(by_name[one] for one in _ID.findall(text) if one in by_name))


def _at_hand(session: Session) -> str | None:
    """The criterion the person stands at; nothing is at hand while other files wait for theirs."""
    place = session.place
    if place.step == "file" or place.focus not in session.opened.card.lines:
        return None
    return place.focus


def _wait(session: Session, file: _File) -> Turn:
    waiting = tuple(one for one in _waiting(session.place) if one.digest != file.digest)
    hint = "too_many" if len(waiting) >= MOST_WAITING else ""
    kept = waiting if hint else (*waiting, file)
    pending = {
        str(n): f"{one.digest}|{one.media}|{one.size}|{one.name}|{one.caption[:500]}" for n, one in enumerate(kept)
    }
    return ask_criterion(replace(session, place=session.place.at("file", **pending)), hint)


def _waiting(place: Place) -> tuple[_File, ...]:
    if place.step != "file":
        return ()
    read = (_STORED.fullmatch(text) for _, text in sorted(place.pending.items(), key=lambda item: item[0]))
    return tuple(
        _File(one["digest"], one["name"], one["media"], int(one["size"]), one["caption"]) for one in read if one
    )


def _choices(assessment: Assessment) -> Rows:
    """One short button per criterion that can be changed now."""
    made = [
        Button("criterion", Press("fl", assessment.id, leaf.id).encode(), {"id": leaf.id})
        for leaf in assessment.criteria.leaves
        if asking.editable(assessment, leaf.id)
    ]
    return tuple(tuple(made[start : start + WIDTH]) for start in range(0, len(made), WIDTH))
