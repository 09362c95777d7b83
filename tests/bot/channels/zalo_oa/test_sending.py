"""What goes out: plain text with a few buttons, files the platform takes, and what each refusal means.

Checked against: a seven-day refusal read as a bug, and a token code that stopped nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fake_bot_api.faults import FaultKind
from fake_zalo_oa.keeping import MemoryVault, utcnow
from fake_zalo_oa.server import SEND, UPLOAD, FakeZaloOa
from fake_zalo_oa.world import DAY_S

from bot.channels.contract import Attachment, Failure, Outgoing, SendFailed, ShownButton
from bot.channels.zalo_oa import Account, ZaloOaChannel, carries
from bot.channels.zalo_oa.failures import failed
from bot.channels.zalo_oa.refreshing import NoAccess
from bot.channels.zalo_oa.wire import Refused, Unanswered

RETRY, REJECTED, UNREACHABLE, UNCERTAIN = Failure.RETRY, Failure.REJECTED, Failure.UNREACHABLE, Failure.UNCERTAIN
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NOON = utcnow().replace(second=13)


def attachment(folder: Path, name: str, media: str, content: bytes) -> Attachment:
    path = folder / "blob"
    path.write_bytes(content)
    return Attachment(name, media, f"digest-{len(content)}", path)


async def failure_of(channel: ZaloOaChannel, outgoing: Outgoing) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(outgoing)
    return caught.value


@pytest.mark.parametrize(
    ("codes", "failure", "hold_all", "after"),
    [
        ((-32,), RETRY, True, 48.0),
        ((-216, -220), RETRY, True, 300.0),
        ((-209, -212, -219, -223, -221, -224, -211), RETRY, True, 300.0),
        ((-213, -227, -230, -232, -244, -218), UNREACHABLE, False, 0.0),
        ((-210, -201, -9999, 5), REJECTED, False, 0.0),
    ],
)
def test_each_code_means_one_thing(codes: tuple[int, ...], failure: Failure, hold_all: bool, after: float) -> None:
    for code in codes:
        told = failed(Refused(code, "said"), NOON)
        assert (told.failure, told.hold_all, told.after) == (failure, hold_all, after)


def test_what_happened_on_the_line_decides_when_nobody_answered() -> None:
    assert failed(Unanswered("x", may_have_arrived=False), NOON).failure is RETRY
    assert failed(Unanswered("x", may_have_arrived=True), NOON).failure is UNCERTAIN
    assert NoAccess("missing").after > 0


async def test_the_first_five_buttons_go_with_the_last_part_and_a_press_comes_back_as_its_payload(
    platform: FakeZaloOa, channel: ZaloOaChannel
) -> None:
    person = platform.person()
    rows = tuple((ShownButton(f"{n} " + "ế" * 120, f"an:1:1.{n}:oyes:0"),) for n in range(7))
    sent = await channel.send(Outgoing(person.id, f"<b>{'dài ' * 600}</b>", rows))
    first, last = person.chat
    assert (sent.message_id, sent.parts) == (last.message_id, 2)
    assert first.buttons == ()
    assert [payload for _, payload in last.buttons] == [f"an:1:1.{n}:oyes:0" for n in range(5)]
    assert {len(title) for title, _ in last.buttons} == {100}


async def test_nobody_can_be_written_to_seven_days_after_their_last_word(
    platform: FakeZaloOa, channel: ZaloOaChannel
) -> None:
    person = platform.person()
    assert channel.capabilities.window is not None
    platform.later_s = channel.capabilities.window.closes_s - 60
    platform.grants.expires_at = platform.clock() + DAY_S
    await channel.send(Outgoing(person.id, "x"))
    platform.later_s += 120
    assert (await failure_of(channel, Outgoing(person.id, "x"))).failure is UNREACHABLE
    person.write("chào")
    await channel.send(Outgoing(person.id, "x"))
    for other in (platform.person(wrote=False), platform.person(follows=False)):
        assert (await failure_of(channel, Outgoing(other.id, "x"))).failure is UNREACHABLE


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        (FaultKind.TOO_MANY, RETRY),
        (FaultKind.FORBIDDEN, RETRY),
        (FaultKind.DROP_BEFORE, UNCERTAIN),
        (FaultKind.DO_THEN_DROP, UNCERTAIN),
        (FaultKind.DO_THEN_502, UNCERTAIN),
        (FaultKind.DO_THEN_TRUNCATE, UNCERTAIN),
        (FaultKind.HTML_PAGE, UNCERTAIN),
        (FaultKind.REDIRECT, UNCERTAIN),
    ],
)
async def test_a_fault_on_the_way_is_told_apart(
    platform: FakeZaloOa, channel: ZaloOaChannel, kind: FaultKind, failure: Failure
) -> None:
    platform.faults.put(SEND, kind)
    assert (await failure_of(channel, Outgoing(platform.person().id, "x"))).failure is failure
    assert platform.calls.count(SEND) == 1


async def test_once_a_part_stands_the_message_is_never_repeated(platform: FakeZaloOa, channel: ZaloOaChannel) -> None:
    person = platform.person()
    platform.faults.put(SEND, FaultKind.SLOW, seconds=0.0)
    platform.faults.put(SEND, FaultKind.FORBIDDEN)
    assert (await failure_of(channel, Outgoing(person.id, "dài " * 900))).failure is UNCERTAIN
    assert len(person.chat) == 1


async def test_a_document_follows_its_text_and_a_picture_goes_with_it(
    platform: FakeZaloOa, channel: ZaloOaChannel, tmp_path: Path
) -> None:
    person, button = platform.person(), ((ShownButton("Xem", "xx:1:::0"),),)
    pdf = attachment(tmp_path, "Phiếu <1>.pdf", PDF, b"%PDF-1")
    assert (await channel.send(Outgoing(person.id, "đây", button, attachment=pdf))).parts == 2
    await channel.send(Outgoing(person.id, "đây", attachment=pdf))
    assert platform.calls.count(UPLOAD) == 1  # the same file travels once
    png = attachment(tmp_path, "ảnh.png", "image/png", b"\x89PNG-1")
    assert (await channel.send(Outgoing(person.id, "hình", attachment=png))).parts == 1
    assert (await channel.send(Outgoing(person.id, "hình", button, attachment=png))).parts == 2
    told = [(one.text, len(one.buttons), one.file.name if one.file else "") for one in person.chat]
    name, picture = "Phiếu <1>.pdf", "ảnh.png"
    assert told[:4] == [("đây", 1, ""), ("", 0, name), ("đây", 0, ""), ("", 0, name)]
    assert told[4:] == [("hình", 0, picture), ("hình", 1, ""), ("", 0, picture)]


async def test_what_fails_before_the_message_was_begun_may_be_tried_again(
    platform: FakeZaloOa, channel: ZaloOaChannel, tmp_path: Path
) -> None:
    person = platform.person()
    pdf = attachment(tmp_path, "a.pdf", PDF, b"%PDF-1")
    platform.faults.put(UPLOAD, FaultKind.DO_THEN_DROP)
    assert (await failure_of(channel, Outgoing(person.id, "x", attachment=pdf))).failure is RETRY
    gone = replace(pdf, path=tmp_path / "gone")
    assert (await failure_of(channel, Outgoing(person.id, "x", attachment=gone))).failure is REJECTED
    sheet = replace(pdf, media="application/vnd.ms-excel")
    assert (await failure_of(channel, Outgoing(person.id, "x", attachment=sheet))).failure is REJECTED
    assert person.chat == []


def test_what_can_go_with_a_message() -> None:
    assert carries(PDF, 5 * 2**20)
    assert carries(DOCX, 1)
    assert carries("image/png", 2**20)
    assert ZaloOaChannel.carries("application/msword", 1)
    for media, size in ((PDF, 5 * 2**20 + 1), ("image/jpeg", 2**20 + 1), ("image/webp", 1), ("text/html", 1)):
        assert not carries(media, size)


async def test_without_the_tokens_nothing_goes_out_and_nothing_is_lost(
    platform: FakeZaloOa, channel: ZaloOaChannel, vault: MemoryVault
) -> None:
    outgoing = Outgoing(platform.person().id, "x")
    vault.away = True
    assert (await failure_of(channel, outgoing)).failure is RETRY
    vault.away, vault.body = False, None
    failure = await failure_of(channel, outgoing)
    assert (failure.failure, failure.hold_all) == (RETRY, True)
    assert SEND not in platform.calls


def test_an_account_without_its_secrets_is_none(channel: ZaloOaChannel, tmp_path: Path) -> None:
    assert channel.link("K7M2QX9P") == channel.link("") == "https://zalo.me/579745863508352884"
    for secrets in (("", "a", "b"), ("1", "", "b"), ("1", "a", "")):
        account = Account(*secrets, api_base="http://127.0.0.1:9", oauth_base="http://127.0.0.1:9")
        with pytest.raises(ValueError, match="secret"):
            ZaloOaChannel(account, vault=MemoryVault(), shelf=None, journal=tmp_path, clock=utcnow)  # type: ignore[arg-type]
