"""`tucham status`: every unit of the latest cycle at a glance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from bot.cli.shape import Stopped, command, json_option, tell
from bot.cli.start import at_the_desk, configured
from bot.wording import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.settings import Settings
    from scoring.criteria_set import CriteriaSet
    from storage.rows import CycleRow, ProgressRow


@command("command.status")
@json_option
def status(as_json: bool) -> None:
    """Print how far every unit is."""
    from bot.cli.moments import spelled
    from bot.intake.moments import from_ms
    from scoring.library import parse_set

    found = at_the_desk(lambda office: office.store.read(_look))
    if found is None:
        raise Stopped(say("refusal.no_cycle"))
    cycle, text, rows = found
    criteria, settings = parse_set(text, cycle.set_digest), configured()
    if as_json:
        tell(json.dumps(_as_json(cycle, criteria, rows), ensure_ascii=False, indent=2))
        return
    state = say("status.closed") if cycle.closed_at is not None else say("status.open")
    tell(say("status.head", year=cycle.year, state=state, due=spelled(from_ms(cycle.due_at), settings.zone)))
    for row in rows:
        tell(_line(row, cycle, criteria, settings))
    submitted = sum(row.state == "submitted" for row in rows)
    tell(say("status.sum", submitted=submitted, units=len(rows)))


def _look(conn: Connection) -> tuple[CycleRow, str, tuple[ProgressRow, ...]] | None:
    from storage import cycles, progress

    cycle = cycles.open_cycle(conn) or cycles.latest_cycle(conn)
    if cycle is None:
        return None
    return cycle, cycles.set_text(conn, cycle.set_digest), progress.assessment_rows(conn, cycle.id)


def _state(row: ProgressRow, cycle: CycleRow) -> str:
    if row.awaiting_since is not None and cycle.approval and cycle.closed_at is None:
        return "awaiting"
    return "not_started" if row.state is None or (row.state == "open" and not row.decided) else row.state


def _shown(row: ProgressRow, criteria: CriteriaSet) -> str:
    from scoring.display import class_limits, round_for_display

    return round_for_display(Fraction(row.total or "0"), class_limits(criteria)).replace(".", ",")


def _line(row: ProgressRow, cycle: CycleRow, criteria: CriteriaSet, settings: Settings) -> str:
    late = f" ({say('status.late')})" if row.late else ""
    receipt = f"{row.receipt}, {_when(row.submitted_at, settings)}{late}" if row.receipt and row.submitted_at else ""
    return say(
        "status.line",
        code=f"{row.unit_code:<16}",
        state=f"{say('state.' + _state(row, cycle)):<14}",
        decided=f"{row.decided:>2}/{len(criteria.leaves)}",
        total=f"{_shown(row, criteria):>7}",
        letter=row.class_letter or "-",
        officers=row.officers,
        name=row.unit_name,
        receipt=receipt,
    )


def _as_json(cycle: CycleRow, criteria: CriteriaSet, rows: Sequence[ProgressRow]) -> dict[str, Any]:
    from bot.intake.moments import from_ms, maybe

    def iso(moment: datetime | None) -> str | None:
        return moment.isoformat(timespec="seconds") if moment else None

    return {
        "cycle": {
            "id": cycle.id,
            "year": cycle.year,
            "criteria_set": criteria.id,
            "due_at": iso(from_ms(cycle.due_at)),
            "closed_at": iso(maybe(cycle.closed_at)),
        },
        "units": [
            {
                "code": row.unit_code,
                "name": row.unit_name,
                "short_name": row.unit_short_name,
                "kind": row.unit_kind,
                "state": _state(row, cycle),
                "awaiting_since": iso(maybe(row.awaiting_since)),
                "decided": row.decided,
                "criteria": len(criteria.leaves),
                "points": str(Fraction(row.total or "0")),
                "points_display": _shown(row, criteria),
                "class": row.class_letter,
                "class_floor": row.class_floor,
                "class_ceiling": row.class_ceiling,
                "officers": row.officers,
                "submissions": row.revision,
                "receipt": row.receipt,
                "submitted_at": iso(maybe(row.submitted_at)),
                "late": row.late,
            }
            for row in rows
        ],
    }


def _when(at: int | None, settings: Settings) -> str:
    from bot.intake.moments import from_ms

    return f"{from_ms(at).astimezone(settings.zone):%H:%M %d/%m/%Y}" if at is not None else ""
