"""Two sets compared: what an answer means decides, not how the question looks."""

from __future__ import annotations

import pytest
from amended_sets.texts import (
    HIGHER_TARGET,
    MERGED,
    NO_EXEMPTION,
    OLD,
    RATIO,
    RENAMED_BUTTON,
    RETITLED,
    SPLIT,
    Change,
    issued_anew,
    other_kinds,
    within,
)

from scoring.changes import Changed, changed_criteria, same_unit_kinds
from scoring.library import load_set, parse_set

SET = load_set(OLD)
SO, HUYEN = "so_ban_nganh", "ubnd_cap_huyen"


def compared(*changes: Change, kind: str | None = None) -> Changed:
    return changed_criteria(SET, parse_set(issued_anew(*changes), "anew"), kind)


@pytest.mark.parametrize(
    "changes",
    [
        (),
        (RENAMED_BUTTON,),
        (within("1.1", ("đã ban hành Kế hoạch", "đã có Kế hoạch")),),
        (within("1.1", ("display_title", "accepts = []\ndisplay_title")),),
    ],
    ids=["nothing", "a button", "a question", "what the linter was told"],
)
def test_how_a_question_is_put_changes_nothing(changes: tuple[Change, ...]) -> None:
    change = compared(*changes)
    assert change.nothing
    assert change.unchanged == tuple(leaf.id for leaf in SET.leaves)
    assert not change.asked_again
    assert not change.gone


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ((RETITLED,), ("1.1",)),
        ((HIGHER_TARGET,), ("2.3.2",)),
        (RATIO, ("2.8.1", "2.8.2")),
        ((within("2.3.2", ("(trực tuyến + trực tiếp)", "tiếp nhận")),), ("2.3.2",)),
        ((within("2.8.2", ('depends_on = { on = "2.8.1", option = "no" }\n', "")),), ("2.8.2",)),
        ((within("2.3.2", ("none_allowed = true", "none_allowed = false")),), ("2.3.2",)),
    ],
    ids=["title", "rule", "kind of rule", "inputs", "dependency", "nothing of the kind"],
)
def test_what_an_answer_means_changes_the_criterion(changes: tuple[Change, ...], changed: tuple[str, ...]) -> None:
    change = compared(*changes)
    assert change.changed == changed
    assert set(change.unchanged) == {leaf.id for leaf in SET.leaves} - set(changed)
    assert change.asked_again == set(changed)


def test_criteria_come_and_go() -> None:
    split, merged = compared(*SPLIT), compared(*MERGED)
    assert (split.added, split.removed, split.changed) == (("2.8.3",), (), ("2.8.1",))
    assert (merged.added, merged.removed, merged.changed) == ((), ("2.8.2",), ("2.8.1",))
    assert merged.gone == {"2.8.2"}


def test_an_exemption_that_goes_takes_its_claim_with_it() -> None:
    change = compared(NO_EXEMPTION)
    assert change.changed == ("2.7",)
    assert change.scopes == ("2.7",)


def test_an_exemption_of_a_group_changes_all_under_it_for_the_units_it_is_for() -> None:
    def for_fewer(text: str) -> str:
        return text.replace("không có TTHC tiếp nhận từ cá nhân, tổ chức, doanh nghiệp thì", "không có TTHC nào thì")

    assert compared(for_fewer).changed == ("2.3.1", "2.3.2")
    assert compared(for_fewer, kind=SO).scopes == ("2.3",)
    assert compared(for_fewer, kind=HUYEN).nothing


def test_kinds_of_units_are_compared_by_their_keys() -> None:
    assert same_unit_kinds(SET, parse_set(issued_anew(), "anew"))
    assert not same_unit_kinds(SET, parse_set(issued_anew(other_kinds), "anew"))
