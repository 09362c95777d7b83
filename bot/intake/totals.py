"""What is kept beside an assessment's answers so that nobody has to score it to look at it: totals, class, lines."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.conversation.assessment import Assessment
from bot.intake.moments import to_ms
from scoring.scorecard import Scorecard
from storage import assessments

MILLIONTHS = 1_000_000


def keep_totals(conn: Connection, assessment: Assessment, **also: object) -> None:
    """Bring the kept columns up to what the assessment is now; `also` are further columns, as `put_progress` has."""
    card = assessment.card
    assessments.put_progress(
        conn,
        assessment.id,
        state=assessment.state,
        opening=dict(assessment.opening),
        reopened=tuple(sorted(assessment.reopened)) if assessment.reopened else None,
        total=str(card.total),
        total_millionths=int(card.total * MILLIONTHS),
        decided=card.decided,
        class_letter=card.class_letter,
        class_floor=card.class_floor,
        class_ceiling=card.class_ceiling,
        revision=assessment.submissions,
        back_due_at=to_ms(assessment.back_due_at) if assessment.back_due_at else None,
        awaiting_since=to_ms(assessment.awaiting.since) if assessment.awaiting else None,
        awaiting_by=assessment.awaiting.by if assessment.awaiting else None,
        asked_since=dict(assessment.asked_since) or None,
        lines=lines_of(card),
        **also,
    )


def lines_of(card: Scorecard) -> dict[str, list[object]]:
    """Each criterion of a scorecard as it is kept beside the totals: exact points or None, state, codes of flags.

    What is wrong with a whole group is flagged at its first criterion.
    """
    flags: dict[str, list[str]] = {}
    for problem in card.problems:
        flags.setdefault(card.place_of(problem.id), []).append(problem.code)
    return {
        one.id: [None if one.points is None else str(one.points), one.state, flags.get(one.id, [])]
        for one in card.lines.values()
    }
