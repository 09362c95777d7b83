"""What acts of the office need loaded: the units, everyone who serves them, a mailing, a role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection

from bot.conversation.assessment import Cycle, Unit
from bot.conversation.needs import Needs
from bot.conversation.session import Addressee, Granted, Invite, Served, Session
from bot.intake.mailed import with_mailings
from bot.intake.moments import from_ms, maybe, to_ms
from bot.intake.plans import plan_of
from bot.intake.silence import with_silence
from storage import addressees, cycles, invites, units
from storage.rows.mailings import AddresseeRow, ServedRow

NOT_BEGUN = "not_begun"


def for_office(conn: Connection, wanted: Needs, session: Session, now: datetime) -> Session:
    """The session with what an act of the office asks for; unchanged (and nothing read) when it asks for nothing."""
    if wanted.known_units:
        rows = units.list_units(conn, to_ms(now))
        known = {row.code: Unit(row.id, row.code, row.name, row.short_name, row.kind) for row in rows}
        session = replace(session, known_units=known)
    if wanted.addressees and session.cycle is not None:
        everyone = addressees.served(conn)
        session = replace(
            session,
            addressees=with_silence(
                all_addressees(conn, session.cycle, everyone), chain(*everyone.values()), session.rules.windows, now
            ),
            office_people=tuple(served(one) for one in everyone.get(None, ())),
        )
    session = with_mailings(conn, wanted, session)
    if wanted.plan and (row := cycles.open_cycle(conn)) is not None:
        session = replace(session, plan=plan_of(row))
    if wanted.invite_id is not None:
        session = replace(session, invite=invite(conn, wanted.invite_id, now))
    if wanted.role_id is not None:
        session = replace(session, granted=granted(conn, wanted.role_id))
    return session


def all_addressees(
    conn: Connection, cycle: Cycle, everyone: Mapping[int | None, Sequence[ServedRow]] | None = None
) -> tuple[Addressee, ...]:
    """Every unit that counts in the cycle, in its order, with how far it is and who serves it."""
    people = addressees.served(conn) if everyone is None else everyone
    return tuple(
        _addressee(row, cycle, people.get(row.unit_id, ())) for row in addressees.addressee_rows(conn, cycle.id)
    )


def some_addressees(conn: Connection, cycle: Cycle, unit_ids: Sequence[int]) -> tuple[Addressee, ...]:
    """The same for the units named by id, without who serves them."""
    return tuple(_addressee(row, cycle, ()) for row in addressees.some_addressee_rows(conn, cycle.id, unit_ids))


def invite(conn: Connection, invite_id: int, now: datetime) -> Invite | None:
    """An invite by its number."""
    row = invites.invite_by_id(conn, invite_id)
    if row is None:
        return None
    return Invite(row.id, row.role, None, row.state(to_ms(now)) == "unused", row.code_hash)


def granted(conn: Connection, role_id: int) -> Granted | None:
    """A live role by the number of its grant."""
    row = addressees.granted_role(conn, role_id)
    if row is None:
        return None
    unit = None
    if row.unit_id is not None:
        found = units.unit_by_id(conn, row.unit_id)
        unit = Unit(found.id, found.code, found.name, found.short_name, found.kind) if found else None
    others = sum(
        one.role == row.role and one.person_id != row.person_id for one in addressees.served_of(conn, row.unit_id)
    )
    return Granted(role_id, row.person_id, row.name, row.role, unit, others)


def _addressee(row: AddresseeRow, cycle: Cycle, people: Sequence[ServedRow]) -> Addressee:
    leaves = cycle.criteria.leaves
    missing = tuple(leaf.id for leaf in leaves if row.lines.get(leaf.id, [None])[0] is None)
    return Addressee(
        unit=Unit(row.unit_id, row.code, row.name, row.short_name, row.kind),
        assessment_id=row.assessment_id,
        state=row.state if row.state and row.last_at is not None else NOT_BEGUN,
        decided=row.decided,
        total=len(leaves),
        missing=missing,
        due_at=from_ms(row.due_at) if row.due_at is not None else cycle.due_at,
        back_due_at=maybe(row.back_due_at),
        email=row.email or "",
        phone=row.phone or "",
        people=tuple(served(one) for one in people),
        awaiting_since=maybe(row.awaiting_since),
    )


def served(row: ServedRow) -> Served:
    """Somebody who serves a unit, or the office, as the conversation knows them."""
    return Served(row.person_id, row.name, row.role, row.way, row.channel, maybe(row.snoozed_until))
