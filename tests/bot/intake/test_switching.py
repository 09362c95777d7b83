"""One person, two messengers, one form: wherever they go on, in the middle of a question or of a doubt, what they
answer belongs to what that very chat showed them last, and nothing is lost.

Checked against: `Session.elsewhere` always false (numbers went to the question that the other chat had asked), and
codes of a card that are kept when the next one comes.
"""

import random
import re
from collections.abc import AsyncIterator

import pytest
from talk.stage import SDL, Stage, criteria, staged

from bot.conversation.assessment import Assessment
from scoring.answers import ChosenOption, Counts, Exempt, Percentage
from storage import chats

ON_BUTTONS, IN_WORDS = "Nguyễn Văn An", "Nguyễn Văn An (Zalo)"
SEEDS = range(5)
_TITLE = re.compile(r"(\d+(?:\.\d+)+)\. ")


@pytest.fixture
async def stage(sqlite_file_url: str) -> AsyncIterator[Stage]:
    async with staged(sqlite_file_url) as opened:
        await opened.open_office(SDL)
        await opened.invite("A7Q29XPM", unit="SDL")
        await opened.joins(ON_BUTTONS, "A7Q29XPM")
        await opened.says(IN_WORDS, "chào")
        await opened.store.run(_same_person, opened)
        yield opened


def _same_person(conn: object, stage: Stage) -> None:
    one, other = (stage.actor(name) for name in (ON_BUTTONS, IN_WORDS))
    person = chats.look(conn, one.channel, one.address)  # type: ignore[arg-type]
    chat = chats.look(conn, other.channel, other.address)  # type: ignore[arg-type]
    assert person
    assert person.person
    assert chat
    chats.bind_chat(conn, chat.chat.id, person.person.id)  # type: ignore[arg-type]


def wanted(criterion: str) -> tuple[int, int]:
    """What this person will say to a criterion: which option, or how many of a hundred and something."""
    place = [leaf.id for leaf in criteria().leaves].index(criterion)
    return place % len(criteria().criterion(criterion).options or [0]), 60 + place


class Walker:
    """Answers whatever the chat at hand showed last."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage = stage
        self.dice = random.Random(seed)
        self.switches = 0
        self.here = ON_BUTTONS

    async def walk(self) -> Assessment:
        for _ in range(400):
            assessment = await self.stage.active(ON_BUTTONS)
            if not assessment.card.missing:
                return assessment
            await self.step()
        raise AssertionError("the form never ends")

    async def step(self) -> None:
        there = self.dice.choice((ON_BUTTONS, IN_WORDS))
        self.switches += there != self.here
        self.here = there
        own = [message for message in self.stage.actor(there).seen if message.own]
        last = own[-1].text if own else ""
        asked = _TITLE.match(last)
        if "Căn cứ tính điểm tối đa" in last or "câu mở đầu" in last.lower():
            await self.stage.says(there, self.dice.choice(("bỏ qua", "không")))
        elif asked is None or ("Đã xong" not in last and "Hệ thống chỉ ghi sau khi" not in last):  # help, a review
            await self.stage.says(there, "tiếp tục" if self.dice.random() < 0.7 else "sửa 1.1")
        elif "Hệ thống chỉ ghi sau khi" in last:
            await self.stage.says(there, self.dice.choice(("nhập lại", f"{wanted(asked[1])[1]}/160")))
        else:
            await self.answer(there, asked[1])

    async def answer(self, there: str, criterion: str) -> None:
        leaf = criteria().criterion(criterion)
        option, count = wanted(criterion)
        if self.dice.random() < 0.15:
            await self.stage.says(there, self.dice.choice(("bỏ qua", "?", "danh sách", "quay lại")))
        elif leaf.kind == "ratio":
            await self.stage.says(there, "1" if self.dice.random() < 0.2 else f"{count}/160")
        elif there == IN_WORDS or self.dice.random() < 0.3:
            await self.stage.says(there, str(option + 1))
        else:
            message = [one for one in self.stage.actor(there).seen if one.own][-1]
            payload = [press for _, press in message.buttons if press.startswith("an:")][option]
            await self.stage.payload(there, payload)


@pytest.mark.parametrize("seed", SEEDS)
async def test_answers_given_here_and_there_belong_to_what_was_shown(stage: Stage, seed: int) -> None:
    walker = Walker(stage, seed)
    assessment = await walker.walk()
    for leaf in assessment.criteria.leaves:
        held = assessment.held(leaf.id)
        if held is None:
            assert assessment.card.lines[leaf.id].state == "derived", leaf.id
            continue
        option, count = wanted(leaf.id)
        match held.answer:
            case ChosenOption(chosen):
                assert chosen == leaf.options[option].id, leaf.id
            case Counts(numerator, denominator):
                assert (numerator, denominator) == (count, 160), leaf.id
            case Exempt() | Percentage():
                raise AssertionError(f"{leaf.id}: nobody said so")
    assert walker.switches >= 40  # two hundred in all
    assert await stage.differences() == ()


async def test_what_waits_for_a_word_waits_in_the_other_chat_too(stage: Stage) -> None:
    await stage.says(ON_BUTTONS, "sửa 2.1.1")
    (asked,) = await stage.says(ON_BUTTONS, "1")
    (shown,) = await stage.says(IN_WORDS, "87,5")
    assert "Anh/chị muốn ghi 1% hay 100%?" in asked.text
    assert "Anh/chị muốn ghi 1% hay 100%?" in shown.text  # what was typed before it was seen answers nothing
    assert not (await stage.active(ON_BUTTONS)).answers
    await stage.says(IN_WORDS, "B")
    assert [held.answer for held in (await stage.active(ON_BUTTONS)).answers.values()] == [Percentage(100)]  # type: ignore[arg-type]


async def test_a_command_works_in_any_chat_at_once(stage: Stage) -> None:
    await stage.says(ON_BUTTONS, "sửa 1.1")
    (shown,) = await stage.says(IN_WORDS, "sửa 1.3")
    assert shown.title.startswith("1.3. ")


async def test_numbers_of_an_old_card_are_as_stale_as_its_buttons(stage: Stage) -> None:
    await stage.says(IN_WORDS, "sửa 1.1")
    await stage.says(ON_BUTTONS, "sửa 1.1")
    await stage.presses(ON_BUTTONS, "Có ban hành · 2 điểm")
    (told,) = await stage.says(IN_WORDS, "2")
    assert "không còn hiệu lực" in told.text
    assert [held.answer for held in (await stage.active(ON_BUTTONS)).answers.values()] == [ChosenOption("yes")]


async def test_whoever_writes_to_many_or_gives_back_goes_on_in_the_other_chat(stage: Stage) -> None:
    await stage.invite("R7Q29XPM", "reviewer")
    await stage.invite("Q7Q29XPM", "admin")
    for code in ("R7Q29XPM", "Q7Q29XPM"):
        await stage.says(IN_WORDS, f"/start {code}")
        await stage.says(IN_WORDS, "1")
    await stage.says(IN_WORDS, "/phathanh")
    (shown,) = await stage.says(ON_BUTTONS, "Kính gửi anh/chị")
    assert "Anh/chị muốn gửi cho ai?" in shown.text


async def test_an_answer_that_names_its_criterion_needs_no_question(stage: Stage) -> None:
    await stage.says(ON_BUTTONS, "sửa 1.1")
    await stage.says(IN_WORDS, "2.5.1 45/50")
    held = (await stage.active(ON_BUTTONS)).answers
    assert {key: one.answer for key, one in held.items()} == {"2.5.1": Counts(45, 50)}
