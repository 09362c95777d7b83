"""`tucham cycle`: dates as they are written and told, extension, reopening, amendment, the schedule of reminders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from amended_sets.texts import HIGHER_TARGET, OLD, RETITLED, issued_anew, other_kinds
from product.command import Tucham

from bot.cli.moments import in_full, until_the_end
from bot.conversation import timetable
from scoring.library import set_text

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def house(tucham: Tucham, tmp_path: Path) -> Tucham:
    """Two units and an open cycle until the end of 14/01/2097."""
    rows = "code,name,short_name,kind\nSDL,Sở Du lịch,SDL,so_ban_nganh\nSYT,Sở Y tế,SYT,so_ban_nganh\n"
    (tmp_path / "u.csv").write_text(rows, encoding="utf-8")
    assert tucham("units", "import", "u.csv", "--yes").status == 0
    assert tucham("cycle", "open", "--criteria", OLD, "--year", "2096", "--until", "2097-01-14").status == 0
    return tucham


@pytest.mark.parametrize(
    ("until", "instant"),
    [
        ("2026-01-14", datetime(2026, 1, 14, 17, tzinfo=UTC)),
        ("14/1/2026", datetime(2026, 1, 14, 17, tzinfo=UTC)),
        ("2026-01-14T17:00", datetime(2026, 1, 14, 10, tzinfo=UTC)),
    ],
)
def test_until_includes_its_day(until: str, instant: datetime) -> None:
    assert until_the_end(until, ZONE) == instant


def test_a_deadline_is_told_with_its_last_good_day() -> None:
    assert in_full(datetime(2026, 1, 14, 17, tzinfo=UTC), ZONE) == "trước ngày 15/01/2026 (đến hết ngày 14/01/2026)"
    assert in_full(datetime(2026, 1, 14, 10, tzinfo=UTC), ZONE) == "17:00 ngày 14/01/2026"


def test_both_ways_to_write_a_deadline_mean_the_same(house: Tucham) -> None:
    shown = house("cycle", "show", "--json").json
    assert (shown["due_at"], shown["publish_at"]) == ("2097-01-14T17:00:00+00:00", "2097-03-30T17:00:00+00:00")
    assert house("cycle", "extend", "--due", "2097-01-16").status == 0
    assert house("cycle", "show", "--json").json["due_at"] == "2097-01-15T17:00:00+00:00"


@pytest.mark.parametrize("written", [(), ("--due", "2097-02-01", "--until", "2097-02-01")])
def test_one_of_the_two_is_needed(house: Tucham, written: tuple[str, ...]) -> None:
    printed = house("cycle", "extend", *written)
    assert printed.status == 2
    assert "--until" in printed.err


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (("--until", "2097-01-14"), "không sau hạn đang có (trước ngày 15/01/2097)"),
        (("--until", "2020-01-14"), "đã qua"),
        (("--until", "2097-02-30"), "chưa đúng"),
        (("--until", "2097-02-01", "--unit", "XX"), "“XX”"),
    ],
)
def test_what_is_no_more_time_is_refused_with_the_reason(house: Tucham, written: tuple[str, ...], said: str) -> None:
    printed = house("cycle", "extend", *written)
    assert printed.status == 1
    assert said in printed.err


def test_a_deadline_nobody_can_mean_is_refused_in_words_that_say_how_to_go_on(
    house: Tucham, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = house("cycle", "extend", "--until", "2097-04-01").err
    assert "sau hạn công bố kết quả (trước ngày 31/03/2097). Ghi một hạn sớm hơn" in late
    house("cycle", "close")
    monkeypatch.setattr(timetable, "FARTHEST", timedelta(days=731))
    slipped = house("cycle", "open", "--criteria", OLD, "--year", "2095", "--until", "2097-01-14").err
    assert "hơn 24 tháng" in slipped
    assert house("cycle", "show", "--json").json["year"] == 2096


def test_a_cycle_shows_every_date_that_counts(house: Tucham) -> None:
    house("cycle", "extend", "--until", "2097-01-20", "--unit", "SYT", "--reason", "Mất mạng")
    shown = house("cycle", "show").out
    assert "Bộ tiêu chí: qd-3270-2020 (mã băm " in shown
    assert "Hạn nộp: trước ngày 15/01/2097 (đến hết ngày 14/01/2097)." in shown
    assert "Hạn riêng của SYT Sở Y tế: trước ngày 21/01/2097 (đến hết ngày 20/01/2097)." in shown
    assert house("cycle", "show", "--json").json["units"] == [
        {"code": "SYT", "due_at": "2097-01-20T17:00:00+00:00", "back_due_at": None}
    ]
    assert house("verify").status == 0


def test_the_leaders_approval_is_set_shown_and_not_set_twice(house: Tucham) -> None:
    assert "không yêu cầu lãnh đạo" in house("cycle", "show").out
    assert "khi lãnh đạo đơn vị đã phê duyệt" in house("cycle", "approval", "on").out
    assert "khi lãnh đạo đơn vị đã phê duyệt" in house("cycle", "show").out
    assert house("cycle", "show", "--json").json["approval"] is True
    twice = house("cycle", "approval", "on")
    assert (twice.status, "đã ở chế độ này" in twice.err) == (1, True)
    assert house("cycle", "approval", "off").status == 0
    assert house("cycle", "show", "--json").json["approval"] is False
    assert house("verify").status == 0


def test_a_cycle_is_opened_again(house: Tucham) -> None:
    assert "tucham cycle close" in house("cycle", "reopen").err
    house("cycle", "close")
    assert "đợt đã đóng" in house("cycle", "show").out
    assert "trước ngày 15/01/2097" in house("cycle", "reopen").out
    house("cycle", "close")
    assert "đến hết ngày 01/02/2097" in house("cycle", "reopen", "--until", "2097-02-01").out
    assert "đợt đang mở" in house("cycle", "show").out


def test_an_amendment_is_shown_before_it_is_done(house: Tucham, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(issued_anew(RETITLED, HIGHER_TARGET), encoding="utf-8")
    before = house("cycle", "show", "--json").json["criteria_set"]
    shown = house("cycle", "amend", "new.toml", "--reason", "Sửa Phụ lục")
    assert shown.status == 0
    assert "Thay đổi 2 tiêu chí" in shown.out
    assert "  2.3.2 Hồ sơ nộp trực tuyến" in shown.out
    assert "--yes" in shown.out
    assert house("cycle", "show", "--json").json["criteria_set"] == before
    assert house("cycle", "amend", "new.toml", "--reason", "Sửa Phụ lục", "--yes").status == 0
    assert house("cycle", "show", "--json").json["criteria_set"] != before
    assert house("verify").status == 0


def test_what_cannot_be_amended_is_told(house: Tucham, tmp_path: Path) -> None:
    (tmp_path / "same.toml").write_text(set_text(OLD), encoding="utf-8")
    (tmp_path / "kinds.toml").write_text(issued_anew(other_kinds), encoding="utf-8")
    (tmp_path / "broken.toml").write_text(issued_anew().replace("total = 100", "total = 99"), encoding="utf-8")
    for name, said in (("same", "đúng bộ tiêu chí này"), ("kinds", "ubnd_cap_huyen"), ("broken", ""), ("none", "none")):
        printed = house("cycle", "amend", f"{name}.toml", "--reason", "x", "--yes")
        assert printed.status == 1, name
        assert said in printed.err
    assert house("cycle", "amend", "same.toml", "--reason", " ").status == 1


def test_the_schedule_of_reminders_is_dates_and_is_edited(house: Tucham) -> None:
    usual = house("cycle", "reminders")
    assert "  08:00 thứ Hai 14/01/2097: ngày cuối" in usual.out
    edited = house("cycle", "reminders", "--days", "5,0", "--at", "09:15", "--holiday", "01/01/2097", "--leader", "1")
    assert edited.status == 0
    assert "  09:15 thứ Hai 14/01/2097: ngày cuối" in edited.out
    kept = house("cycle", "reminders", "--json").json
    assert (kept["days_before"], kept["holidays"], kept["escalate_at"]) == ([5, 0], ["2097-01-01"], 1)
    house("cycle", "reminders", "--no-holidays", "--weekends", "--quiet", "06:00-22:00")
    kept = house("cycle", "reminders", "--json").json
    assert (kept["holidays"], kept["weekends_off"], kept["quiet"]) == ([], False, ["06:00", "22:00"])
    house("cycle", "reminders", "--usual")
    assert house("cycle", "reminders").out == usual.out


def test_everything_wrong_with_a_schedule_is_told_at_once(house: Tucham) -> None:
    before = house("cycle", "reminders", "--json").out
    printed = house("cycle", "reminders", "--days", "1,x", "--leader", "soon", "--holiday", "2097-02-31")
    assert printed.status == 1
    assert all(name in printed.out for name in ("--days", "--leader", "--holiday"))
    assert house("cycle", "reminders", "--at", "23:00").status == 1
    assert house("cycle", "reminders", "--json").out == before


def test_without_a_cycle_each_says_what_to_do(tucham: Tucham) -> None:
    for verb in (("show",), ("reopen",), ("reminders",), ("extend", "--due", "2097-01-01")):
        assert tucham("cycle", *verb).status == 1
