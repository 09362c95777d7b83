"""`tucham signin` and the web links of `tucham invite`: what is printed, whom a name means, what is stored."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from product.command import Tucham

from bot.cli.signin import Candidate, meant
from bot.house import epoch_ms

SITE = "https://tucham.example.vn"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tucham: Tucham, tmp_path: Path) -> Tucham:
    """A database with two officers and a reviewer, and pages that are served."""
    units = "code,name,short_name,kind\nSDL,Sở Du lịch,SDL,so_ban_nganh\nSYT,Sở Y tế,SYT,so_ban_nganh\n"
    (tmp_path / "u.csv").write_text(units, encoding="utf-8")
    assert tucham("units", "import", "u.csv", "--yes").status == 0
    opened = tucham("cycle", "open", "--criteria", "qd-3270-2020", "--year", "2096", "--due", "2097-01-15")
    assert opened.status == 0
    with closing(sqlite3.connect(tmp_path / "var" / "tucham.db")) as database, database:
        people = [(1, "Trần Thị Hà"), (2, "Hà Văn Nam"), (3, "Lê Quang Huy")]
        for number, name in people:
            database.execute("INSERT INTO people (id, name, created_at, place) VALUES (?, ?, 0, '{}')", (number, name))
        held = [(1, "officer", 1), (2, "officer", 2), (2, "officer", 1), (3, "reviewer", None)]
        for row in held:
            database.execute("INSERT INTO roles (person_id, role, unit_id, granted_at) VALUES (?, ?, ?, 0)", row)
    monkeypatch.setenv("TUCHAM_LISTEN", "127.0.0.1:8080")
    monkeypatch.setenv("TUCHAM_PUBLIC_URL", SITE)
    return tucham


def test_a_link_is_shown_once_and_only_its_digest_is_stored(site: Tucham, tmp_path: Path) -> None:
    told = site("signin", "--person", "tran thi ha", "--json").json
    assert list(told) == ["person", "name", "link", "minutes"]
    assert (told["person"], told["name"], told["minutes"]) == (1, "Trần Thị Hà", 10)
    code = told["link"].removeprefix(f"{SITE}/vao/")
    assert len(code) == 22
    with closing(sqlite3.connect(tmp_path / "var" / "tucham.db")) as database:
        stored = database.execute("SELECT code_hash, person_id, expires_at FROM sign_ins").fetchall()
        everything = "\n".join(database.iterdump())
    ((digest, person, ends),) = stored
    assert (digest, person) == (hashlib.sha256(code.encode()).hexdigest(), 1)
    assert 0 < ends - epoch_ms() <= 600_000
    assert code not in everything
    assert site("verify").status == 0


def test_a_link_for_people_names_its_person_and_ends_soon(site: Tucham) -> None:
    printed = site("signin", "--person", "3")
    assert printed.status == 0
    assert "Lê Quang Huy (người thẩm định)" in printed.out
    assert f"{SITE}/vao/" in printed.out
    assert "10 phút" in printed.out


def test_when_a_name_fits_several_they_are_listed_and_nothing_is_made(site: Tucham, tmp_path: Path) -> None:
    printed = site("signin", "--person", "hà")
    assert printed.status == 1
    assert "1: Trần Thị Hà (cán bộ đầu mối của SDL)" in printed.err
    assert "2: Hà Văn Nam" in printed.err
    with closing(sqlite3.connect(tmp_path / "var" / "tucham.db")) as database:
        assert database.execute("SELECT count(*) FROM sign_ins").fetchone() == (0,)


def test_a_unit_narrows_it_down(site: Tucham) -> None:
    assert site("signin", "--person", "ha", "--unit", "SYT", "--json").json["person"] == 2
    assert site("signin", "--person", "huy", "--unit", "SYT").status == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--person", "99"), "99"),
        (("--person", "Nobody"), "Nobody"),
        (("--person", "ha", "--unit", "NOWHERE"), "NOWHERE"),
    ],
)
def test_nobody_found_is_told(site: Tucham, arguments: tuple[str, ...], told: str) -> None:
    printed = site("signin", *arguments)
    assert printed.status == 1
    assert told in printed.err


def test_without_pages_there_is_no_link_to_make(tucham: Tucham) -> None:
    printed = tucham("signin", "--person", "1")
    assert printed.status == 1
    assert "TUCHAM_PUBLIC_URL" in printed.err


def test_the_whole_name_comes_before_a_part_of_it() -> None:
    people = [Candidate(1, "Lê Hà", ()), Candidate(2, "Lê Hà My", ()), Candidate(3, "Phạm Thu Hằng", ())]
    assert [one.person_id for one in meant(people, "le ha")] == [1]
    assert [one.person_id for one in meant(people, "ha")] == [1, 2]
    assert [one.person_id for one in meant(people, "han")] == [3]
    assert [one.person_id for one in meant(people, " 2 ")] == [2]
    assert meant(people, "  ") == ()


def test_an_invite_has_a_link_to_the_pages_where_they_are_served(site: Tucham) -> None:
    invite = site("invite", "--unit", "SDL", "--json").json
    assert invite["links"] == {"web": f"{SITE}/moi/{invite['code']}", "telegram": None}
    assert f"{SITE}/moi/" in site("invite", "--role", "reviewer").out


def test_a_group_does_not_join_by_a_page(site: Tucham) -> None:
    assert site("invite", "--role", "group", "--json").json["links"]["web"] is None
