"""Plays a transcript: a dialogue in a text file that a domain expert can read, write and check.

A file begins with `# title`. Then, line by line:

    ! đơn vị SDL: Sở Du lịch (sở, ban, ngành)           what Sở TTTT does from the shell
    ! đồng hồ điểm                                      what is due by now is dealt with
    @ 08:30 05/01/2026                                  what time it is from now on
    > Nguyễn Văn A (Sở Du lịch): có                      somebody types
    > Nguyễn Văn A (Sở Du lịch) bấm [Tiếp tục]           somebody presses a button they see now
    > Nguyễn Văn A (Sở Du lịch) bấm nút cũ [Tiếp tục]    ... of the last message that has it, however old
    > Nguyễn Văn A (Sở Du lịch) gửi tệp [ke-hoach.pdf]   somebody sends a file; `ghi: …` behind it is its caption
    > Nguyễn Văn A (Sở Du lịch) bấm [Có] ở câu 1.1       ... of the last message about that criterion
    > Nguyễn Văn A (Zalo): 1                             … from a messenger without buttons
    > Nguyễn Văn A (Zalo): [mã vừa cấp]                  the code that was shown last, whatever it is
    ~ Nguyễn Văn A (Sở Du lịch): 1.1 có; còn lại 1, 90%  many answers at once, of which only the last is shown

Everything indented is what the system says, and is compared exactly; `→ name:` heads what goes to somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from amended_sets.texts import HIGHER_TARGET, MERGED, issued_anew
from talk.stage import ZONE, Message, Stage, criteria

from bot.conversation.codes import hash_code
from bot.conversation.events import Event
from bot.conversation.office_events import (
    AmendCycle,
    CloseCycle,
    ConsolidatedDue,
    ExtendCycle,
    HandOver,
    ImportUnits,
    ReopenCycle,
    SetApproval,
    UnitRow,
)
from bot.conversation.reading.text import CODE_ALPHABET, CODE_LENGTH
from bot.intake.answer import Answer
from scoring.library import digest
from storage import addressees

INDENT = "    "
NEWLINE = "⏎"
MARKS = "!@>~"
KINDS = {"sở, ban, ngành": "so_ban_nganh", "cấp huyện": "ubnd_cap_huyen"}
ROLES = {
    "cán bộ đầu mối": "officer",
    "lãnh đạo": "leader",
    "người phối hợp": "colleague",
    "người thẩm định": "reviewer",
    "người quản trị": "admin",
    "nhóm thẩm định": "group",
}
SENT = {"ảnh": "photo", "tin thoại": "voice", "tệp": "document", "nhãn dán": "sticker"}

_UNIT = re.compile(r"đơn vị (?P<code>\w+): (?P<name>[^(]+?) \((?P<kind>[^)]+)\)")
_CYCLE = re.compile(r"mở đợt (?P<year>\d{4}), hạn trước ngày (?P<due>\d\d/\d\d/\d{4})")
_INVITE = re.compile(
    r"mã mời (?P<code>\w{8}): (?P<role>[^,]+?)(?: của (?P<unit>\w+))?"
    r"(?:, dùng (?P<uses>\d+) lần)?(?:, trong (?P<hours>\d+) giờ)?"
)
_EXTENDED = re.compile(
    r"gia hạn đến hết ngày (?P<day>\d\d/\d\d/\d{4})(?: cho (?P<units>\w+(?:, \w+)*))?(?:: (?P<reason>.+))?"
)
_REOPENED = re.compile(r"mở lại đợt(?: đến hết ngày (?P<day>\d\d/\d\d/\d{4}))?(?:: (?P<reason>.+))?")
_AMENDED = re.compile(r"ban hành lại bộ tiêu chí \((?P<changes>[^)]+)\): (?P<reason>.+)")
CHANGES = {"2.3.2 đủ điểm từ 40%": (HIGHER_TARGET,), "nhập 2.8.2 vào 2.8.1": MERGED}
_MERGED = re.compile(r"sáp nhập (?P<code>\w+) vào (?P<into>\w+)")
_HANDED_OVER = re.compile(r"bàn giao vai trò của (?P<who>[^,]+), mã mời (?P<code>\w{8})")
_PRESSED = re.compile(r"(?P<who>.+?) bấm (?P<old>nút cũ )?\[(?P<label>.+)\](?: ở câu (?P<about>[\d.]+))?")
_EDITED = re.compile(r"(?P<who>.+?) sửa tin đã gửi thành: (?P<text>.*)")
_SENT = re.compile(r"(?P<who>.+?) gửi (?P<kind>ảnh|tin thoại|tệp|nhãn dán)")
_FILED = re.compile(r"(?P<who>.+?) gửi tệp \[(?P<name>[^\]]+)\](?: ghi: (?P<caption>.+))?")
_SAID = re.compile(r"(?P<who>.+?): (?P<text>.*)")
_ALONE = re.compile(r"quá (?P<most>\d+) người thì cần người thứ hai xác nhận")
_REST = re.compile(r"còn lại (?P<choice>[^,]+), (?P<ratio>.+)")


_GIVEN = re.compile(rf"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")
_SECRET = re.compile(r"(/(?:nop-tep|lay-tep|vao)/)[\w-]{16,}")
GIVEN = "[mã vừa cấp]"


class NotUnderstood(Exception):
    """A line of a transcript that says nothing this player knows."""


@dataclass
class Player:
    """Plays one transcript on a stage."""

    stage: Stage
    units: list[UnitRow] = field(default_factory=list)
    played: list[str] = field(default_factory=list)
    code: str = ""
    """The code that was given last: another one each time, so that a transcript calls it by a name."""

    async def play(self, text: str) -> str:
        """The transcript with everything the system said anew."""
        played = self.played
        for line in text.splitlines():
            if not line.strip() or line.startswith(INDENT):
                continue
            said = await self._line(line[0], line[1:].strip()) if line[0] in MARKS else []
            if played and (line[0] in ">~#" or not _goes_with(played[-1], line)):
                played.append("")
            played += [line.rstrip(), *(self._named(one) for one in said)]
        return "\n".join(played) + "\n"

    def _named(self, line: str) -> str:
        if _GIVEN.fullmatch(line.strip()):
            self.code = line.strip()
        line = _SECRET.sub(r"\1…", line)
        return line.replace(self.code, GIVEN) if self.code else line

    async def _line(self, mark: str, said: str) -> list[str]:
        if mark == "@":
            self.stage.clock.now = datetime.strptime(said, "%H:%M %d/%m/%Y").replace(tzinfo=ZONE)
            return []
        if mark == "!":
            await self._office(said)
            return _shown([], await self.stage.notices())
        said = said.replace(GIVEN, self.code)
        own = await (self._act(said) if mark == ">" else self._many(said))
        return _shown(own, await self.stage.notices()) if own else [f"{INDENT}(không trả lời)"]

    async def _office(self, said: str) -> None:
        for pattern, act in (
            (_UNIT, self._unit),
            (_CYCLE, self._cycle),
            (_INVITE, self._invite),
            (_EXTENDED, self._extend),
            (_REOPENED, self._reopen),
            (_AMENDED, self._amend),
            (_MERGED, self._merge),
            (_HANDED_OVER, self._hand_over),
        ):
            if match := pattern.fullmatch(said):
                await act(match)
                return
        events: dict[str, Event] = {
            "đóng đợt": CloseCycle(),
            "đợt cần lãnh đạo phê duyệt": SetApproval(True),
            "đợt không cần lãnh đạo phê duyệt": SetApproval(False),
            "đến hạn nộp": ConsolidatedDue("deadline"),
            "bảng tổng hợp hằng ngày": ConsolidatedDue("daily"),
        }
        if match := _ALONE.fullmatch(said):
            self.stage.alone = int(match["most"])
            self.stage.intake = self.stage.door()
        elif said in events:
            outcome = await self.stage.office(events[said])
            assert (outcome.answer, outcome.refusal) == (Answer.TAKEN, None), said
        elif said == "đồng hồ điểm":
            await self.stage.strikes()
        elif said.startswith("nhóm "):
            self.stage.actor(said.removeprefix("nhóm "), kind="group")
        else:
            raise NotUnderstood(said)

    async def _unit(self, match: re.Match[str]) -> None:
        self.units.append(UnitRow(match["code"], match["name"], match["name"], KINDS[match["kind"]]))
        await self.stage.office(ImportUnits(tuple(self.units)))

    async def _cycle(self, match: re.Match[str]) -> None:
        due = datetime.strptime(match["due"], "%d/%m/%Y").replace(tzinfo=ZONE)
        await self.stage.open_office(*self.units, year=int(match["year"]), due=due)

    async def _extend(self, match: re.Match[str]) -> None:
        codes = tuple(match["units"].split(", ")) if match["units"] else ()
        await self._done(ExtendCycle(_end_of(match["day"]), codes, match["reason"] or ""))

    async def _reopen(self, match: re.Match[str]) -> None:
        due_at = _end_of(match["day"]) if match["day"] else None
        await self._done(ReopenCycle(match["reason"] or "", due_at))

    async def _amend(self, match: re.Match[str]) -> None:
        changes = (change for name in match["changes"].split(", ") for change in CHANGES[name])
        text = issued_anew(*changes)
        await self._done(AmendCycle("anew", digest(text), match["reason"]), set_text=text)

    async def _merge(self, match: re.Match[str]) -> None:
        code = match["code"]
        self.units = [unit for unit in self.units if unit.code != code]
        await self._done(ImportUnits(tuple(self.units), merges=((code, match["into"]),)))

    async def _hand_over(self, match: re.Match[str]) -> None:
        held = await self.stage.store.read(addressees.served)
        (role,) = (one.role_id for people in held.values() for one in people if one.name == match["who"])
        until = self.stage.clock.now.astimezone(UTC) + timedelta(days=7)
        await self._done(HandOver(role, hash_code(match["code"]), until))

    async def _done(self, event: Event, **extra: str) -> None:
        outcome = await self.stage.office(event, **extra)
        assert (outcome.answer, outcome.refusal) == (Answer.TAKEN, None), outcome

    async def _invite(self, match: re.Match[str]) -> None:
        hours = int(match["hours"]) if match["hours"] else None
        outcome = await self.stage.invite(
            match["code"], ROLES[match["role"]], match["unit"], hours=hours, uses=int(match["uses"] or 1)
        )
        assert outcome.refusal is None, outcome.refusal

    async def _act(self, said: str) -> list[Message]:
        acts: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Awaitable[list[Message]]]], ...] = (
            (_PRESSED, self._press),
            (_EDITED, lambda match: self.stage.edits(match["who"], match["text"])),
            (_SENT, lambda match: self.stage.sends(match["who"], SENT[match["kind"]])),
            (_FILED, lambda match: self.stage.files(match["who"], match["name"], match["caption"] or "")),
            (_SAID, lambda match: self.stage.says(match["who"], match["text"].replace(NEWLINE, "\n"))),
        )
        for pattern, act in acts:
            if match := pattern.fullmatch(said):
                return await act(match)
        raise NotUnderstood(said)

    async def _press(self, match: re.Match[str]) -> list[Message]:
        who, about = match["who"], match["about"]
        if about is None:
            return await self.stage.presses(who, match["label"], old=bool(match["old"]))
        label = match["label"]
        for message in reversed(self.stage.actor(who).seen):
            if message.title.startswith(f"{about}. ") and any(shown == label for shown, _ in message.buttons):
                return await self.stage.payload(who, message.payload(label))
        raise LookupError(f"{who} never saw {label!r} under {about}")

    async def _many(self, said: str) -> list[Message]:
        match = _SAID.fullmatch(said)
        if match is None:
            raise NotUnderstood(said)
        shown: list[Message] = []
        for part in match["text"].split("; "):
            rest = _REST.fullmatch(part)
            if rest is None:
                criterion, _, text = part.partition(" ")
                shown = await self._answer(match["who"], criterion, text)
                continue
            while missing := (await self.stage.active(match["who"])).card.missing:
                kind = criteria().criterion(missing[0]).kind
                shown = await self._answer(
                    match["who"], missing[0], rest["choice"] if kind == "choice" else rest["ratio"]
                )
        return shown

    async def _answer(self, who: str, criterion: str, text: str) -> list[Message]:
        await self.stage.says(who, f"sửa {criterion}")
        return await self.stage.says(who, text)


def _end_of(day: str) -> datetime:
    """The first instant after a day."""
    last = datetime.strptime(day, "%d/%m/%Y").replace(tzinfo=ZONE)
    return (last + timedelta(days=1)).astimezone(UTC)


def _goes_with(before: str, line: str) -> bool:
    """Whether a line follows the one before it without an empty line: set-up lines do, and what a comment is about."""
    return before[:1] in MARKS and line[0] == before[0]


def _shown(own: list[Message], notices: list[Message]) -> list[str]:
    lines = [line for message in own for line in _body(message, INDENT)]
    for message in notices:
        lines += [f"{INDENT}→ {message.to}:", *_body(message, INDENT * 2)]
    return lines


def _body(message: Message, indent: str) -> list[str]:
    text = [indent + line if line else "" for line in message.text.split("\n")]
    return text + [indent + " ".join(f"[{label}]" for label, _ in row) for row in message.rows]
