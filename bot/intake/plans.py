"""The plan of reminders that a cycle keeps."""

from __future__ import annotations

import logging

from bot.conversation.plan import USUAL, Plan, PlanRefused
from storage.rows import CycleRow

log = logging.getLogger(__name__)


def plan_of(row: CycleRow) -> Plan:
    """The cycle's plan; one that cannot be read is told in the log, and the usual one holds."""
    try:
        return Plan.from_json(row.reminders)
    except PlanRefused as refused:
        log.error("the plan of reminders of cycle %s cannot be read, the usual one holds: %s", row.id, refused)  # noqa: TRY400
        return USUAL
