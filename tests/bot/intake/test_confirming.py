"""A typed yes or no under a card that asks for the last word: as strong as its button, and no stronger.

Checked against: `load` without `confirming.answered`; `answered` without its hour.
"""

from datetime import timedelta

import pytest
from talk.stage import Message, Stage

RETURN = "/tralai SDL 2.7: xem lại"


@pytest.fixture
async def asked(handed_in: Stage) -> Stage:
    """A reviewer sees what would go back."""
    handed_in.clock.now += timedelta(days=1)  # the file was made by another clock
    await handed_in.invite("R7Q29XPM", "reviewer")
    await handed_in.joins("Giang", "R7Q29XPM")
    await handed_in.says("Giang", RETURN)
    return handed_in


async def said(stage: Stage, who: str, text: str) -> Message:
    (own,) = [one for one in await stage.says(who, text) if one.own]
    return own


async def state(stage: Stage) -> str:
    return (await stage.assessment("SDL")).state


@pytest.mark.parametrize("word", ["có", "vâng ạ", "Xác nhận trả lại", "dạ xác nhận ạ"])
async def test_a_yes_gives_back_what_was_spelled_out(asked: Stage, word: str) -> None:
    await said(asked, "Giang", word)
    assert (await asked.assessment("SDL")).reopened == {"2.7"}


@pytest.mark.parametrize("word", ["không", "chưa trả lại", "không đồng ý"])
async def test_a_no_leaves_it(asked: Stage, word: str) -> None:
    assert "Xác nhận" not in (await said(asked, "Giang", word)).text
    await said(asked, "Giang", "có")
    assert await state(asked) == "submitted"


async def test_what_is_neither_keeps_what_was_spelled_out(asked: Stage) -> None:
    again = await said(asked, "Giang", "để tôi xem đã")
    assert "Chưa làm gì theo “để tôi xem đã”" in again.text
    assert "Lý do: xem lại" in again.text
    await said(asked, "Giang", "có")
    assert (await asked.assessment("SDL")).reopened == {"2.7"}


async def test_a_yes_long_after_only_asks_once_more(asked: Stage) -> None:
    asked.clock.now += timedelta(hours=1)
    assert "Xác nhận trả lại?" in (await said(asked, "Giang", "ok")).text
    assert await state(asked) == "submitted"
    await said(asked, "Giang", "ok")
    assert await state(asked) == "returned"


async def test_a_yes_after_somebody_was_faster_gives_back_nothing_more(asked: Stage) -> None:
    await asked.invite("S7Q29XPM", "reviewer")
    await asked.joins("Hà", "S7Q29XPM")
    await asked.says("Hà", "/tralai SDL 1.3: xem")
    await said(asked, "Hà", "có")
    await said(asked, "Giang", "có")
    assert (await asked.assessment("SDL")).reopened == {"1.3"}


@pytest.fixture
async def submitting(asked: Stage) -> Stage:
    """An officer is asked whether to hand in what was given back."""
    await said(asked, "Giang", "có")
    await asked.says("An", "sửa 2.7")
    await asked.says("An", "1")
    assert "Xác nhận nộp?" in (await said(asked, "An", "/nop")).text
    return asked


@pytest.mark.parametrize("word", ["có", "xác nhận", "Xác nhận nộp"])
async def test_a_yes_hands_in(submitting: Stage, word: str) -> None:
    assert "QB-2025-002" in (await said(submitting, "An", word)).text
    assert await state(submitting) == "submitted"


async def test_a_no_shows_the_review_and_no_later_yes_hands_in(submitting: Stage) -> None:
    assert "Xác nhận nộp?" not in (await said(submitting, "An", "chưa nộp")).text
    await said(submitting, "An", "có")
    assert await state(submitting) == "returned"


async def test_a_yes_to_what_changed_meanwhile_only_asks_anew(submitting: Stage) -> None:
    await submitting.says("Bảo", "sửa 2.7")
    await submitting.says("Bảo", "2")
    assert "Xác nhận nộp?" in (await said(submitting, "An", "có")).text
    assert await state(submitting) == "returned"


async def test_what_is_neither_asks_once_more_and_says_how(submitting: Stage) -> None:
    again = await said(submitting, "An", "để em xem đã")
    assert "“có” để nộp, “không” để chưa nộp" in again.text
    assert "Xác nhận nộp" in [label for label, _ in again.buttons]
