"""What the appraising office does here: all units at a glance, a submission's rows, giving a result back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction

from bot.conversation import confirming, describing
from bot.conversation.assessment import Assessment
from bot.conversation.buttons import button
from bot.conversation.facts import Returned
from bot.conversation.office_events import ConsolidatedDue
from bot.conversation.presses import Press
from bot.conversation.reading.back_by import read_back_by
from bot.conversation.reading.outcomes import Refused
from bot.conversation.reading.text import read_note
from bot.conversation.session import Session
from bot.conversation.turn import Button, Groups, Holders, Reply, Rows, Turn, UnitOfficers
from scoring.answers import decode
from scoring.criteria_set import CriteriaSet

_ANY = r"[0-9]{1,2}(?:\.[0-9]{1,2}){0,2}\.?"
_DOTTED = r"[0-9]{1,2}(?:\.[0-9]{1,2}){1,2}\.?"
_BETWEEN = r"[\s,;]+"
_BEFORE_COLON = re.compile(rf"\s*(?P<ids>{_ANY}(?:{_BETWEEN}{_ANY})*)\s*:\s*(?P<reason>\S.*)", re.DOTALL)
_BEFORE_WORDS = re.compile(  # no whole section without a colon: "2 hồ sơ" belongs to the reason
    rf"\s*(?P<ids>(?>{_DOTTED}(?:{_BETWEEN}{_DOTTED})*))(?:\s*[\-–]\s*|{_BETWEEN})(?P<reason>(?=.*[^\W\d_])\S.*)",
    re.DOTALL,
)
_NEXT = re.compile(rf"(?:[;\n])\s*(?P<ids>{_ANY}(?:{_BETWEEN}{_ANY})*)\s*:(?![0-9])")
"""Where the reason of other criteria begins, as a list of reasons has them; no hour."""
_NO_CODE = re.compile(r"[0-9.,;]+|.*[:;,]")
_MOST_CODES = 60
"""So many units are listed with their codes in one message."""


def overview(session: Session) -> Turn:
    """All units of the cycle at a glance, always complete."""
    if session.cycle is None:
        return Turn(session.place, replies=(Reply("cycle_not_open", {"unit": None}),))
    reason = "closed" if session.cycle.closed else "asked"
    return Turn(session.place, replies=(Reply("consolidated", {"reason": reason}, view="progress"),))


def consolidated(reason: str, key: str) -> tuple[Reply, ...]:
    """The consolidated table as notices to reviewers and their groups; `key` makes each of them unique."""
    return tuple(
        Reply("consolidated", {"reason": reason}, to=to, view="progress", key=f"consolidated:{key}")
        for to in (Holders("reviewer"), Groups("reviewer"))
    )


def consolidated_due(session: Session, event: ConsolidatedDue, now: datetime) -> Turn:
    """The clock's table, while the cycle is open."""
    cycle = session.cycle
    moment = now.isoformat(timespec="minutes")
    replies = consolidated(event.reason, f"{cycle.id}:{moment}") if cycle and not cycle.closed else ()
    return Turn(session.place, replies=replies)


def summary_rows(assessment: Assessment) -> Rows:
    """What a reviewer can do with a summary: open the rows, give it back."""
    count = len(assessment.criteria.leaves)
    return ((button(assessment, "rw", "rows", "1", n=count),), (button(assessment, "rt", "return"),))


def submission_rows(session: Session, section: str) -> Turn:
    """The rows of one section of what was handed in, read from the frozen snapshot."""
    assessment = session.opened
    criteria, snapshot = session.frozen_under or assessment.criteria, session.submission
    if snapshot is None or section not in {one.id for one in criteria.sections}:
        return Turn(session.place, replies=(_not_submitted(assessment.unit.name),))
    rows = tuple(
        _shown(criteria, row) for row in _stored_rows(snapshot) if criteria.section_of(str(row["id"])).id == section
    )
    chosen = next(one for one in criteria.sections if one.id == section)
    data = {
        "unit": assessment.unit.name,
        "receipt": assessment.receipt,
        "section": section,
        "title": chosen.short_title,
        "rows": rows,
        "points": sum((row["points"] for row in rows if isinstance(row["points"], Fraction)), start=Fraction(0)),
        "maximum": chosen.maximum,
    }
    pages = tuple(
        button(assessment, "rw", "page", one.id, n=one.id, here=one.id == section) for one in criteria.sections
    )
    return Turn(
        session.place,
        replies=(Reply("summary_rows", data, (pages, (button(assessment, "rt", "return"),)), card=True),),
    )


def ask_return(session: Session, hint: str = "", named: tuple[str, ...] = ()) -> Turn:
    """Ask which criteria go back, and why; `hint`: why a text was not taken, `named`: what it named."""
    assessment, place = session.opened, session.place
    left = place.at("idle") if place.step == "return" else place  # there is nothing to give back (any more)
    if assessment.cycle.closed:
        return Turn(left, replies=(Reply("cycle_closed", {"year": assessment.cycle.year}),))
    if assessment.state != "submitted":
        return Turn(left, replies=(_not_submitted(assessment.unit.name),))
    data = {"unit": assessment.unit.name, "receipt": assessment.receipt, "hint": hint, "named": named}
    rows = ((Button("cancel", Press("cn").encode()),),)
    asked = place.at("return", str(assessment.id))
    return Turn(asked, replies=(Reply("return_ask", data, rows, card=True),))


def nothing_to_return(session: Session, argument: str) -> Turn:
    """Why the unit that was named has no result to give back: there is none of that code, or it has not begun."""
    code = argument.partition(" ")[0]
    known, cycle = session.known_units, session.cycle
    unit = known.get(code) or known.get(code.upper())
    if unit is not None and cycle is not None:
        closed = Reply("cycle_closed", {"year": cycle.year})
        return Turn(session.place, replies=(closed if cycle.closed else _not_submitted(unit.name, begun=False),))
    if unit is not None:
        return Turn(session.place, replies=(Reply("cycle_not_open", {"unit": None}),))
    if not code or _NO_CODE.fullmatch(code):
        return Turn(session.place, replies=(Reply("return_usage"),))
    listed = tuple({"code": one.code, "name": one.short_name} for one in known.values())
    data = {"typed": code, "units": listed if len(listed) <= _MOST_CODES else ()}
    return Turn(session.place, replies=(Reply("unknown_unit", data),))


def _not_submitted(unit: str, *, begun: bool = True) -> Reply:
    return Reply("not_submitted", {"unit": unit, "begun": begun})


def read_return(session: Session, text: str, now: datetime) -> Turn:
    """Read "2.3.2, 1.4.5: reason", perhaps with a date at its end; shown once more before anything happens."""
    assessment = session.opened
    if assessment.state != "submitted" or assessment.cycle.closed:
        return ask_return(session)
    match _read(session, text, now):
        case Returned() as meant:
            return _confirm(session, meant, now)
        case (hint, named):
            return ask_return(session, hint, named)
        case None:
            return _not_read(session, text, now)


def _read(session: Session, text: str, now: datetime) -> Returned | tuple[str, tuple[str, ...]] | None:
    """What is to go back, or why it is not taken and what it named; None: neither criteria nor a reason."""
    match = _BEFORE_COLON.fullmatch(text) or _BEFORE_WORDS.fullmatch(text)
    if match is None:
        return None
    criteria, named = session.opened.criteria, _named(match["ids"])
    if unknown := tuple(one for one in named if not _under(criteria, one)):
        return "unknown", unknown
    if others := _others(criteria, match["reason"]):
        return "several", tuple(dict.fromkeys((*named, *others)))
    dated = read_back_by(match["reason"], session.words.back_by, now, session.rules.zone)
    if dated is None:
        return "date", ()
    reason = read_note(dated[0])
    chosen = {leaf for one in named for leaf in _under(criteria, one)}
    ids = tuple(leaf.id for leaf in criteria.leaves if leaf.id in chosen)
    return None if isinstance(reason, Refused) else Returned(ids, reason.value, dated[1])


def _not_read(session: Session, text: str, now: datetime) -> Turn:
    """Neither criteria nor a reason: what was spelled out already waits on."""
    waiting = _waiting(session)
    if waiting is None:
        return ask_return(session, "not_read")
    named = tuple(session.place.pending["named"].split(","))
    return _confirm(session, Returned(named, waiting.reason, waiting.due_at), now, text)


def _confirm(session: Session, meant: Returned, now: datetime, typed: str = "") -> Turn:
    """Spell out what goes back; `typed`: what was no yes and no no."""
    assessment = session.opened
    ids, governing = _with_governing(assessment, meant.criteria)
    data = {
        "unit": assessment.unit.name,
        "criteria": describing.titled(assessment, ids),
        "governing": governing,
        "reason": meant.reason,
        "due_at": meant.due_at,
        "typed": typed,
    }
    yes = Press("rc", assessment.id, revision=assessment.seq).encode()
    rows = ((Button("return_yes", yes),), (Button("cancel", Press("cn").encode()),))
    # The same as the button, and about the card's own unit: by that the page knows a word typed below it.
    no = Press("cn", assessment.id).encode()
    pending = {"ids": ",".join(ids), "reason": meant.reason, "named": ",".join(meant.criteria)}
    pending |= {"due": meant.due_at.isoformat()} if meant.due_at else {}
    pending |= confirming.asked(yes, no, assessment.seq, now)
    place = session.place.at("return", str(assessment.id), **pending)
    return Turn(place, replies=(Reply("return_confirm", data, rows, card=True),))


def _waiting(session: Session) -> Returned | None:
    """What was spelled out for this unit and waits for a word."""
    place, pending = session.place, session.place.pending
    if place.step != "return" or place.focus != str(session.opened.id) or not pending.get("named"):
        return None
    due_at = datetime.fromisoformat(pending["due"]).astimezone(UTC) if "due" in pending else None
    return Returned(tuple(pending["ids"].split(",")), pending["reason"], due_at)


def give_back(session: Session, seen: int) -> Turn:
    """Reopen the named criteria; the unit's officers are told which and why."""
    assessment, pending = session.opened, session.place.pending
    ids = tuple(one for one in pending.get("ids", "").split(",") if one)
    here = session.place.focus == str(assessment.id)
    if assessment.state != "submitted" or assessment.seq != seen or not ids or not here:
        return ask_return(session)
    due_at = datetime.fromisoformat(pending["due"]).astimezone(UTC) if "due" in pending else None
    fact = Returned(ids, pending["reason"], due_at)
    data = {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "criteria": describing.titled(assessment, ids),
        "reason": fact.reason,
        "due_at": due_at,
        "receipt": assessment.receipt,
    }
    rows = ((button(assessment, "go", "continue", ids[0]),),)
    return Turn(
        session.place.at("idle"),
        facts=(fact,),
        replies=(
            Reply("return_done", data, card=True),
            Reply("returned", data, rows, to=UnitOfficers(assessment.unit.id), key=f"returned:{assessment.receipt}"),
        ),
    )


def _named(text: str) -> tuple[str, ...]:
    return tuple(one.rstrip(".") for one in re.split(_BETWEEN, text) if one.rstrip("."))


def _under(criteria: CriteriaSet, name: str) -> tuple[str, ...]:
    """The criteria that a name means, by its id or as printed, or those of the group or section; () when unknown."""
    by_name = {leaf.printed_id: criteria.leaves_under(leaf.id) for leaf in criteria.leaves}
    by_name |= {node.id: criteria.leaves_under(node.id) for node in criteria.nodes}
    return tuple(leaf.id for leaf in by_name.get(name, ()))


def _others(criteria: CriteriaSet, reason: str) -> tuple[str, ...]:
    """What is named once more within a reason, each with a reason of its own: one is given for all."""
    found = (one for match in _NEXT.finditer(reason) for one in _named(match["ids"]))
    return tuple(one for one in found if _under(criteria, one))


def _with_governing(
    assessment: Assessment, named: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[dict[str, object], ...]]:
    """The same with what makes one of them 0 now, whatever is answered there; and which went along, on account of
    which."""
    lines, chosen = assessment.card.lines, set(named)
    along: dict[str, list[str]] = {}
    waiting = list(named)
    while waiting:
        one = waiting.pop(0)
        parent = lines[one].parent
        if parent is None or (parent in chosen and parent not in along):
            continue
        along.setdefault(parent, []).append(one)
        if parent not in chosen:
            chosen.add(parent)
            waiting.append(parent)
    ids = tuple(one for one in lines if one in chosen)
    return ids, tuple({"id": one, "of": tuple(along[one])} for one in ids if one in along)


def _stored_rows(snapshot: Mapping[str, object]) -> tuple[Mapping[str, object], ...]:
    rows = snapshot.get("rows")
    return tuple(row for row in rows if isinstance(row, Mapping)) if isinstance(rows, list) else ()


def _shown(criteria: CriteriaSet, row: Mapping[str, object]) -> dict[str, object]:
    leaf = criteria.criterion(str(row["id"]))
    answer = row["answer"]
    return {
        "id": leaf.id,
        "short_title": leaf.short_title,
        "points": Fraction(str(row["points"])),
        "maximum": leaf.maximum,
        "state": row["state"],
        "answer": describing.value(leaf, decode(answer)) if isinstance(answer, Mapping) else None,
        "notes": row.get("notes", ()),
        "evidence": row.get("evidence", ()),
        "files": file_names(row),
    }


def file_names(row: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the files that a frozen row cites; a row without files names none."""
    files = row.get("files")
    return tuple(str(one["name"]) for one in files if isinstance(one, Mapping)) if isinstance(files, list) else ()
