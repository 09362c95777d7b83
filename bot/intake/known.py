"""The units as the service knows them, the ones that are no more included: what a new list is compared with."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.conversation.restructuring import KnownUnit
from storage import units


def known_units(conn: Connection, at: int) -> tuple[KnownUnit, ...]:
    """Every unit there ever was, in order; `at` is the moment by which one may have ended."""
    return tuple(
        KnownUnit(
            row.code,
            row.name,
            row.short_name,
            row.kind,
            row.email or "",
            row.phone or "",
            ended=row.valid_to is not None and row.valid_to <= at,
        )
        for row in units.every_unit(conn)
    )
