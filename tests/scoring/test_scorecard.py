"""What a scorecard says: exemptions, dependencies, none, refusals, what is missing, what can still be reached."""

import timeit
from collections.abc import Mapping
from fractions import Fraction

import pytest

from scoring.answers import Answer, ChosenOption, Counts, Exempt, NoCases, Percentage
from scoring.errors import UnknownUnitKind
from scoring.library import load_set
from scoring.scorecard import CODES, Scorecard, score

CRITERIA = load_set("qd-3270-2020")
YES, NO = ChosenOption("yes"), ChosenOption("no")


def percent(value: int | str) -> Percentage:
    return Percentage(Fraction(value))


def department(answers: Mapping[str, Answer]) -> Scorecard:
    return score(CRITERIA, "so_ban_nganh", answers)


def district(answers: Mapping[str, Answer]) -> Scorecard:
    return score(CRITERIA, "ubnd_cap_huyen", answers)


def said(*values: object) -> tuple[object, ...]:
    return values


def codes(card: Scorecard) -> list[tuple[str, str]]:
    return [(problem.id, problem.code) for problem in card.problems]


def best() -> dict[str, Answer]:
    return {
        leaf.id: ChosenOption(leaf.options[0].id) if leaf.kind == "choice" else percent(100) for leaf in CRITERIA.leaves
    }


def test_an_empty_scorecard_misses_everything_and_can_reach_everything() -> None:
    card = department({})
    assert said(card.total, card.decided, card.can_still_reach) == (0, 0, 100)
    assert card.missing == tuple(leaf.id for leaf in CRITERIA.leaves)
    assert (card.class_letter, card.class_floor, card.class_ceiling) == (None, "D", "A")
    assert card.problems == ()
    assert list(card.lines) == list(card.missing)


def test_points_so_far_are_summed_per_group_and_section() -> None:
    card = department({"1.1": YES, "1.2.1": YES, "2.1.1": percent("87.5")})
    assert card.groups["1"] == 3
    assert card.groups["1.2"] == 1
    assert card.groups["2.1"] == card.groups["2"] == Fraction("4.375")
    assert card.total == Fraction("7.375")
    assert card.points == {"1.1": 2, "1.2.1": 1, "2.1.1": Fraction("4.375")}
    assert len(card.groups) == 15


def test_a_section_knows_how_far_it_is() -> None:
    state = department({"4.1": YES, "4.2": NO}).group_state("4")
    assert said(state.points, state.maximum, state.decided, state.total) == (2, 10, 2, 4)
    whole = department(best()).group_state("2.3")
    assert whole.decided == whole.total


def test_the_class_is_known_only_when_nothing_is_missing() -> None:
    answers = best()
    assert department(answers).class_letter == "A"
    del answers["1.1"]
    card = department(answers)
    assert (card.class_letter, card.missing, card.class_floor) == (None, ("1.1",), "A")


def test_floor_and_ceiling_narrow_as_answers_come_in() -> None:
    answers = best() | {"2.1.1": percent(0), "2.1.2": percent(0), "2.2.1": NO, "2.9": percent(0)}
    del answers["2.2.2"]
    card = department(answers)
    assert said(card.total, card.can_still_reach) == (75, 80)
    assert (card.class_floor, card.class_ceiling) == ("B", "A")


def test_an_unknown_unit_kind_is_an_error_of_the_caller() -> None:
    with pytest.raises(UnknownUnitKind):
        score(CRITERIA, "ubnd_cap_xa", {})


class TestExemptions:
    def test_an_exempt_criterion_has_its_maximum(self) -> None:
        card = department({"2.7": Exempt("quyết định 12")})
        line = card.lines["2.7"]
        assert said(line.state, line.points, line.answer) == ("exempt", 3, Exempt("quyết định 12"))
        assert codes(card) == []

    def test_a_group_exemption_covers_both_its_criteria(self) -> None:
        card = department({"2.3": Exempt()})
        assert said(card.groups["2.3"], card.decided) == (7, 2)
        assert card.lines["2.3.2"].answer == Exempt()

    def test_it_wins_over_answers_which_are_shadowed(self) -> None:
        card = department({"2.3": Exempt(), "2.3.1": NO, "2.3.2": percent(3)})
        assert card.groups["2.3"] == 7
        assert codes(card) == [("2.3.1", "shadowed"), ("2.3.2", "shadowed")]
        assert card.lines["2.3.1"].shadowed

    @pytest.mark.parametrize("scope", ["1.4.4", "2.3", "2.7"])
    def test_a_district_may_not_claim_it_and_its_answers_count(self, scope: str) -> None:
        card = district({scope: Exempt(), "2.3.1": YES, "2.3.2": percent(15)})
        assert (scope, "exemption_not_allowed") in codes(card)
        assert card.total == 5

    def test_2_9_may_be_claimed_by_both_kinds(self) -> None:
        assert district({"2.9": Exempt()}).total == department({"2.9": Exempt()}).total == 5

    def test_what_has_no_exemption_cannot_be_exempt(self) -> None:
        card = department({"1.1": Exempt(), "2.5": Exempt(), "2": Exempt()})
        assert codes(card) == [(refused, "exemption_not_allowed") for refused in ("1.1", "2", "2.5")]
        assert card.total == 0
        assert "1.1" in card.missing

    def test_a_group_takes_no_other_answer(self) -> None:
        assert codes(department({"2.3": YES})) == [("2.3", "wrong_answer_kind")]

    def test_claimed_on_one_criterion_of_the_group_it_covers_that_one(self) -> None:
        card = department({"2.3.1": Exempt()})
        assert (card.lines["2.3.1"].state, card.lines["2.3.2"].state) == ("exempt", "missing")


class TestDependencies:
    @pytest.mark.parametrize(
        ("parent", "no", "child", "own"),
        [
            ("1.2.1", NO, "1.2.2", YES),
            ("2.3.1", NO, "2.3.2", percent(80)),
            ("2.8.1", NO, "2.8.2", YES),
            ("2.5.1", percent(0), "2.5.2", percent(80)),
            ("2.5.1", Counts(0, 40), "2.5.2", Counts(3, 4)),
        ],
    )
    def test_a_child_under_a_no_is_a_derived_zero_and_its_own_answer_is_shadowed(
        self, parent: str, no: Answer, child: str, own: Answer
    ) -> None:
        line = department({parent: no, child: own}).lines[child]
        assert said(line.state, line.points, line.shadowed, line.parent) == ("derived", 0, True, parent)
        unanswered = department({parent: no})
        assert unanswered.lines[child].state == "derived"
        assert not unanswered.lines[child].shadowed
        assert child not in unanswered.missing
        assert codes(unanswered) == [(child, "derived")]

    def test_the_child_counts_again_when_the_parent_changes_back(self) -> None:
        assert department({"1.2.1": YES, "1.2.2": YES}).total == 2

    def test_a_child_of_an_unanswered_parent_is_missing_or_counts_its_own_answer(self) -> None:
        assert "1.2.2" in department({}).missing
        assert department({"1.2.2": YES}).total == 1

    def test_a_derived_child_cannot_be_reached_any_more(self) -> None:
        assert department({"2.3.1": NO}).can_still_reach == 93

    @pytest.mark.parametrize("parent", [NoCases("x"), Counts(0, 0)])
    def test_a_parent_without_a_ratio_decides_nothing(self, parent: Answer) -> None:
        assert department({"2.5.1": parent, "2.5.2": percent(80)}).lines["2.5.2"].points == 2

    def test_an_exempt_child_is_not_derived(self) -> None:
        assert department({"2.3": Exempt(), "2.3.1": NO}).lines["2.3.2"].points == 4


class TestNothingArose:
    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (NoCases(), "none_needs_explanation"),
            (NoCases("  "), "none_needs_explanation"),
            (NoCases("không phát sinh"), "none_flagged"),
            (Counts(0, 0), "zero_denominator"),
        ],
    )
    def test_it_counts_zero_for_now_and_is_flagged(self, answer: Answer, code: str) -> None:
        card = department({"2.2.2": answer})
        assert codes(card) == [("2.2.2", code)]
        assert said(card.lines["2.2.2"].state, card.lines["2.2.2"].points, card.decided) == ("none", 0, 1)
        assert card.can_still_reach == 95

    @pytest.mark.parametrize("answer", [NoCases("x"), Counts(0, 0)])
    @pytest.mark.parametrize("kind", ["so_ban_nganh", "ubnd_cap_huyen"])
    def test_in_2_9_it_offers_the_exemption(self, answer: Answer, kind: str) -> None:
        assert codes(score(CRITERIA, kind, {"2.9": answer})) == [("2.9", "exemption_possible")]

    def test_in_2_3_2_it_does_not_for_no_cases_is_not_no_procedures(self) -> None:
        assert codes(department({"2.3.2": NoCases("x")})) == [("2.3.2", "none_flagged")]


class TestRefused:
    @pytest.mark.parametrize("answer", [percent("100.01"), Counts(51, 50)])
    def test_more_than_100_percent_is_refused_and_stays_missing(self, answer: Answer) -> None:
        card = department({"3.3": answer})
        assert codes(card) == [("3.3", "over_100")]
        assert card.lines["3.3"].state == "missing"
        assert card.lines["3.3"].answer is None

    @pytest.mark.parametrize("answer", [percent(120), Counts(60, 50)])
    def test_in_3_2_it_is_allowed_and_flagged(self, answer: Answer) -> None:
        card = department({"3.2": answer})
        assert codes(card) == [("3.2", "over_100_confirmed")]
        assert card.total == 3

    def test_an_option_that_does_not_exist_is_refused(self) -> None:
        card = department({"2.4.2": ChosenOption("yes")})
        assert codes(card) == [("2.4.2", "unknown_option")]
        assert card.problems[0].args["known"] == ("regular", "irregular", "none")

    @pytest.mark.parametrize(
        ("leaf", "answer"),
        [("1.1", percent(50)), ("1.1", Counts(1, 2)), ("1.1", NoCases("x")), ("2.1.1", ChosenOption("yes"))],
    )
    def test_an_answer_of_the_wrong_kind_is_refused(self, leaf: str, answer: Answer) -> None:
        card = department({leaf: answer})
        assert codes(card) == [(leaf, "wrong_answer_kind")]
        assert leaf in card.missing

    def test_an_id_nobody_knows_is_said(self) -> None:
        assert codes(department({"2.12": YES, "x": Exempt(), "1.10.1": YES})) == [
            ("1.10.1", "unknown_criterion"),
            ("2.12", "unknown_criterion"),
            ("x", "unknown_criterion"),
        ]


class TestAcrossCriteria:
    @pytest.mark.parametrize(
        ("answers", "at"),
        [
            ({"2.2.1": NO, "2.2.2": percent("0.1")}, "2.2.2"),
            ({"2.6.1": NO, "2.6.2": YES}, "2.6.2"),
            ({"1.4.4": Exempt(), "2.3": Exempt()}, "2.3"),
            ({"2.2.2": percent(80), "2.3": Exempt()}, "2.3"),
        ],
    )
    def test_answers_that_hardly_go_together_are_warned_of_and_still_count(
        self, answers: dict[str, Answer], at: str
    ) -> None:
        card = department(answers)
        assert codes(card) == [(at, "contradiction")]
        assert card.problems[0].args["with"] in answers
        alone = (department({key: answer}).total for key, answer in answers.items())
        assert card.total == sum(alone)

    @pytest.mark.parametrize(
        "answers",
        [
            {"2.2.1": NO, "2.2.2": percent(0)},
            {"2.2.1": NO, "2.2.2": NoCases("x")},
            {"2.2.1": YES, "2.2.2": percent(60)},
            {"2.6.1": YES, "2.6.2": YES},
            {"2.6.1": NO, "2.6.2": NO},
        ],
    )
    def test_answers_that_go_together_are_not(self, answers: dict[str, Answer]) -> None:
        assert "contradiction" not in {code for _, code in codes(department(answers))}

    def test_a_shared_figure_that_differs_is_flagged_with_both_values(self) -> None:
        card = department({"2.5.1": Counts(45, 50), "3.2": Counts(48, 52)})
        assert codes(card) == [("3.2", "figure_differs")]
        assert card.problems[0].args == {"figure": "staff", "value": 52, "other": "2.5.1", "other_value": 50}

    def test_figures_that_agree_are_not(self) -> None:
        answers = {"2.5.1": Counts(45, 50), "2.5.2": Counts(40, 45), "3.2": Counts(48, 50), "3.3": Counts(48, 48)}
        assert codes(department(answers)) == []

    def test_more_users_than_accounts_issued_is_flagged(self) -> None:
        card = department({"2.5.1": Counts(45, 50), "2.5.2": Counts(46, 50)})
        assert codes(card) == [("2.5.2", "figure_differs"), ("2.5.2", "above_figure")]

    def test_problems_come_in_the_order_of_the_decision(self) -> None:
        card = department({"3.2": percent(120), "2.10.1": percent(1), "2.9": NoCases(), "1.2.1": NO})
        assert [problem.id for problem in card.problems] == ["1.2.2", "2.9", "2.10.1", "3.2"]


def test_every_problem_code_can_come_up() -> None:
    sheets: list[dict[str, Answer]] = [
        {"1.1": Exempt(), "1.2.1": NO, "2.12": YES, "2.4.2": YES, "1.3": percent(1), "2.2.2": NoCases()},
        {"2.6.1": NO, "2.6.2": YES, "2.9": NoCases(), "2.1.1": NoCases("x"), "2.1.2": Counts(0, 0)},
        {"2.5.1": Counts(45, 50), "2.5.2": Counts(46, 50), "3.2": percent(120), "3.3": percent(120)},
        {"2.7": Exempt(), "2.3": Exempt(), "2.3.1": YES},
    ]
    assert {code for sheet in sheets for _, code in codes(department(sheet))} == set(CODES)


def test_scoring_38_answers_is_quick_enough_to_run_on_every_click() -> None:
    answers: dict[str, Answer] = {
        leaf.id: ChosenOption(leaf.options[0].id) if leaf.kind == "choice" else Counts(347, 400)
        for leaf in CRITERIA.leaves
    }
    best_of = min(timeit.repeat(lambda: department(answers), number=50, repeat=5)) / 50
    assert best_of < 0.002  # meant: 0.3 ms; the slack is for busy machines
