"""Watches what updates do to an assessment: who may have changed which answer, and that the books agree."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from sqlalchemy import Connection
from talk.stage import Stage, criteria

from bot.conversation.assessment import Assessment
from bot.conversation.presses import Press, decode, decode_value
from scoring.answers import Answer, Exempt, NoCases
from scoring.scorecard import score
from storage import assessments, units
from storage.rows import AssessmentRow

WRITERS = frozenset({"an", "tp", "un", "op", "gr", "pk"})
"""The verbs of buttons that may change an answer."""

Answers = Mapping[str, Answer]


def answers_of(assessment: Assessment) -> dict[str, Answer]:
    """The answers alone."""
    return {key: held.answer for key, held in assessment.answers.items()}


def may_touch(payload: str) -> frozenset[str]:
    """The answers that a button may change: that of its subject, and of the exemption the subject stands under."""
    press = decode(payload)
    if press is None or press.verb not in WRITERS:
        return frozenset()
    if criteria().find(press.subject) is None:
        return frozenset()
    scope = criteria().exemption_scope(press.subject)
    under = (one.id for one in criteria().leaves_under(press.subject)) if press.verb == "un" else ()
    return frozenset({press.subject, *under} | ({scope} if scope else set()))


def changed(before: Answers, after: Answers) -> frozenset[str]:
    """The keys whose answer differs."""
    return frozenset(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def assert_wrote_only_its_own(payload: str, before: Assessment, after: Assessment) -> None:
    """A button changed nothing but its own answer, and that one only as it says and as it was seen."""
    old, new = answers_of(before), answers_of(after)
    touched = changed(old, new)
    assert touched <= may_touch(payload), f"{payload} changed {sorted(touched)}"
    press = decode(payload)
    if press is None or press.verb != "an" or press.subject not in touched:
        return
    _assert_as_said(press, before, new)


def _assert_as_said(press: Press, before: Assessment, new: Answers) -> None:
    held, said = before.held(press.subject), decode_value(press.argument)
    assert (held.revision if held else 0) == press.revision
    given = new[press.subject]
    assert given == said or (isinstance(said, Exempt | NoCases) and type(given) is type(said))


async def assert_books_agree(stage: Stage, unit: str, model: Answers | None = None) -> Assessment:
    """What is stored is the model, the totals kept are those of the scorer, the class follows from the exact total."""
    assessment = await stage.assessment(unit)
    row = await stage.store.run(_row, unit, assessment.id)
    stored = answers_of(assessment)
    if model is not None:
        assert {key: bare(answer) for key, answer in stored.items()} == {k: bare(a) for k, a in model.items()}
    card = score(criteria(), assessment.unit.kind, stored)
    assert Fraction(row.total) == card.total == sum(card.points.values(), start=Fraction(0))
    assert (row.decided or 0) == card.decided
    if row.decided:
        assert row.class_letter == card.class_letter
    if card.class_letter is not None:
        assert card.class_letter == class_of(card.total)
    return assessment


def class_of(total: Fraction) -> str:
    """The class the decision gives to an exact total."""
    return "A" if total >= 80 else "B" if total >= 65 else "C" if total >= 50 else "D"


def bare(answer: Answer) -> Answer:
    """An answer without its words."""
    return type(answer)() if isinstance(answer, Exempt | NoCases) else answer


def _row(conn: Connection, code: str, assessment_id: int) -> AssessmentRow:
    assert units.unit_by_code(conn, code) is not None
    return assessments.view_assessment(conn, assessment_id).row
