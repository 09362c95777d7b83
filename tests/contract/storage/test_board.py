"""What the board reads, on every database."""

from __future__ import annotations

from product_store.seeds import DAY, NOW, Office, seed_office, seed_officer, unit
from sqlalchemy import Connection

from storage import assessments, board, ledger, people, pulse, submissions, units
from storage.rows import NewSubmission, NewUnit
from storage.store import Store

LINES = {"1.1": ["9/2", "answered", []], "2.1.1": [None, "missing", []], "2.3.1": ["0", "derived", ["derived"]]}


def scene(conn: Connection) -> Office:
    """One unit handed in twice, with two officers and a third whose role was taken back; one with nothing."""
    office = seed_office(conn)
    seed_officer(conn, "Ân Thị Bé", "1002", office.unit_id)
    gone, _ = seed_officer(conn, "Cũ Văn Người", "1003", office.unit_id)
    role = next(one for one in people.people_of_unit(conn, office.unit_id) if one.person_id == gone)
    people.revoke_role(conn, role.role_id, NOW)
    seed_officer(conn, "Phối Hợp", "1004", office.unit_id, "colleague")
    for revision in (1, 2):
        row = NewSubmission(
            office.assessment_id, revision, f"2025-00{revision}", NOW + revision, revision == 2, office.person_id,
            "d1", "337/4", "A", {},
        )  # fmt: skip
        submissions.add_submission(conn, row)
    assessments.put_progress(
        conn,
        office.assessment_id,
        state="submitted",
        revision=2,
        decided=38,
        total="337/4",
        class_letter="A",
        class_floor="A",
        class_ceiling="A",
        lines=LINES,
        last_at=NOW,
        last_by=office.person_id,
    )
    return office


async def test_a_row_holds_stored_totals_lines_and_the_officers_in_order(store: Store) -> None:
    office = await store.run(scene)
    row, empty = await store.read(board.board_rows, office.cycle_id)
    assert (row.unit_code, row.unit_name, row.unit_kind) == ("GTVT", "Sở GTVT", "so_ban_nganh")
    assert row.officers == ("Nguyễn Thị Đào", "Ân Thị Bé")
    assert (row.state, row.decided, row.total, row.class_letter) == ("submitted", 38, "337/4", "A")
    assert (row.class_floor, row.class_ceiling) == ("A", "A")
    assert row.last_at == NOW
    assert (row.receipt, row.submitted_at, row.late) == ("2025-002", NOW + 2, True)
    assert row.lines == {
        "1.1": ("9/2", "answered", ()),
        "2.1.1": (None, "missing", ()),
        "2.3.1": ("0", "derived", ("derived",)),
    }
    assert (empty.unit_code, empty.officers, empty.assessment_id, empty.state) == ("YT", (), None, None)
    assert (empty.decided, empty.total, empty.late, empty.lines) == (0, "0", False, {})


async def test_units_stand_in_their_order_and_those_of_another_time_are_left_out(store: Store) -> None:
    office = await store.run(scene)

    def more(conn: Connection) -> None:
        units.put_unit(conn, unit("AA", 0))
        units.put_unit(conn, NewUnit("CU", "Cũ", "C", "so_ban_nganh", "cu", 5, 0, NOW - 300 * DAY))
        units.put_unit(conn, NewUnit("MOI", "Mới", "M", "so_ban_nganh", "moi", 6, NOW + 300 * DAY))

    await store.run(more)
    rows = await store.read(board.board_rows, office.cycle_id)
    assert [row.unit_code for row in rows] == ["AA", "GTVT", "YT"]


async def test_changed_lines_are_read_anew(store: Store) -> None:
    office = await store.run(scene)
    await store.read(board.board_rows, office.cycle_id)
    await store.run(assessments.put_progress, office.assessment_id, lines={"1.1": ["1/2", "answered", []]})
    row, _ = await store.read(board.board_rows, office.cycle_id)
    assert row.lines == {"1.1": ("1/2", "answered", ())}


async def test_names_are_known_by_id_and_strangers_are_left_out(store: Store) -> None:
    office = await store.run(scene)
    assert await store.read(board.names_of, [office.person_id, 999]) == {office.person_id: "Nguyễn Thị Đào"}
    assert await store.read(board.names_of, []) == {}


async def test_every_fact_makes_the_board_look_again(store: Store) -> None:
    office = await store.run(scene)
    before = await store.read(pulse.pulse)

    def happen(conn: Connection) -> None:
        ledger.append(conn, "office", [("PersonJoined", {"unit": office.unit_id})], NOW, office.person_id)

    await store.run(happen)
    assert await store.read(pulse.pulse) > before
