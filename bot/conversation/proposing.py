"""The colleague's side: one criterion they were asked about, their answer read as any other, told to the officers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.conversation import answering, asking, explaining, inquired, presses, typing
from bot.conversation.access import Action, may
from bot.conversation.inquiry import STEPS, WITHIN, Inquiry
from bot.conversation.inquiry_facts import AnswerProposed
from bot.conversation.place import Place
from bot.conversation.presses import LONGEST_VALUE, Press, encode_value
from bot.conversation.proposing_cards import asked_card, doubt_card, listed, over, text_card, told_officers
from bot.conversation.reading.outcomes import Accepted, Doubtful, Refused
from bot.conversation.reading.requests import Request, read_request
from bot.conversation.reading.text import read_note
from bot.conversation.reading.turned import turned
from bot.conversation.session import Person, Session
from bot.conversation.turn import Reply, Turn
from bot.conversation.waiting import kept, waiting
from scoring.answers import Answer, Exempt, NoCases
from scoring.criteria_set import Criterion

TEXT_STEPS = frozenset({"propose_none", "propose_note"})
AS_TEXT = frozenset({"no_cases", "not_applicable"})
"""Requests that are an explanation where one is asked for."""
DENIED = Reply("not_allowed")


def serves(person: Person | None) -> bool:
    """Whether what colleagues are asked is all that this person has here."""
    return person is not None and person.has("colleague") and not person.units


def ask(session: Session, inquiry: Inquiry, *, hint: Mapping[str, object] | None = None, sent: str = "") -> Turn:
    """The card of the one criterion; `sent` says what was just told to the officers."""
    place = session.place.at("propose", inquiry.criterion, **_at(session, inquiry))
    return Turn(place, replies=(asked_card(session, inquiry, hint, sent),))


def resume(session: Session) -> Turn:
    """To the one criterion that waits for this person; a list where there are several; a word where there is none."""
    inquiry = _mine(session, session.place.focus if session.place.step in STEPS else "")
    return Turn(_left(session), replies=(listed(session),)) if inquiry is None else _open(session, inquiry)


def opened(session: Session, criterion_id: str) -> Turn:
    """One of them was chosen."""
    inquiry = _mine(session, criterion_id)
    return Turn(session.place, replies=(DENIED,)) if inquiry is None else _open(session, inquiry)


def press(session: Session, pressed: Press, now: datetime) -> Turn:
    """An answer's button was pressed. Nobody but the colleague who was asked gets anywhere with it."""
    inquiry = _mine(session, pressed.subject)
    if inquiry is None:
        return Turn(session.place, replies=(DENIED,))
    answer = presses.decode_value(pressed.argument)
    fits = answer is not None and answering.fits(session.opened, pressed.subject, answer)
    if not _waits(session, inquiry) or not fits or answer is None or isinstance(answer, Exempt):
        return _open(session, inquiry)
    return explain(session, pressed.subject) if isinstance(answer, NoCases) else _propose(session, inquiry, answer, now)


def take_waiting(session: Session, criterion_id: str, now: datetime) -> Turn:
    """The doubtful reading, or the bare number that is a note after all, is taken as it was spelled out."""
    inquiry, place = _mine(session, criterion_id), session.place
    if inquiry is None:
        return Turn(place, replies=(DENIED,))
    if not _waits(session, inquiry) or place.focus != criterion_id:
        return _open(session, inquiry)
    if place.step == "propose_note" and "text" in place.pending:
        return _note(session, inquiry, place.pending["text"], now)
    if place.step == "propose_doubt" and "value" in place.pending:
        return _propose(session, inquiry, waiting(place.pending), now)
    return _open(session, inquiry)


def explain(session: Session, criterion_id: str, hint: str = "") -> Turn:
    """Nothing arose: that is an answer only with an explanation."""
    inquiry = _mine(session, criterion_id)
    if inquiry is None:
        return Turn(session.place, replies=(DENIED,))
    leaf = session.opened.criteria.criterion(criterion_id)
    if not _waits(session, inquiry):
        return _open(session, inquiry)
    if not leaf.none_allowed or (leaf.inputs is not None and leaf.inputs.when_zero == "exempt"):
        return ask(session, inquiry, hint={"code": "officers_claim", "typed": ""})
    place = session.place.at("propose_none", criterion_id, **_at(session, inquiry))
    return Turn(place, replies=(text_card(session, inquiry, "none", hint),))


def write_note(session: Session, criterion_id: str, hint: str = "") -> Turn:
    """A note beside the answer, once there is one."""
    inquiry = _mine(session, criterion_id)
    if inquiry is None:
        return Turn(session.place, replies=(DENIED,))
    if not _waits(session, inquiry) or inquiry.answer is None:
        return _open(session, inquiry)
    if isinstance(inquiry.answer, NoCases):
        return explain(session, criterion_id, hint)
    place = session.place.at("propose_note", criterion_id, **_at(session, inquiry))
    return Turn(place, replies=(text_card(session, inquiry, "note", hint),))


def heard(session: Session, text: str, command: Request | None, now: datetime) -> Turn | None:
    """A text of somebody who stands at such a criterion; None for what leads elsewhere."""
    inquiry, step = _mine(session, session.place.focus), session.place.step
    request = command or _request(session, text, inquiry)
    if request is not None and not (step in TEXT_STEPS and command is None and request.name in AS_TEXT):
        return _asked_for(session, inquiry, request) if request.name in WITHIN else None
    if session.invite is not None or session.link is not None:
        return None
    if inquiry is None or session.elsewhere or not _waits(session, inquiry):
        return resume(session)
    return _written(session, inquiry, text, now) if step in TEXT_STEPS else _answered(session, inquiry, text, now)


def _answered(session: Session, inquiry: Inquiry, text: str, now: datetime) -> Turn:
    """A yes takes the doubtful reading, a no asks again; anything else is read as the answer."""
    if session.place.step == "propose_doubt" and "either" not in session.place.pending:
        match explaining.yes_or_no(session, text):
            case "yes":
                return take_waiting(session, inquiry.criterion, now)
            case "no":
                return ask(session, inquiry)
    return _typed(session, inquiry, text, now)


def _request(session: Session, text: str, inquiry: Inquiry | None) -> Request | None:
    number = inquiry is not None and session.opened.criteria.criterion(inquiry.criterion).kind == "ratio"
    return read_request(text, session.words, (), expecting_number=number)


def _asked_for(session: Session, inquiry: Inquiry | None, request: Request) -> Turn:
    if inquiry is None:
        return resume(session)
    match request.name:
        case "no_cases":
            return explain(session, inquiry.criterion)
        case "not_applicable":
            return ask(session, inquiry, hint={"code": "officers_claim", "typed": ""})
        case "note":
            return write_note(session, inquiry.criterion)
        case _:
            return _open(session, inquiry)


def _typed(session: Session, inquiry: Inquiry, text: str, now: datetime) -> Turn:
    leaf = session.opened.criteria.criterion(inquiry.criterion)
    match turned(typing.read(leaf, text, session)):
        case Accepted(value):
            return _propose(session, inquiry, typing.answer_of(value), now)
        case Doubtful(value, alternative, why):
            other = typing.answer_of(alternative) if alternative is not None else None
            return _doubt(session, inquiry, leaf, text, (typing.answer_of(value), other), why)
        case Refused(hint, suggestion):
            code = "officers_claim" if hint == "maybe_exempt" else hint
            return ask(session, inquiry, hint={"code": code, "typed": text, "suggestion": suggestion})


def _doubt(
    session: Session, inquiry: Inquiry, leaf: Criterion, text: str, answers: tuple[Answer, Answer | None], why: str
) -> Turn:
    """Spell the reading out; nothing is told to anybody before it is taken."""
    first, other = answers
    pending = kept(first) | _at(session, inquiry) | ({} if other is None else {"either": "1"})
    readings = tuple(
        typing.reading(leaf, one) | {"press": _take(session, inquiry, one)} for one in answers if one is not None
    )
    place = session.place.at("propose_doubt", inquiry.criterion, **pending)
    return Turn(place, replies=(doubt_card(session, inquiry, text, readings, why),))


def _take(session: Session, inquiry: Inquiry, answer: Answer) -> str:
    value = encode_value(answer)
    if len(value) > LONGEST_VALUE:
        return Press("py", session.opened.id, inquiry.criterion).encode()
    return Press("pa", session.opened.id, inquiry.criterion, value).encode()


def _written(session: Session, inquiry: Inquiry, text: str, now: datetime) -> Turn:
    """The note or the explanation that was asked for. A bare number is asked about: it may be the answer."""
    if session.place.step == "propose_none":
        if explaining.yes_or_no(session, text) == "no":
            return ask(session, inquiry)
        words, hint = explaining.explanation(session, text, inquiry.criterion)
        return explain(session, inquiry.criterion, hint) if hint else _propose(session, inquiry, NoCases(words), now)
    match read_note(text):
        case Refused(hint, _):
            return write_note(session, inquiry.criterion, hint)
        case Doubtful(value):
            place = replace(session.place, pending={**session.place.pending, "text": value})
            return Turn(place, replies=(text_card(session, inquiry, "number", typed=value),))
        case reading:
            return _note(session, inquiry, reading.value, now)


def _note(session: Session, inquiry: Inquiry, note: str, now: datetime) -> Turn:
    if inquiry.answer is None:
        return ask(session, inquiry)
    return _told(session, inquiry, inquiry.answer, note, now)


def _propose(session: Session, inquiry: Inquiry, answer: Answer, now: datetime) -> Turn:
    """The answer goes to the officers; the note stays unless it explained why there was none."""
    note = answer.note if isinstance(answer, NoCases) else inquiry.remark
    return _told(session, inquiry, answer, note, now)


def _told(session: Session, inquiry: Inquiry, answer: Answer, note: str, now: datetime) -> Turn:
    bare = NoCases() if isinstance(answer, NoCases) else answer
    if inquiry.answer == bare and inquiry.note == note:  # a double tap
        return ask(session, inquiry)
    name = session.person.name if session.person else ""
    after = replace(inquiry, state="answered", answer=bare, note=note, answered_at=now, colleague=name)
    known = replace(session, assessment=inquired.having(session.opened, after))
    turn = ask(known, after, sent="again" if inquiry.answer is not None else "first")
    fact = AnswerProposed(inquiry.id, inquiry.criterion, bare, note)
    return replace(turn, facts=(fact,), replies=(*turn.replies, told_officers(known, after, before=inquiry)))


def _open(session: Session, inquiry: Inquiry) -> Turn:
    if not _waits(session, inquiry):
        return Turn(_left(session), replies=(over(session, inquiry),))
    return ask(session, inquiry)


def _left(session: Session) -> Place:
    """Where the person stands once nothing is asked any more: nothing they type belongs there."""
    return session.place.at("idle") if session.place.step in STEPS else session.place


def _waits(session: Session, inquiry: Inquiry) -> bool:
    """Whether an answer to it still leads anywhere."""
    return inquiry.unsettled and asking.editable(session.opened, inquiry.criterion)


def _mine(session: Session, criterion_id: str = "") -> Inquiry | None:
    """The inquiry of the loaded assessment that this very person is the colleague of, the last one about a criterion;
    without one named, the only one that is unsettled."""
    assessment, person = session.assessment, session.person
    if assessment is None or person is None or not may(person, Action.ANSWER_ONE, assessment.unit):
        return None
    mine = [one for one in assessment.inquiries if one.colleague_id == person.id]
    if criterion_id:
        return next((one for one in reversed(mine) if one.criterion == criterion_id and _known(session, one)), None)
    waiting_ones = [one for one in mine if one.unsettled and _known(session, one)]
    return waiting_ones[0] if len(waiting_ones) == 1 and len(session.asked) < 2 else None


def _known(session: Session, inquiry: Inquiry) -> bool:
    return inquiry.criterion in session.opened.card.lines


def _at(session: Session, inquiry: Inquiry) -> dict[str, str]:
    """What a place needs to find the way back: nobody who is asked works on the assessment as a whole."""
    return {"assessment": str(session.opened.id), "seen": str(inquiry.revision)}
