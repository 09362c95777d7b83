"""Sorts a message that answers many criteria: what each part says of its own criterion, and what cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.conversation import answering, asking, explaining, typing
from bot.conversation.assessment import Assessment
from bot.conversation.naming import names
from bot.conversation.reading.batch import Entry, names_criterion
from bot.conversation.reading.outcomes import Accepted, Doubtful, Refused
from bot.conversation.reading.reasons import NO_CASES, Reasoned, read_reasoned
from bot.conversation.session import Session
from scoring.answers import Answer, Exempt, NoCases
from scoring.criteria_set import Criterion


@dataclass(frozen=True, slots=True)
class Understood:
    """One answer as it was read. `doubt` says why it is spelled out with what was typed; "" where nothing is odd.
    `seen`: the revision it was read for, where it waits for its word already."""

    answer: Answer
    typed: str
    doubt: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A part that gives no answer: `code` says why, `between` are two ways to read it."""

    id: str
    typed: str
    code: str
    suggestion: str | None = None
    between: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Sorted:
    """A whole message: answers by criterion (or exemption's scope), and what is only to be told."""

    answers: Mapping[str, Understood] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    twice: tuple[str, ...] = ()
    """What was named more than once; the last answer counts."""
    standing: tuple[str, ...] = ()
    """What is answered just so already."""
    dropped: tuple[str, ...] = ()
    """What waited and waits no more: it was typed anew, and that was not understood."""


def sort(session: Session, entries: tuple[Entry, ...]) -> Sorted:
    """Read every entry for its criterion; of several answers to one criterion the last one stays."""
    assessment = session.opened
    answers: dict[str, Understood] = {}
    unread: list[Unread] = []
    twice: dict[str, None] = {}
    for entry in entries:
        match read_entry(session, entry):
            case Unread() as told:
                unread.append(told)
            case key, understood:
                for other in [one for one in answers if asking.covers(one, key) or asking.covers(key, one)]:
                    twice |= {other: None}
                    del answers[other]
                answers[key] = understood
    standing = tuple(key for key, one in answers.items() if _stands(assessment, key, one.answer))
    changes = {key: one for key, one in answers.items() if key not in standing}
    return Sorted(changes, tuple(unread), tuple(twice), standing)


def read_entry(session: Session, entry: Entry) -> tuple[str, Understood] | Unread:
    """One entry: where its answer belongs, with the answer; or why there is none."""
    assessment = session.opened
    reasoned = read_reasoned(entry.text, session.words)
    why = _not_read(assessment, entry, reasoned)
    if why:
        return Unread(entry.id, entry.text, why)
    leaf = assessment.criteria.criterion(entry.id) if entry.id in assessment.card.lines else None
    known = _reasoned(session, entry, leaf, reasoned) if reasoned else None
    if known is None and leaf is None:
        return Unread(entry.id, entry.text, "a_group")
    return known or _ordinary(session, entry, assessment.criteria.criterion(entry.id))


def _not_read(assessment: Assessment, entry: Entry, reasoned: Reasoned | None) -> str:
    """Why an entry is not even looked at; "" when it is. A reason in words may name what it likes."""
    if not entry.id:
        return "unknown_id"
    if not entry.text:
        return "no_answer"
    in_words = reasoned is not None and reasoned.reason[:1].isalpha()
    if not in_words and names_criterion(entry.text, names(assessment)):
        return "needs_comma"
    return "" if asking.editable(assessment, entry.id) else "locked"


def _ordinary(session: Session, entry: Entry, leaf: Criterion) -> tuple[str, Understood] | Unread:
    match typing.read(leaf, entry.text, session):
        case Accepted(value):
            return leaf.id, Understood(typing.answer_of(value), entry.text)
        case Doubtful(value, alternative, why) if alternative is None or leaf.kind != "ratio":
            return leaf.id, Understood(typing.answer_of(value), entry.text, why)
        case Doubtful(value, alternative, why):
            between = tuple(typing.answer_of(one) for one in (value, alternative) if one is not None)
            return Unread(leaf.id, entry.text, "two_readings", between=between)
        case Refused("maybe_exempt") if session.opened.criteria.exemption_for(leaf.id) is None:
            return Unread(leaf.id, entry.text, "no_such_case")
        case Refused(hint, suggestion):
            return Unread(leaf.id, entry.text, hint, suggestion)


def _reasoned(
    session: Session, entry: Entry, leaf: Criterion | None, said: Reasoned
) -> tuple[str, Understood] | Unread | None:
    """No case at all, or an exemption; None where that is no answer here, so that the words are read as others are."""
    assessment = session.opened
    note, hint = explaining.explanation(session, said.reason) if said.reason else ("", "")
    if hint:
        return Unread(entry.id, entry.text, "needs_words")
    none_here = leaf is not None and leaf.inputs is not None and leaf.inputs.when_zero != "exempt" and leaf.none_allowed
    if said.name == NO_CASES and none_here:
        found = entry.id, Understood(NoCases(note), entry.text)
        return found if note else Unread(entry.id, entry.text, "needs_reason")
    exemption = assessment.criteria.exemption_for(entry.id)
    if said.name == NO_CASES and not (leaf and leaf.inputs) and exemption is None:
        return None
    if exemption is None:
        return Unread(entry.id, entry.text, "only_no_cases" if none_here else "no_such_case")
    if not exemption.allows(assessment.unit.kind):
        return Unread(entry.id, entry.text, "exempt_not_allowed")
    return exemption.scope, Understood(Exempt(note or exemption.usual_ground), entry.text)


def _stands(assessment: Assessment, key: str, answer: Answer) -> bool:
    """Whether that is what stands there; the usual ground does not replace one in somebody's own words."""
    held = assessment.held(key)
    if held is None:
        return False
    exemption = assessment.criteria.exemption_for(key)
    usual = isinstance(answer, Exempt) and exemption is not None and answer.note == exemption.usual_ground
    return held.answer == answer or (usual and answering.same(held.answer, answer))
