"""What goes out is plain, in parts that fit, and never twice by itself.

Checked against: a later part that fails as RETRY, no pause after a 429, parts counted as one: each failed here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_zalo_bot.faults import FaultKind
from fake_zalo_bot.server import FakeZaloBot

from bot.channels.contract import Attachment, Failure, Outgoing, Quota, SendFailed, Sent, ShownButton
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot.failures import Throttle

LONG = "\n".join(f"{number}. Tỷ lệ hồ sơ trực tuyến" for number in range(100))


async def failure_of(channel: ZaloBotChannel, outgoing: Outgoing) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(outgoing)
    return caught.value


async def test_one_message_is_one_call_without_markup(platform: FakeZaloBot, channel: ZaloBotChannel) -> None:
    lan = platform.person(started=True)
    rows = ((ShownButton("Có", "a|1.1|1"),),)
    sent = await channel.send(Outgoing(lan.id, "<b>1.1</b> *Có* &lt;không&gt;?", rows, edit="x", retire="y"))
    assert sent == Sent(lan.messages[0].id, parts=1)
    assert lan.said == ["1.1 *Có* <không>?"]
    assert [call.params for call in platform.calls] == [{"chat_id": lan.id, "text": "1.1 *Có* <không>?"}]


async def test_a_long_text_is_counted_by_its_parts(platform: FakeZaloBot, channel: ZaloBotChannel) -> None:
    lan = platform.person(started=True)
    sent = await channel.send(Outgoing(lan.id, LONG))
    assert "\n".join(lan.said) == LONG
    assert sent == Sent(lan.messages[-1].id, parts=2)
    assert platform.outgoing == 2


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY, FaultKind.NO_ENTRY, FaultKind.BROKEN, FaultKind.DROP_BEFORE])
async def test_once_a_part_stands_nothing_is_repeated(
    platform: FakeZaloBot, channel: ZaloBotChannel, kind: FaultKind
) -> None:
    lan = platform.person(started=True)
    platform.faults.put("sendMessage", FaultKind.SLOW, seconds=0)
    platform.faults.put("sendMessage", kind)
    assert (await failure_of(channel, Outgoing(lan.id, LONG))).failure is Failure.UNCERTAIN
    assert len(lan.said) == 1


async def test_after_a_429_nobody_is_asked_until_the_pause_is_over(
    platform: FakeZaloBot, channel: ZaloBotChannel
) -> None:
    lan, minh = platform.person(started=True), platform.person("Minh", started=True)
    now = [0.0]
    channel.throttle = Throttle(clock=lambda: now[0])
    platform.quota = 1
    await channel.send(Outgoing(lan.id, "một"))
    failures = [await failure_of(channel, Outgoing(lan.id, "hai")), await failure_of(channel, Outgoing(minh.id, "ba"))]
    assert [(one.failure, one.after, one.hold_all) for one in failures] == [(Failure.RETRY, 30, True)] * 2
    assert len(platform.of("sendMessage")) == 2
    now[0] = 30.0
    assert (await failure_of(channel, Outgoing(lan.id, "hai"))).after == 60
    now[0] = 90.0
    platform.new_month()
    await channel.send(Outgoing(lan.id, "hai"))
    assert (await failure_of(channel, Outgoing(lan.id, "ba"))).after == 30
    assert (lan.said, minh.said) == (["một", "hai"], [])


async def test_what_cannot_go_is_refused_before_it_is_tried(platform: FakeZaloBot, channel: ZaloBotChannel) -> None:
    lan = platform.person(started=True)
    file = Attachment("a.pdf", "application/pdf", "0" * 64, Path("a.pdf"))
    for outgoing in (Outgoing(lan.id, "x", attachment=file), Outgoing(lan.id, "<b> </b>")):
        assert (await failure_of(channel, outgoing)).failure is Failure.REJECTED
    assert platform.calls == []


async def test_somebody_who_never_wrote_is_unreachable(platform: FakeZaloBot, channel: ZaloBotChannel) -> None:
    assert (await failure_of(channel, Outgoing(platform.person().id, "x"))).failure is Failure.UNREACHABLE


def test_what_the_platform_offers_is_told(channel: ZaloBotChannel) -> None:
    can = channel.capabilities
    assert can.plain
    assert (can.edits, can.markup, can.files_in, can.files_out, can.text_limit) == (False, False, False, False, 2000)
    assert can.quota == Quota(3000, 50)
    paid = ZaloBotChannel("1:a", api_base="https://x.example", quota=0)
    assert paid.capabilities.quota is None
    assert (channel.link("K7MPWX3Q"), paid.link("")) == ("https://zalo.me/s/bot", None)
