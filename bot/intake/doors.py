"""What the doors of the site need loaded: one-time links, and who may be helped to one."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation.assessment import Unit
from bot.conversation.session import Acquaintance, Person, SignIn
from bot.intake.moments import to_ms
from storage import people, sign_ins, units
from storage.rows import UnitRow


def draw_token() -> str:
    """A secret nobody can guess (128 bits), short enough for a link."""
    return secrets.token_urlsafe(16)


def sign_in(conn: Connection, digest: str, now: datetime) -> SignIn | None:
    """The one-time link with this digest, usable or not."""
    row = sign_ins.find_sign_in(conn, digest)
    if row is None:
        return None
    office = any(member.person_id == row.person_id for member in people.people_of_unit(conn, None))
    return SignIn(row.id, row.person_id, row.used_at is None and row.expires_at > to_ms(now), office)


def colleagues(conn: Connection, person: Person | None) -> tuple[Acquaintance, ...]:
    """Who else serves the person's units."""
    found: dict[int, Acquaintance] = {}
    for unit in person.units if person else ():
        for member in people.people_of_unit(conn, unit.id):
            if person and member.person_id != person.id:
                known = found.get(member.person_id)
                units_too = known.units if known else ()
                found[member.person_id] = Acquaintance(member.person_id, member.name, (*units_too, unit))
    return tuple(found.values())


def known_person(conn: Connection, person_id: int) -> Acquaintance | None:
    """A person by number, with the units they serve."""
    row = people.person_by_id(conn, person_id)
    if row is None:
        return None
    return Acquaintance(row.id, row.name, tuple(_unit(unit) for unit in units.units_of_person(conn, person_id)))


def _unit(row: UnitRow) -> Unit:
    return Unit(row.id, row.code, row.name, row.short_name, row.kind)
