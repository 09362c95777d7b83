"""Invite sheets typeset once for all tests, read back as a reader and a phone's camera would."""

from collections.abc import Callable, Iterator, Mapping

import pypdfium2
import pytest
import zxingcpp

from messages.documents import InviteSheet, SheetLink, invite_sheets, sheet_link

CODE = "K7QM4T2P"
# Every Vietnamese vowel with every tone; as normalised by hand, so that the test does not lean on what it tests.
VOWELS = (
    "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ",
    "AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬEÈÉẺẼẸÊỀẾỂỄỆIÌÍỈĨỊOÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢUÙÚỦŨỤƯỪỨỬỮỰYỲÝỶỸỴĐ",
)
HOSTILE = "Sở #set text(red) $x^2$ *đậm* _a_ <b>&amp; @lỗi \\ `mã` {code} // 100%"
LONG = ("Ban Quản lý dự án đầu tư xây dựng các công trình dân dụng, công nghiệp và phát triển đô thị, nông thôn " * 2)[
    :150
].strip()


class Printed:
    """A PDF as people meet it: what its pages say, and what a camera reads on them."""

    def __init__(self, pdf: bytes) -> None:
        self.document = pypdfium2.PdfDocument(pdf)

    def __len__(self) -> int:
        return len(self.document)

    def text(self, page: int) -> str:
        """The text of a page on one line, as copied out of a reader."""
        return " ".join(self.document[page].get_textpage().get_text_range().split())

    def scanned(self, page: int) -> list[str]:
        """What the codes of a page say, from left to right."""
        picture = self.document[page].render(scale=2, grayscale=True)
        grey = memoryview(bytes(picture.buffer)).cast("B", (picture.height, picture.stride))
        found = sorted(zxingcpp.read_barcodes(grey), key=lambda one: one.position.top_left.x)
        return [one.text for one in found]


@pytest.fixture(scope="session")
def links() -> tuple[SheetLink, SheetLink, SheetLink]:
    """The three ways in."""
    return (
        sheet_link("telegram", f"https://t.me/tucham_quangbinh_bot?start={CODE}"),
        sheet_link("zalo", "https://zalo.me/1234567890123456789"),
        sheet_link("web", f"https://tucham.quangbinh.gov.vn/moi/{CODE}"),
    )


@pytest.fixture(scope="session")
def sheet(links: tuple[SheetLink, ...]) -> Callable[..., InviteSheet]:
    """A sheet of a unit, with these or with all three links."""

    def made(unit: str, own: tuple[SheetLink, ...] | None = None, **other: str) -> InviteSheet:
        texts = {"role_label": "cán bộ đầu mối", "code": CODE, "expires": "17:00 ngày 14/01/2026"}
        texts |= {"made": "08:00 ngày 02/12/2025"} | other
        return InviteSheet(unit=unit, links=links if own is None else own, cycle_year=2025, **texts)

    return made


@pytest.fixture(scope="session")
def typeset_sheets(
    sheet: Callable[..., InviteSheet], links: tuple[SheetLink, ...], names: Mapping[str, str]
) -> tuple[list[InviteSheet], bytes]:
    """A season's sheets in one PDF: 29 units, the odd ones first."""
    odd = [
        sheet("Sở Du lịch"),
        sheet("Ủy ban nhân dân huyện Lệ Thủy", links[1:]),
        sheet("Sở Y tế", links[2:]),
        sheet("Ban Dân tộc", ()),
        sheet(LONG),
        sheet(HOSTILE),
        *(sheet(vowels) for vowels in VOWELS),
    ]
    sheets = odd + [sheet(f"Đơn vị số {number}", ()) for number in range(29 - len(odd))]
    return sheets, invite_sheets(sheets, names)


@pytest.fixture(scope="session")
def printed(typeset_sheets: tuple[list[InviteSheet], bytes]) -> Iterator[Printed]:
    """The same, opened."""
    opened = Printed(typeset_sheets[1])
    yield opened
    opened.document.close()
