"""The scorer against data made without it: the decision's text, boundary examples, every edge, whole sheets."""

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from scoring.answers import Answer, ChosenOption, Exempt, Percentage, decode
from scoring.criteria_set import CriteriaSet
from scoring.display import class_limits, round_for_display
from scoring.library import load_set
from scoring.rules import Bands, Choice, ProportionalCapped, ProportionalWithFloor
from scoring.scorecard import score

HERE = Path(__file__).parent
CRITERIA = load_set("qd-3270-2020")


def rows(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


READING = {row["id"]: row for row in rows("reading.json")["criteria"]}


def printed_lines() -> list[str]:
    text = (HERE / "decision-3270.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[lines.index("STT") :]


def alone(leaf: str, answer: Answer) -> Fraction | None:
    return score(CRITERIA, "so_ban_nganh", {leaf: answer}).lines[leaf].points


@pytest.mark.parametrize("row", rows("examples.json"), ids=lambda row: f"{row['id']}={row['answer']}")
def test_every_worked_example_of_the_reading_holds(row: dict[str, Any]) -> None:
    leaf = CRITERIA.criterion(row["id"])
    expected = Fraction(str(row["points"]))
    if row["answer"] == "exempt":
        scope = CRITERIA.exemption_scope(leaf.id)
        assert scope is not None
        assert score(CRITERIA, "so_ban_nganh", {scope: Exempt("ground")}).lines[leaf.id].points == expected
    elif leaf.kind == "choice":
        assert alone(leaf.id, ChosenOption(row["answer"])) == expected
    else:
        assert alone(leaf.id, Percentage(Fraction(str(row["answer"])))) == expected


@pytest.mark.parametrize("row", rows("edges.json"), ids=lambda row: f"{row['id']} {row['edge']}% {row['where']}")
def test_every_edge_at_below_and_above(row: dict[str, Any]) -> None:
    assert alone(row["id"], decode(row["answer"])) == Fraction(row["points"])


def full_sheet(base: str) -> dict[str, Answer]:
    sheet: dict[str, Answer] = {}
    for leaf in CRITERIA.leaves:
        if leaf.kind == "choice":
            sheet[leaf.id] = ChosenOption(leaf.options[0 if base == "best" else -1].id)
        else:
            sheet[leaf.id] = Percentage(Fraction(100 if base == "best" else 0))
    return sheet


@pytest.mark.parametrize("sheet", rows("sheets.json"), ids=lambda sheet: sheet["name"])
def test_whole_sheets_have_their_total_class_and_display(sheet: dict[str, Any]) -> None:
    answers = full_sheet(sheet["base"]) | {key: decode(answer) for key, answer in sheet["but"].items()}
    card = score(CRITERIA, sheet["unit_kind"], answers)
    assert card.total == Fraction(sheet["total"])
    assert card.class_letter == sheet["class"]
    assert round_for_display(card.total, class_limits(CRITERIA)) == sheet["display"]


def test_titles_rules_and_maxima_stand_in_the_decision_word_for_word() -> None:
    lines = printed_lines()
    for section in CRITERIA.groups:
        place = lines.index(section.title)
        assert lines[place - 1 : place + 2] == [section.id, section.title, str(section.maximum)]
    for leaf in CRITERIA.leaves:
        place = lines.index(leaf.title)
        assert lines[place - 1] == leaf.printed_id
        rule = re.sub(r"\n+", "\n", leaf.rule_text)
        where = place + (1 if leaf.id == "2.3.2" else 2)  # the maximum of 2.3.2 is printed after its rule
        printed = "\n".join(lines[where : where + rule.count("\n") + 1])
        assert printed == rule
        assert lines[place + 2 if leaf.id == "2.3.2" else place + 1] == str(leaf.maximum)


def test_class_limits_and_exemption_texts_stand_in_the_decision() -> None:
    text = (HERE / "decision-3270.txt").read_text(encoding="utf-8")
    for limit in CRITERIA.classes:
        assert f"Hạng {limit.letter}: {limit.text}" in text
    for exemption in CRITERIA.exemptions:
        assert exemption.text in text
    assert CRITERIA.cycle.deadline_text in text
    assert CRITERIA.cycle.publication_text in text


@pytest.mark.parametrize("leaf_id", READING)
def test_the_set_says_what_the_reading_says(leaf_id: str) -> None:
    row, leaf = READING[leaf_id], CRITERIA.criterion(leaf_id)
    assert (leaf.printed_id, leaf.parent, leaf.maximum) == (row["seed_id"], row["parent"], row["max_points"])
    rule = row["rule"]
    match leaf.rule:
        case Choice(options=options):
            assert [(o.id, o.printed, o.button, o.points) for o in options] == [
                (o["key"], o["seed_label"], o["button"], o["points"]) for o in rule["options"]
            ]
        case Bands(bands=bands):
            assert [(b.op, b.value, b.points) for b in bands] == [
                (b["op"], b["value"], b["points"]) for b in rule["bands"]
            ]
        case ProportionalWithFloor(factor=factor, floor=floor, cap=cap):
            assert (factor, floor.op, floor.value, cap) == (
                rule["factor"],
                rule["floor"]["op"],
                rule["floor"]["value"],
                rule["cap"],
            )
        case ProportionalCapped(target=target, cap=cap):
            assert (target, cap) == (rule["target"], rule["cap"])


@pytest.mark.parametrize("leaf_id", READING)
def test_exemptions_and_hard_dependencies_are_those_of_the_reading(leaf_id: str) -> None:
    row, exemption = READING[leaf_id], CRITERIA.exemption_for(leaf_id)
    assert (exemption is None) == (row["exemption"] is None)
    if exemption:
        assert exemption.text == row["exemption"]["text"]
        assert list(exemption.applies_to) == row["exemption"]["applies_to"]
    wanted, depends = row["depends_on"], CRITERIA.criterion(leaf_id).depends_on
    if wanted and wanted["strength"] == "hard":
        assert depends is not None
        assert (depends.on, depends.option or "ratio_zero") == (wanted["on"], wanted["when"])
    else:
        assert depends is None


def test_golden_data_covers_every_criterion_and_every_edge() -> None:
    def edges(criteria: CriteriaSet) -> set[tuple[str, Fraction]]:
        found = set()
        for leaf in criteria.ratios:
            match leaf.rule:
                case Bands(bands=bands):
                    found |= {(leaf.id, band.value) for band in bands}
                case ProportionalWithFloor(floor=floor):
                    found.add((leaf.id, floor.value))
                case ProportionalCapped(target=target):
                    found.add((leaf.id, target))
        return found

    assert {row["id"] for row in rows("examples.json")} == {leaf.id for leaf in CRITERIA.leaves}
    assert edges(CRITERIA) <= {(row["id"], Fraction(row["edge"])) for row in rows("edges.json")}
