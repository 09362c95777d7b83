"""Reads what was typed under a question or a sub-step, and hands it on as an answer, a doubt or a hint."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.conversation import (
    answering,
    asking,
    claiming,
    describing,
    explaining,
    filing,
    going,
    noting,
    overwriting,
    submitting,
)
from bot.conversation.presses import LONGEST_VALUE, Press, encode_value
from bot.conversation.reading.choice import OptionWords, read_option
from bot.conversation.reading.outcomes import Accepted, CountsValue, Doubtful, PercentValue, Ratio, Refused
from bot.conversation.reading.percent import read_percent
from bot.conversation.reading.turned import turned
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Turn
from bot.conversation.waiting import kept, waiting
from scoring.answers import Answer, ChosenOption, Counts, Percentage
from scoring.criteria_set import Criterion
from scoring.rules import Choice

COUNT_DIGITS = 9
_COUNT = re.compile(r"(?P<count>[0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]+)(?:\s+[^\W\d_](?:[^\W\d_]|\s)*)?")
"""One count, perhaps with its thousands parted and with the name of what was counted behind it."""


def typed(session: Session, text: str, now: datetime) -> Turn:
    """A text that is no command, read by where the person stands."""
    read_here = READERS.get(session.place.step)
    return read_here(session, text, now) if read_here else going.not_taken(session, text)


def confirm_edited(session: Session, text: str) -> Turn | None:
    """An edited text, read for the criterion it had answered; None when it cannot be read or changes nothing."""
    assessment, focus = session.opened, session.place.focus
    leaf, held = assessment.criteria.criterion(focus), assessment.held(focus)
    if not asking.editable(assessment, focus):
        return going.locked(session)
    known = asking.can_undo(assessment, session.place)  # else somebody answered after them, and is shown first
    revision = assessment.revision_of(focus) if known else 0
    seen = replace(session, place=session.place.at("question", focus, seen=str(revision)))
    match turned(read(leaf, text, session)):
        case Accepted(value) | Doubtful(value) if held is None or answer_of(value) != held.answer:
            return _confirm(seen, leaf, text, answer_of(value), None, "edited")
        case _:
            return None


def numerator(session: Session, criterion_id: str, denominator: int, seen: int) -> Turn:
    """A known count was taken as the denominator; what is still asked is the numerator."""
    if not asking.editable(session.opened, criterion_id):
        return going.locked(session)
    place = session.place.at("numerator", criterion_id, denominator=str(denominator), seen=str(seen))
    return ask_numerator(replace(session, place=place))


def confirm_pending(session: Session, criterion_id: str, now: datetime) -> Turn:
    """Take the doubtful reading that waits in the place."""
    place = session.place
    if place.step != "confirm" or place.focus != criterion_id or "value" not in place.pending:
        return going.where_things_stand(session, stale=True)
    return answering.give(session, place.focus, waiting(place.pending), _seen(session), now)


def ask_confirm(session: Session) -> Turn:
    """Spell the doubtful reading out once more, as it stood; or what a colleague answered meanwhile."""
    if (against := overwriting.ask_again(session)) is not None:
        return against
    leaf, typed_then = session.opened.criteria.criterion(session.place.focus), session.place.pending.get("typed", "")
    match turned(read(leaf, typed_then, session)):
        case Doubtful(value, alternative, why):
            other = answer_of(alternative) if alternative is not None else None
            return _confirm(session, leaf, typed_then, answer_of(value), other, why)
        case Accepted(value):
            return _confirm(session, leaf, typed_then, answer_of(value), None, "edited")
        case Refused():  # a count typed with words, beside the one that was taken over
            return _confirm(session, leaf, typed_then, waiting(session.place.pending), None, "count")


def no_cases_typed(session: Session) -> Turn:
    """Somebody typed that nothing arose: where that is an answer it is taken up, else an exemption may fit."""
    assessment, focus = session.opened, session.place.focus
    leaf = assessment.criteria.criterion(focus)
    if not asking.editable(assessment, focus):
        return going.locked(session)
    if _came_between(session):
        return asking.ask(session, focus, session.place, stale=True)
    return claiming.explain_no_cases(session, focus) if leaf.none_allowed else not_applicable(session)


def not_applicable(session: Session) -> Turn:
    """Somebody typed that a question does not concern them: an exemption is offered where the decision has one."""
    assessment, focus = session.opened, session.place.focus
    exemption = assessment.criteria.exemption_for(focus)
    if not asking.editable(assessment, focus):
        return going.locked(session)
    if _came_between(session):
        return asking.ask(session, focus, session.place, stale=True)
    if exemption:
        return claiming.ask_ground(session, exemption.scope)
    return _hint(session, "only_no_cases" if assessment.criteria.criterion(focus).none_allowed else "no_such_case")


def _came_between(session: Session) -> bool:
    """Whether somebody answered the question at hand since it was shown: then that is shown first."""
    place = session.place
    return place.step == "question" and _seen(session) != session.opened.revision_of(place.focus)


def answer_at(session: Session, criterion_id: str, text: str, now: datetime) -> Turn:
    """A reply that names its criterion itself, read as if that question had just been asked."""
    seen = str(session.opened.revision_of(criterion_id))
    return _typed_answer(replace(session, place=session.place.at("question", criterion_id, seen=seen)), text, now)


def _typed_answer(session: Session, text: str, now: datetime) -> Turn:
    leaf = session.opened.criteria.criterion(session.place.focus)
    match turned(read(leaf, text, session)):
        case Accepted(value):
            return answering.give(session, leaf.id, answer_of(value), _seen(session), now)
        case Doubtful(value, alternative, why):
            other = answer_of(alternative) if alternative is not None else None
            return _confirm(session, leaf, text, answer_of(value), other, why)
        case Refused("maybe_exempt") if _exempts_others(session, leaf.id):
            return _hint(session, "exempt_not_allowed")
        case Refused(hint, suggestion):
            return _hint(session, hint, typed=text, suggestion=suggestion)


def _exempts_others(session: Session, criterion_id: str) -> bool:
    """Whether the decision exempts units of another kind here, but not of this one."""
    exemption = session.opened.criteria.exemption_for(criterion_id)
    return exemption is not None and not exemption.allows(session.opened.unit.kind)


def read(
    leaf: Criterion, text: str, session: Session
) -> Accepted[Ratio] | Accepted[str] | Doubtful[Ratio] | Doubtful[str] | Refused:
    """How a typed reply to this criterion is read: an option's id, or a ratio."""
    if isinstance(leaf.rule, Choice):
        return read_option(text, option_words(leaf), session.words, numbered=True)
    return read_percent(text, session.words, bounded=leaf.inputs.bounded if leaf.inputs else True)


def option_words(leaf: Criterion) -> tuple[OptionWords, ...]:
    """The options of a criterion as the reader of typed words wants them."""
    return tuple(
        OptionWords(option.id, tuple(dict.fromkeys((option.button, option.printed))), option.negative)
        for option in leaf.options
    )


def _confirm(
    session: Session, leaf: Criterion, text: str, answer: Answer, alternative: Answer | None, why: str
) -> Turn:
    """Spell the reading out, with its points; nothing is written before it is taken."""
    assessment, seen = session.opened, _seen(session)
    pending = kept(answer) | {"typed": text[:100], "seen": str(seen)}
    pending |= {} if alternative is None else {"either": "1"}
    readings = [answer] if alternative is None else [answer, alternative]
    data = {
        "crit": describing.criterion(assessment, leaf.id),
        "typed": text,
        "why": why,
        "readings": tuple(reading(leaf, one) for one in readings),
    }
    rows = (
        *((Button("take", _take(assessment.id, leaf.id, one, seen), reading(leaf, one)),) for one in readings),
        (Button("retype", Press("go", assessment.id, leaf.id).encode()),),
    )
    place = session.place.at("confirm", leaf.id, **pending)
    return Turn(place, replies=(Reply("confirm_reading", data, rows, card=True, number=leaf.kind == "ratio"),))


def _take(assessment_id: int, criterion_id: str, answer: Answer, seen: int) -> str:
    value = encode_value(answer)
    if len(value) > LONGEST_VALUE:
        return Press("tp", assessment_id, criterion_id, "", seen).encode()
    return Press("an", assessment_id, criterion_id, value, seen).encode()


def reading(leaf: Criterion, answer: Answer) -> dict[str, object]:
    """One way to read what was typed, with the points it would give."""
    points = leaf.maximum * 0
    if isinstance(leaf.rule, Choice):
        points = leaf.rule.apply(answer.option).points if isinstance(answer, ChosenOption) else points
    elif answer.ratio is not None:
        points = leaf.rule.apply(answer.ratio).points
    exact = {"percent": describing.percent_exact(answer)} if isinstance(answer, Percentage) else {}
    return describing.value(leaf, answer) | exact | {"points": points, "maximum": leaf.maximum}


def _typed_word(session: Session, text: str, now: datetime) -> Turn:
    """A yes takes the reading, a no asks again, anything else is read as a fresh answer; so is any word at all where
    two readings are to choose from."""
    match None if "either" in session.place.pending else explaining.yes_or_no(session, text):
        case "yes":
            return confirm_pending(session, session.place.focus, now)
        case "no":
            return asking.ask(session, session.place.focus, session.place)
        case _:
            return _typed_answer(session, text, now)


def _typed_numerator(session: Session, text: str, now: datetime) -> Turn:
    denominator = int(session.place.pending["denominator"])
    leaf = session.opened.criteria.criterion(session.place.focus)
    match = _COUNT.fullmatch(text.strip())
    digits = re.sub(r"[. ]", "", match["count"]) if match else ""
    if not digits or len(digits) > COUNT_DIGITS:
        return _typed_beside(session, leaf, text, now)
    counts = Counts(int(digits), denominator)
    if counts.numerator > denominator:
        if leaf.inputs and not leaf.inputs.bounded:
            return _confirm(session, leaf, f"{counts.numerator}/{denominator}", counts, None, "over_100")
        hint = {"code": "numerator_larger", "typed": text, "suggestion": None, "numerator": counts.numerator}
        return ask_numerator(session, hint | {"denominator": denominator})
    if text.strip() != digits:
        return _confirm(session, leaf, text, counts, None, "count")
    return answering.give(session, leaf.id, counts, _seen(session), now)


def _typed_beside(session: Session, leaf: Criterion, text: str, now: datetime) -> Turn:
    """No count was typed: a whole answer perhaps; if not, the count is asked for once more, then the question."""
    match turned(read(leaf, text, session)):
        case Refused() if not session.place.misses:
            missed = replace(session, place=replace(session.place, misses=1))
            told = {"code": "count_needed", "typed": text, "suggestion": None, "numerator": None, "denominator": None}
            return ask_numerator(missed, told)
        case _:
            return _typed_answer(session, text, now)


def ask_numerator(session: Session, hint: Mapping[str, object] | None = None) -> Turn:
    """Ask for the count that is still missing beside the one taken over."""
    assessment, place = session.opened, session.place
    leaf = assessment.criteria.criterion(place.focus)
    data = {
        "crit": describing.criterion(assessment, leaf.id),
        "numerator": leaf.inputs.numerator if leaf.inputs else "",
        "denominator": leaf.inputs.denominator if leaf.inputs else "",
        "count": int(place.pending["denominator"]),
        "hint": hint,
        "progress": describing.progress(assessment),
    }
    rows = ((Button("retype", Press("go", assessment.id, leaf.id).encode()),),)
    return Turn(place, replies=(Reply("numerator", data, rows, card=True, number=True),))


def _hint(session: Session, code: str, typed: str = "", suggestion: str | None = None) -> Turn:
    """Why the text could not be taken, with the question again; after two misses the tactic changes."""
    place = replace(session.place, misses=session.place.misses + 1)
    hint = {"code": code, "typed": typed, "suggestion": suggestion, "numerator": None, "denominator": None}
    return asking.ask(session, place.focus, place, hint=hint)


def _seen(session: Session) -> int:
    return int(session.place.pending.get("seen", "0"))


def answer_of(value: Ratio | str) -> Answer:
    """The answer that a reading stands for."""
    match value:
        case PercentValue(percent):
            return Percentage(percent)
        case CountsValue(numerator, denominator):
            return Counts(numerator, denominator)
        case option:
            return ChosenOption(option)


READERS: Mapping[str, Callable[[Session, str, datetime], Turn]] = {
    "accepted": lambda session, _text, _now: going.begin(session),
    "question": _typed_answer,
    "confirm": _typed_word,
    "numerator": _typed_numerator,
    "opening": explaining.typed_opening,
    "openings": explaining.typed_openings,
    "ground": explaining.typed_ground,
    "no_cases": explaining.typed_no_cases,
    "note": noting.written,
    "evidence": noting.written,
    "file": filing.typed,
    "submit": submitting.typed,
}
"""Who reads a text in which sub-step."""
