"""The invite sheet as it comes out of the printer: scanned, read, and refused where it would mislead."""

import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from messages.documents import InviteSheet, SheetLink, invite_sheets, sheet_link
from messages.documents.sheets import short_address, spelled
from messages.documents.typesetting import FONTS, typeset
from messages.errors import MessageBroken

Sheets = tuple[list[InviteSheet], bytes]
MakeSheet = Callable[..., InviteSheet]


def without_blanks(text: str) -> str:
    return "".join(text.split())


def test_every_unit_has_one_a4_page(typeset_sheets: Sheets, printed: Any) -> None:
    """Caught when seeded: a page break before the first sheet."""
    assert len(printed) == len(typeset_sheets[0]) == 29
    assert {tuple(round(side) for side in printed.document.get_page_size(page)) for page in range(29)} == {(595, 842)}


def test_a_camera_reads_each_code_as_exactly_its_link(typeset_sheets: Sheets, printed: Any) -> None:
    """Caught when seeded: rows of modules drawn one module too low for every second run."""
    for page, sheet in enumerate(typeset_sheets[0][:5]):
        assert printed.scanned(page) == [link.url for link in sheet.links]


def test_the_page_says_everything_that_was_asked_for(printed: Any, names: Mapping[str, str]) -> None:
    """Caught when seeded: the phone number left out when there is a name to call."""
    text = printed.text(0)
    for said in (
        names["agency"], "tỉnh Quảng Bình", "Sở Du lịch", "cán bộ đầu mối", "năm 2025", "17:00 ngày 14/01/2026",
        "Mã dùng một lần", names["contact_name"], names["contact_phone"], "Lập lúc 08:00 ngày 02/12/2025",
        "Cách bắt đầu", "Telegram", "t.me/tucham_quangbinh_bot", "Zalo", "zalo.me/1234567890123456789",
        "tucham.quangbinh.gov.vn/moi",
    ):  # fmt: skip
        assert said in text, said
    assert "{" not in text


def test_the_code_is_written_in_two_groups_in_large_type_and_in_the_steps(printed: Any) -> None:
    """Caught when seeded: the code as it came, in one run of eight."""
    assert printed.text(0).count("K7QM 4T2P") == 2
    assert printed.text(3).count("K7QM 4T2P") == 2


def test_every_vietnamese_letter_is_printed_and_read_back_composed(typeset_sheets: Sheets, printed: Any) -> None:
    """Caught when seeded: names left as they came, so that a name typed on a Mac is read back in pieces."""
    for page, sheet in enumerate(typeset_sheets[0][:8]):
        text = printed.text(page)
        assert unicodedata.is_normalized("NFC", text)
        assert without_blanks(sheet.unit) in without_blanks(text)


def test_names_stay_text(typeset_sheets: Sheets, printed: Any) -> None:
    """Caught when seeded: the unit's name evaluated as markup."""
    assert "Sở #set text(red) $x^2$ *đậm* _a_ <b>&amp; @lỗi \\ `mã` {code} // 100%" in printed.text(5)


def test_a_name_typed_in_pieces_and_with_blanks_is_printed_whole(sheet: MakeSheet, names: Mapping[str, str]) -> None:
    """Caught when seeded: no composition; control characters kept."""
    from messages.documents.words import tidy

    decomposed = unicodedata.normalize("NFD", " Sở\u00a0Y \n tế\u200b\x07")
    assert tidy(decomposed) == "Sở Y tế"
    assert invite_sheets([sheet(decomposed)], names) == invite_sheets([sheet("Sở Y tế")], names)


def test_the_same_sheets_are_the_same_bytes(typeset_sheets: Sheets, printed: Any, names: Mapping[str, str]) -> None:
    """Caught when seeded: the time of making among the file's properties."""
    assert invite_sheets(typeset_sheets[0], names) == typeset_sheets[1]
    told = printed.document.get_metadata_dict()
    assert told["Author"] == names["agency"]
    assert told["Title"].startswith("Phiếu mời")
    assert not told["CreationDate"]


@pytest.mark.parametrize("name", ["Sở 漢", "Sở Du lịch 😀", "Sở \uffff Du lịch \u0e01"])
def test_a_letter_that_cannot_be_printed_is_refused(name: str, sheet: MakeSheet, names: Mapping[str, str]) -> None:
    """Caught when seeded: no standard asked for, so that a box is printed instead of the letter."""
    with pytest.raises(MessageBroken, match="could not be displayed"):
        invite_sheets([sheet(name)], names)


def test_what_is_longer_than_its_page_is_refused(sheet: MakeSheet, names: Mapping[str, str]) -> None:
    """Caught when seeded: no count of pages, so that the code stands on the next unit's sheet."""
    with pytest.raises(MessageBroken, match="longer than its page"):
        invite_sheets([sheet("Sở Du lịch", role_label="rất dài " * 600)], names)


@pytest.mark.parametrize("url", ["", "https://t.me/" + "x" * 4000])
def test_a_link_that_no_code_holds_is_refused(url: str, sheet: MakeSheet, names: Mapping[str, str]) -> None:
    """Caught when seeded: an error of the code library let through."""
    with pytest.raises(MessageBroken):
        invite_sheets([sheet("Sở Du lịch", (SheetLink("Zalo", url, ""),))], names)


def test_too_many_links_no_sheets_and_missing_names_are_refused(
    sheet: MakeSheet, links: tuple[SheetLink, ...], names: Mapping[str, str]
) -> None:
    """Caught when seeded: an empty list made into an empty PDF."""
    four = (*links, links[0])
    for sheets, given, said in (
        ([], names, "no invite sheet"),
        ([sheet("Sở Y tế", four)], names, "room for 3"),
        ([sheet("Sở Y tế")], {"agency": "Sở TTTT"}, "names missing: agency_short"),
    ):
        with pytest.raises(MessageBroken, match=said):
            invite_sheets(sheets, given)


def test_whom_to_call_falls_back_to_the_agency(sheet: MakeSheet, names: Mapping[str, str]) -> None:
    """Caught when seeded: "điện thoại" printed without a number."""
    import pypdfium2

    pdf = invite_sheets([sheet("Sở Y tế", (), expires="", made="")], {**names, "contact_name": "", "contact_phone": ""})
    text = " ".join(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().split())
    assert f"Cần hỗ trợ, anh/chị liên hệ {names['agency']}" in text
    for left_out in ("điện thoại", "Có hiệu lực", "Lập ", "QR"):
        assert left_out not in text


def test_what_typst_only_warns_of_is_refused(tmp_path: Path) -> None:
    """Caught when seeded: warnings thrown away, so that a document comes out in another font."""
    template = tmp_path / "odd.typ"
    template.write_text('#set document(title: "a")\n#set text(font: "No Such Font")\na', encoding="utf-8")
    with pytest.raises(MessageBroken, match="unknown font family"):
        typeset(template, {}, tmp_path)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://t.me/tucham_bot?start=K7QM4T2P", "t.me/tucham_bot"),
        ("https://tucham.example.vn/moi/K7QM4T2P", "tucham.example.vn/moi"),
        ("http://10.0.0.5:8080/moi/K7QM4T2P", "10.0.0.5:8080/moi"),
        ("https://zalo.me/123/", "zalo.me/123"),
    ],
)
def test_an_address_is_printed_as_it_is_typed(url: str, shown: str) -> None:
    """Caught when seeded: the code left at the end of the address, where it is mistyped."""
    assert short_address(url, "K7QM-4T2P") == shown


def test_codes_are_spelled_in_fours() -> None:
    """Caught when seeded: the hyphen of the shell's spelling kept."""
    assert spelled("K7QM-4T2P") == spelled("K7QM4T2P") == "K7QM 4T2P"


def test_a_channel_without_words_has_no_place_on_a_sheet() -> None:
    """Caught when seeded: the channel's bare name printed."""
    with pytest.raises(MessageBroken):
        sheet_link("terminal", "https://example.vn")


def test_the_fonts_are_free_and_small() -> None:
    """Caught when seeded: the licence left out."""
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 1_500_000
