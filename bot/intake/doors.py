"""What the doors of the site need loaded: one-time links, and who may be helped to one."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation.assessment import Unit
from bot.conversation.reading.text import CODE_ALPHABET, CODE_LENGTH
from bot.conversation.session import Acquaintance, Person, Role, SignIn
from bot.intake.moments import to_ms
from storage import people, sign_ins
from storage.rows import RoleRow


def draw_token() -> str:
    """A secret nobody can guess (128 bits), short enough for a link."""
    return secrets.token_urlsafe(16)


def draw_code() -> str:
    """A code that people type; nobody can guess the next one."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def sign_in(conn: Connection, digest: str, now: datetime) -> SignIn | None:
    """The one-time link with this digest, usable or not."""
    row = sign_ins.find_sign_in(conn, digest)
    if row is None:
        return None
    office = any(role.unit_id is None for role in people.roles_of(conn, row.person_id))
    return SignIn(row.id, row.person_id, row.used_at is None and row.expires_at > to_ms(now), office)


def colleagues(conn: Connection, person: Person | None) -> tuple[Acquaintance, ...]:
    """Who else serves the person's units."""
    mine = person.id if person else 0
    ids = {
        member.person_id for unit in (person.units if person else ()) for member in people.people_of_unit(conn, unit.id)
    }
    found = (known_person(conn, one) for one in sorted(ids - {mine}))
    return tuple(one for one in found if one is not None)


def known_person(conn: Connection, person_id: int) -> Acquaintance | None:
    """A person by number, with every role they hold."""
    row = people.person_by_id(conn, person_id)
    if row is None:
        return None
    held = tuple(role_of(role) for role in people.roles_of(conn, person_id))
    admins = people.people_of_unit(conn, None, "admin") if any(role.name == "admin" for role in held) else ()
    alone = {one.person_id for one in admins} == {person_id}
    return Acquaintance(row.id, row.name, held, alone, people.is_erased(conn, person_id))


def role_of(row: RoleRow) -> Role:
    """A role as the conversation knows it."""
    if row.unit_id is None:
        return Role(row.role)
    name = row.unit_name or ""
    return Role(row.role, Unit(row.unit_id, row.unit_code or "", name, name, row.unit_kind or ""))
