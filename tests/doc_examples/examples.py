"""What a document shows: its commands with what they print, its files, and a fresh folder in which they are run."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import xlsxwriter
from amended_sets.texts import HIGHER_TARGET, issued_anew
from pyrage import x25519  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
ANYTHING = "…"
GROUPS = {"so_ban_nganh": "I. Sở, ban, ngành", "ubnd_cap_huyen": "II. UBND cấp huyện"}
_PASSPHRASE = re.compile(r"^TUCHAM_BACKUP_PASSPHRASE=.*$", re.MULTILINE)
_KEY = f"TUCHAM_BACKUP_RECIPIENT={x25519.Identity.generate().to_public()}"
"""Locking for a passphrase is made to take seconds; for a key it takes none."""
_DAY = re.compile(r"(?P<d>\d\d)/(?P<m>\d\d)/(?P<y>\d{4})")


@dataclass(frozen=True)
class Call:
    """A command to run: what is typed into it, its arguments, under whose name, and from which moment on."""

    typed: str
    arguments: list[str]
    name: str = "tucham"
    at: str = ""


@dataclass(frozen=True)
class Example:
    """One command of a console block, and the lines that its output must hold, in this order.

    `day` is what stands behind `console`: the day on which the block happens.
    """

    command: str
    expected: tuple[str, ...]
    day: str = ""

    @property
    def call(self) -> Call:
        """`tucham …`, or `echo TEXT | tucham …`, or `printf TEXT | LOGNAME=NAME tucham …`."""
        before, _, after = self.command.rpartition(" | ")
        words = shlex.split(after)
        name = words.pop(0).removeprefix("LOGNAME=") if words[0].startswith("LOGNAME=") else "tucham"
        assert words[0] == "tucham", self.command
        typed = ""
        if before:
            program, text = shlex.split(before)
            assert program in ("echo", "printf"), self.command
            typed = text + "\n" if program == "echo" else text.replace("\\n", "\n")
        match = _DAY.fullmatch(self.day)
        assert match or not self.day, self.day
        at = f"{match['y']}-{match['m']}-{match['d']}T09:00+07:00" if match else ""
        return Call(typed, words[1:], name, at)


def blocks(text: str, mark: str) -> Iterator[tuple[str, str]]:
    """The fenced blocks of that mark, each with what stands behind it; those inside a list are indented."""
    fence = rf"^(?P<indent> *)```{mark}(?: (?P<more>[^\n]+))?\n(?P<body>.*?)^(?P=indent)```"
    for match in re.finditer(fence, text, re.MULTILINE | re.DOTALL):
        body = "\n".join(line.removeprefix(match["indent"]) for line in match["body"].splitlines())
        yield match["more"] or "", body


def examples(text: str) -> list[Example]:
    """Every command of the console blocks, in order; also of those that a comment hides from readers."""
    found: list[Example] = []
    for day, block in blocks(text, "console"):
        for number, part in enumerate(re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]):
            command, *expected = part.splitlines()
            lines = tuple(line for line in expected if line.strip())
            found.append(Example(command, lines, "" if number else day))
    return found


def missing_line(output: str, expected: tuple[str, ...]) -> str | None:
    """The first expected line that the rest of the output does not hold."""
    at = 0
    for line in expected:
        pieces = [re.escape(piece.strip()) for piece in line.split(ANYTHING)]
        match = re.compile("[^\n]*".join(pieces)).search(output, at)
        if match is None:
            return line
        at = match.end()
    return None


def furnish(text: str, home: Path) -> None:
    """What the commands find: the sample units, the same as a workbook, and the files that the document shows."""
    shutil.copytree(ROOT / "demo", home / "demo")
    write_workbook(home / "demo" / "don-vi-mau.csv", home / "don-vi.xlsx")
    (home / "bo-tieu-chi-sua-doi.toml").write_text(issued_anew(HIGHER_TARGET), encoding="utf-8")
    for mark in ("csv", "text", "ini"):
        for name, body in blocks(text, mark):
            if name:
                (home / name).write_text(_PASSPHRASE.sub(_KEY, body) + "\n", encoding="utf-8")


def write_workbook(listed: Path, to: Path) -> None:
    """A list as an office keeps it: a title, groups of units, mailboxes, a sum."""
    rows = list(csv.DictReader(listed.read_text(encoding="utf-8-sig").splitlines()))
    with xlsxwriter.Workbook(to) as book:
        sheet = book.add_worksheet("Danh sách")
        sheet.merge_range(0, 0, 0, 5, "DANH SÁCH CÁC ĐƠN VỊ TỰ CHẤM ĐIỂM")
        sheet.write_row(2, 0, ("STT", "Mã đơn vị", "Tên đơn vị", "Tên viết tắt", "Hộp thư công vụ", "Điện thoại"))
        at, group = 3, ""
        for number, row in enumerate(rows, 1):
            if row["Loại"] != group:
                group = row["Loại"]
                sheet.write(at, 1, GROUPS[group])
                at += 1
            box = f"{row['Mã'].lower()}@tinh.gov.vn"
            sheet.write_row(at, 0, (number, row["Mã"], row["Tên đơn vị"], row["Tên viết tắt"], box, "0232 3000 000"))
            at += 1
        sheet.write(at, 1, "Tổng cộng")


def run(text: str, shown: list[Example], home: Path) -> list[tuple[int, str]]:
    """Run the commands in a folder that holds nothing else; each one's status and what it printed."""
    furnish(text, home)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TUCHAM_")}
    ran = subprocess.run(
        [sys.executable, "-P", str(Path(__file__).with_name("driver.py"))],
        input=json.dumps([asdict(example.call) for example in shown]),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
        cwd=home,
        env=kept | {"PYTHONPATH": str(ROOT), "HOME": str(home)},
    )
    told: list[tuple[int, str]] = json.loads(ran.stdout)
    return told
