"""What holds for any answers whatever: order, bounds, growth, floors and ceilings."""

from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.answers import Answer, ChosenOption, Counts, Exempt, NoCases, Percentage
from scoring.criteria_set import Criterion
from scoring.library import load_set
from scoring.rules import Choice
from scoring.scorecard import score, score_again

CRITERIA = load_set("qd-3270-2020")
KINDS = st.sampled_from(tuple(CRITERIA.unit_kinds))
LETTERS = [limit.letter for limit in CRITERIA.classes]
ODD: st.SearchStrategy[Answer] = st.sampled_from(
    [ChosenOption("nein"), NoCases(""), NoCases("x"), Counts(0, 0), Counts(9, 4), Exempt("x")]
)


def good_answer(leaf: Criterion) -> st.SearchStrategy[Answer]:
    if leaf.kind == "choice":
        return st.sampled_from([ChosenOption(option.id) for option in leaf.options])
    counts = st.integers(1, 500).flatmap(lambda d: st.builds(Counts, st.integers(0, d), st.just(d)))
    return st.builds(Percentage, st.fractions(0, 100, max_denominator=1000)) | counts


FULL = st.fixed_dictionaries({leaf.id: good_answer(leaf) for leaf in CRITERIA.leaves})
CLAIMS = st.fixed_dictionaries({}, optional={e.scope: st.just(Exempt("x")) for e in CRITERIA.exemptions})
ANY = st.builds(
    lambda some, claims: some | claims,
    st.fixed_dictionaries({}, optional={leaf.id: good_answer(leaf) | ODD for leaf in CRITERIA.leaves}),
    CLAIMS,
)
FAMILIES = [one for leaf in CRITERIA.dependents if leaf.depends_on for one in (leaf.depends_on.on, leaf.id)]
PERCENT = st.fractions(0, 150, max_denominator=10**6)


@given(KINDS, ANY, st.randoms(use_true_random=False))
def test_the_order_of_answers_is_irrelevant(kind: str, answers: dict[str, Answer], random: Random) -> None:
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    assert score(CRITERIA, kind, dict(shuffled)) == score(CRITERIA, kind, answers)


@given(KINDS, ANY, st.data())
def test_what_is_scored_again_after_some_changes_is_what_is_scored_from_nothing(
    kind: str, answers: dict[str, Answer], data: st.DataObject
) -> None:
    """Checked against: a child whose parent changed left as it was; the sums of sections left as they were; what is
    wrong with a child's own exemption forgotten."""
    card = score(CRITERIA, kind, answers)
    for _ in range(3):
        leaves = data.draw(
            st.sets(
                st.sampled_from([leaf.id for leaf in CRITERIA.leaves]) | st.sampled_from(FAMILIES),
                min_size=1,
                max_size=3,
            )
        )
        for leaf in leaves:
            answer = data.draw(st.one_of(st.none(), good_answer(CRITERIA.criterion(leaf)), ODD))
            answers = {key: one for key, one in answers.items() if key != leaf} | ({leaf: answer} if answer else {})
        card = score_again(card, kind, answers, leaves)
        assert card == score(CRITERIA, kind, answers)
        assert list(card.lines) == [leaf.id for leaf in CRITERIA.leaves]
        assert list(card.groups) == [group.id for group in CRITERIA.groups]


@given(KINDS, ANY)
def test_points_stay_within_bounds_and_sums_are_sums(kind: str, answers: dict[str, Answer]) -> None:
    card = score(CRITERIA, kind, answers)
    for line in card.lines.values():
        assert line.points is None or 0 <= line.points <= line.maximum
    for group in CRITERIA.groups:
        below = (card.lines[leaf.id].points for leaf in CRITERIA.leaves_under(group.id))
        assert card.groups[group.id] == sum((points for points in below if points is not None), start=Fraction(0))
    assert card.total == sum((card.groups[section.id] for section in CRITERIA.sections), start=Fraction(0))
    assert card.decided + len(card.missing) == 38


@given(KINDS, ANY)
def test_floor_and_ceiling_enclose_and_the_class_is_known_exactly_when_complete(
    kind: str, answers: dict[str, Answer]
) -> None:
    card = score(CRITERIA, kind, answers)
    assert card.total <= card.can_still_reach <= 100
    assert LETTERS.index(card.class_ceiling) <= LETTERS.index(card.class_floor)
    assert (card.class_letter is None) == bool(card.missing)
    if card.class_letter:
        assert card.class_floor == card.class_letter == card.class_ceiling == CRITERIA.class_of(card.total)


@given(KINDS, ANY, FULL)
@settings(max_examples=60)
def test_completing_a_scorecard_never_passes_what_could_still_be_reached(
    kind: str, answers: dict[str, Answer], rest: dict[str, Answer]
) -> None:
    before = score(CRITERIA, kind, answers)
    completed = answers | {leaf: rest[leaf] for leaf in before.missing}
    after = score(CRITERIA, kind, completed)
    assert after.missing == ()
    assert after.total <= before.can_still_reach
    assert LETTERS.index(before.class_ceiling) <= LETTERS.index(after.class_floor)


@given(KINDS, ANY)
def test_what_can_still_be_reached_is_really_reached_by_the_best_answers(kind: str, answers: dict[str, Answer]) -> None:
    card = score(CRITERIA, kind, answers)
    best: dict[str, Answer] = {}
    for leaf in card.missing:
        criterion = CRITERIA.criterion(leaf)
        best[leaf] = ChosenOption(criterion.options[0].id) if criterion.options else Percentage(Fraction(100))
    assert score(CRITERIA, kind, answers | best).total == card.can_still_reach


@given(st.sampled_from(CRITERIA.ratios), PERCENT, PERCENT)
def test_a_higher_ratio_never_pays_less(leaf: Criterion, one: Fraction, other: Fraction) -> None:
    assert not isinstance(leaf.rule, Choice)
    low, high = sorted((one, other))
    assert leaf.rule.apply(low).points <= leaf.rule.apply(high).points


@given(st.sampled_from(CRITERIA.ratios), st.integers(1, 400), st.data())
def test_the_next_step_is_the_smallest_one_that_pays_more_at_its_edge(
    leaf: Criterion, denominator: int, data: st.DataObject
) -> None:
    numerator = data.draw(st.integers(0, denominator))
    line = score(CRITERIA, "so_ban_nganh", {leaf.id: Counts(numerator, denominator)}).lines[leaf.id]
    step = line.next_step
    if step is None:
        assert line.points == leaf.maximum
        return
    assert step.more is not None
    assert step.more >= 1
    assert not isinstance(leaf.rule, Choice)
    reached = leaf.rule.apply(Fraction((numerator + step.more) * 100, denominator)).points
    assert line.points is not None
    assert reached - line.points == step.gain > 0
    if leaf.rule.kind == "bands":
        assert leaf.rule.apply(Fraction((numerator + step.more - 1) * 100, denominator)).points == line.points
    assert numerator + step.more <= denominator or leaf.id == "3.2"


def test_every_option_and_every_step_of_every_rule_is_reachable() -> None:
    for leaf in CRITERIA.leaves:
        if isinstance(leaf.rule, Choice):
            assert {leaf.rule.apply(option.id).points for option in leaf.options} == {o.points for o in leaf.options}
            continue
        paid = {leaf.rule.apply(Fraction(tenth, 10)).points for tenth in range(1001)}
        assert {Fraction(0), leaf.maximum} <= paid
        if leaf.rule.kind == "bands":
            assert paid == {band.points for band in leaf.rule.bands}
