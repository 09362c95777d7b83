"""Whether it is the right unit, asked in a plain chat: yes and no in people's own words, anything else asks once more.

Checked against: `heard` without `unit_question.answered`, a declined card whose codes are kept, a card asked once more
that misses a code, or by which codes are guessed past the lock.
"""

from collections.abc import AsyncIterator

import pytest
from talk.stage import SDL, Message, Stage, staged

from bot.conversation.codes import hash_code, to_argument
from bot.conversation.presses import Press

WHO = "Nguyễn Văn An (Zalo)"
CODE, OTHER = "A7Q29XPM", "B7Q29XPM"
ASKED, NOTICE = "Có đúng cơ quan của anh/chị không?", "Trước khi bắt đầu"


@pytest.fixture
async def stage(sqlite_file_url: str) -> AsyncIterator[Stage]:
    async with staged(sqlite_file_url) as opened:
        await opened.open_office(SDL)
        await opened.invite(CODE, unit="SDL")
        await opened.invite(OTHER, unit="SDL")
        yield opened


async def said(stage: Stage, text: str, who: str = WHO) -> str:
    own = [one for one in await stage.says(who, text) if one.own]
    return _only(own).text


def _only(messages: list[Message]) -> Message:
    (one,) = messages
    return one


async def test_a_yes_in_any_words_joins(stage: Stage) -> None:
    words = ("đúng ạ", "dung roi", "ok", "có", "vang", "phai", "dong y")
    for n, yes in enumerate(words):
        code = f"C7Q29XP{'ABCDEFG'[n]}"
        await stage.invite(code, unit="SDL")
        assert ASKED in await said(stage, code, f"Người {n} (Zalo)")
        assert NOTICE in await said(stage, yes, f"Người {n} (Zalo)"), yes


async def test_a_no_uses_nothing_up_and_asks_for_another_code(stage: Stage) -> None:
    await said(stage, CODE)
    assert "Có mã khác, anh/chị nhập tại đây." in await said(stage, "khong phai a")
    for later in ("đúng rồi", "1"):
        assert "vui lòng nhập mã mời" in await said(stage, later)  # what was declined stands open no more
    assert ASKED in await said(stage, OTHER)


async def test_anything_else_asks_once_more_and_misses_no_code(stage: Stage) -> None:
    await said(stage, CODE)
    for text in ("đúng cơ quan em", "chị ơi", "2025?", "...", "dạ", "Sở Du lịch"):
        again = await said(stage, text)
        assert ASKED in again, text
        assert "1. Đúng" in again
    assert NOTICE in await said(stage, "vâng ạ")


async def test_another_code_is_read_as_a_code(stage: Stage) -> None:
    await said(stage, CODE)
    assert "Mã" in await said(stage, "Z7Q29XPA")
    assert ASKED in await said(stage, OTHER)


async def test_an_invite_used_meanwhile_is_told_once_as_any_code_that_does_not_work(stage: Stage) -> None:
    await said(stage, CODE)
    await stage.says("Lê Thị Bình", CODE)
    await stage.presses("Lê Thị Bình", "Đúng")
    assert "Mã mời không đúng hoặc đã hết hạn" in await said(stage, "chị ơi")
    for _ in range(6):
        assert "vui lòng nhập mã mời" in await said(stage, "chị ơi")


async def test_a_wrong_code_takes_the_unit_of_the_code_before_away(stage: Stage) -> None:
    for n, yes in enumerate(("1", "vâng", "Đúng")):
        await said(stage, CODE, f"Người {n} (Zalo)")
        assert "Mã mời không đúng" in await said(stage, "Z7Q29XPA", f"Người {n} (Zalo)")
        assert "vui lòng nhập mã mời" in await said(stage, yes, f"Người {n} (Zalo)"), yes
        assert ASKED in await said(stage, CODE, f"Người {n} (Zalo)")  # nothing was used up


async def test_a_locked_chat_joins_by_no_word_either(stage: Stage) -> None:
    await said(stage, CODE)
    for _ in range(5):
        told = await said(stage, "Z7Q29XPA")
    assert "thử lại sau" in told
    assert NOTICE not in await said(stage, "vâng")


async def test_what_the_notice_waits_for_is_said(stage: Stage) -> None:
    await said(stage, CODE)
    assert "Hệ thống đang chờ" not in await said(stage, "vâng")
    for other in (OTHER, "không ạ"):
        assert "Hệ thống đang chờ anh/chị đồng ý" in await said(stage, other), other
    assert NOTICE not in await said(stage, "đồng ý")


async def test_nobody_guesses_codes_by_the_question_asked_once_more(stage: Stage) -> None:
    """The press is one that anybody can spell on a channel where presses are texts."""
    for n in range(5):
        await stage.payload(WHO, Press("ja", argument=to_argument(hash_code(f"D7Q29XP{n + 2}"))).encode())
    (one,) = await stage.payload(WHO, Press("ja", argument=to_argument(hash_code(CODE))).encode())
    assert ASKED not in one.text
    assert "15 phút" in one.text
