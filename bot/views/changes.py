"""What a new list of units would change, as the office reads it before anything is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.conversation.restructuring import Changes, KnownUnit, Renamed
from bot.views.board import Data


def shown_changes(changes: Changes, known: Sequence[KnownUnit], skipped: Sequence[int]) -> Data:
    """Every change by name: added, renamed (what was, what will be), merged, closed; what the list does not name."""
    names = {unit.code: unit.name for unit in known} | {row.code: row.name for row in changes.units}
    return {
        "added": changes.added,
        "renamed": tuple(_renamed(one) for one in changes.renamed),
        "merged": tuple(
            {"code": code, "name": names[code], "into_code": into, "into": names[into]} for code, into in changes.merged
        ),
        "closed": _named(changes.closed, names),
        "missing": _named(changes.missing, names),
        "unchanged": len(changes.unchanged),
        "skipped": tuple(skipped),
        "nothing": changes.nothing,
        "ending": bool(changes.merged or changes.closed),
    }


def _renamed(one: Renamed) -> Data:
    columns = tuple(
        {"column": column, "before": getattr(one.before, column), "after": getattr(one.after, column)}
        for column in one.columns
    )
    return {"code": one.after.code, "name": one.before.name, "columns": columns}


def _named(codes: Sequence[str], names: Mapping[str, str]) -> tuple[Data, ...]:
    return tuple({"code": code, "name": names[code]} for code in codes)
