"""What every channel promises, whatever its platform. A new channel joins in tests/channel_benches/benches.py.

Checked against, for the terminal and the web: escape sequences let through, lines not stripped, typed lines logged; an
echo or a card put on the page unescaped, a card cut short, forms taken without their sign or key, a form without a
field that is a bug, a bug logged with its words, the session logged, a send that succeeds; for zalo_oa: an update that
says other than the capabilities whether documents can be sent: each failed here.
"""

from __future__ import annotations

import asyncio
import html
import logging
import unicodedata
from collections.abc import AsyncIterator

import pytest
from channel_benches.bench import Bench
from channel_benches.benches import BENCHES

from bot.channels.contract import Answer, Failure, Outgoing, SendFailed, ShownButton
from bot.conversation.events import Incoming, Typed

HOSTILE = [
    "<b>đậm</b>",
    "<script>alert(1)</script>",
    "a & b &lt;c&gt; &amp;amp;",
    "Sở A <Đắk Lắk> & B",
    '<a href="https://example.org">bấm</a>',
    "*đậm* _nghiêng_ `mã` [x](y)",
    "</b></i>",
    "{{ 7*7 }} {% raw %} ${x} #{x}",
    "'; DROP TABLE answers; --",
    "\u202eđảo\u202c \u200bẩn",
    "🇻🇳 👩‍💻 ế",
    "=HYPERLINK(1)",
]
CONTROLS = "\x1b[2J\x1b]0;tên\x07đỏ\x9b31m\b\r."
LONG = "\n".join(f"{n}. Tỷ lệ hồ sơ thủ tục hành chính được xử lý trực tuyến đúng hạn: thẩm định" for n in range(120))


class Desk:
    """Takes everything in and remembers it."""

    def __init__(self) -> None:
        self.taken: list[Incoming] = []
        self.poison: list[tuple[str, str]] = []
        self.changed = asyncio.Event()

    async def take(self, incoming: Incoming) -> Answer:
        self.taken.append(incoming)
        self.changed.set()
        return Answer.TAKEN

    async def keep_poison(self, channel: str, bot: str, _key: str, _error: str, _raw: str) -> Answer:
        self.poison.append((channel, bot))
        return Answer.TAKEN

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.taken) < count:
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture(params=sorted(BENCHES))
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """Each channel in turn."""
    async with BENCHES[request.param]() as opened:
        yield opened


def needs(bench: Bench, what: str) -> None:
    """Skip the case where this cannot happen."""
    if what in bench.lacks:
        pytest.skip(bench.lacks[what])


def seen(bench: Bench, text: str) -> str:
    """The text as it is to be seen there."""
    return text if bench.shapes else "".join(one for one in text if one.isprintable())


async def failure_of(bench: Bench, outgoing: Outgoing) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await bench.channel.send(outgoing)
    return caught.value


async def receive(bench: Bench, desk: Desk, count: int) -> None:
    task = asyncio.create_task(bench.channel.receive(desk.take, desk.keep_poison))
    try:
        await desk.wait_for(count)
    finally:
        await bench.channel.stop()
        async with asyncio.timeout(3):
            await task


async def test_what_a_person_writes_comes_in_order_with_an_address_to_answer_to(bench: Bench) -> None:
    needs(bench, "receiving")
    desk = Desk()
    for text in ("một", "85,5", "CÓ"):
        bench.write(text)
    await receive(bench, desk, 3)
    assert [incoming.event for incoming in desk.taken] == [Typed("một"), Typed("85,5"), Typed("CÓ")]
    assert {(i.channel, i.bot, i.address) for i in desk.taken} == {
        (bench.channel.name, bench.channel.bot, bench.address)
    }
    assert len({incoming.update_key for incoming in desk.taken}) == 3
    can = bench.channel.capabilities
    assert {(i.plain, i.takes_files, i.pulled) for i in desk.taken} == {(can.plain, can.files_in, can.pulled)}


async def test_a_bad_payload_is_kept_or_refused_and_the_next_update_is_taken(bench: Bench) -> None:
    needs(bench, "receiving")
    desk = Desk()
    bench.bring_rubbish()
    bench.write("ok")
    await receive(bench, desk, len(bench.garbled) + 1)
    assert desk.poison == ([] if "poison" in bench.lacks else [(bench.channel.name, bench.channel.bot)])
    assert [incoming.event for incoming in desk.taken] == [*bench.garbled, Typed("ok")]


async def test_receiving_ends_when_it_is_stopped_with_nothing_to_do(bench: Bench) -> None:
    await receive(bench, Desk(), 0)


async def test_a_throttle_says_when_to_come_back(bench: Bench) -> None:
    needs(bench, "throttle")
    bench.throttle()
    failure = await failure_of(bench, Outgoing(bench.address, "x"))
    assert failure.failure is Failure.RETRY
    assert failure.after > 0
    assert bench.shown() == []


async def test_a_person_who_blocked_the_channel_is_unreachable(bench: Bench) -> None:
    needs(bench, "block")
    bench.block()
    assert (await failure_of(bench, Outgoing(bench.address, "x"))).failure is Failure.UNREACHABLE


async def test_an_answer_that_is_lost_is_uncertain_and_not_repeated(bench: Bench) -> None:
    needs(bench, "lost answer")
    bench.lose_the_answer()
    assert (await failure_of(bench, Outgoing(bench.address, "x"))).failure is Failure.UNCERTAIN
    assert bench.shown() == ["x"]


async def test_a_platform_that_does_not_listen_was_surely_not_reached(bench: Bench) -> None:
    needs(bench, "outage")
    async with bench.outage():
        assert (await failure_of(bench, Outgoing(bench.address, "x"))).failure is Failure.RETRY


async def test_where_people_come_and_look_nothing_is_sent(bench: Bench) -> None:
    if not bench.channel.capabilities.pulled:
        pytest.skip("the channel sends")
    assert (await failure_of(bench, Outgoing(bench.address, "x"))).failure is Failure.REJECTED


async def test_a_long_vietnamese_text_arrives_whole(bench: Bench) -> None:
    text = LONG * (1 + 2 * min(bench.channel.capabilities.text_limit, 100_000) // len(LONG))
    await bench.tell(Outgoing(bench.address, text))
    parts = bench.shown()
    assert (len(parts) > 1) is bench.splits
    assert "".join(" ".join(parts).split()) == "".join(text.split())
    for part in parts if bench.splits else ():
        assert len(part.encode("utf-16-le")) // 2 <= bench.channel.capabilities.text_limit
        assert not unicodedata.combining(part[0])


async def test_hostile_text_stays_text(bench: Bench) -> None:
    broken = []
    for text in HOSTILE:
        before = len(bench.shown())
        button = ShownButton(text, "a|1.1|1")
        await bench.tell(Outgoing(bench.address, f"Ghi chú: {html.escape(text)} ✓", ((button,),)))
        told = bench.shown()[before:]
        broken += [text] if not told or any(seen(bench, text) not in one for one in told) else []
    assert broken == []


async def test_no_control_sequence_stands_in_the_chat(bench: Bench) -> None:
    needs(bench, "controls")
    labelled = ((ShownButton(f"Có {CONTROLS}", "a|1.1|1"),),)
    await bench.tell(Outgoing(bench.address, f"Ghi chú: {CONTROLS}", labelled))
    assert [one for one in "".join(bench.shown()) if unicodedata.category(one) == "Cc" and one not in "\t\n"] == []


async def test_a_channel_without_markup_shows_no_tags(bench: Bench) -> None:
    if bench.channel.capabilities.markup:
        pytest.skip("the platform shows it")
    link = "https://tucham.example.vn/?a=1&amp;b=2"
    await bench.channel.send(Outgoing(bench.address, f'<b>Đơn vị</b> <i>Sở A</i> &lt;B&gt; <a href="{link}">bảng</a>'))
    assert bench.shown() == ["Đơn vị Sở A <B> bảng (https://tucham.example.vn/?a=1&b=2)"]


async def test_a_message_is_changed_in_place_where_the_platform_can(bench: Bench) -> None:
    if not bench.channel.capabilities.edits:
        pytest.skip("the platform cannot")
    sent = await bench.channel.send(Outgoing(bench.address, "cũ"))
    for _ in range(2):  # the second time nothing changes, which is a success as well
        assert await bench.channel.send(Outgoing(bench.address, "mới", edit=sent.message_id)) == sent
    assert bench.shown() == ["mới"]


async def test_no_secret_is_in_any_failure_log_or_repr(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    found = [repr(bench.channel), str(bench.channel)]
    if "outage" not in bench.lacks:
        async with bench.outage():
            found.append(repr(await failure_of(bench, Outgoing(bench.address, "x"))))
    for _ in range(bench.misbehave()):
        try:
            await bench.channel.send(Outgoing(bench.address, "x"))
        except SendFailed as failure:
            hidden = None if failure.__suppress_context__ else failure.__context__
            found += [repr(failure), failure.detail, repr(failure.__cause__), repr(hidden)]
    await receive(bench, Desk(), 0)
    assert not [secret for secret in bench.secrets if secret in "\n".join([*found, caplog.text])]
