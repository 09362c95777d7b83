"""What a new list would change is told completely, and is done only as it was told.

Checked against: a successor looked for among the units that end themselves, and `seen` compared with nothing: each
failed here.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talk.stage import words

from bot.conversation import office_facts as o
from bot.conversation.assessment import Unit
from bot.conversation.office_events import ImportUnits, UnitRow
from bot.conversation.restructuring import Changes, KnownUnit, ListedUnit, compare, decide
from bot.conversation.session import Chat, Session
from bot.conversation.turn import Groups, Holders, Turn, UnitOfficers

NOW = datetime(2026, 1, 5, tzinfo=UTC)
SO = "so_ban_nganh"
DL = KnownUnit("DL", "Sở Du lịch", "SDL", SO, "dl@example.vn", "0232 1")
VH = KnownUnit("VH", "Sở Văn hóa", "SVH", SO)
XX = KnownUnit("XX", "Sở Cũ", "SC", SO, ended=True)


def listed(known: KnownUnit, row: int = 2, **more: object) -> ListedUnit:
    given: dict[str, object] = {"email": known.email, "phone": known.phone} | more
    return replace(ListedUnit(row, known.code, known.name, known.short_name, known.kind), **given)  # type: ignore[arg-type]


def changes(*units: ListedUnit, known: Sequence[KnownUnit] = (DL, VH, XX), close_missing: bool = False) -> Changes:
    return compare(units, known, close_missing=close_missing)


def codes(found: Changes) -> list[tuple[int, str]]:
    return [(problem.row, problem.code) for problem in found.problems]


def test_the_same_list_changes_nothing() -> None:
    found = changes(listed(DL), listed(VH))
    assert found.nothing
    assert (found.unchanged, found.missing, found.problems) == (("DL", "VH"), (), ())


def test_added_renamed_and_missing_are_told() -> None:
    found = changes(listed(DL, name="Sở Du lịch và Thể thao", phone="0232 2"), ListedUnit(3, "YT", "Sở Y tế", "", SO))
    assert [row.code for row in found.added] == ["YT"]
    (renamed,) = found.renamed
    assert (renamed.after.code, renamed.columns) == ("DL", ("name", "phone"))
    assert (found.missing, found.closed) == (("VH",), ())
    assert changes(listed(DL), close_missing=True).closed == ("VH",)


def test_what_the_list_has_no_column_for_stays_as_it_is_known() -> None:
    found = changes(ListedUnit(2, "DL", "Sở Du lịch", None, SO), listed(VH))
    assert found.nothing
    assert found.units[0] == UnitRow("DL", "Sở Du lịch", "SDL", SO, "dl@example.vn", "0232 1")


def test_a_short_name_that_was_the_name_follows_it() -> None:
    known = replace(VH, short_name=VH.name)
    found = changes(ListedUnit(2, "VH", "Sở Văn hóa mới", None, SO), known=(known,))
    assert found.units[0].short_name == "Sở Văn hóa mới"


def test_a_blank_cell_takes_away_what_was_known() -> None:
    assert changes(listed(DL, email="")).renamed[0].columns == ("email",)


@pytest.mark.parametrize("into", ["VHDL", "vhdl", "Sở Văn hóa và Du lịch", "so van hoa va du lich", "SVHDL"])
def test_a_successor_is_found_by_code_or_name_also_a_new_one(into: str) -> None:
    new = ListedUnit(2, "VHDL", "Sở Văn hóa và Du lịch", "SVHDL", SO)
    found = changes(new, listed(DL, 3, into=into, ended=True), listed(VH, 4, into=into, ended=True))
    assert (found.merged, found.closed, codes(found)) == ((("DL", "VHDL"), ("VH", "VHDL")), (), [])
    assert [row.code for row in found.units] == ["VHDL"]


def test_a_unit_that_ended_before_may_stay_in_the_list() -> None:
    assert changes(listed(DL), listed(VH), listed(XX, 4, into="DL", ended=True)).nothing
    assert changes(listed(DL), listed(VH), ListedUnit(4, "NEVER", "Sở X", "", SO, ended=True)).nothing


@pytest.mark.parametrize(
    ("into", "code"),
    [("nowhere", "into_unknown"), ("VH", "into_itself"), ("DL", "into_ended"), ("XX", "into_ended")],
)
def test_a_merger_needs_a_living_successor(into: str, code: str) -> None:
    found = changes(listed(DL, 2, ended=True), listed(VH, 3, into=into, ended=True))
    assert codes(found) == [(3, code)]


def test_a_successor_named_like_two_is_asked_about() -> None:
    twins = [ListedUnit(row, f"T{row}", f"Sở Y tế {row}", "SYT", SO) for row in (2, 3)]
    assert codes(changes(*twins, listed(DL, 4, into="SYT", ended=True))) == [(4, "into_ambiguous")]


def test_a_unit_that_is_closed_for_being_missing_succeeds_nobody() -> None:
    found = changes(listed(DL, into="VH", ended=True), close_missing=True)
    assert codes(found) == [(2, "into_ended")]


def test_a_code_is_not_used_again_and_a_name_does_not_change_its_code() -> None:
    found = changes(listed(XX, 2, ended=False), ListedUnit(3, "SDL", "sở du lịch", "", SO))
    assert codes(found) == [(2, "ended_before"), (3, "same_name")]


def test_the_name_of_a_unit_that_ends_may_be_taken() -> None:
    found = changes(ListedUnit(2, "DL2", "Sở Du lịch", "", SO), listed(DL, 3, into="DL2", ended=True), listed(VH, 4))
    assert (found.merged, codes(found)) == ((("DL", "DL2"),), [])


# --- the turn ---------------------------------------------------------------------------------------------------------


def session(*known: KnownUnit) -> Session:
    units = {
        one.code: Unit(number, one.code, one.name, one.short_name, one.kind)
        for number, one in enumerate(known, start=1)
    }
    return Session(Chat(0, "cli"), words(), known_units=units)


def done(event: ImportUnits, *known: KnownUnit) -> Turn:
    return decide(session(*known), event, NOW)


def test_what_was_shown_is_done() -> None:
    new = ListedUnit(2, "VHDL", "Sở Văn hóa và Du lịch", "", SO)
    found = changes(new, listed(DL, 3, into="VHDL", ended=True), listed(VH, 4, ended=True), known=(DL, VH))
    turn = done(found.event(), DL, VH)
    assert turn.facts == (
        o.UnitsImported((UnitRow("VHDL", "Sở Văn hóa và Du lịch", "Sở Văn hóa và Du lịch", SO),)),
        o.UnitMerged(1, 0, "VHDL"),
        o.UnitClosed(2),
    )
    assert [(reply.template, reply.to) for reply in turn.replies] == [
        ("unit_merged", UnitOfficers(1)),
        ("unit_closed", UnitOfficers(2)),
        ("units_ended", Holders("reviewer")),
        ("units_ended", Groups("reviewer")),
    ]


def test_the_people_of_a_known_successor_hear_of_it_together() -> None:
    turn = done(ImportUnits((), merges=(("DL", "VH"),)), DL, VH)
    assert turn.facts == (o.UnitMerged(1, 2, "VH"),)
    assert turn.replies[0].to == UnitOfficers(2)


def test_a_list_that_was_changed_meanwhile_is_refused() -> None:
    event = changes(listed(DL), known=(DL, VH), close_missing=True).event()
    for now in ((DL,), (DL, replace(VH, name="Sở Văn hóa mới")), (DL, VH, replace(XX, ended=False))):
        refusal = done(event, *now).refusal
        assert refusal is not None
        assert refusal.code == "list_changed"
    assert done(event, DL, VH).refusal is None
    other = replace(event, closes=())
    assert done(other, DL, VH).refusal is not None


@pytest.mark.parametrize(
    "event",
    [
        ImportUnits(()),
        ImportUnits((), closes=("NEVER",)),
        ImportUnits((), merges=(("DL", "NEVER"),)),
        ImportUnits((), merges=(("DL", "VH"), ("VH", "DL"))),
        ImportUnits((), merges=(("DL", "DL"),)),
        ImportUnits((), merges=(("DL", "VH"),), closes=("DL",)),
        ImportUnits((), merges=(("DL", "VH"),), closes=("VH",)),
        ImportUnits((UnitRow("DL", "Sở Du lịch", "SDL", SO),), closes=("DL",)),
    ],
)
def test_what_does_not_hold_together_is_refused(event: ImportUnits) -> None:
    turn = done(event, DL, VH)
    assert turn.refusal is not None
    assert turn.facts == ()


CODES = st.sampled_from(["A", "B", "C", "D", "E"])
KNOWN = st.lists(
    st.builds(
        KnownUnit, CODES, st.sampled_from(["Sở A", "Sở B", "Sở C"]), st.just("S"), st.just(SO), ended=st.booleans()
    ),
    unique_by=lambda unit: unit.code,
)
LISTED = st.lists(
    st.builds(
        ListedUnit, st.integers(2, 9), CODES, st.sampled_from(["Sở A", "Sở B", "Sở D"]), st.just("S"), st.just(SO),
        into=st.sampled_from(["", "A", "B", "Sở D", "?"]), ended=st.booleans(),
    ).map(lambda unit: replace(unit, ended=unit.ended or bool(unit.into))),
    unique_by=lambda unit: unit.code,
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(LISTED, KNOWN, st.booleans())
def test_whatever_is_compared_each_unit_has_one_fate_and_the_turn_agrees(
    units: list[ListedUnit], known: list[KnownUnit], close_missing: bool
) -> None:
    found = compare(units, known, close_missing=close_missing)
    living = {unit.code for unit in known if not unit.ended}
    gone = [code for code, _ in found.merged] + list(found.closed)
    stays = {one.after.code for one in found.renamed} | set(found.unchanged)
    if found.problems:
        return
    assert len(gone) == len(set(gone))
    kept = set(found.missing) - set(found.closed)
    assert living == set(gone) | stays | kept
    assert not set(gone) & (stays | kept)
    turn = done(found.event(), *(unit for unit in known if not unit.ended))
    assert turn.refusal is None or turn.refusal.code == "no_units"
