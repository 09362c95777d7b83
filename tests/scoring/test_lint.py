"""The linter: clean on the set, all traps on the decision as printed, and each fault planted in a good set is seen."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from scoring.library import set_text
from scoring.lint import Finding, lint


def raw_set(name: str = "qd-3270-2020") -> dict[str, Any]:
    return tomllib.loads(set_text(name))


def criterion(raw: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002
    found: dict[str, Any] = next(row for row in raw["criteria"] if row["id"] == id)
    return found


def seen(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    return {(finding.where, finding.code) for finding in findings}


AS_PRINTED = lint(raw_set("as-printed/qd-3270-2020"))


def test_the_real_set_has_neither_errors_nor_warnings() -> None:
    assert [finding for finding in lint(raw_set()) if finding.severity != "info"] == []


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("2.1.1", "pays_more_than_maximum"),
        ("2.1.2", "pays_more_than_maximum"),
        ("2.1.1", "jump_at_floor"),
        ("2.2.2", "jump_at_floor"),
        ("2.3.2", "maximum_on_rule_row"),
        ("2.3.2", "odd_spelling"),
        ("2.3.2", "stray_punctuation"),
        ("1.10.1", "id_not_under_parent"),
        ("1.10.2", "id_not_under_parent"),
        ("1.11.2", "id_not_under_parent"),
        ("2.5.1", "unequal_edges"),
        ("2.5.1", "bands_overlap"),
        ("2.5.2", "unequal_edges"),
        ("3.2", "unequal_edges"),
        ("3.2", "unequal_edge_words"),
        ("3.3", "unequal_edge_words"),
        ("3.4", "unequal_edge_words"),
        ("2.9", "unequal_edge_words"),
        ("set", "edge_used_both_ways"),
        ("3.1", "three_way_gap"),
        ("2.8.2", "three_way_gap"),
        ("3.1", "repeated_word"),
        ("2.1.1", "zero_denominator_undeclared"),
        ("3.2", "bound_undeclared"),
        ("2.3", "exemption_scope_undeclared"),
        ("2.7", "exemption_for_some_kinds"),
        ("2.11.1", "dated_reference"),
        ("2.4.1", "dated_reference"),
        ("2.3.1", "stray_punctuation"),
        ("2.7", "stray_punctuation"),
    ],
)
def test_the_decision_as_printed_shows_its_traps(where: str, code: str) -> None:
    assert (where, code) in seen(AS_PRINTED)


def test_the_decision_as_printed_shows_no_trap_that_is_not_there() -> None:
    codes = {finding.code for finding in AS_PRINTED}
    assert codes.isdisjoint({"hole", "maxima_do_not_add_up", "duplicate_id", "rule_differs_from_text", "not_nfc"})
    assert ("2.2.2", "pays_more_than_maximum") not in seen(AS_PRINTED)


def set_value(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def plant(raw: dict[str, Any]) -> None:
        leaf, *keys, last = path.split("/")
        at: Any = criterion(raw, leaf)
        for key in keys:
            at = at[int(key) if key.isdigit() else key]
        at[int(last) if last.isdigit() else last] = value

    return plant


def swap_first_two(raw: dict[str, Any]) -> None:
    raw["criteria"][0], raw["criteria"][1] = raw["criteria"][1], raw["criteria"][0]


def drop_class_d(raw: dict[str, Any]) -> None:
    raw["classes"].pop()


def decompose(raw: dict[str, Any]) -> None:
    criterion(raw, "4.1")["title"] = "Ca\u0301n bo\u0302"


def add_empty_heading(raw: dict[str, Any]) -> None:
    raw["headings"].append({"id": "2.12", "parent": "2", "maximum": 0})


@pytest.mark.parametrize(
    ("plant", "where", "code"),
    [
        (set_value("2.5.1/rule/bands/3/value", 40), "2.5.1", "hole"),
        (set_value("2.5.2/rule/bands/1/op", ">"), "2.5.2", "hole"),
        (set_value("2.5.1/rule/bands/1/value", 95), "2.5.1", "unreachable_band"),
        (set_value("3.4/rule/bands/0/op", ">"), "3.4", "rule_differs_from_text"),
        (set_value("3.4/rule/bands/0/op", ">"), "3.4", "unequal_edges"),
        (set_value("2.9/rule/bands/0/points", 6), "2.9", "pays_more_than_maximum"),
        (set_value("2.9/rule/bands/0/points", 4), "2.9", "maximum_unreachable"),
        (set_value("2.9/rule/bands/1/points", 0), "2.9", "points_not_descending"),
        (set_value("2.9/rule/bands/1/points", 4), "2.9", "rule_differs_from_text"),
        (set_value("2.9/rule/match", "any"), "2.9", "bands_overlap"),
        (set_value("2.2.2/rule/factor", 500), "2.2.2", "pays_more_than_maximum"),
        (set_value("2.2.2/rule/factor", 500), "2.2.2", "formula_differs_from_text"),
        (set_value("2.2.2/rule/floor/value", 60), "2.2.2", "rule_differs_from_text"),
        (set_value("2.3.2/rule/target", 40), "2.3.2", "formula_differs_from_text"),
        (set_value("2.4.2/rule/options/1/id", "regular"), "2.4.2", "unreachable_option"),
        (set_value("1.1/rule/options/0/printed", "Có"), "1.1", "rule_differs_from_text"),
        (set_value("1.1/rule/options/0/points", 1), "1.1", "maximum_unreachable"),
        (set_value("1.1/maximum", 3), "1", "maxima_do_not_add_up"),
        (set_value("1.1/maximum", None), "1.1", "maximum_missing"),
        (set_value("1.2.2/id", "1.2.1"), "1.2.1", "duplicate_id"),
        (set_value("2.10.1/id", "1.10.1"), "1.10.1", "id_not_under_parent"),
        (set_value("4.1/id", "4.1x"), "4.1x", "id_malformed"),
        (set_value("4.1/accepts", ["hole"]), "4.1", "accepts_nothing"),
        (swap_first_two, "1.1", "out_of_order"),
        (drop_class_d, "classes", "hole"),
        (decompose, "4.1", "not_nfc"),
        (add_empty_heading, "2.12", "group_empty"),
    ],
)
def test_a_planted_fault_is_found(plant: Callable[[dict[str, Any]], None], where: str, code: str) -> None:
    raw = raw_set()
    assert (where, code) not in {(f.where, f.code) for f in lint(raw) if f.severity != "info"}
    plant(raw)
    assert (where, code) in seen(lint(raw))


def test_a_warning_is_a_remark_only_where_its_criterion_accepts_it() -> None:
    raw = raw_set()
    criterion(raw, "2.8.2")["accepts"] = []
    severity = {(f.where, f.code): f.severity for f in lint(raw)}
    assert severity["2.8.2", "three_way_gap"] == "warning"
    assert severity["3.1", "three_way_gap"] == "info"


def test_an_error_cannot_be_accepted() -> None:
    raw = raw_set()
    criterion(raw, "2.9")["rule"]["bands"][0]["points"] = 6
    criterion(raw, "2.9")["accepts"] = ["pays_more_than_maximum", "unequal_edge_words"]
    assert "pays_more_than_maximum" in {f.code for f in lint(raw) if f.severity == "error"}


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"criteria": 5, "sections": [1, {}], "classes": "x"},
        {"criteria": [{"id": 5, "rule": {"bands": [{"op": 1, "value": 2.5}]}, "accepts": [1]}], "wording": {}},
        {"criteria": [{"rule": {"kind": "proportional_with_floor", "floor": 3}, "exemption": {"applies_to": "x"}}]},
    ],
)  # fmt: skip
def test_what_has_the_wrong_shape_altogether_is_no_crash(raw: dict[str, Any]) -> None:
    assert isinstance(lint(raw), tuple)
