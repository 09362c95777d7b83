"""Many answers in one message: a single plain one is recorded at once, anything more is spelled out and taken whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.conversation import (
    answering,
    asking,
    blocks,
    describing,
    explaining,
    going,
    opening,
    sorting,
    together,
    typing,
    unconfirmed,
)
from bot.conversation.access import Action, may
from bot.conversation.assessment import Assessment
from bot.conversation.buttons import button
from bot.conversation.naming import names
from bot.conversation.presses import Press
from bot.conversation.reading.batch import Entry, read_batch
from bot.conversation.reading.outcomes import Accepted
from bot.conversation.reading.requests import Request
from bot.conversation.session import Session
from bot.conversation.sorting import Sorted, Unread
from bot.conversation.turn import Button, Reply, Rows, Turn
from scoring.answers import Answer, Exempt, NoCases

LEADING_ELSEWHERE = frozenset(
    {"edit", "undo", "back", "skip", "later", "xemlai", "conthieu", "nop", "nhieucau"}
    | {"note", "evidence", "hoidongnghiep", "no_cases", "not_applicable"}
)
"""Commands that would leave answers behind that wait for their word."""
MOST_UNREAD = 12
"""Of more parts that cannot be taken only the number is told: the card stays one message."""


def typed(session: Session, text: str, now: datetime) -> Turn | None:
    """What was typed where answers are expected, if it concerns several criteria; None leaves it to the question."""
    if session.assessment is None or _locked(session):
        return going.locked(session) if session.assessment and _entries(session, text) else None
    waits = unconfirmed.waits(session)
    match explaining.yes_or_no(session, text) if waits else None:
        case "yes":
            return take(session, now, session.place.pending.get(unconfirmed.MARK, ""))
        case "no":
            return retype(session)
    read = several(session, text, now)
    if read is None and waits:
        return show(session, now, hint=text)
    return _listed(session, hint=text) if read is None and session.place.step == blocks.MODE else read


def several(session: Session, text: str, now: datetime) -> Turn | None:
    """Answers that name their criteria; None when the text is no such thing, or nothing can be answered now."""
    if session.assessment is None or _locked(session):
        return None
    entries = _entries(session, text)
    if not entries or _answers_the_question(session, text, entries):
        return None
    alone = _alone(session, entries[0], now) if len(entries) == 1 and not unconfirmed.waits(session) else None
    return alone or _confirm(session, unconfirmed.beside(session, sorting.sort(session, entries)), now)


def edited(session: Session, text: str, now: datetime) -> Turn | None:
    """An edited message with answers: what it would change is spelled out; None when it is no batch, or changes
    nothing."""
    if session.assessment is None or _locked(session):
        return None
    entries = _entries(session, text)
    found = sorting.sort(session, entries)
    return _confirm(session, unconfirmed.beside(session, found), now) if found.answers else None


def take(session: Session, now: datetime, mark: str) -> Turn:
    """Record what the card spelled out, in one turn with one undo; what was changed meanwhile, or is locked, is left.

    `mark` is what the card is known by; an older card takes nothing.
    """
    place, assessment = session.place, session.opened
    if not unconfirmed.waits(session):
        twice_tapped = place.undo.get("mark") == mark
        return going.where_things_stand(session, stale=not twice_tapped)
    if _locked(session):
        return going.locked(session)
    if place.pending.get(unconfirmed.MARK) != mark:
        return show(session, now)
    given: list[tuple[str, Answer]] = []
    left: list[Mapping[str, object]] = []
    for key, (answer, seen) in unconfirmed.pending(session).items():
        why = _why_left(assessment, key, answer, seen)
        if why:
            left.append(_left(assessment, key, why))
        else:
            given.append((key, answer))
    if not given:
        return going.go_on(session, "", replace(place, pending={}), tuple(left))
    done = together.give(session, given, now)
    after = replace(done.session.place, pending={}, undo={**done.session.place.undo, "mark": mark})
    told = (*together.in_short(done.session.opened, done.told), *left)
    behind = "" if opening.left(done.session.opened, after) else given[-1][0]  # what is asked first is asked first
    return replace(going.go_on(replace(done.session, place=after), behind, after, told), facts=done.facts)


def newer(session: Session, mark: str, now: datetime) -> Turn | None:
    """The card that waits, where the button of an older one would drop it; None where nothing else waits, or the
    button is of no such card."""
    other = mark and unconfirmed.waits(session) and session.place.pending.get(unconfirmed.MARK) != mark
    return show(session, now) if other and not _locked(session) else None


def leading_back(session: Session) -> Rows:
    """The button back to the card that waits, so that a number typed below something else takes nothing unseen."""
    waits = session.assessment is not None and unconfirmed.waits(session)
    return ((button(session.opened, "rs", "continue"),),) if waits else ()


def retype(session: Session) -> Turn:
    """Nothing is taken; on from where things stand."""
    step = blocks.MODE if session.place.return_to == blocks.MODE else "idle"
    return going.where_things_stand(replace(session, place=session.place.at(step)))


def show(session: Session, now: datetime, *, hint: str = "", asked: str = "", first: bool = False) -> Turn:
    """The card that waits for a word once more; `hint`: what was typed and not understood, `asked`: the criterion that
    was named without an answer, `first`: something else was asked for, and this comes first."""
    answers = unconfirmed.kept(session)
    if not answers:
        return retype(session)
    unread = (Unread(asked, "", "no_answer"),) if asked else ()
    return _confirm(session, Sorted(answers, unread), now, hint=hint, first=first, place_kept=True)


def first(session: Session, wanted: Request, now: datetime) -> Turn | None:
    """The card that waits, before a command that leads elsewhere; None where none waits, or the command leaves it."""
    if wanted.name not in LEADING_ELSEWHERE or session.assessment is None:
        return None
    named = names(session.assessment) if wanted.name == "edit" else {}
    return comes_first(session, now, named.get(wanted.argument, ""))


def comes_first(session: Session, now: datetime, asked: str = "") -> Turn | None:
    """The card that waits, before anything that leads elsewhere; None where none waits, or nothing can be answered."""
    assessment = session.assessment
    if assessment is None or not unconfirmed.waits(session) or _locked(session):
        return None
    mine = may(session.person, Action.ANSWER, assessment.unit)
    return show(session, now, asked=asked, first=not asked) if mine else None


def block(session: Session) -> Turn:
    """The list of what is still to be answered, to be answered in one message; the review when nothing is."""
    if _locked(session):
        return going.locked(session)
    return _listed(session)


def _listed(session: Session, *, hint: str = "") -> Turn:
    if not blocks.waiting(session.opened, session.place):
        return going.begin(session)
    return blocks.card(session, session.place, hint=hint)


def _locked(session: Session) -> bool:
    assessment = session.opened
    return assessment.cycle.closed or assessment.handed_over or assessment.state in asking.LOCKED


def _entries(session: Session, text: str) -> tuple[Entry, ...]:
    return read_batch(text, names(session.opened), session.words)


def _answers_the_question(session: Session, text: str, entries: tuple[Entry, ...]) -> bool:
    """Whether a text that could be an id of two parts and a value is rather a number, under a question that asks for
    one: it reads as a number there, or does not read as an answer to the criterion it seems to name."""
    (first, *more), place = entries, session.place
    if more or first.id.count(".") > 1 or not _asks_ratio(session):
        return False
    if isinstance(typing.read(session.opened.criteria.criterion(place.focus), text, session), Accepted):
        return True
    found = sorting.read_entry(session, first)
    return isinstance(found, Unread) and found.code not in ("locked", "needs_comma", "needs_reason")


def _asks_ratio(session: Session) -> bool:
    place, assessment = session.place, session.opened
    asks = place.step in ("question", "confirm", "numerator") and place.focus in assessment.card.lines
    return asks and assessment.criteria.criterion(place.focus).kind == "ratio"


def _alone(session: Session, entry: Entry, now: datetime) -> Turn | None:
    """A single answer: recorded at once where nothing stands yet and nothing is odd, else asked about as ever; None
    where it has to be spelled out."""
    assessment, found = session.opened, sorting.read_entry(session, entry)
    if isinstance(found, Unread):
        return _alone_unread(session, entry, found.code, now)
    key, understood = found
    if isinstance(understood.answer, Exempt) or assessment.held(key) is not None:
        return None
    if understood.doubt:
        return typing.answer_at(session, key, entry.text, now)
    if _asks_ratio(session) and entry.text.isdigit() and key.count(".") == 1:  # "1.1 2" may be two numbers
        return None
    return answering.give(session, key, understood.answer, assessment.revision_of(key), now)


def _alone_unread(session: Session, entry: Entry, code: str, now: datetime) -> Turn | None:
    """A single part that gives no answer: its own question is asked, with why; None where only the card can say it."""
    match code:
        case "locked":
            return going.locked(session)
        case "needs_reason":
            return answering.give(session, entry.id, NoCases(), session.opened.revision_of(entry.id), now)
        case "exempt_not_allowed" | "only_no_cases" | "no_such_case" if entry.id in session.opened.card.lines:
            return typing.not_applicable(replace(session, place=session.place.at("question", entry.id)))
        case "needs_comma" | "needs_words" | "a_group" | "exempt_not_allowed" | "no_such_case":
            return None
        case _:
            return typing.answer_at(session, entry.id, entry.text, now)


def _confirm(
    session: Session, found: Sorted, now: datetime, *, hint: str = "", first: bool = False, place_kept: bool = False
) -> Turn:
    """The card that spells every answer out, and says what is not taken; nothing is written before it is confirmed."""
    assessment = session.opened
    given = [(key, one.answer) for key, one in found.answers.items()]
    told = together.give(session, given, now).told
    data = {
        "readings": tuple(
            dict(one) | {"typed": meant.typed if meant.doubt else "", "now": _now(assessment, key)}
            for one, (key, meant) in zip(told, found.answers.items(), strict=True)
        ),
        "unread": tuple(_unread(assessment, one) for one in found.unread[:MOST_UNREAD]),
        "more_unread": len(found.unread[MOST_UNREAD:]),
        "twice": found.twice,
        "standing": found.standing,
        "dropped": found.dropped,
        "hint": hint,
        "first": first,
    }
    place = (
        session.place
        if place_kept
        else session.place.at(unconfirmed.STEP, **unconfirmed.stored(assessment, found.answers))
    )
    rows = _rows(session, len(given), place.pending.get(unconfirmed.MARK, ""))
    return Turn(place, replies=(Reply("batch_confirm", data, rows, card=True),))


def _rows(session: Session, count: int, mark: str) -> Rows:
    number = session.opened.id
    in_lists = session.place.return_to == blocks.MODE
    press = Press("bb" if in_lists else "go", number, argument=mark if count else "").encode()
    taken = Button("batch_take", Press("bt", number, argument=mark).encode(), {"count": count})
    return ((taken,), (Button("batch_drop", press, {"count": count}),)) if count else ((Button("retype", press),),)


def _known(assessment: Assessment, key: str, answer: Answer) -> bool:
    """Whether the criterion, or the exemption's scope, is still there and takes such an answer."""
    return answering.fits(assessment, key, answer)


def _why_left(assessment: Assessment, key: str, answer: Answer, seen: int) -> str:
    """Why a confirmed answer is not recorded after all; "" when it is."""
    if not _known(assessment, key, answer) or assessment.revision_of(key) != seen:
        return "changed"
    return "" if asking.editable(assessment, key) else "locked"


def _left(assessment: Assessment, key: str, why: str) -> dict[str, object]:
    blank = {"derived": (), "reopened": (), "counted_again": (), "problems": (), "kind": "choice"}
    return blank | {"change": "left", "id": key, "ids": (key,), "why": why, "now": _now(assessment, key)}


def _now(assessment: Assessment, key: str) -> dict[str, object] | None:
    """What is recorded there now, and by whom; None for nothing."""
    if (held := assessment.held(key)) is None:
        return None
    leaf = assessment.criteria.criterion(key) if key in assessment.card.lines else None
    return describing.value(leaf, held.answer) | {"by": held.by_name, "at": held.at}


def _unread(assessment: Assessment, one: Unread) -> dict[str, object]:
    leaf = assessment.criteria.criterion(one.id) if one.id in assessment.card.lines else None
    return {
        "id": one.id,
        "typed": one.typed,
        "code": one.code,
        "suggestion": one.suggestion,
        "kind": leaf.kind if leaf else "group",
        "between": tuple(describing.value(leaf, answer) for answer in one.between),
        "ids": () if leaf or not one.id else tuple(under.id for under in assessment.criteria.leaves_under(one.id)),
    }
