"""What a file is, told by its bytes: everything promised is taken, everything that runs or pretends is refused.

Checked once against: the check for macros left out, the look behind the end of a zip left out, `_refuse_bombs` left
out, bytes that belie their ending told as merely not accepted: each failed here.
"""

from __future__ import annotations

import random

import pytest
from evidence_files.making import (
    AVIF,
    EXE,
    HEIC,
    HTML,
    JPEG,
    PDF,
    SVG,
    WEBP,
    office,
    ole,
    open_document,
    png,
    zipped,
)
from side_by_side.counts import many

from bot.evidence.kept import CODES, FileRefused
from bot.evidence.kinds import ENDINGS, tell_type

TAKEN: dict[str, tuple[bytes, str, str]] = {
    "pdf": (PDF, "pdf", "pdf"),
    "jpeg": (JPEG, "jpeg", "jpg"),
    "a photo with a film behind it": (JPEG + b"\x00\x00\x00\x18ftypmp42" + b"\0" * 99, "jpg", "jpg"),
    "png": (png(), "png", "png"),
    "webp": (WEBP, "webp", "webp"),
    "heic": (HEIC, "HEIC", "heic"),
    "docx": (office("docx"), "docx", "docx"),
    "xlsx": (office("xlsx"), "xlsx", "xlsx"),
    "pptx": (office("pptx"), "pptx", "pptx"),
    "a docx with a picture": (office("docx", {"word/media/image1.jpeg": JPEG}), "docx", "docx"),
    "odt": (open_document(), "odt", "odt"),
    "ods": (open_document("spreadsheet"), "ods", "ods"),
    "doc": (ole("WordDocument", "1Table"), "doc", "doc"),
    "xls": (ole("Workbook"), "xls", "xls"),
    "an xls of before 1997": (ole("Book"), "xls", "xls"),
    "ppt": (ole("PowerPoint Document"), "ppt", "ppt"),
    "a pdf without a name": (PDF, "", "pdf"),
    "a pdf that is called a program": (PDF, "exe", "pdf"),
}
BOMB = office("docx", {"word/bomb.xml": b"0" * (64 * 2**20)})
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "a program": (EXE, "exe", "not_allowed"),
    "a program called pdf": (EXE, "pdf", "mismatched"),
    "a page": (HTML, "html", "not_allowed"),
    "a page called docx": (HTML, "docx", "mismatched"),
    "a drawing with a script": (SVG, "svg", "not_allowed"),
    "a text": (b"Quy\xe1\xba\xbft", "txt", "not_allowed"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "sh", "not_allowed"),
    "an archive": (zipped({"a.txt": b"a"}), "zip", "not_allowed"),
    "an archive called docx": (zipped({"a.txt": b"a"}), "docx", "mismatched"),
    "a jar": (zipped({"META-INF/MANIFEST.MF": b"a", "A.class": b"\xca\xfe"}), "jar", "not_allowed"),
    "a picture of a kind nobody can open here": (AVIF, "avif", "not_allowed"),
    "an installer": (ole("SummaryInformation"), "msi", "not_allowed"),
    "an old document called otherwise": (ole("WordDocument"), "xls", "mismatched"),
    "a docx with macros": (office("docx", {"word/vbaProject.bin": b"x"}), "docx", "active"),
    "a docm": (
        office("docx", types="application/vnd.ms-word.document.macroEnabled.main+xml"),
        "docx",
        "active",
    ),
    "a docm by name": (office("docx"), "docm", "active"),
    "a doc with macros": (ole("WordDocument", "Macros", "_VBA_PROJECT"), "doc", "active"),
    "an xls with macros": (ole("Workbook", "_VBA_PROJECT_CUR"), "xls", "active"),
    "an odt with macros": (open_document(more={"Basic/Standard/Module1.xml": b"x"}), "odt", "active"),
    "a docx with a program": (office("docx", {"word/embeddings/setup.exe": EXE}), "docx", "active"),
    "a pdf with a script": (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>"), "pdf", "active"),
    "a pdf that starts a program": (PDF.replace(b"/Catalog", b"/Catalog/A<</S/Launch>>"), "pdf", "active"),
    "a pdf that is an archive too": (PDF + zipped({"a.html": HTML}), "pdf", "unsafe"),
    "a photo that is an archive too": (JPEG + zipped({"a.class": b"x"}), "jpg", "unsafe"),
    "a photo that is a page too": (JPEG[:4] + b"<html><script>" + JPEG[4:], "jpg", "broken"),
    "a picture that is a page too": (png() + HTML, "png", "unsafe"),
    "a pdf that is a page too": (PDF.replace(b"1 0 obj", b"<script>alert(1)</script>1 0 obj"), "pdf", "unsafe"),
    "a docx with more behind it": (office("docx") + HTML, "docx", "unsafe"),
    "a docx that unpacks to far more": (BOMB, "docx", "unsafe"),
    "a docx with entities": (
        office("docx", {"word/x.xml": b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'}),
        "docx",
        "unsafe",
    ),
    "an xlsx with entities in other letters": (
        office("xlsx", {"xl/x.xml": '<!DOCTYPE a [<!ENTITY b "b">]>'.encode("utf-16")}),
        "xlsx",
        "unsafe",
    ),
    "a docx that climbs out": (office("docx", {"../../etc/passwd": b"x"}), "docx", "unsafe"),
    "a document with a password": (ole("EncryptedPackage", "EncryptionInfo"), "docx", "locked"),
    "half a pdf": (PDF[:-7], "pdf", "broken"),
    "half a photo": (JPEG[:-2], "jpg", "broken"),
    "half a docx": (office("docx")[:-30], "docx", "broken"),
    "half a picture": (png()[:-12], "png", "broken"),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_promised_is_taken(what: str) -> None:
    data, ending, given = TAKEN[what]
    found = tell_type(data, ending.lower())
    assert found.ending == given
    assert ENDINGS[found.media] == given


@pytest.mark.parametrize("what", REFUSED)
def test_what_runs_or_pretends_is_refused(what: str) -> None:
    data, ending, code = REFUSED[what]
    with pytest.raises(FileRefused) as caught:
        tell_type(data, ending)
    assert caught.value.code == code
    assert code in CODES


def told(data: bytes, ending: str) -> str:
    """The type, or why it is refused."""
    try:
        return tell_type(data, ending).media
    except FileRefused as refused:
        return refused.code


def test_torn_files_are_refused_or_taken_but_nothing_breaks() -> None:
    dice = random.Random(17)
    whole = [data for data, _, _ in TAKEN.values()]
    for _ in range(many(500, 2_000)):
        data = bytearray(dice.choice(whole))
        for _ in range(dice.randrange(1, 6)):
            place = dice.randrange(len(data) or 1)
            data[place : place + dice.randrange(4)] = dice.randbytes(dice.randrange(4))
        assert told(bytes(data), dice.choice(["pdf", "docx", "jpg", ""])) in CODES | ENDINGS.keys()
