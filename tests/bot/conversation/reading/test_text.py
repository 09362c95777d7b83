"""Free text is stored as typed, less what nobody can see; the rows of the table hold."""

import json
import random
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from bot.conversation.reading.outcomes import Accepted, Cleaned, Doubtful, Refused
from bot.conversation.reading.requests import Request, read_command
from bot.conversation.reading.text import read_code, read_name, read_note, read_unit_name, read_url
from bot.conversation.reading.words import Words

ROWS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "data/text_inputs.json").read_text(encoding="utf-8")
)
READERS = {"note": read_note, "name": read_name, "unit": read_unit_name, "url": read_url, "code": read_code}
KINDS: dict[str, type] = {"accept": Accepted, "clean": Cleaned, "confirm": Doubtful, "reject": Refused}
# Well formed, but nobody was given it: only the caller can know.
UNKNOWN_CODE = "T070"


def rows(*expected: str) -> list[dict[str, Any]]:
    return [row for row in ROWS if row["field"] in READERS and row["expect"] in expected and row["id"] != UNKNOWN_CODE]


@pytest.mark.parametrize("row", rows("accept", "clean", "confirm", "reject"), ids=lambda row: str(row["id"]))
def test_a_row_of_the_table_reads_as_it_says(row: dict[str, Any]) -> None:
    found = READERS[row["field"]](row["input"])
    assert type(found) is KINDS[row["expect"]]
    if not isinstance(found, Refused):
        as_typed = row["field"] not in ("code", "unit") and row["expect"] == "accept"
        if row["stored"] is not None or as_typed:
            assert found.value == normalize("NFC", row["stored"] or row["input"])


@pytest.mark.parametrize("row", rows("command"), ids=lambda row: str(row["id"]))
def test_a_command_in_a_text_step_is_a_command(row: dict[str, Any], words: Words) -> None:
    found = read_command(row["input"], words)
    assert isinstance(found, Request)
    assert found.name in words.commands
    assert read_note(row["input"]) == Refused("unknown_command")


def test_an_unknown_command_is_not_stored(words: Words) -> None:
    found = read_command("/khongtontai", words)
    assert found is not None
    assert found.name not in words.commands
    assert read_note("/khongtontai") == Refused("unknown_command")


def test_control_characters_and_overrides_are_taken_out_of_a_note() -> None:
    assert read_note("a\x00b\x1b[2J") == Cleaned("ab[2J")
    assert read_note("a\u202egnp.exe") == Cleaned("agnp.exe")
    assert read_note("\ud800x") == Cleaned("x")
    assert read_note("dòng 1\n\tdòng 2") == Accepted("dòng 1\n\tdòng 2")


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\u200c", "\u3164", "\u2800 ", "\x00", "\ud800", "\u202e"])
def test_nothing_visible_is_refused(text: str) -> None:
    assert read_note(text) == Refused("nothing")
    assert read_name(text) == Refused("nothing")


def test_a_note_is_measured_in_characters_as_seen() -> None:
    assert read_note("ạ" * 1000) == Accepted("ạ" * 1000)
    assert read_note("a\u0323" * 1000) == Accepted("ạ" * 1000)
    assert read_note("a\u0323" * 1001) == Refused("too_long", "1001/1000")
    assert read_note("👍🏽" * 1000) == Accepted("👍🏽" * 1000)
    assert read_note("x" * 100_000) == Refused("too_long", "1000")
    assert isinstance(read_note("a" + "\u0338" * 7000), Refused)


@pytest.mark.parametrize("text", ["85", "85,5", "85%", "85 %", "45/50", "45 / 50", "８５", "+5", "85."])
def test_a_bare_number_in_a_note_is_asked_about(text: str) -> None:
    assert read_note(text) == Doubtful(text, why="bare_number")


@pytest.mark.parametrize(
    "text", ["CCCD 001099012345", "CMND 194123456", "gọi 0912345678", "+84 912 345 678", "０９１２３４５６７８"]
)
def test_a_personal_number_brings_a_warning(text: str) -> None:
    assert read_note(text) == Accepted(text, "personal_data")


@pytest.mark.parametrize("text", ["kinh phí 150.000.000 đồng", "đạt 85,5%", "12345", "số 123/QĐ-SDL", "1234567890123"])
def test_other_numbers_bring_none(text: str) -> None:
    found = read_note(text)
    assert getattr(found, "warning", None) is None


def test_a_name_is_one_line_with_single_blanks() -> None:
    assert read_name("Trần Thị Ánh") == Accepted("Trần Thị Ánh")
    assert read_name("  Trần\n Thị\t Ánh ") == Cleaned("Trần Thị Ánh")
    assert read_name("Sở\u202e TTTT\u200b") == Cleaned("Sở TTTT")
    assert read_name("ạ" * 121) == Refused("too_long", "121/120")
    assert read_name("/start") == Refused("unknown_command")


def test_a_unit_typed_without_marks_is_asked_about() -> None:
    assert read_unit_name("so du lich") == Doubtful("so du lich", why="no_diacritics")
    assert read_unit_name("SDL") == Accepted("SDL")
    assert read_unit_name("UBND xã Tân Lập") == Accepted("UBND xã Tân Lập")


@pytest.mark.parametrize(
    "text", ["http://a.vn", "HTTPS://A.vn/x", "https://công.vn/", "https://a.vn:8080/b?c=d#e", " https://a.vn "]
)
def test_a_link_is_accepted(text: str) -> None:
    assert read_url(text) == Accepted(text.strip())


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:x", "vbscript:x", "https://", "https://u:p@evil",
     "//evil", "https://[::1", "http://a b",
     "ftp://a.vn", "https://a.vn:99999", "https://a.vn/\u202e", "mailto:a@b.vn", "x"],
)  # fmt: skip
def test_what_is_no_safe_link_is_refused(text: str) -> None:
    assert read_url(text) == Refused("not_a_link")


def test_a_link_without_its_scheme_is_offered_with_one() -> None:
    assert read_url("dichvucong.gov.vn/x") == Refused("not_a_link", "https://dichvucong.gov.vn/x")
    assert read_url("") == Refused("nothing")


@pytest.mark.parametrize(
    "text",
    [
        "K7Q29XPM",
        "k7q29xpm",
        "K7Q2-9XPM",
        "k7q2 9xpm",
        "Ｋ７Ｑ２－９ＸＰＭ",
        "k7q2–9xpm\n",
        "\u200bK7Q29XPM",
        "K7Q2.9XPM",
    ],
)
def test_a_code_is_read_in_any_dress(text: str) -> None:
    assert read_code(text) == Accepted("K7Q29XPM")


@pytest.mark.parametrize(
    "text", ["K7Q29XP0", "K7Q29XPO", "K7Q29XP1", "K7Q29XPL", "K7Q29XP", "K7Q29XPMM", "'OR'1'='1", "ＫＫ"]
)
def test_a_malformed_code_is_refused(text: str) -> None:
    assert read_code(text) == Refused("bad_code")
    assert read_code("K" * 65) == Refused("too_long", "8")
    assert read_code(" ") == Refused("nothing")


def test_random_text_raises_nothing() -> None:
    chance = random.Random(96)
    alphabet = "aạ1/ .:-@%\x00\u200b\u202e\ud800👍🏽\u200d🇻\n\u0301[h]ttps"
    for _ in range(4_000):
        text = "".join(chance.choice(alphabet) for _ in range(chance.randint(0, 40)))
        for read in READERS.values():
            found = read(text)
            if not isinstance(found, Refused):
                assert found.value.encode() is not None
                assert "\x00" not in found.value
                assert "\u202e" not in found.value
