"""Hundreds of presses of buttons from long ago, by their owners and by others: none writes anything it does not say.

Checked once against: `answering.give` without its look at the revision, `typing.confirm_pending` without its look at
the focus, `settle_opening` without `seen`: each wrote to an answer that had moved on.
"""

from __future__ import annotations

import random
from collections import Counter

from side_by_side.counts import many
from talk.stage import LT, SDL, SYT, Stage, staged
from talk.watch import answers_of, assert_books_agree, assert_wrote_only_its_own, changed

from bot.conversation.assessment import Assessment
from bot.conversation.presses import decode
from scoring.answers import ChosenOption

PRESSES = many(400, 1_000)
OFFICERS = {"An": "SDL", "Bảo": "SDL", "Cúc": "SYT"}
EVERYBODY = (*OFFICERS, "Giang", "Khách")


async def test_old_buttons_write_nothing_but_what_they_say(sqlite_file_url: str) -> None:
    dice = random.Random(20260108)
    async with staged(sqlite_file_url) as stage:
        shown = await a_long_talk(stage)
        before = {code: await stage.assessment(code) for code in ("SDL", "SYT")}
        kinds: Counter[str] = Counter()
        for _ in range(PRESSES):
            who, payload = dice.choice(EVERYBODY), dice.choice(shown)
            answered = await stage.payload(who, payload)
            after = {code: await stage.assessment(code) for code in before}
            assert len(answered) == 1, f"{who} pressed {payload} and got {len(answered)} answers"
            kinds[judged(who, payload, before, after)] += 1
            before = after
        assert await stage.differences() == ()
        await assert_books_agree(stage, "SDL")
        await assert_books_agree(stage, "SYT")
    assert sum(kinds.values()) == PRESSES
    assert kinds["nothing"] > PRESSES / 2
    assert kinds["its own"] > 0  # else this test would also pass when nothing worked


async def test_an_old_doubt_is_not_taken_for_another_criterion(sqlite_file_url: str) -> None:
    async with staged(sqlite_file_url) as stage:
        await an_officer(stage)
        await stage.says("An", "sửa 2.1.1")
        (first,) = await stage.says("An", "87,1234567890123456789")
        await stage.says("An", "sửa 2.1.2")
        (second,) = await stage.says("An", "12,1234567890123456789")
        assert {payload[:2] for _, payload in (first.buttons[0], second.buttons[0])} == {"tp"}
        await stage.payload("An", first.buttons[0][1])
        assert answers_of(await stage.assessment("SDL")) == {}
        await stage.says("An", "sửa 2.1.2")
        (second,) = await stage.says("An", "12,1234567890123456789")
        await stage.payload("An", second.buttons[0][1])
        assert set(answers_of(await stage.assessment("SDL"))) == {"2.1.2"}


async def test_old_openings_and_grounds_change_nothing(sqlite_file_url: str) -> None:
    async with staged(sqlite_file_url) as stage:
        await an_officer(stage)
        await stage.presses("An", "Bắt đầu")
        (ground,) = await stage.presses("An", "Đã đưa")
        old = [payload for message in stage.actors["An"].seen for _, payload in message.buttons if "1.4.4" in payload]
        await stage.payload("An", ground.payload("Dùng căn cứ gợi ý"))
        claimed = await stage.assessment("SDL")
        for payload in old:
            await stage.payload("An", payload)
        assert (await stage.assessment("SDL")).seq == claimed.seq
        await stage.says("An", "sửa 1.4.4")
        await stage.says("An", "chưa")
        before = await stage.assessment("SDL")
        for payload in old:
            await stage.payload("An", payload)
        after = await stage.assessment("SDL")
        assert (after.seq, answers_of(after)) == (before.seq, {"1.4.4": ChosenOption("no")})


async def an_officer(stage: Stage) -> None:
    await stage.open_office(SDL)
    await stage.invite("A7Q29XPM", "officer", "SDL")
    await stage.joins("An", "A7Q29XPM")


def judged(who: str, payload: str, before: dict[str, Assessment], after: dict[str, Assessment]) -> str:
    """What one press did; AssertionError when that was not its to do."""
    press = decode(payload)
    assert press is not None
    wrote = "nothing"
    for code, then in before.items():
        now = after[code]
        if now.seq == then.seq:
            continue
        assert (press.assessment, OFFICERS.get(who, code)) == (then.id, code), f"{who} wrote to {code} by {payload}"
        assert who in OFFICERS or press.verb == "rc"
        assert_wrote_only_its_own(payload, then, now)
        if not changed(answers_of(then), answers_of(now)):
            assert press.verb in ("an", "un", "op", "gr", "tp", "cu", "kn", "ok", "rc", "aq", "aw")
        wrote = "its own"
    return wrote


async def a_long_talk(stage: Stage) -> list[str]:
    """Three officers, a reviewer and a stranger use everything there is; all payloads ever shown."""
    await stage.open_office(SDL, SYT, LT)
    for who, code, role, unit in (
        ("An", "A7Q29XPM", "officer", "SDL"),
        ("Bảo", "B7Q29XPM", "officer", "SDL"),
        ("Cúc", "C7Q29XPM", "officer", "SYT"),
        ("Giang", "R7Q29XPM", "reviewer", None),
    ):
        await stage.invite(code, role, unit)
        await stage.joins(who, code)
    await stage.invite("K7Q29XPM", "officer", "LT")
    await stage.says("Khách", "K7Q29XPM")
    for who in ("An", "Cúc"):
        await opening(stage, who)
        await some_answers(stage, who)
    await whole(stage, "An")
    await hand_in_and_back(stage)
    await some_answers(stage, "Bảo")
    await stage.notices()
    return [payload for actor in stage.actors.values() for one in actor.seen for _, payload in one.buttons]


async def opening(stage: Stage, who: str) -> None:
    await stage.presses(who, "Bắt đầu")
    await stage.presses(who, "Đã đưa")
    await stage.presses(who, "Dùng căn cứ gợi ý")
    await stage.presses(who, "Có TTHC")
    await stage.presses(who, "Không có")
    await stage.presses(who, "Không, trả lời bình thường")
    await stage.presses(who, "Bỏ qua")


async def some_answers(stage: Stage, who: str) -> None:
    """Doubts, shared counts, notes, citations, undo, wandering."""
    texts = (
        "sửa 1.1", "có", "hoàn tác", "sửa 1.1", "dự thảo", "sửa 1.2.1", "không", "sửa 1.2.1", "có", "sửa 2.1.1", "0,85",
        "sửa 2.1.2", "87,1234567890123456789", "sửa 2.2.2", "không phát sinh", "sửa 2.5.1", "45/50", "sửa 3.2", "60/50",
        "sửa 2.7", "không áp dụng", "sửa 1.3", "minh chứng", "Quyết định 45/QĐ-SDL", "sửa 1.4.1", "minh chứng", "thôi",
        "ghi chú", "85", "/xemlai", "/conthieu", "/diem", "/lichsu", "/chuanbi", "/donvi", "/giupdo", "/nop", "/start",
        "/tieptuc", "sửa 2.3.1", "không", "sửa 2.3.1", "có",
    )  # fmt: skip
    for text in texts:
        await stage.says(who, text)


async def whole(stage: Stage, who: str) -> None:
    while missing := (await stage.active(who)).card.missing:
        await stage.says(who, f"sửa {missing[0]}")
        leaf = (await stage.active(who)).criteria.criterion(missing[0])
        await stage.says(who, "1" if leaf.options else "90%")


async def hand_in_and_back(stage: Stage) -> None:
    await stage.says("An", "/nop")
    await stage.presses("An", "Xác nhận nộp")
    await stage.notices()
    await stage.presses("Giang", "Xem 38 tiêu chí")
    await stage.says("Giang", "/tralai SDL 1.1, 2.1.1, 2.3.2: xem lại")
    await stage.presses("Giang", "Xác nhận trả lại")
