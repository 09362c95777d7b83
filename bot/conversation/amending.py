"""Criteria issued anew in mid-season: what of a unit's answers still counts, what it is asked again, who is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from bot.conversation import describing
from bot.conversation.assessment import Assessment
from bot.conversation.buttons import button
from bot.conversation.facts import Amended
from bot.conversation.turn import Reply, UnitLeaders, UnitOfficers
from scoring.changes import Changed, changed_criteria
from scoring.criteria_set import CriteriaSet
from scoring.scorecard import Scorecard, score

Decide = Callable[[Assessment], Amended]


def amending(old: CriteriaSet, new: CriteriaSet, set_digest: str) -> Decide:
    """What becomes of each assessment of a cycle that goes over from one set to another."""

    @cache
    def changed(unit_kind: str) -> Changed:
        return changed_criteria(old, new, unit_kind)

    def amended(assessment: Assessment) -> Amended:
        change = changed(assessment.unit.kind)
        aside, gone = change.asked_again, tuple(sorted(change.gone))
        asked = tuple(leaf.id for leaf in new.leaves if leaf.id in aside)
        fact = Amended(set_digest, asked, gone)
        return replace(fact, again=assessment.state == "submitted" and not _holds(assessment, change, new))

    return amended


@dataclass(frozen=True, slots=True)
class Concerned:
    """A unit of whose assessment something changes: the answers set aside, and whether it hands in again."""

    name: str
    set_aside: tuple[str, ...]
    again: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What going over to another set would change: of the criteria, and of each unit that is concerned."""

    old: CriteriaSet
    change: Changed
    units: tuple[Concerned, ...]

    @property
    def answers(self) -> int:
        """How many answers would be set aside."""
        return sum(len(one.set_aside) for one in self.units)

    @property
    def returned(self) -> int:
        """How many results that were handed in would have to be handed in again."""
        return sum(one.again for one in self.units)


def outlook(every: tuple[Assessment, ...], old: CriteriaSet, new: CriteriaSet) -> Outlook:
    """What would become of these assessments, all of one cycle; those of units that are no more are left out."""
    decide = amending(old, new, "")
    found = []
    for one in every:
        fact = decide(one)
        aside = frozenset((*fact.asked_again, *fact.gone))
        gone = tuple(key for key in one.answers if key in aside)
        if one.state not in ENDED and (gone or fact.again):
            found.append(Concerned(one.unit.name, tuple(sorted(gone, key=old.position)), fact.again))
    return Outlook(old, changed_criteria(old, new), tuple(found))


def under(assessment: Assessment, fact: Amended, new: CriteriaSet, at: datetime) -> Assessment:
    """The assessment after the amendment, scored by the new set."""
    after = assessment.apply(fact, None, "", at)
    return replace(after, cycle=replace(after.cycle, criteria=new))


def notices(
    every: tuple[Assessment, ...], decide: Decide, new: CriteriaSet, reason: str, now: datetime
) -> tuple[Reply, ...]:
    """One notice for the officers of each unit of whose answers something changes."""
    told = (_notice(one, decide(one), new, reason, now) for one in every if one.state not in ENDED)
    waiting = (reply for one in every if one.awaits for reply in _no_longer(one, now))
    return (*(reply for reply in told if reply is not None), *waiting)


def _no_longer(assessment: Assessment, now: datetime) -> tuple[Reply, ...]:
    """A leader who was asked to approve would approve something else now: the officers ask again."""
    data = {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "why": "amended",
        "since": assessment.awaiting.since if assessment.awaiting else None,
    }
    rows = ((button(assessment, "rv", "review"),),)
    key = f"approval_amended:{assessment.id}:{now.isoformat()}"
    return tuple(
        Reply("approval_changed", data | {"role": role}, rows, to=to, key=f"{key}:{role}")
        for role, to in (
            ("officer", UnitOfficers(assessment.unit.id)),
            ("leader", UnitLeaders(assessment.unit.id)),
        )
    )


ENDED = frozenset({"merged", "closed"})
"""States in which nobody answers any more."""


def _notice(assessment: Assessment, fact: Amended, new: CriteriaSet, reason: str, now: datetime) -> Reply | None:
    """None where nobody has answered anything yet, and where everything stands as it was."""
    begun = bool(assessment.answers) or assessment.submissions > 0
    if not begun or not (fact.asked_again or fact.gone or fact.again):
        return None
    after = under(assessment, fact, new, now)
    old_lines = assessment.card.lines
    answered = [one for one in fact.asked_again if one in old_lines and assessment.held(one) is not None]
    added = [one for one in fact.asked_again if one not in old_lines]
    removed = [one for one in fact.gone if one in old_lines]
    if not (answered or added or removed or fact.again):
        return None
    data: Mapping[str, object] = {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "basis": new.legal_basis,
        "reason": reason,
        "asked": describing.titled(after, answered),
        "added": describing.titled(after, added),
        "removed": describing.titled(assessment, removed),
        "receipt": assessment.receipt if fact.again else "",
        "due_at": assessment.cycle.due_at,
        "late": now >= assessment.cycle.due_at,
    }
    first = next(iter((*answered, *added)), "")
    rows = ((button(after, "go", "continue", first),),)
    key = f"amended:{assessment.id}:{now.isoformat()}"
    return Reply("criteria_amended", data, rows, to=UnitOfficers(assessment.unit.id), key=key)


def _holds(assessment: Assessment, change: Changed, new: CriteriaSet) -> bool:
    """Whether what was handed in says the same under the new set: no answer set aside, nothing new to answer, the same
    points and the same class."""
    if not change.nothing:
        return False
    answers = {key: held.answer for key, held in assessment.answers.items()}
    return _outcome(assessment.card) == _outcome(score(new, assessment.unit.kind, answers))


def _outcome(card: Scorecard) -> tuple[object, ...]:
    return card.total, card.class_letter, {one.id: one.points for one in card.lines.values()}
