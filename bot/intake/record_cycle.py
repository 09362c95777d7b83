"""A cycle opened, extended, closed, reopened and amended becomes rows; what it does to assessments, their facts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import office_facts as o
from bot.conversation.amending import amending
from bot.conversation.place import Place
from bot.conversation.plan import Plan
from bot.intake.moments import to_ms
from bot.intake.shelf import Shelf
from bot.intake.sweep import sweep_with
from scoring.changes import changed_criteria
from scoring.criteria_set import CriteriaSet
from storage import assessments, cycles, people
from storage.errors import RowMissing


def record_cycle(conn: Connection, fact: o.CycleFact, by: int | None, now: datetime) -> None:
    """The rows that one fact about a cycle changes."""
    at = to_ms(now)
    match fact:
        case o.CycleOpened():
            publish = to_ms(fact.publish_at) if fact.publish_at else None
            cycles.add_cycle(
                conn, year=fact.year, set_digest=fact.set_digest, opens_at=at, due_at=to_ms(fact.due_at),
                publish_at=publish, approval=fact.approval,
            )  # fmt: skip
        case o.CycleClosed(cycle_id):
            cycles.close_cycle(conn, cycle_id, at)
        case o.CycleExtended(cycle_id, due_at, unit_ids):
            _extend(conn, cycle_id, to_ms(due_at), unit_ids)
        case o.CycleReopened(cycle_id, _, due_at):
            cycles.reopen_cycle(conn, cycle_id)
            if due_at is not None:
                _extend(conn, cycle_id, to_ms(due_at), ())
        case o.CycleAmended():
            _amend(conn, fact, by, now)
        case o.ApprovalSet(cycle_id, approval):
            cycles.set_approval(conn, cycle_id, approval)
        case o.RemindersPlanned(cycle_id, plan):
            cycles.plan_reminders(conn, cycle_id, Plan.from_mapping(plan).to_json())


def _extend(conn: Connection, cycle_id: int, due_at: int, unit_ids: tuple[int, ...]) -> None:
    """Another deadline for some units, or for all; nobody who was given a later one loses it."""
    for unit_id in sorted(unit_ids):
        assessments.put_progress(conn, assessments.ensure_assessment(conn, unit_id, cycle_id), due_at=due_at)
    if not unit_ids:
        assessments.outrun_own_dates(conn, cycle_id, due_at)
        cycles.move_deadline(conn, cycle_id, due_at)


def _amend(conn: Connection, fact: o.CycleAmended, by: int | None, now: datetime) -> None:
    """Every assessment goes over to the new set; the cycle last, as a submission locks it after its assessment."""
    row = cycles.cycle_by_id(conn, fact.cycle_id)
    if row is None:
        raise RowMissing(f"cycle {fact.cycle_id}")
    shelf = Shelf()
    old, new = shelf.criteria(conn, row.set_digest), shelf.criteria(conn, fact.set_digest)
    _leave_places(conn, fact.cycle_id, old, new)
    decide = amending(old, new, fact.set_digest)
    for assessment_id in assessments.assessments_of(conn, fact.cycle_id):
        sweep_with(conn, shelf, assessment_id, decide, by, now)
    cycles.amend_cycle(conn, fact.cycle_id, fact.set_digest)


def _leave_places(conn: Connection, cycle_id: int, old: CriteriaSet, new: CriteriaSet) -> None:
    """Nobody stands any more at a question that is put anew, nor can take back what was answered to it."""
    change = changed_criteria(old, new)
    ids = change.asked_again | change.gone
    for person_id, stored, assessment_id in people.places_in(conn, cycle_id):
        place = Place.from_json(stored)
        left = place.without(ids)
        if left != place:
            people.put_place(conn, person_id, left.to_json(), assessment_id)
