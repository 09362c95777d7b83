"""A small office to test with: units, an open cycle, an officer with a chat and an assessment."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from storage.assessments import ensure_assessment
from storage.chats import arrive, bind_chat
from storage.cycles import add_cycle, put_set
from storage.people import add_person, grant_role
from storage.rows import NewUnit
from storage.units import put_unit

NOW = 1_760_000_000_000
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Office:
    """The ids of what was stored."""

    unit_id: int
    other_unit_id: int
    cycle_id: int
    person_id: int
    chat_id: int
    assessment_id: int


def unit(code: str, position: int = 1, kind: str = "so_ban_nganh") -> NewUnit:
    """A unit valid for the years around the tests' now."""
    return NewUnit(code, f"Sở {code}", f"S{code}", kind, f"so {code.lower()}", position, NOW - 400 * DAY)


def seed_office(conn: Connection) -> Office:
    """Store the office and return its ids; the officer writes from ("telegram", "1001")."""
    unit_id, other_unit_id = put_unit(conn, unit("GTVT", 1)), put_unit(conn, unit("YT", 2))
    put_set(conn, "d1", "qd-3270-2020", "title = 'Quyết định 3270'")
    cycle_id = add_cycle(conn, year=2025, set_digest="d1", opens_at=NOW - 30 * DAY, due_at=NOW + 30 * DAY)
    person_id, chat_id = seed_officer(conn, "Nguyễn Thị Đào", "1001", unit_id)
    return Office(unit_id, other_unit_id, cycle_id, person_id, chat_id, ensure_assessment(conn, unit_id, cycle_id))


def seed_officer(
    conn: Connection, name: str, address: str, unit_id: int | None, role: str = "officer"
) -> tuple[int, int]:
    """Store a person with a role and a private chat; return the ids of both."""
    person_id = add_person(conn, name, NOW)
    grant_role(conn, person_id, role, unit_id, NOW)
    chat_id = arrive(conn, "telegram", address, "private", NOW).chat.id
    bind_chat(conn, chat_id, person_id)
    return person_id, chat_id
