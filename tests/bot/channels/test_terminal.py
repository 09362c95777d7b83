"""The terminal as a channel: letters press buttons, numbers are answers, nothing foreign reaches the screen."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.contract import Answer, Attachment, Outgoing, ShownButton
from bot.channels.plain_text import to_text
from bot.channels.terminal import TerminalChannel, lettered
from bot.conversation.events import Incoming, Pressed, Typed


async def lines(*typed: str) -> AsyncIterator[str]:
    for line in typed:
        yield line


class Person:
    """A person at a terminal: what is shown, and what the service was told."""

    def __init__(self, *typed: str, answer: Answer = Answer.TAKEN) -> None:
        self.shown: list[str] = []
        self.told: list[Incoming] = []
        self._answer = answer
        self.channel = TerminalChannel("term:x", lines(*typed), self.shown.append, failed="away", display_name="An")

    async def take(self, incoming: Incoming) -> Answer:
        self.told.append(incoming)
        return self._answer

    async def keep(self, *_: str) -> Answer:
        return Answer.TAKEN

    async def sees(self, html: str, *rows: tuple[str, ...]) -> None:
        shown = tuple(tuple(ShownButton(label, f"press:{label}") for label in row) for row in rows)
        await self.channel.send(Outgoing("term:x", html, shown))

    async def talks(self) -> list[object]:
        await self.channel.receive(self.take, self.keep)
        return [incoming.event for incoming in self.told]


async def test_buttons_are_shown_with_letters_row_by_row() -> None:
    person = Person()
    await person.sees("<b>1.1. Kế hoạch</b>", ("Có ban hành · 2 điểm",), ("Quay lại", "Bỏ qua"))
    assert person.shown == ["1.1. Kế hoạch\n   a) Có ban hành · 2 điểm\n   b) Quay lại    c) Bỏ qua"]


async def test_a_file_is_named() -> None:
    person = Person()
    file = Attachment("Công văn\x1b[2J.pdf", "application/pdf", "d", Path("anywhere"))
    await person.channel.send(Outgoing("term:x", "Kèm theo", attachment=file))
    assert person.shown == ["Kèm theo\n   [Công văn[2J.pdf]"]


async def test_a_letter_presses_and_everything_else_is_typed() -> None:
    person = Person("b", "B)", "2", "87,5", "không", "c", " ")
    await person.sees("?", ("Có", "Không"))
    assert await person.talks() == [
        Pressed("press:Không", "1"),
        Pressed("press:Không", "1"),
        Typed("2"),
        Typed("87,5"),
        Typed("không"),
        Typed("c"),
    ]


async def test_a_notice_without_buttons_leaves_the_card_alive() -> None:
    person = Person("a")
    await person.sees("?", ("Có",))
    await person.sees("Có cơ quan vừa nộp.")
    assert await person.talks() == [Pressed("press:Có", "1")]


async def test_a_new_card_takes_the_letters_over() -> None:
    person = Person("b")
    await person.sees("?", ("Có", "Không"))
    await person.sees("??", ("Đúng",))
    assert await person.talks() == [Typed("b")]


async def test_k_is_left_to_people_who_mean_no() -> None:
    person = Person("k")
    await person.sees("?", *[(f"n{number}",) for number in range(40)])
    assert await person.talks() == [Typed("k")]
    assert len({letter for letter, _ in zip(lettered(), range(60), strict=False)}) == 60


async def test_each_line_is_an_update_of_its_own_from_this_address() -> None:
    person = Person("có", "có")
    await person.talks()
    assert len({incoming.update_key for incoming in person.told}) == 2
    assert {(one.channel, one.address, one.display_name) for one in person.told} == {
        ("terminal:term:x", "term:x", "An")
    }


async def test_an_answer_that_was_not_stored_is_said_so() -> None:
    person = Person("có", answer=Answer.UNAVAILABLE)
    await person.talks()
    assert person.shown == ["away"]


async def test_caught_up_waits_for_the_expected_replies() -> None:
    person = Person()
    person.channel.expect("mine")
    person.channel.expect("mine too")
    await person.sees("mine")
    with pytest.raises(TimeoutError):
        await _within(person)
    await person.sees("somebody's notice")
    await person.sees("mine too")
    await _within(person)


async def _within(person: Person) -> None:
    async with asyncio.timeout(0.02):
        await person.channel.caught_up()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>A</b> &amp; &lt;B&gt;", "A & <B>"),
        ('<a href="https://x.example/?a=1&amp;b=2">bảng</a>', "bảng (https://x.example/?a=1&b=2)"),
        ("một\nhai", "một\nhai"),
        ("ghi chú \x1b[31mđỏ\x07", "ghi chú [31mđỏ"),
    ],
)
def test_markup_becomes_plain_text(html: str, text: str) -> None:
    assert to_text(html) == text


def test_bold_type_is_kept_for_real_terminals() -> None:
    assert to_text("<b>A</b>", bold=True) == "\x1b[1mA\x1b[0m"


async def test_a_plain_terminal_is_as_a_messenger_without_buttons() -> None:
    shown: list[str] = []
    channel = TerminalChannel("plain:1", lines(), shown.append, failed="!", display_name="An", plain=True)
    await channel.send(Outgoing("plain:1", "1. Có\n2. Không", ((ShownButton("Có", "p"),),)))
    assert shown == ["1. Có\n2. Không"]
    taken: list[Incoming] = []

    async def take(incoming: Incoming) -> Answer:
        taken.append(incoming)
        return Answer.TAKEN

    await channel.enter(take, channel.meaning("a"))
    assert [(one.event, one.plain) for one in taken] == [(Typed("a"), True)]
