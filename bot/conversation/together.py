"""Several answers at once: applied one behind the other, told each with what followed from it, taken back together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from bot.conversation import answering
from bot.conversation.asking import Recorded
from bot.conversation.assessment import Assessment
from bot.conversation.facts import AssessmentFact
from bot.conversation.session import Session
from scoring.answers import Answer

MOST_LINES = 10
"""Of more answers than this only the numbers are told above the next question; each was spelled out before."""
Given = Sequence[tuple[str, Answer]]
"""Answers by criterion, or by the scope of an exemption."""


@dataclass(frozen=True, slots=True)
class Together:
    """What several answers come to: the session after them, the facts, and what the person is told of each."""

    session: Session
    facts: tuple[AssessmentFact, ...] = ()
    told: Recorded = ()


def give(session: Session, given: Given, now: datetime) -> Together:
    """Apply answers that fit and may be given; nothing is checked here. Without any, nothing changes."""
    if not given:
        return Together(session)
    before = after = session.opened
    facts: tuple[AssessmentFact, ...] = ()
    told: Recorded = ()
    for key, answer in given:
        earlier, new = after, answering.facts_of(after, key, answer)
        after = answering.applied(session, after, new, now)
        facts += new
        told += (answering.recorded(earlier, after, key),)  # what followed from this one, not from the others
    keys = [key for key, _ in given]
    undo = {"criterion": keys[-1], "criteria": " ".join(keys)} | answering.undo_of(before, after, facts)
    skipped = tuple(one for one in session.place.skipped if one not in keys)
    place = replace(session.place, undo=undo, skipped=skipped, misses=0)
    shown = tuple({**one, **_in_the_end(after, key)} for one, key in zip(told, keys, strict=True))
    return Together(replace(session, assessment=after, place=place), facts, shown)


def in_short(assessment: Assessment, told: Recorded) -> Recorded:
    """What was recorded, line by line; of very many only the numbers, their points and what followed from them."""
    if len(told) <= MOST_LINES:
        return told
    lines, ids = assessment.card.lines, _all(told, "ids")
    followed = {name: _all(told, name) for name in ("reopened", "counted_again", "problems")}
    merged: dict[str, object] = {
        "change": "several",
        "id": ids[-1],
        "ids": ids,
        "kind": "choice",
        "points": sum(lines[one].points or 0 for one in ids),
        "maximum": sum(lines[one].maximum for one in ids),
        "derived": tuple(one for one in _all(told, "derived") if lines[one].state == "derived"),
    }
    return (merged | followed,)


def _in_the_end(assessment: Assessment, key: str) -> dict[str, object]:
    """What an answer counts for when all the others were given too; `parent`: whose answer makes it nothing."""
    lines = [assessment.card.lines[leaf.id] for leaf in assessment.criteria.leaves_under(key)]
    return {"points": sum(line.points or 0 for line in lines), "parent": lines[0].parent}


def _all(told: Recorded, name: str) -> tuple[str, ...]:
    """What stands under a name in any of them, in order, each once."""
    every: list[str] = []
    for one in told:
        every += [item for item in cast(tuple[str, ...], one[name]) if item not in every]
    return tuple(every)
