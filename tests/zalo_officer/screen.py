"""What a chat without buttons shows, read as a person reads it: what is asked, and what can be typed for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TITLE = re.compile(r"(\d+(?:\.\d+)+)\. ")
_LISTED = re.compile(r"^(T?\d+|[A-Z])\. (.+)$", re.MULTILINE)
_OPENING = re.compile(r"^(\d+)\. .+ \((.+) / (.+)\)$", re.MULTILINE)
_GROUNDED = re.compile(r"^(\d+)\. “.+” → câu ([0-9., ]+): ", re.MULTILINE)
_ASKED = re.compile(r"^(\d+(?:\.\d+)+)\. .+: (tỷ lệ % hoặc số/số|có/không|1 = .+?)(?: \(hoặc “miễn”\))?$", re.MULTILINE)
_RECORDED = re.compile(r"^Đã ghi nhận (\d+(?:\.\d+)+):", re.MULTILINE)
_RECEIPT = re.compile(r"QB-\d{4}-\d+")
_ID = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a list of questions: `how` is "ratio", "yes_no" or "numbered"."""

    id: str
    how: str


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening question: the words that claim nothing, those that claim, and which criteria a claim is for."""

    number: str
    keep: str
    claim: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One message."""

    text: str

    @property
    def first_line(self) -> str:
        """The first line."""
        return self.text.partition("\n")[0]

    @property
    def criterion(self) -> str | None:
        """The criterion it is about, None when it is about none."""
        found = _TITLE.match(self.text)
        return found[1] if found else None

    @property
    def doubts(self) -> bool:
        """Whether it asks back what was meant by the last answer."""
        return "Hệ thống chỉ ghi sau khi" in self.text

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """What is listed to be chosen from below everything else: (what to type, what it does)."""
        below = self.text.rpartition("\n\n")[2]
        return tuple((code, label) for code, label in _LISTED.findall(below))

    @property
    def openings(self) -> tuple[Opening, ...]:
        """The opening questions that are put together in this message."""
        if "câu mở đầu" not in self.first_line:
            return ()
        grounds = {number: tuple(_ID.findall(ids)) for number, ids in _GROUNDED.findall(self.text)}
        return tuple(Opening(n, keep, claim, grounds.get(n, ())) for n, keep, claim in _OPENING.findall(self.text))

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The questions of a list that is answered in one message."""
        hows = {"t": "ratio", "c": "yes_no", "1": "numbered"}
        return tuple(Asked(one, hows[how[0]]) for one, how in _ASKED.findall(self.text))

    @property
    def recorded(self) -> tuple[str, ...]:
        """The criteria whose answers it says are recorded."""
        return tuple(_RECORDED.findall(self.text))

    @property
    def receipt(self) -> str | None:
        """The number of a receipt, where it is one."""
        found = _RECEIPT.search(self.text)
        return found[0] if found and self.text.startswith("Đã nhận kết quả tự chấm") else None

    def code_of(self, label: str) -> str:
        """What to type for the choice that begins with these words; LookupError names those there are."""
        for code, shown in self.choices:
            if shown.startswith(label):
                return code
        raise LookupError(f"no choice {label!r} among {self.choices} in {self.text!r}")
