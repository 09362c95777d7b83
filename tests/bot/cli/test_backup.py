"""`tucham backup` and `tucham restore`: what is told when it worked and when it did not, and the word that is typed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest
from backups import quick
from product.command import Tucham

from bot.backup import sealing
from storage.single import hold_database

UNITS = "code,name,short_name,kind\nSDL,Sở Du lịch,SDL,so_ban_nganh\nSYT,Sở Y tế,SYT,so_ban_nganh\n"
PASSPHRASE = "mật khẩu đủ dài"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the office's database is kept once it was made."""
    return tmp_path_factory.mktemp("office") / "tucham.db"


@pytest.fixture
def office(tucham: Tucham, tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> Tucham:
    """A database with two units and an open cycle; a passphrase among the settings."""
    monkeypatch.setattr(sealing, "with_passphrase", quick)
    (tmp_path / "u.csv").write_text(UNITS, encoding="utf-8")
    if not kept.exists():
        assert tucham("units", "import", "u.csv").status == 0
        opened = tucham("cycle", "open", "--criteria", "qd-3270-2020", "--year", "2096", "--due", "2097-01-15")
        assert opened.status == 0
        shutil.copy(tmp_path / "var" / "tucham.db", kept)
    (tmp_path / "var").mkdir(exist_ok=True)
    shutil.copy(kept, tmp_path / "var" / "tucham.db")
    monkeypatch.setenv("TUCHAM_BACKUP_PASSPHRASE", PASSPHRASE)
    return tucham


def backup_in(tmp_path: Path, folder: str = "var/backups") -> str:
    (found,) = (tmp_path / folder).iterdir()
    return str(found)


def year_in(database: Path) -> int:
    with closing(sqlite3.connect(database)) as opened:
        return int(opened.execute("SELECT year FROM cycles").fetchone()[0])


def test_a_backup_is_told_in_one_line_and_remembered(office: Tucham, tmp_path: Path) -> None:
    printed = office("backup")
    assert (printed.status, printed.err) == (0, "")
    file = Path(backup_in(tmp_path))
    assert f"Đã sao lưu: var/backups/{file.name} (" in printed.out
    assert "Đã đọc lại, đúng từng phần." in printed.out
    assert len(printed.out.splitlines()) == 1
    with closing(sqlite3.connect(tmp_path / "var" / "tucham.db")) as database:
        ((body,),) = database.execute("SELECT body FROM marks WHERE name = 'backup'").fetchall()
    assert body == f'{{"file":"{file.name}","size":{file.stat().st_size}}}'
    checked = office("backup", "check", str(file))
    assert checked.status == 0
    assert "đúng từng phần" in checked.out


def test_old_backups_go(office: Tucham, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    for day in range(1, 6):
        (folder / f"tucham-2020010{day}-000000Z.tar.age").touch()
    assert "Đã xóa 3 bản cũ." in office("backup", "--dir", "kept", "--keep-days", "90").out
    assert len(list(folder.iterdir())) == 3


def test_nothing_is_backed_up_in_the_open_unless_that_is_said(
    office: Tucham, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Caught when seeded: an unset passphrase taken for --plain."""
    monkeypatch.delenv("TUCHAM_BACKUP_PASSPHRASE")
    refused = office("backup")
    assert refused.status == 2
    assert "--plain" in refused.err
    assert not (tmp_path / "var" / "backups").exists()
    printed = office("backup", "--plain")
    assert printed.status == 0
    assert "không khóa" in printed.out
    assert backup_in(tmp_path).endswith(".tar")


def test_a_short_passphrase_and_a_key_that_is_none_are_refused(
    office: Tucham, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "short").write_text("ngắn\n", encoding="utf-8")
    refused = office("backup", "--passphrase-file", "short")
    assert refused.status == 2
    assert "12 ký tự" in refused.err
    monkeypatch.setenv("TUCHAM_BACKUP_RECIPIENT", "age1" + "b" * 58)  # looks like one
    assert office("backup").err.startswith("TUCHAM_BACKUP_RECIPIENT")
    for name, wrong in (("TUCHAM_BACKUP_RECIPIENT", "age1canary"), ("TUCHAM_BACKUP_PASSPHRASE", "canary")):
        monkeypatch.setenv(name, wrong)
        refused = office("backup")
        assert (refused.status, name in refused.err, "canary" in refused.err) == (2, True, False)
    assert not any((tmp_path / "var" / "backups").glob("*"))


def test_a_passphrase_typed_on_another_keyboard_opens_the_backup(office: Tucham, tmp_path: Path) -> None:
    """Caught when seeded: letters with separate marks taken for other letters."""
    (tmp_path / "p").write_text(unicodedata.normalize("NFD", PASSPHRASE) + "\r\n", encoding="utf-8")
    assert office("backup").status == 0
    assert office("backup", "check", backup_in(tmp_path), "--passphrase-file", "p").status == 0


def test_a_new_place_is_filled_and_verified(office: Tucham, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office("backup")
    monkeypatch.setenv("TUCHAM_DATABASE_URL", "sqlite:///new/tucham.db")
    printed = office("restore", backup_in(tmp_path))
    assert printed.status == 0, printed.err
    assert "Đã phục hồi bản sao lưu" in printed.out
    assert "Sổ cái nguyên vẹn" in printed.out
    assert year_in(tmp_path / "new" / "tucham.db") == 2096


def test_what_is_there_is_replaced_only_after_the_word(office: Tucham, tmp_path: Path) -> None:
    office("backup")
    file, database = backup_in(tmp_path), tmp_path / "var" / "tucham.db"
    with closing(sqlite3.connect(database)) as changed, changed:
        changed.execute("UPDATE cycles SET year = 2027")
    without = office("restore", file)
    assert (without.status, "--replace" in without.err) == (1, True)
    for typed in ("", "có\n"):
        assert office("restore", "--replace", file, stdin=typed).status != 0
    assert year_in(database) == 2027
    printed = office("restore", "--replace", file, stdin="thay\n")
    assert printed.status == 0
    assert ".before-restore" in printed.out
    assert year_in(database) == 2096
    (aside,) = database.parent.glob("*.before-restore")
    assert year_in(aside) == 2027


def test_a_running_service_is_not_disturbed(office: Tucham, tmp_path: Path) -> None:
    with hold_database(f"sqlite:///{tmp_path}/var/tucham.db"):
        assert office("backup").status == 0
        refused = office("restore", "--replace", backup_in(tmp_path), stdin="thay\n")
    assert refused.status == 1
    assert str(os.getpid()) in refused.err


def test_what_cannot_be_is_told_in_one_line(office: Tucham) -> None:
    for arguments, told in (
        (("backup", "check", "nothing.tar.age"), "Không có tệp nothing.tar.age."),
        (("backup", "check", "u.csv"), "không phải bản sao lưu"),
        (("restore", "u.csv"), "đang có dữ liệu"),
        (("backup", "check", "u.csv", "--key-file", "nothing"), "nothing"),
        (("backup", "--keep-days", "0"), "--keep-days"),
    ):
        printed = office(*arguments)
        assert printed.status in (1, 2)
        assert told in printed.err
        assert len(printed.err.splitlines()) == 1


def test_a_wrong_passphrase_is_told_and_never_repeated(
    office: Tucham, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office("backup")
    monkeypatch.setenv("TUCHAM_BACKUP_PASSPHRASE", "canary canary canary")
    printed = office("backup", "check", backup_in(tmp_path))
    assert printed.status == 1
    assert printed.err.startswith("Mật khẩu không mở được bản sao lưu này")
    assert "canary" not in printed.err + printed.out
