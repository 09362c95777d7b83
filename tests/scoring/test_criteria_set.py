"""The criteria set of 2020 as a value: its tree, lookups, exemptions, opening questions, dates, JSON."""

import json
from datetime import date
from fractions import Fraction

import pytest
from pydantic import ValidationError

from scoring.criteria_set import id_key
from scoring.library import load_set

CRITERIA = load_set("qd-3270-2020")


def test_there_are_38_criteria_in_four_sections_of_9_20_5_and_4() -> None:
    assert len(CRITERIA.leaves) == 38
    assert [len(CRITERIA.leaves_under(section.id)) for section in CRITERIA.sections] == [9, 20, 5, 4]


def test_maxima_add_up_at_every_level_to_100() -> None:
    assert [section.maximum for section in CRITERIA.sections] == [10, 65, 15, 10]
    assert sum(leaf.maximum for leaf in CRITERIA.leaves) == CRITERIA.maximum == 100
    for group in CRITERIA.groups:
        assert sum(leaf.maximum for leaf in CRITERIA.leaves_under(group.id)) == group.maximum


def test_there_are_15_groups_in_the_order_of_the_decision() -> None:
    wanted = "1 1.2 1.4 2 2.1 2.2 2.3 2.4 2.5 2.6 2.8 2.10 2.11 3 4"
    assert [group.id for group in CRITERIA.groups] == wanted.split()


def test_leaves_come_in_the_order_of_the_decision_and_2_10_after_2_9() -> None:
    keys = [id_key(leaf.id) for leaf in CRITERIA.leaves]
    assert keys == sorted(keys)
    assert id_key("2.10") > id_key("2.9") > id_key("2.1.2")
    assert CRITERIA.directly_under("2")[-3:] == ("2.9", "2.10", "2.11")


def test_printed_ids_are_kept_beside_the_corrected_ones() -> None:
    differing = {leaf.id: leaf.printed_id for leaf in CRITERIA.leaves if leaf.id != leaf.printed_id}
    assert differing == {"2.10.1": "1.10.1", "2.10.2": "1.10.2", "2.11.2": "1.11.2"}


def test_unknown_ids_raise_key_error() -> None:
    for look_up in (CRITERIA.criterion, CRITERIA.group, CRITERIA.section_of, CRITERIA.exemption_for):
        with pytest.raises(KeyError):
            look_up("2.12")
    with pytest.raises(KeyError):
        CRITERIA.criterion("2.3")


def test_a_criterion_knows_its_section_by_its_parents() -> None:
    assert CRITERIA.section_of("2.10.1").short_title == "Hệ thống dùng chung"
    assert CRITERIA.section_of("2.3").id == "2"
    assert CRITERIA.section_of("4").id == "4"


def test_exemptions_are_found_from_leaf_and_group_with_the_id_they_are_claimed_under() -> None:
    scopes = {leaf.id: CRITERIA.exemption_scope(leaf.id) for leaf in CRITERIA.leaves if CRITERIA.exemption_for(leaf.id)}
    assert scopes == {"1.4.4": "1.4.4", "2.3.1": "2.3", "2.3.2": "2.3", "2.7": "2.7", "2.9": "2.9"}
    assert CRITERIA.exemption_scope("1.1") is None
    assert [e.points for e in CRITERIA.exemptions] == [1, 7, 3, 5]


def test_opening_questions_are_those_of_the_exemptions_the_kind_may_claim() -> None:
    assert [e.scope for e in CRITERIA.opening_questions("so_ban_nganh")] == ["1.4.4", "2.3", "2.7", "2.9"]
    assert [e.scope for e in CRITERIA.opening_questions("ubnd_cap_huyen")] == ["2.9"]


def test_the_opening_button_that_claims_nothing_is_always_first() -> None:
    for exemption in CRITERIA.exemptions:
        assert [claims for _, claims in exemption.opening.buttons] == [False, True]
        assert exemption.opening.question.rstrip(")").endswith(("?", "là có"))
        assert exemption.usual_ground
        assert exemption.evidence


def test_dependent_criteria_are_the_four_of_the_reading() -> None:
    parents = {leaf.id: leaf.depends_on.on for leaf in CRITERIA.leaves if leaf.depends_on}
    assert parents == {"1.2.2": "1.2.1", "2.3.2": "2.3.1", "2.5.2": "2.5.1", "2.8.2": "2.8.1"}


def test_only_3_2_may_pass_100_percent() -> None:
    assert [leaf.id for leaf in CRITERIA.ratios if leaf.inputs and not leaf.inputs.bounded] == ["3.2"]


def test_shared_figures_name_the_counts_of_several_criteria() -> None:
    users: dict[str, list[str]] = {figure.id: [] for figure in CRITERIA.figures}
    for leaf in CRITERIA.ratios:
        assert leaf.inputs is not None
        for figure in (leaf.inputs.numerator_figure, leaf.inputs.denominator_figure):
            if figure:
                users[figure].append(leaf.id)
    assert users == {
        "staff": ["2.5.1", "3.2"],
        "mail_accounts": ["2.5.1", "2.5.2"],
        "computers": ["3.2", "3.3", "3.4"],
    }
    assert CRITERIA.figure("staff").label.startswith("Tổng số")


@pytest.mark.parametrize(("total", "letter"), [("80", "A"), ("79.999", "B"), ("65", "B"), ("50", "C"), ("49.99", "D")])
def test_the_class_is_decided_on_the_exact_total(total: str, letter: str) -> None:
    assert CRITERIA.class_of(Fraction(total)) == letter


def test_the_deadline_is_before_15_january_so_that_day_is_too_late() -> None:
    assert CRITERIA.cycle.too_late_from(2025) == date(2026, 1, 15)
    assert CRITERIA.cycle.publication_before(2025) == date(2026, 3, 31)


def test_every_criterion_can_be_asked_on_a_phone() -> None:
    for leaf in CRITERIA.leaves:
        assert leaf.question.rstrip(")").rstrip("?") != leaf.question or leaf.question.endswith(")")
        assert len(leaf.short_title) <= 40
        assert leaf.evidence
        assert leaf.evidence_holder in CRITERIA.holders
        assert all(len(option.button) <= 42 for option in leaf.options)
        assert leaf.kind == "choice" or leaf.rule_plain


def test_exactly_one_option_of_a_choice_is_negative_and_it_pays_nothing() -> None:
    for leaf in CRITERIA.leaves:
        if leaf.kind == "choice":
            assert [option.points for option in leaf.options if option.negative] == [0], leaf.id


def test_a_set_is_frozen() -> None:
    with pytest.raises(ValidationError):
        setattr(CRITERIA.criteria[0], "maximum", Fraction(3))  # noqa: B010 - mypy knows it is frozen


def test_the_json_form_lists_options_in_printed_order_and_holds_no_float() -> None:
    dumped = json.loads(json.dumps(CRITERIA.as_json(), ensure_ascii=False), parse_float=lambda _: pytest.fail("float"))
    row = next(row for row in dumped["criteria"] if row["id"] == "2.4.2")
    assert [option["id"] for option in row["options"]] == ["regular", "irregular", "none"]
    assert row["kind"] == "choice"
    assert dumped["criteria"][26]["exemption_scope"] is None
    assert {group["id"] for group in dumped["groups"]} >= {"1", "2.10"}
    assert row["maximum"] == "3"
