"""Reading criteria sets: what is on the shelf, and that a wrong file names everything wrong with it."""

import hashlib
from pathlib import Path

import pytest

from scoring.errors import CriteriaSetInvalid
from scoring.library import available, digest, load_set, parse_set, read_set, set_text

TEXT = set_text("qd-3270-2020")
_DEPENDS, _SOFT = "criteria.1.2.2.depends_on", "contradictions.software-not-deployed"


def problems_of(text: str) -> set[tuple[str, str, str]]:
    with pytest.raises(CriteriaSetInvalid) as caught:
        parse_set(text, "x.toml")
    assert all(problem.source == "x.toml" for problem in caught.value.problems)
    return {(problem.key, problem.code, problem.cure) for problem in caught.value.problems}


def changed(*changes: tuple[str, str]) -> str:
    text = TEXT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def test_the_shelf_holds_the_set_of_2020_and_not_the_decision_as_printed() -> None:
    assert available() == ("qd-3270-2020",)


def test_a_set_is_loaded_by_name_and_by_path(tmp_path: Path) -> None:
    path = tmp_path / "next.toml"
    path.write_text(TEXT, encoding="utf-8")
    assert load_set(str(path)) == load_set("qd-3270-2020")
    assert load_set(str(path)).id == "qd-3270-2020"


def test_the_digest_is_the_sha256_of_the_text() -> None:
    assert digest(TEXT) == hashlib.sha256(TEXT.encode()).hexdigest()
    assert digest(TEXT) != digest(TEXT + "\n")


@pytest.mark.parametrize("name", ["qd-3270-2021", "../errors", "", "/etc/passwd", "as-printed/../qd-3270-2020"])
def test_a_name_that_is_not_on_the_shelf_is_refused(name: str) -> None:
    with pytest.raises(CriteriaSetInvalid) as caught:
        load_set(name)
    assert [problem.code for problem in caught.value.problems] == ["set_unknown"]


def test_a_missing_file_and_one_that_is_not_utf8_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CriteriaSetInvalid, match="file_unreadable"):
        read_set(str(tmp_path / "none.toml"))
    (tmp_path / "latin.toml").write_bytes(b'title = "h\xe0"')
    with pytest.raises(CriteriaSetInvalid, match="not_utf8"):
        read_set(str(tmp_path / "latin.toml"))


def test_text_that_is_no_toml_is_refused_with_its_place() -> None:
    with pytest.raises(CriteriaSetInvalid, match=r"toml_syntax .*line 2"):
        parse_set('id = "x"\ntitle = x\n', "x.toml")


def test_all_problems_are_told_at_once_with_their_key_and_cure() -> None:
    found = problems_of(changed(
        ('short_title = "Kế hoạch ứng dụng CNTT của năm"', 'nickname = "x"'),
        ("maximum = 65", "maximum = 65.5"),
        ('kind = "bands"', 'kind = "steps"'),
    ))  # fmt: skip
    assert ("criteria.1.1.nickname", "extra_forbidden", "remove_key") in found
    assert ("criteria.1.1.short_title", "missing", "add_key") in found
    assert ("sections.2.maximum", "value_error", "correct_value") in found
    assert ("criteria.2.5.1.rule", "union_tag_invalid", "name_rule_kind") in found


def test_what_the_linter_calls_an_error_keeps_a_set_from_loading() -> None:
    assert ("1", "maxima_do_not_add_up", "correct_rule") in problems_of(changed(("maximum = 10", "maximum = 11")))
    assert ("2.5.1", "hole", "correct_rule") in problems_of(changed(
        ('{ op = "<", value = 50, points = 0 }', '{ op = "<", value = 40, points = 0 }'),
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "key", "code"),
    [
        ('on = "1.2.1", option = "no"', 'on = "1.2.1", option = "nein"', _DEPENDS, "unknown_option"),
        ('on = "1.2.1", option', 'on = "4.4", option', _DEPENDS, "parent_not_before"),
        ('on = "1.2.1", option = "no"', 'on = "1.2.1", zero = true', _DEPENDS, "dependency_does_not_fit"),
        ('evidence_holder = "Thanh tra"', 'evidence_holder = "x"', "criteria.2.7.evidence_holder", "unknown_holder"),
        ('denominator_figure = "staff"', 'denominator_figure = "staf"', "criteria.2.5.1.inputs", "unknown_figure"),
        ('scope = "2.3"', 'scope = "2.2"', "2.3.exemption.scope", "scope_is_not_own_id"),
        ("points = 7\n", "points = 6\n", "2.3.exemption.points", "exemption_is_not_the_maximum"),
        ('applies_to = ["so_ban_nganh"]', 'applies_to = ["xa"]', "2.3.exemption.applies_to", "unknown_unit_kind"),
        ('criterion = "2.2.2", above', 'criterion = "2.2.9", above', _SOFT, "unknown_reference"),
        ('holder = "Bộ phận CNTT"', 'holder = "x"', "figures.mail_accounts.holder", "unknown_holder"),
        ('parent = "2.4"', 'parent = "2.40"', "criteria.2.4.1.parent", "unknown_parent"),
    ],
)  # fmt: skip
def test_a_reference_that_leads_nowhere_is_refused(before: str, after: str, key: str, code: str) -> None:
    assert (key, code) in {(key, code) for key, code, _ in problems_of(changed((before, after)))}


def test_the_decision_as_printed_cannot_be_scored_with() -> None:
    with pytest.raises(CriteriaSetInvalid) as caught:
        load_set("as-printed/qd-3270-2020")
    codes = {problem.code for problem in caught.value.problems}
    assert {"pays_more_than_maximum", "id_not_under_parent", "maximum_on_rule_row", "missing"} <= codes
