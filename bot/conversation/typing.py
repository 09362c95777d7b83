"""Reads what was typed under a question or a sub-step, and hands it on as an answer, a doubt or a hint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.conversation import answering, asking, claiming, describing, going, noting
from bot.conversation.presses import LONGEST_VALUE, Press, encode_value
from bot.conversation.reading.choice import OptionWords, read_option
from bot.conversation.reading.outcomes import Accepted, CountsValue, Doubtful, PercentValue, Ratio, Refused
from bot.conversation.reading.percent import read_percent
from bot.conversation.reading.text import read_note
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Turn
from scoring.answers import Answer, ChosenOption, Counts, Exempt, NoCases, Percentage, decode, encode
from scoring.criteria_set import Criterion
from scoring.rules import Choice

COUNT_DIGITS = 9


def typed(session: Session, text: str, now: datetime) -> Turn:
    """A text that is no command, read by where the person stands."""
    match session.place.step:
        case "confirm":
            return _typed_word(session, text, now)
        case "numerator":
            return _typed_numerator(session, text, now)
        case "ground" | "no_cases":
            return _typed_explanation(session, text, now)
        case "note" | "evidence":
            return noting.written(session, text, now)
        case "question":
            return _typed_answer(session, text, now)
        case _:
            return going.where_things_stand(session)


def yes_or_no(session: Session, text: str) -> str | None:
    """Whether a text says yes or no; None when it says neither for sure."""
    words = (OptionWords("yes", (), negative=False), OptionWords("no", (), negative=True))
    match read_option(text, words, session.words):
        case Accepted(choice):
            return choice
        case _:
            return None


def confirm_edited(session: Session, text: str) -> Turn | None:
    """An edited text, read for the criterion it had answered; None when it cannot be read or changes nothing."""
    assessment, focus = session.opened, session.place.focus
    leaf, held = assessment.criteria.criterion(focus), assessment.held(focus)
    if not asking.editable(assessment, focus):
        return going.locked(session)
    seen = replace(session, place=session.place.at("question", focus, seen=str(held.revision if held else 0)))
    match read(leaf, text, session):
        case Accepted(value) | Doubtful(value):
            return _confirm(seen, leaf, text, _answer(value), None, "edited")
        case Refused():
            return None


def numerator(session: Session, criterion_id: str, denominator: int, seen: int) -> Turn:
    """A known count was taken as the denominator; what is still asked is the numerator."""
    if not asking.editable(session.opened, criterion_id):
        return going.locked(session)
    place = session.place.at("numerator", criterion_id, denominator=str(denominator), seen=str(seen))
    return _ask_numerator(replace(session, place=place), None)


def confirm_pending(session: Session, criterion_id: str, now: datetime) -> Turn:
    """Take the doubtful reading that waits in the place."""
    place = session.place
    if place.step != "confirm" or place.focus != criterion_id or "value" not in place.pending:
        return going.where_things_stand(session, stale=True)
    answer = decode(_decoded(place.pending["value"]))
    return answering.give(session, place.focus, answer, int(place.pending["seen"]), now)


def no_cases_typed(session: Session) -> Turn:
    """Somebody typed that nothing arose: where that is an answer it is taken up, else the hint says what to do."""
    assessment, focus = session.opened, session.place.focus
    leaf = assessment.criteria.criterion(focus)
    if not asking.editable(assessment, focus):
        return going.locked(session)
    return claiming.explain_no_cases(session, focus) if leaf.none_allowed else _hint(session, "maybe_exempt")


def not_applicable(session: Session) -> Turn:
    """Somebody typed that a question does not concern them: an exemption is offered where the decision has one."""
    assessment, focus = session.opened, session.place.focus
    exemption = assessment.criteria.exemption_for(focus)
    if not asking.editable(assessment, focus):
        return going.locked(session)
    if exemption:
        return claiming.ask_ground(session, exemption.scope)
    return _hint(session, "a_request")


def _typed_answer(session: Session, text: str, now: datetime) -> Turn:
    leaf = session.opened.criteria.criterion(session.place.focus)
    match read(leaf, text, session):
        case Accepted(value):
            return answering.give(session, leaf.id, _answer(value), _seen(session), now)
        case Doubtful(value, alternative, why):
            other = _answer(alternative) if alternative is not None else None
            return _confirm(session, leaf, text, _answer(value), other, why)
        case Refused(hint, suggestion):
            return _hint(session, hint, typed=text, suggestion=suggestion)


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
    pending = {"value": _encoded(answer), "typed": text[:100], "seen": str(seen)}
    readings = [answer] if alternative is None else [answer, alternative]
    data = {
        "crit": describing.criterion(assessment, leaf.id),
        "typed": text,
        "why": why,
        "readings": tuple(_reading(leaf, one) for one in readings),
    }
    rows = (
        *((Button("take", _take(assessment.id, leaf.id, one, seen), _reading(leaf, one)),) for one in readings),
        (Button("retype", Press("go", assessment.id, leaf.id).encode()),),
    )
    place = session.place.at("confirm", leaf.id, **pending)
    return Turn(place, replies=(Reply("confirm_reading", data, rows, card=True),))


def _take(assessment_id: int, criterion_id: str, answer: Answer, seen: int) -> str:
    value = encode_value(answer)
    if len(value) > LONGEST_VALUE:
        return Press("tp", assessment_id, criterion_id, "", seen).encode()
    return Press("an", assessment_id, criterion_id, value, seen).encode()


def _reading(leaf: Criterion, answer: Answer) -> dict[str, object]:
    """One way to read what was typed, with the points it would give."""
    points = leaf.maximum * 0
    if isinstance(leaf.rule, Choice):
        points = leaf.rule.apply(answer.option).points if isinstance(answer, ChosenOption) else points
    elif answer.ratio is not None:
        points = leaf.rule.apply(answer.ratio).points
    return describing.value(leaf, answer) | {"points": points, "maximum": leaf.maximum}


def _typed_word(session: Session, text: str, now: datetime) -> Turn:
    """A yes takes the reading, a no asks again, anything else is read as a fresh answer."""
    match yes_or_no(session, text):
        case "yes":
            return confirm_pending(session, session.place.focus, now)
        case "no":
            return asking.ask(session, session.place.focus, session.place)
        case _:
            return _typed_answer(session, text, now)


def _typed_numerator(session: Session, text: str, now: datetime) -> Turn:
    denominator = int(session.place.pending["denominator"])
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= COUNT_DIGITS):
        return _typed_answer(session, text, now)
    counts = Counts(int(plain), denominator)
    leaf = session.opened.criteria.criterion(session.place.focus)
    if counts.numerator > denominator:
        if leaf.inputs and not leaf.inputs.bounded:
            return _confirm(session, leaf, f"{counts.numerator}/{denominator}", counts, None, "over_100")
        hint = {"code": "numerator_larger", "typed": text, "suggestion": None, "numerator": counts.numerator}
        return _ask_numerator(session, hint | {"denominator": denominator})
    return answering.give(session, leaf.id, counts, _seen(session), now)


def _ask_numerator(session: Session, hint: Mapping[str, object] | None) -> Turn:
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
    return Turn(place, replies=(Reply("numerator", data, rows, card=True),))


def _typed_explanation(session: Session, text: str, now: datetime) -> Turn:
    """The ground of an exemption, or why there was no case at all."""
    place = session.place
    match read_note(text):
        case Refused(hint, _):
            again = claiming.ask_ground if place.step == "ground" else claiming.explain_no_cases
            turn = again(session, place.focus)
            first = turn.replies[0]
            return replace(turn, replies=(replace(first, data={**first.data, "hint": {"code": hint}}),))
        case reading:
            note = reading.value
    answer = Exempt(note) if place.step == "ground" else NoCases(note)
    held = session.opened.held(place.focus)
    return answering.give(session, place.focus, answer, held.revision if held else 0, now)


def _hint(session: Session, code: str, typed: str = "", suggestion: str | None = None) -> Turn:
    """Why the text could not be taken, with the question again; after two misses the tactic changes."""
    place = replace(session.place, misses=session.place.misses + 1)
    hint = {"code": code, "typed": typed, "suggestion": suggestion, "numerator": None, "denominator": None}
    return asking.ask(session, place.focus, place, hint=hint)


def _seen(session: Session) -> int:
    return int(session.place.pending.get("seen", "0"))


def _answer(value: Ratio | str) -> Answer:
    match value:
        case PercentValue(percent):
            return Percentage(percent)
        case CountsValue(numerator, denominator):
            return Counts(numerator, denominator)
        case option:
            return ChosenOption(option)


def _encoded(answer: Answer) -> str:
    return "|".join(f"{key}={value}" for key, value in encode(answer).items())


def _decoded(stored: str) -> dict[str, object]:
    pairs = (part.split("=", 1) for part in stored.split("|"))
    return {key: value for key, value in pairs}  # noqa: C416 - a dict of objects, not of texts
