"""Files that go with messages: under the text where it fits, after it where not, uploaded once for everybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_bot_api.faults import FaultKind
from fake_bot_api.methods import LARGEST_PHOTO, TOO_WIDE
from fake_bot_api.people import User
from fake_bot_api.server import FakeBotApi

from bot.channels.contract import Attachment, Failure, Outgoing, SendFailed, ShownButton
from bot.channels.telegram import TelegramChannel

BUTTON = ((ShownButton("Tiếp tục", "go|1"),),)
LONG = "<b>" + "Tỷ lệ hồ sơ. " * 100 + "</b>"


@pytest.fixture
def lan(api: FakeBotApi) -> User:
    """Somebody who has started the bot."""
    person = api.user()
    person.chat.started = True
    return person


@pytest.fixture
def pdf(tmp_path: Path) -> Attachment:
    """A document."""
    path = tmp_path / "d1"
    path.write_bytes(b"%PDF-1.4 " + bytes(range(256)))
    return Attachment('Công văn "số 12"\r\n.pdf', "application/pdf", "d1", path)


@pytest.fixture
def picture(tmp_path: Path) -> Attachment:
    """A picture."""
    path = tmp_path / "d2"
    path.write_bytes(b"\x89PNG a picture")
    return Attachment("anh.png", "image/png", "d2", path)


def called(api: FakeBotApi) -> list[str]:
    return [act.method for act in api.acts]


async def failure_of(channel: TelegramChannel, outgoing: Outgoing) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(outgoing)
    return caught.value


async def test_a_document_comes_with_its_text_its_buttons_and_its_name(
    api: FakeBotApi, channel: TelegramChannel, lan: User, pdf: Attachment
) -> None:
    sent = await channel.send(Outgoing(str(lan.id), "<b>Kính gửi</b> a &amp; b", BUTTON, attachment=pdf))
    (message,) = lan.chat.from_bot()
    assert sent.message_id == str(message.id)
    assert (message.html, message.buttons) == ("<b>Kính gửi</b> a &amp; b", [[("Tiếp tục", "go|1")]])
    document = message.now.document
    assert document is not None
    assert document.content == pdf.path.read_bytes()
    assert document.name.replace("\\", "") == 'Công văn "số 12"  .pdf'


async def test_a_picture_is_shown_as_one(
    api: FakeBotApi, channel: TelegramChannel, lan: User, picture: Attachment
) -> None:
    await channel.send(Outgoing(str(lan.id), "x", attachment=picture))
    document = lan.chat.from_bot()[0].now.document
    assert document is not None
    assert document.is_photo


async def test_a_picture_the_platform_does_not_show_goes_as_a_document(
    api: FakeBotApi, channel: TelegramChannel, lan: User, picture: Attachment
) -> None:
    picture.path.write_bytes(TOO_WIDE)
    await channel.send(Outgoing(str(lan.id), "x", attachment=picture))
    (message,) = lan.chat.from_bot()
    assert message.now.document is not None
    assert message.now.document.name == "anh.png"
    with picture.path.open("wb") as file:
        file.truncate(LARGEST_PHOTO + 1)
    await channel.send(Outgoing(str(lan.id), "x", attachment=Attachment("b.png", "image/png", "d3", picture.path)))
    assert called(api) == ["sendPhoto", "sendDocument", "sendDocument"]


async def test_a_file_for_many_is_uploaded_once_and_again_when_the_platform_forgot_it(
    api: FakeBotApi, channel: TelegramChannel, lan: User, pdf: Attachment, picture: Attachment
) -> None:
    for attachment in (pdf, picture, pdf, picture):
        await channel.send(Outgoing(str(lan.id), "x", attachment=attachment))
    assert len(api.files) == 2
    api.files.clear()
    await channel.send(Outgoing(str(lan.id), "x", attachment=pdf))
    assert [message.now.document is not None for message in lan.chat.from_bot()] == [True] * 5
    assert len(api.files) == 1


async def test_a_text_too_long_for_a_caption_stands_above_the_file(
    api: FakeBotApi, channel: TelegramChannel, lan: User, pdf: Attachment
) -> None:
    sent = await channel.send(Outgoing(str(lan.id), LONG, BUTTON, attachment=pdf))
    text, file = lan.chat.from_bot()
    assert (text.html, text.buttons) == (LONG.replace(" </b>", " </b>"), [[("Tiếp tục", "go|1")]])
    assert (file.text, file.now.document is not None) == ("", True)
    assert sent.message_id == str(text.id)


@pytest.mark.parametrize("fault", [FaultKind.FORBIDDEN, FaultKind.DO_THEN_DROP])
async def test_a_text_that_stands_without_its_file_is_never_repeated(
    api: FakeBotApi, channel: TelegramChannel, lan: User, pdf: Attachment, fault: FaultKind
) -> None:
    """Caught when seeded: the failure of the second call handed on as it was (the text came twice)."""
    api.faults.put("sendDocument", fault)
    failure = await failure_of(channel, Outgoing(str(lan.id), LONG, attachment=pdf))
    assert (failure.failure, failure.detail.partition(":")[0]) == (Failure.UNCERTAIN, "the file")


async def test_a_short_throttle_before_the_file_is_waited_out(
    api: FakeBotApi, channel: TelegramChannel, lan: User, pdf: Attachment
) -> None:
    api.faults.put("sendDocument", FaultKind.TOO_MANY, seconds=1)
    await channel.send(Outgoing(str(lan.id), LONG, attachment=pdf))
    assert called(api) == ["sendMessage", "sendDocument", "sendDocument"]


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (FaultKind.TOO_MANY, Failure.RETRY),
        (FaultKind.FORBIDDEN, Failure.UNREACHABLE),
        (FaultKind.DROP_BEFORE, Failure.UNCERTAIN),
        (FaultKind.DO_THEN_502, Failure.UNCERTAIN),
    ],
)
async def test_a_file_with_its_caption_fails_like_any_message(
    api: FakeBotApi, channel: TelegramChannel, lan: User, pdf: Attachment, fault: FaultKind, failure: Failure
) -> None:
    api.faults.put("sendDocument", fault)
    told = await failure_of(channel, Outgoing(str(lan.id), "x", attachment=pdf))
    assert told.failure is failure
    assert api.token not in repr(told)


async def test_a_file_that_is_gone_is_told(channel: TelegramChannel, lan: User, pdf: Attachment) -> None:
    pdf.path.unlink()
    assert (await failure_of(channel, Outgoing(str(lan.id), "x", attachment=pdf))).failure is Failure.REJECTED
