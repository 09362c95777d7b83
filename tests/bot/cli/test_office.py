"""`tucham cycle`, `invite`, `status`, `verify`, `migrate`, `preview`, and how every command explains itself."""

import hashlib
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from product.command import Tucham

from bot.cli.entry import VERBS
from bot.cli.moments import last_instant
from bot.cli.season.opening import next_deadline
from bot.conversation.reading.text import CODE_ALPHABET
from bot.wording import texts

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OPEN = ("cycle", "open", "--criteria", "qd-3270-2020", "--year", "2096", "--due", "2097-01-15")


@pytest.fixture
def house(tucham: Tucham, tmp_path: Path) -> Tucham:
    """A database with one unit and an open cycle."""
    (tmp_path / "u.csv").write_text("code,name,short_name,kind\nSDL,Sở Du lịch,SDL,so_ban_nganh\n", encoding="utf-8")
    assert tucham("units", "import", "u.csv", "--yes").status == 0
    assert tucham(*OPEN).status == 0
    return tucham


@pytest.mark.parametrize(
    ("due", "instant"),
    [
        ("2026-01-15", datetime(2026, 1, 14, 17, tzinfo=UTC)),
        ("15/01/2026", datetime(2026, 1, 14, 17, tzinfo=UTC)),
        ("15/1/2026", datetime(2026, 1, 14, 17, tzinfo=UTC)),
        ("2026-01-14T17:00", datetime(2026, 1, 14, 10, tzinfo=UTC)),
        ("2026-01-14T17:00+07:00", datetime(2026, 1, 14, 10, tzinfo=UTC)),
        ("2026-01-14T10:00Z", datetime(2026, 1, 14, 10, tzinfo=UTC)),
    ],
)
def test_a_day_means_before_that_day_in_local_time(due: str, instant: datetime) -> None:
    assert last_instant(due, ZONE) == instant


@pytest.mark.parametrize("due", ["", "15/13/2026", "2026-02-30", "soon", "20260", "2026-01-15T25:00"])
def test_what_is_no_deadline_is_refused(tucham: Tucham, due: str) -> None:
    printed = tucham(*OPEN[:-1], due)
    assert printed.status == 1
    assert "2026-01-15" in printed.err


def test_one_cycle_is_open_at_a_time_and_is_closed_once(house: Tucham) -> None:
    again = house(*OPEN)
    assert again.status == 1
    assert "2096" in again.err
    assert house("cycle", "close").status == 0
    assert house("cycle", "close").status == 1


def test_an_unknown_criteria_set_is_told_with_the_known_ones(tucham: Tucham) -> None:
    printed = tucham("cycle", "open", "--criteria", "qd-1", "--year", "2026", "--due", "2027-01-15")
    assert printed.status == 1
    assert "qd-3270-2020" in printed.err


def test_the_sample_deadline_is_never_past() -> None:
    now = datetime(2026, 11, 22, tzinfo=ZONE).date()
    first = now.replace(month=1, day=15)
    assert next_deadline(first, now) == datetime(2027, 1, 15, tzinfo=ZONE).date()
    assert next_deadline(first, first.replace(day=14)) == first
    assert next_deadline(first, first) == datetime(2027, 1, 15, tzinfo=ZONE).date()


def test_an_invite_is_eight_clear_characters_and_only_its_digest_is_stored(house: Tucham, tmp_path: Path) -> None:
    invite = house("invite", "--unit", "SDL", "--json").json
    assert list(invite) == ["code", "role", "unit", "links", "expires_at"]
    assert (invite["role"], invite["unit"], invite["links"]) == ("officer", "SDL", {"web": None, "telegram": None})
    assert len(invite["code"]) == 8
    assert set(invite["code"]) <= set(CODE_ALPHABET)
    assert not set("0O1IL") & set(CODE_ALPHABET)
    hours = (datetime.fromisoformat(invite["expires_at"]) - datetime.now(UTC)).total_seconds() / 3600  # noqa: TID251
    assert 71.9 < hours <= 72
    with sqlite3.connect(tmp_path / "var" / "tucham.db") as database:
        ((digest,),) = database.execute("SELECT code_hash FROM invites").fetchall()
        everything = "\n".join(database.iterdump())
    database.close()
    assert digest == hashlib.sha256(invite["code"].encode()).hexdigest()
    assert invite["code"] not in everything


def test_a_printed_invite_lives_until_the_cycle_closes(house: Tucham) -> None:
    assert house("invite", "--role", "reviewer", "--printed", "--json").json["expires_at"] is None
    house("cycle", "close")
    assert house("invite", "--role", "reviewer", "--printed").status == 1


@pytest.mark.parametrize("role", ["reviewer", "admin", "group"])
def test_people_of_the_office_are_invited_by_role(house: Tucham, role: str) -> None:
    invite = house("invite", "--role", role, "--json").json
    assert (invite["role"], invite["unit"]) == (role, None)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--role", "officer"),
        ("--role", "reviewer", "--unit", "SDL"),
        ("--role", "king"),
        ("--unit", "SDL", "--uses", "0"),
    ],
)
def test_an_invite_for_nobody_is_a_misuse(house: Tucham, arguments: tuple[str, ...]) -> None:
    assert house("invite", *arguments).status == 2


def test_an_unknown_unit_is_not_invited(house: Tucham) -> None:
    printed = house("invite", "--unit", "NOWHERE")
    assert printed.status == 1
    assert "NOWHERE" in printed.err


def test_status_shows_every_unit(house: Tucham) -> None:
    told = house("status", "--json").json
    assert (told["cycle"]["year"], told["cycle"]["due_at"]) == (2096, "2097-01-14T17:00:00+00:00")
    (unit,) = told["units"]
    assert (unit["code"], unit["state"], unit["decided"], unit["points"]) == ("SDL", "not_started", 0, "0")
    text = house("status").out
    assert "chưa bắt đầu" in text
    assert "trước ngày 15/01/2097" in text
    assert "0/1" in text


def test_status_without_a_cycle_says_what_to_do(tucham: Tucham) -> None:
    printed = tucham("status")
    assert printed.status == 1
    assert "tucham cycle open" in printed.err


def test_verify_is_content_with_a_sound_house_and_finds_a_changed_fact(house: Tucham, tmp_path: Path) -> None:
    assert house("verify").status == 0
    with sqlite3.connect(tmp_path / "var" / "tucham.db") as database:
        database.execute("UPDATE ledger SET body = replace(body, '2096', '2095') WHERE kind LIKE '%ycle%'")
    database.close()
    printed = house("verify")
    assert printed.status == 1
    assert "đã bị sửa" in printed.out


def test_migrate_makes_the_database_and_may_be_repeated(tucham: Tucham, tmp_path: Path) -> None:
    assert tucham("migrate").status == 0
    assert tucham("migrate").status == 0
    assert (tmp_path / "var" / "tucham.db").exists()


def test_a_database_that_is_not_one_is_said_in_a_line(tucham: Tucham, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "tucham.db").write_text("not a database at all, but long enough to be read as one" * 50)
    printed = tucham("units", "list")
    assert printed.status == 1
    assert "Cơ sở dữ liệu" in printed.err
    assert "Traceback" not in printed.err


def test_wrong_settings_end_every_command_with_one_line(tucham: Tucham, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUCHAM_TELEGRAM_TOKEN", "canary-canary")
    for arguments in (("run",), ("status",), ("talk",), ("migrate",)):
        printed = tucham(*arguments)
        assert printed.status == 2
        assert printed.err.count("\n") == 1
        assert "TUCHAM_TELEGRAM_TOKEN" in printed.err
        assert "canary" not in printed.err


def test_verify_finds_a_file_that_is_gone(house: Tucham, tmp_path: Path) -> None:
    digest = hashlib.sha256(b"%PDF-1.7").hexdigest()
    with closing(sqlite3.connect(tmp_path / "var" / "tucham.db")) as database, database:
        row = (digest, "application/pdf", 8)
        database.execute("INSERT INTO files (digest, media, size, at) VALUES (?, ?, ?, 0)", row)
    printed = house("verify")
    assert printed.status == 1
    assert digest in printed.out
    kept = tmp_path / "var" / "files" / digest[:2] / digest[2:4] / digest
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"%PDF-1.7")
    assert house("verify").status == 0


def test_preview_shows_every_screen(tucham: Tucham, tmp_path: Path) -> None:
    assert tucham("preview", "--out", "p.html").status == 0
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "Sở Thông tin và Truyền thông" in page
    assert tucham("preview", "--out", "no/such/folder.html").status == 1


def _commands() -> list[str]:
    return [*VERBS, "units import", "units list", "cycle open", "cycle close", "criteria show", "criteria lint"]


@pytest.mark.parametrize("command", _commands())
def test_every_command_explains_itself_in_vietnamese_with_an_example(tucham: Tucham, command: str) -> None:
    printed = tucham(*command.split(), "--help")
    assert printed.status == 0
    assert "Cách dùng: tucham" in printed.out
    assert "Ví dụ:" in printed.out
    assert "Show this message" not in printed.out
    assert f"tucham {command.split()[0]}" in printed.out.partition("Ví dụ:")[2]


def test_help_lists_every_command(tucham: Tucham) -> None:
    shown = tucham("--help").out
    assert all(f"  {name} " in shown for name in VERBS)
    assert set(VERBS) == set(texts("cli")["command"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("fly",), "Không có lệnh này"),
        (("status", "--fast"), "Không có tùy chọn --fast"),
        (("cycle", "open"), "Thiếu --criteria"),
        (("invite", "--uses", "x"), "Giá trị của --uses"),
        (("read",), "Thiếu CRITERION"),
        (("status", "extra"), "chưa đúng"),
    ],
)
def test_misuse_is_told_in_one_vietnamese_line(tucham: Tucham, arguments: tuple[str, ...], told: str) -> None:
    printed = tucham(*arguments)
    assert printed.status == 2
    assert told in printed.err
    assert "--help" in printed.err
    assert printed.err.count("\n") == 1
