"""`tucham score`, `read` and `criteria`: their exact JSON."""

import json
from fractions import Fraction
from typing import Any

import pytest
from product.command import Tucham

SET = "qd-3270-2020"


def line(answers: dict[str, Any], **changed: Any) -> str:
    return json.dumps({"criteria_set": SET, "unit_kind": "so_ban_nganh", "answers": answers} | changed)


def test_an_empty_assessment_says_what_is_missing_and_possible(tucham: Tucham) -> None:
    (card,) = tucham("score", stdin=line({})).lines
    assert list(card) == [
        "points", "groups", "total", "total_display", "class", "class_floor", "class_ceiling", "missing",
        "can_still_reach", "problems",
    ]  # fmt: skip
    assert (card["points"], card["total"], card["total_display"], card["class"]) == ({}, "0", "0,00", None)
    assert (card["class_floor"], card["class_ceiling"], card["can_still_reach"]) == ("D", "A", "100")
    assert len(card["missing"]) == 38
    assert card["problems"] == []


def test_points_are_exact_and_hold_every_decided_leaf(tucham: Tucham) -> None:
    answers = {
        "1.1": {"option": "yes"},
        "1.2.1": {"option": "no"},
        "2.1.1": {"percent": "87.5"},
        "2.5.1": {"numerator": "45", "denominator": "50"},
        "2.2.2": {"none": True, "note": "không có hồ sơ"},
        "2.3": {"exempt": True},
        "1.4.4": {"exempt": True},
    }
    (card,) = tucham("score", stdin=line(answers)).lines
    assert card["points"] == {
        "1.1": "2", "1.2.1": "0", "1.2.2": "0", "1.4.4": "1", "2.1.1": "35/8", "2.2.2": "0", "2.3.1": "3", "2.3.2": "4",
        "2.5.1": "2",
    }  # fmt: skip
    assert card["total"] == str(sum(map(Fraction, card["points"].values()), Fraction(0))) == "131/8"
    assert card["total_display"] == "16,38"
    assert {problem["code"] for problem in card["problems"]} >= {"derived", "none_flagged"}
    assert all(problem["message"] and "{" not in problem["message"] for problem in card["problems"])


def test_a_bad_line_gets_its_error_and_the_rest_are_scored(tucham: Tucham) -> None:
    bad = [
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe{}",
        line({}, criteria_set="qd-1").encode(),
        line({}, unit_kind="bo").encode(),
        json.dumps({"criteria_set": SET, "unit_kind": "so_ban_nganh", "answers": []}).encode(),
        line({"2.1.1": {"percent": "much"}}).encode(),
        line({"2.1.1": {"percent": 87.5}}).encode(),
        line({"2.1.1": {}}).encode(),
        b'{"criteria_set":"x","criteria_set":"y"}',
        b"[" * 100_000,
        b'{"a":' + b"1" * 5_000 + b"}",
    ]
    good = line({"1.1": {"option": "yes"}}).encode()
    printed = tucham("score", stdin=b"\n".join([good, *bad, b"", b"  ", good]))
    assert printed.status == 1
    results = printed.lines
    assert len(results) == len(bad) + 2
    assert [list(result) for result in results[1:-1]] == [["error", "code", "line"]] * len(bad)
    assert [result["line"] for result in results[1:-1]] == list(range(2, len(bad) + 2))
    assert results[0] == results[-1]
    assert results[0]["total"] == "2"


def test_good_lines_end_with_status_zero_and_files_are_read(tucham: Tucham, tmp_path: Any) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + line({}).encode() + b"\r\n")
    assert tucham("score", str(file)).status == 0
    assert tucham("score", str(tmp_path / "nowhere")).status == 1


def test_a_displayed_total_never_contradicts_the_class(tucham: Tucham) -> None:
    shown = tucham("criteria", "show", SET, "--json").json
    answers: dict[str, Any] = {}
    for criterion in shown["criteria"]:
        best = criterion["options"] and max(criterion["options"], key=lambda option: Fraction(option["points"]))
        answers[criterion["id"]] = {"option": best["id"]} if best else {"percent": "100"}
    for left_out in ("2.1.2", "2.2.2", "2.3.2", "2.9"):
        answers[left_out] = {"percent": "0"}
    answers["1.4.1"] = {"option": shown_option(shown, "1.4.1", "0")}
    below, at = (
        tucham("score", stdin=line(answers | {"2.1.1": {"percent": percent}})).lines[0]
        for percent in ("99.9999", "100")
    )
    assert (below["class"], below["total_display"], below["total"]) == ("B", "79,999995", "15999999/200000")
    assert (at["class"], at["total_display"], at["total"]) == ("A", "80,00", "80")


def shown_option(shown: Any, criterion: str, points: str) -> str:
    (found,) = [one for one in shown["criteria"] if one["id"] == criterion]
    return str(next(option["id"] for option in found["options"] if option["points"] == points))


def test_criteria_show_lists_options_with_ids_in_printed_order(tucham: Tucham) -> None:
    shown = tucham("criteria", "show", "--json").json
    assert len(shown["criteria"]) == 38
    three = next(one for one in shown["criteria"] if one["id"] == "3.1")
    assert [option["points"] for option in three["options"]] == ["4", "2", "0"]
    assert all({"id", "printed", "points"} <= set(option) for option in three["options"])


def test_criteria_show_is_also_for_people(tucham: Tucham) -> None:
    text = tucham("criteria", "show", SET).out
    assert "1.1. Kế hoạch ứng dụng công nghệ thông tin" in text
    assert "{" not in text


def test_lint_reports_the_traps_of_the_decision_as_printed(tucham: Tucham) -> None:
    printed = tucham("criteria", "lint", f"as-printed/{SET}", "--json")
    found = {(finding["where"], finding["code"]) for finding in printed.json}
    assert printed.status == 1
    assert {
        ("2.1.1", "pays_more_than_maximum"),
        ("1.10.1", "id_not_under_parent"),
        ("2.3.2", "maximum_on_rule_row"),
        ("2.8.2", "three_way_gap"),
        ("2.5.1", "unequal_edges"),
    } <= found
    assert all(finding["message"] and finding["code"] not in finding["message"] for finding in printed.json)


def test_lint_is_content_with_the_set_that_is_used(tucham: Tucham) -> None:
    printed = tucham("criteria", "lint", SET)
    assert printed.status == 0
    assert "0 lỗi, 0 cảnh báo" in printed.out


def test_a_broken_criteria_file_is_told_whole(tucham: Tucham, tmp_path: Any) -> None:
    file = tmp_path / "set.toml"
    file.write_text('id = "x"\nbogus = 1\n', encoding="utf-8")
    printed = tucham("criteria", "show", str(file))
    assert printed.status == 1
    assert "bogus: không có khóa tên này." in printed.err
    assert "title: thiếu khóa này." in printed.err


def replies(tucham: Tucham, criterion: str, *texts: str) -> list[Any]:
    return tucham("read", criterion, stdin="\n".join(json.dumps({"text": text}) for text in texts)).lines


def test_read_tells_exact_percentages(tucham: Tucham) -> None:
    accepted, counted, doubtful, refused = replies(tucham, "2.1.1", "85,5", "45/50", "0,85", "120%")
    assert accepted == {"outcome": "accept", "value": "171/2", "hint": None}
    assert counted == {"outcome": "accept", "value": "90", "hint": None, "numerator": "45", "denominator": "50"}
    assert (doubtful["outcome"], doubtful["value"] in ("85", "17/20")) == ("confirm", True)
    assert {doubtful["value"], doubtful["alternative"]} == {"85", "17/20"}
    assert refused["outcome"] == "reject"
    assert refused["value"] is None
    assert refused["hint"]


def test_read_tells_option_ids_also_by_printed_number(tucham: Tucham) -> None:
    assert [reply["value"] for reply in replies(tucham, "1.1", "có", "chua ban hanh", "2")] == ["yes", "no", "no"]
    assert replies(tucham, "1.10.1", "có") == replies(tucham, "2.10.1", "có")


@pytest.mark.parametrize("stdin", ["{}", '{"text": 5}', "x"])
def test_read_answers_a_bad_line_with_an_error(tucham: Tucham, stdin: str) -> None:
    printed = tucham("read", "2.1.1", stdin=stdin + '\n{"text":"85"}')
    assert printed.status == 1
    assert "error" in printed.lines[0]
    assert printed.lines[1]["value"] == "85"


def test_read_refuses_a_criterion_there_is_not(tucham: Tucham) -> None:
    assert tucham("read", "9.9").status == 1
