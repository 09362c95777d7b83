"""Explanations: the clause, the step that fired, and the distance to the next step in real units."""

from fractions import Fraction

import pytest

from scoring.answers import Answer, ChosenOption, Counts, Exempt, NoCases, Percentage
from scoring.explain import Explanation, explain
from scoring.library import load_set
from scoring.scorecard import NextStep, score

CRITERIA = load_set("qd-3270-2020")


def said(*values: object) -> tuple[object, ...]:
    return values


def explained(leaf: str, answer: Answer) -> Explanation:
    return explain(CRITERIA, score(CRITERIA, "so_ban_nganh", {leaf: answer}).lines[leaf])


def next_of(leaf: str, answer: Answer) -> NextStep:
    step = explained(leaf, answer).next_step
    assert step is not None
    return step


@pytest.mark.parametrize(
    ("leaf", "numerator", "denominator", "more", "gain"),
    [
        ("2.5.1", 45, 50, 1, 1),  # 90 % is not above 90 %
        ("2.5.1", 35, 50, 1, 1),  # 70 % is not above 70 %
        ("2.5.1", 10, 50, 15, 1),
        ("3.2", 32, 50, 3, 1),  # three more computers reach 70 %
        ("3.2", 35, 50, 11, 1),  # from 70 % to above 90 %
        ("2.9", 3, 7, 1, 3),
        ("2.9", 4, 7, 3, 2),
        ("2.3.2", 10, 100, 20, Fraction(8, 3)),
        ("2.1.1", 1, 3, 1, Fraction(10, 3)),  # two of three are 66.7 %, and pay for it
        ("2.1.1", 9, 10, 1, Fraction(1, 2)),
    ],
)
def test_the_next_step_is_told_in_counts(
    leaf: str, numerator: int, denominator: int, more: int, gain: int | Fraction
) -> None:
    step = next_of(leaf, Counts(numerator, denominator))
    assert (step.more, step.gain) == (more, gain)
    before = explained(leaf, Counts(numerator, denominator)).points
    after = explained(leaf, Counts(numerator + more, denominator)).points
    one_short = explained(leaf, Counts(numerator + more - 1, denominator)).points
    assert after is not None
    assert before is not None
    assert one_short is not None
    assert after - before == gain
    assert one_short < after


def test_the_next_step_is_told_in_percentage_points() -> None:
    step = next_of("2.5.1", Percentage(Fraction("85.5")))
    assert said(step.distance, step.op, step.edge, step.gain) == (Fraction("4.5"), ">", 90, 1)


def test_the_next_better_option_is_named() -> None:
    step = next_of("2.4.2", ChosenOption("none"))
    assert said(step.option, step.gain) == ("irregular", 2)


@pytest.mark.parametrize(
    ("leaf", "answer"),
    [("2.5.1", Counts(46, 50)), ("1.1", ChosenOption("yes")), ("2.3.2", Percentage(Fraction(31))), ("2.7", Exempt())],
)
def test_at_the_maximum_there_is_no_next_step(leaf: str, answer: Answer) -> None:
    assert explained(leaf, answer).next_step is None


def test_the_rule_that_fired_is_told() -> None:
    explanation = explained("2.5.1", Percentage(Fraction(90)))
    assert explanation.step is not None
    assert said(explanation.step.kind, explanation.step.op, explanation.step.edge, explanation.points) == (
        "band",
        ">",
        70,
        2,
    )
    assert explanation.rule_text.startswith("Tỷ lệ > 90% = 3")
    assert explanation.clause.endswith("mục 2.5.1")
    below = explained("2.1.1", Percentage(Fraction("49.99"))).step
    assert below is not None
    assert said(below.kind, below.op, below.edge) == ("below_floor", "<", 50)


def test_a_chosen_option_is_told_in_the_printed_words() -> None:
    assert explained("2.8.2", ChosenOption("no")).chosen == "Cập nhật không đầy đủ, không kịp thời"


def test_an_exemption_and_a_none_tell_no_rule() -> None:
    exempt = explained("2.7", Exempt("x"))
    assert exempt.exemption is not None
    assert exempt.step is None
    assert explained("2.2.2", NoCases("x")).step is None


def test_the_misprinted_number_is_part_of_the_clause() -> None:
    assert "1.10.1" in explained("2.10.1", ChosenOption("yes")).clause
