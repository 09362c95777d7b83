"""Records answers: the button or text that gives one, what follows from it, and how it is taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bot.conversation import asking, blocks, claiming, describing, going, opening, overwriting
from bot.conversation.assessment import Assessment, Held
from bot.conversation.facts import AnswerGiven, AnswerWithdrawn, AssessmentFact, OpeningSettled
from bot.conversation.session import Session
from bot.conversation.turn import Turn
from scoring.answers import Answer, ChosenOption, Exempt, NoCases, decode, encode

WHOLE = 100


def give(session: Session, criterion_id: str, answer: Answer, seen: int, now: datetime) -> Turn:
    """Somebody answers a criterion (or claims an exemption's scope) having seen revision `seen` of it.

    A double tap changes nothing, a colleague's newer answer is shown first, and what is locked stays as it is.
    """
    assessment = session.opened
    held = assessment.held(criterion_id)
    if held and held.revision != seen:
        if same(held.answer, answer):
            here = session.place.focus == criterion_id  # a colleague was faster; else it is a double tap
            return going.go_on(session, criterion_id, session.place, ()) if here else going.where_things_stand(session)
        return overwriting.ask_which(session, criterion_id, held, answer)
    if not asking.editable(assessment, criterion_id):
        return going.locked(session)
    if seen < assessment.revision_of(criterion_id):  # the button was made for what the criterion was before
        return asking.ask(session, assessment.first_of(criterion_id), session.place, stale=True)
    words_first = _words_first(session, criterion_id, answer)
    return words_first or record(session, facts_of(assessment, criterion_id, answer), criterion_id, now)


def _words_first(session: Session, criterion_id: str, answer: Answer) -> Turn | None:
    """Asks for the explanation or the ground that such an answer needs and does not have yet."""
    match answer:
        case NoCases(note) if not note:
            return claiming.explain_no_cases(session, criterion_id)
        case Exempt(note) if not note:
            return claiming.ask_ground(session, criterion_id)
    return None


def fits(assessment: Assessment, criterion_id: str, answer: Answer) -> bool:
    """Whether a button's answer is of the kind the criterion asks for; a forged one is not."""
    criteria = assessment.criteria
    if isinstance(answer, Exempt):
        return criteria.exemption_scope(criterion_id) == criterion_id
    if criterion_id not in assessment.card.lines:
        return False
    leaf = criteria.criterion(criterion_id)
    if isinstance(answer, ChosenOption):
        return answer.option in {option.id for option in leaf.options}
    if isinstance(answer, NoCases):
        return leaf.none_allowed or (leaf.inputs is not None and leaf.inputs.when_zero == "exempt")
    ratio = answer.ratio
    return leaf.inputs is not None and ratio is not None and (not leaf.inputs.bounded or ratio <= WHOLE)


def record(
    session: Session,
    facts: tuple[AssessmentFact, ...],
    criterion_id: str,
    now: datetime,
    *,
    told: Mapping[str, object] = MappingProxyType({}),
    back_to: str = "",
) -> Turn:
    """Apply the facts, tell what was recorded (with more `told` about it), and go on, or back to where the person came
    from: to another question at hand (`back_to`)."""
    before = session.opened
    after = applied(session, before, facts, now)
    undo = {"criterion": criterion_id} | undo_of(before, after, facts)
    skipped = tuple(one for one in session.place.skipped if one != criterion_id)
    place = replace(session.place, undo=undo, skipped=skipped, misses=0)
    asked_first = place.step == "ground" and "opening" in place.pending
    behind = "" if asked_first else criterion_id  # the opening questions come before the first criterion
    moved, lines = replace(session, assessment=after), ({**recorded(before, after, criterion_id), **told},)
    turn = asking.ask(moved, back_to, place, lines) if back_to else going.go_on(moved, behind, place, lines)
    return replace(turn, facts=facts)


def undo_of(before: Assessment, after: Assessment, facts: tuple[AssessmentFact, ...]) -> dict[str, str]:
    """How answers are taken back: what stood there before, and the revision up to which nobody has changed them."""
    given = (fact.criterion for fact in facts if isinstance(fact, AnswerGiven | AnswerWithdrawn))
    return {"revision": str(after.seq), "previous": json.dumps({key: _stored(before, key) for key in given})}


def undo(session: Session, criterion_id: str, revision: int, now: datetime) -> Turn:
    """Take the person's last answer back, or the last answers given together, unless somebody changed one since."""
    assessment = session.opened
    wanted = session.place.undo
    known = bool(wanted) and wanted["criterion"] == criterion_id and int(wanted["revision"]) == revision
    if not known or not asking.can_undo(assessment, session.place):
        return going.where_things_stand(session, stale=True)
    previous: dict[str, dict[str, object] | None] = json.loads(wanted["previous"])
    facts: tuple[AssessmentFact, ...] = tuple(
        AnswerWithdrawn(key) if stored is None else AnswerGiven(key, decode(stored))
        for key, stored in previous.items()
        if stored is not None or key in assessment.answers
    )
    after = applied(session, assessment, facts, now)
    ids = asking.to_undo(session.place)
    kind = "undone" if len(ids) > 1 else "restored" if criterion_id in after.answers else "withdrawn"
    told = {**recorded(assessment, after, ids[0]), "change": kind}
    told |= {"ids": ids, "reopened": ()} if len(ids) > 1 else {}
    place, taken_back = replace(session.place, undo={}), replace(session, assessment=after)
    if place.return_to == blocks.MODE:
        return replace(blocks.card(taken_back, place, (told,)), facts=facts)
    return replace(asking.ask(taken_back, after.first_of(ids[0]), place, (told,)), facts=facts)


def recorded(before: Assessment, after: Assessment, criterion_id: str) -> Mapping[str, object]:
    """What a person is told about the change of one criterion (or scope), its consequences included."""
    criteria = after.criteria
    leaf = criteria.criterion(criterion_id) if criterion_id in after.card.lines else None
    held = after.answers.get(criterion_id) or before.answers.get(criterion_id)
    ids = [one.id for one in criteria.leaves_under(criterion_id)]
    lines = [after.card.lines[one] for one in ids]
    was, now = before.card.lines, after.card.lines
    others = [one for one in now if now[one].state != was[one].state and one not in ids]
    return (describing.value(leaf, held.answer) if held else {}) | {
        "id": criterion_id,
        "ids": tuple(ids),
        "change": "recorded",
        "points": sum(line.points or 0 for line in lines),
        "maximum": sum(line.maximum for line in lines),
        "derived": tuple(one for one in others if now[one].state == "derived"),
        "reopened": tuple(one for one in others if now[one].state == "missing"),
        "counted_again": tuple(
            one for one in others if was[one].state == "derived" and now[one].state not in ("derived", "missing")
        ),
        "problems": tuple(
            {"id": problem.id, "code": problem.code, "args": describing.plain(problem.args)}
            for problem in after.card.problems
            if problem.code not in _SILENT
            and (problem.id in ids or (problem.args.get("other") in ids and problem not in before.card.problems))
        ),
    }


_SILENT = frozenset({"derived", "shadowed"})
"""Problems that `derived` and the exemption's own line already tell."""


def settle_opening(session: Session, scope: str, choice: str, seen: int, now: datetime) -> Turn:
    """An opening question was answered: `claim` asks for the ground, `no` goes the ordinary way, `later` skips it.

    `seen` is the revision of the scope's answer when it was asked: an old button changes nothing.
    """
    assessment, place = session.opened, session.place
    held = assessment.held(scope)
    if assessment.revision_of(scope) != seen:
        return going.where_things_stand(session, stale=True)
    if not asking.editable(assessment, assessment.first_of(scope)):
        return going.locked(session)
    if choice == "claim":
        return claiming.ask_ground(session, scope)
    if choice == "later":
        skipped = (*place.skipped, opening.mark(scope))
        return going.begin(replace(session, place=replace(place, skipped=skipped)))
    return _keep_ordinary(session, scope, held, now)


def _keep_ordinary(session: Session, scope: str, held: Held | None, now: datetime) -> Turn:
    """Nothing is claimed (any more): on with the opening questions, or with the one question it was claimed at."""
    assessment, place = session.opened, session.place
    if scope in assessment.opening and not (held and isinstance(held.answer, Exempt)):
        return asking.ask(session, assessment.first_of(scope), place)
    facts: tuple[AssessmentFact, ...] = (OpeningSettled(scope, claims=False),)
    if held and isinstance(held.answer, Exempt):
        facts = (*facts, AnswerWithdrawn(scope))
    moved = replace(session, assessment=applied(session, assessment, facts, now))
    if place.step == "ground" and "opening" not in place.pending:  # it was claimed on the question's own card
        return replace(asking.ask(moved, assessment.first_of(scope), place), facts=facts)
    return replace(going.begin(moved), facts=facts)


def take_usual_ground(session: Session, scope: str, seen: int, now: datetime) -> Turn:
    """The ground that stands ready was taken with one tap."""
    exemption = session.opened.criteria.exemption_for(scope)
    if exemption is None:
        return going.where_things_stand(session, stale=True)
    return give(session, exemption.scope, Exempt(exemption.usual_ground), seen, now)


def facts_of(assessment: Assessment, criterion_id: str, answer: Answer) -> tuple[AssessmentFact, ...]:
    """What becomes true when this answer is given; an exemption that was claimed over it is given up."""
    scope = assessment.criteria.exemption_scope(criterion_id)
    given = AnswerGiven(criterion_id, answer)
    if isinstance(answer, Exempt):
        return (OpeningSettled(criterion_id, claims=True), given)
    claimed = assessment.answers.get(scope) if scope else None
    if claimed and isinstance(claimed.answer, Exempt) and scope:
        gone = () if scope == criterion_id else (AnswerWithdrawn(scope),)
        return (OpeningSettled(scope, claims=False), *gone, given)
    return (given,)


def applied(session: Session, before: Assessment, facts: tuple[AssessmentFact, ...], now: datetime) -> Assessment:
    """The assessment after these facts, by the person who is here."""
    person = session.person
    after = before
    for fact in facts:
        after = after.apply(fact, person.id if person else None, person.name if person else "", now)
    return after


def _stored(assessment: Assessment, key: str) -> dict[str, object] | None:
    held = assessment.answers.get(key)
    return encode(held.answer) if held else None


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers say the same; the words of an explanation or a ground do not count."""
    if isinstance(one, NoCases | Exempt):
        return type(one) is type(other)
    return one == other
