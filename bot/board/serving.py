"""Who serves whom, read in one go for the page of the people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.intake.moments import from_ms, maybe
from bot.views.serving import Invited, Serving
from storage import addressees, cycles, invites, presence, units
from storage.rows import ClaimRow, InviteRow
from storage.rows.mailings import ServedRow


@dataclass(frozen=True, slots=True)
class People:
    """Everyone with a role, every invite, the units of today as (code, name), the year of the open cycle."""

    serving: tuple[Serving, ...]
    invited: tuple[Invited, ...]
    units: tuple[tuple[str, str], ...]
    year: int | None


def look(conn: Connection, at: int) -> People:
    """Read the page's data; `at` is now in epoch ms."""
    known = {row.id: (row.code, row.name) for row in units.every_unit(conn)}
    here = presence.last_here(conn)
    claims = invites.all_claims(conn)
    cycle = cycles.open_cycle(conn)
    return People(
        serving=tuple(
            _serving(row, known, here.get(row.person_id)) for rows in addressees.served(conn).values() for row in rows
        ),
        invited=tuple(_invited(row, at, claims.get(row.id, ())) for row in invites.list_invites(conn)),
        units=tuple((row.code, row.name) for row in units.list_units(conn, at)),
        year=cycle.year if cycle else None,
    )


def one_role(conn: Connection, role_id: int) -> Serving | None:
    """A live role by the number of its grant."""
    row = addressees.granted_role(conn, role_id)
    if row is None:
        return None
    unit = units.unit_by_id(conn, row.unit_id) if row.unit_id is not None else None
    known = {unit.id: (unit.code, unit.name)} if unit else {}
    return _serving(row, known, presence.last_here(conn).get(row.person_id))


def _serving(row: ServedRow, known: dict[int, tuple[str, str]], last_here: int | None) -> Serving:
    code, unit = known.get(row.unit_id or 0, ("", ""))
    return Serving(row.role_id, row.person_id, row.name, row.role, code, unit, row.way, row.channel, maybe(last_here))


def _invited(row: InviteRow, at: int, claims: Sequence[ClaimRow]) -> Invited:
    used = tuple((one.person_name, from_ms(one.at)) for one in claims)
    created_at, expires_at = from_ms(row.created_at), maybe(row.expires_at)
    return Invited(
        row.id, row.role, row.unit_name or "", row.state(at), created_at, expires_at, used, left=row.uses_left
    )
