"""Letters through a real SMTP server: what arrives, what a refusal means, how long a connection is kept."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from email.header import decode_header, make_header
from email.utils import parseaddr
from pathlib import Path

import pytest
from channel_benches.mail import AT, FROM, NAMES, mail_channel
from fake_mail.server import PASSWORD, USER, FakeMail, Fault

from bot.channels.contract import Attachment, Failure, Outgoing, SendFailed, ShownButton
from bot.channels.mail import MailChannel, Patience
from bot.channels.mail.channel import LARGEST
from bot.channels.mail.failures import AWAY_S, LATER_S, SETUP_S
from bot.channels.mail.writing import one_line
from bot.postal import MailServer
from messages.letters import Letters

TO = "sdl@quangbinh.gov.vn"
PEM = Path(__file__).parents[3] / "data" / "mail" / "server.pem"
RETRY, REJECTED, UNREACHABLE, UNCERTAIN = Failure.RETRY, Failure.REJECTED, Failure.UNREACHABLE, Failure.UNCERTAIN


@pytest.fixture
async def mail() -> AsyncIterator[FakeMail]:
    """The server."""
    async with FakeMail() as running:
        yield running


@pytest.fixture
async def channel(mail: FakeMail) -> AsyncIterator[MailChannel]:
    """A channel that loses patience quickly."""
    made = mail_channel(mail, turn=0.3, begin=0.4, answer=0.4, idle=20)
    yield made
    await made.close()


async def failure_of(sending: Awaitable[object]) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await sending
    return caught.value


async def until(look: Callable[[], object]) -> None:
    async with asyncio.timeout(3):
        while not look():  # noqa: ASYNC110 - looks at things that have no event
            await asyncio.sleep(0.01)


# ---- what arrives


async def test_a_letter_says_who_wrote_it_where_to_go_and_whom_to_call(mail: FakeMail, channel: MailChannel) -> None:
    html = "<b>Sở TTTT đề nghị bổ sung, chỉnh sửa</b>\nSở Du lịch &amp; co, mã <code>QB-1</code>"
    await channel.send(Outgoing(TO, html, ((ShownButton("Tiếp tục", "go|1"),),), reference="7.1"))
    (taken,) = mail.taken
    letter = taken.message
    assert (taken.sender, taken.to) == (FROM, TO)
    assert letter["To"] == TO
    assert letter["Subject"] == "[CQĐT] Sở TTTT đề nghị bổ sung, chỉnh sửa"
    assert parseaddr(str(letter["From"]))[1] == FROM
    assert letter["Date"].datetime == AT
    assert letter["Message-ID"] == "<tucham.7.1@quangbinh.gov.vn>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert taken.said == "Sở TTTT đề nghị bổ sung, chỉnh sửa\nSở Du lịch & co, mã QB-1"
    assert NAMES["site_url"] in taken.text
    assert "0232 3000 000" in taken.text
    rich = letter.get_body(("html",))
    assert rich is not None
    assert "<b>Sở TTTT đề nghị bổ sung, chỉnh sửa</b><br>" in rich.get_content()
    assert "Sở Du lịch &amp; co" in rich.get_content()
    assert "go|1" not in taken.text + rich.get_content()


async def test_every_line_is_ascii_ends_in_crlf_and_is_short_enough(mail: FakeMail, channel: MailChannel) -> None:
    await channel.send(Outgoing(TO, "<b>" + "ộ" * 5000 + "</b>\n.\n..\nFrom ai đó\n", subject="ờ 🇻🇳 " * 60))
    raw = mail.taken[0].raw
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert "\n.\n..\nFrom ai đó" in mail.taken[0].said
    assert len(str(mail.taken[0].message["Subject"])) <= 120 + len("[CQĐT] ")


@pytest.mark.parametrize(
    "subject", ["a\r\nBcc: x@y.z", "a\nb", "a\x00b", "a\u2028Bcc: x@y.z", '"<x@y.z>', "=?utf-8?q?x?="]
)
async def test_nothing_a_person_wrote_makes_a_header(mail: FakeMail, subject: str) -> None:
    """Caught when seeded: the subject written as it comes."""
    letters = Letters({**NAMES, "agency": subject})
    channel = MailChannel(mail.server, FROM, letters, lambda: AT)
    await channel.send(Outgoing(TO, "x", subject=subject))
    await channel.close()
    letter = mail.taken[0].message
    assert set(letter.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
        *("MIME-Version", "Content-Type"),
    }
    assert str(letter["Subject"]).startswith("[CQĐT] ")
    assert parseaddr(mail.taken[0].raw.split(b"From: ")[1].split(b"\r\nTo")[0].decode())[1] == FROM
    name = str(make_header(decode_header(mail.taken[0].raw.split(b"From: ")[1].split(b" <")[0].decode())))
    assert name == one_line(letters.sender)


@pytest.mark.parametrize(
    "address",
    [
        *("", "sdl", "a b@c.vn", "a@b@c", "à@b.vn", '"a\\"@b.vn', "a\x00@b.vn"),
        *("a@b\r\nRCPT TO:<x@y.z>", "<a@b.vn>", "a@b.vn> BODY=X", "Ai <a@b.vn>"),
    ],
)
async def test_what_is_no_address_is_refused_before_anybody_is_called(
    mail: FakeMail, channel: MailChannel, address: str
) -> None:
    assert (await failure_of(channel.send(Outgoing(address, "x")))).failure is REJECTED
    assert mail.connections == 0


async def test_a_vietnamese_domain_is_written_as_servers_know_it(mail: FakeMail, channel: MailChannel) -> None:
    await channel.send(Outgoing("vanthu@SởDuLịch.vn", "x"))
    assert mail.taken[0].to == "vanthu@xn--sdulch-el8b5f.vn"


async def test_a_file_goes_with_its_letter_under_its_name(mail: FakeMail, channel: MailChannel, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(bytes(range(256)) * 9)
    await channel.send(Outgoing(TO, "x", attachment=Attachment("Công văn số 12.pdf", "application/pdf", "d", path)))
    (part,) = mail.taken[0].message.iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == ("Công văn số 12.pdf", "application/pdf")
    assert part.get_content() == path.read_bytes()


async def test_a_file_too_large_for_mail_is_named_instead(mail: FakeMail, channel: MailChannel, tmp_path: Path) -> None:
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    await channel.send(Outgoing(TO, "x", attachment=Attachment("Biểu mẫu.zip", "application/zip", "d", path)))
    assert not list(mail.taken[0].message.iter_attachments())
    assert "Biểu mẫu.zip" in mail.taken[0].text


async def test_a_file_that_is_gone_is_told_and_nothing_is_sent(
    mail: FakeMail, channel: MailChannel, tmp_path: Path
) -> None:
    gone = Attachment("a.pdf", "application/pdf", "d", tmp_path / "gone")
    assert (await failure_of(channel.send(Outgoing(TO, "x", attachment=gone)))).failure is REJECTED
    assert not mail.taken


# ---- what a refusal means

TABLE = [
    (Fault.ACCOUNT, RETRY, SETUP_S, True),
    (Fault.ACCOUNT_LATER, RETRY, LATER_S, True),
    (Fault.BUSY, RETRY, LATER_S, True),
    (Fault.GREETING, RETRY, AWAY_S, True),
    (Fault.SENDER, RETRY, SETUP_S, True),
    (Fault.NOBODY, UNREACHABLE, 0, False),
    (Fault.NOBODY_AT_ALL, UNREACHABLE, 0, False),
    (Fault.FULL, REJECTED, 0, False),
    (Fault.POLICY, REJECTED, 0, False),
    (Fault.LATER, RETRY, LATER_S, False),
    (Fault.REFUSED, REJECTED, 0, False),
    (Fault.LATER_AFTER_DATA, RETRY, LATER_S, False),
    (Fault.DROP_AT_RECIPIENT, RETRY, AWAY_S, True),
    (Fault.DROP_AFTER_LETTER, UNCERTAIN, 0, False),
    (Fault.RUBBISH_AFTER_LETTER, UNCERTAIN, 0, False),
    (Fault.SILENCE_AFTER_LETTER, UNCERTAIN, 0, False),
]


@pytest.mark.parametrize(("fault", "failure", "after", "hold_all"), TABLE)
async def test_each_refusal_means_one_thing_and_the_next_letter_goes_out(
    mail: FakeMail, channel: MailChannel, fault: Fault, failure: Failure, after: float, hold_all: bool
) -> None:
    """Caught when seeded: a cut after the letter read as a cut before it (the letter came twice)."""
    mail.faults.append(fault)
    told = await failure_of(channel.send(Outgoing(TO, "một")))
    assert (told.failure, told.after, told.hold_all) == (failure, after, hold_all)
    assert PASSWORD not in repr(told)
    assert "such" not in told.detail  # a server's words may quote anything
    await channel.send(Outgoing(TO, "hai"))
    assert [taken.said for taken in mail.taken] == (["một", "hai"] if failure is UNCERTAIN else ["hai"])
    assert not mail.faults


def test_every_fault_stands_in_the_table() -> None:
    assert {row[0] for row in TABLE} == set(Fault)


async def test_a_name_nobody_knows_is_tried_again(mail: FakeMail) -> None:
    lost = MailChannel(MailServer("nowhere.invalid", 587, tls=False), FROM, Letters(NAMES), lambda: AT)
    assert (await failure_of(lost.send(Outgoing(TO, "x")))).failure is RETRY


async def test_a_wrong_account_is_logged_once_in_clear_words_without_the_password(
    mail: FakeMail, channel: MailChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(3):
        mail.faults.append(Fault.ACCOUNT)
        await failure_of(channel.send(Outgoing(TO, "x")))
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert told == ["the mail server 127.0.0.1 does not take us, letters wait: 535 5.7.8 account"]
    await channel.send(Outgoing(TO, "x"))
    mail.hang_up()
    mail.faults.append(Fault.ACCOUNT)
    await until(lambda: mail.open == 0)
    await failure_of(channel.send(Outgoing(TO, "x")))
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 2
    assert PASSWORD not in caplog.text
    assert PASSWORD not in repr(channel) + repr(mail.server) + repr(channel._line)


async def test_a_letter_that_is_cut_off_by_our_own_end_leaves_no_half_open_line(
    mail: FakeMail, channel: MailChannel
) -> None:
    mail.faults.append(Fault.SILENCE_AFTER_LETTER)
    sending = asyncio.create_task(channel.send(Outgoing(TO, "một")))
    await until(lambda: mail.taken)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await channel.send(Outgoing(TO, "hai"))
    assert mail.connections == 2


async def test_a_line_of_one_dot_does_not_end_the_letter(mail: FakeMail, channel: MailChannel) -> None:
    """Caught when seeded: lines handed over as they are."""
    await channel._line.deliver(FROM, TO, b"Subject: x\r\n\r\na\r\n.\r\n..b\r\n")
    assert mail.taken[0].raw.endswith(b"\r\na\r\n.\r\n..b\r\n")


# ---- the connection


async def test_letters_that_follow_each_other_share_one_connection_even_past_a_refusal(
    mail: FakeMail, channel: MailChannel
) -> None:
    for number in range(3):
        await channel.send(Outgoing(TO, str(number)))
    mail.faults.append(Fault.NOBODY)
    await failure_of(channel.send(Outgoing(TO, "x")))
    mail.faults.append(Fault.REFUSED)
    await failure_of(channel.send(Outgoing(TO, "x")))
    await asyncio.gather(*(channel.send(Outgoing(TO, f"{number}")) for number in range(5)))
    assert (len(mail.taken), mail.connections, len(mail.accounts)) == (8, 1, 1)
    assert mail.accounts[0][1:] == (USER, PASSWORD)


async def test_a_connection_the_server_let_go_is_made_anew_without_losing_a_letter(
    mail: FakeMail, channel: MailChannel
) -> None:
    await channel.send(Outgoing(TO, "một"))
    mail.hang_up()
    await channel.send(Outgoing(TO, "hai"))
    assert ([taken.said for taken in mail.taken], mail.connections) == (["một", "hai"], 2)


async def test_a_connection_nobody_uses_is_let_go(mail: FakeMail) -> None:
    channel = mail_channel(mail, idle=0.05)
    await channel.send(Outgoing(TO, "một"))
    assert mail.open == 1
    await until(lambda: mail.open == 0)
    await channel.send(Outgoing(TO, "hai"))
    await channel.close()
    await until(lambda: mail.open == 0)
    assert mail.connections == 2


async def test_who_waits_too_long_for_a_turn_goes_back_to_the_queue(mail: FakeMail, channel: MailChannel) -> None:
    mail.faults.append(Fault.SILENCE_AFTER_LETTER)
    first = asyncio.create_task(failure_of(channel.send(Outgoing(TO, "một"))))
    await until(lambda: mail.taken)
    told = await failure_of(channel.send(Outgoing(TO, "hai")))
    assert (told.failure, told.detail) == (RETRY, "other letters are on their way")
    assert (await first).failure is UNCERTAIN


def test_all_that_is_waited_for_is_less_than_a_lease() -> None:
    from bot.delivery.gates import Limits

    patience = Patience()
    assert patience.turn + patience.begin + patience.answer + patience.goodbye <= Limits().lease_ms / 1000


async def test_the_check_signs_in_and_sends_nothing(mail: FakeMail, channel: MailChannel) -> None:
    await channel.check()
    assert (mail.accounts, mail.taken) == ([("PLAIN", USER, PASSWORD)], [])
    mail.hang_up()
    mail.faults.append(Fault.ACCOUNT)
    await until(lambda: mail.open == 0)
    assert (await failure_of(channel.check())).detail == "535 5.7.8 account"


# ---- privacy on the way


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(PEM))


def serving() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM, PEM.with_suffix(".key"))
    return context


class Elsewhere(MailServer):
    """A server that is not on this machine, as far as the channel knows."""

    on_this_machine = False


def elsewhere(mail: FakeMail) -> MailServer:
    return Elsewhere("127.0.0.1", mail.port, False, USER, PASSWORD)


async def test_a_server_elsewhere_is_spoken_to_in_private_only(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeMail() as plain:
        channel = MailChannel(elsewhere(plain), FROM, Letters(NAMES), lambda: AT, tls=trusting())
        told = await failure_of(channel.send(Outgoing(TO, "x")))
        await channel.close()
        assert (told.failure, told.after, told.hold_all) == (RETRY, SETUP_S, True)
        assert plain.accounts == []
    assert "no way we may take" in caplog.text


@pytest.mark.parametrize("at_once", [False, True])
async def test_a_letter_goes_through_tls(at_once: bool) -> None:
    async with FakeMail(tls=serving(), at_once=at_once) as mail:
        server = mail.server if at_once else elsewhere(mail)
        channel = MailChannel(server, FROM, Letters(NAMES), lambda: AT, tls=trusting())
        await channel.send(Outgoing(TO, "x"))
        await channel.close()
        assert [taken.said for taken in mail.taken] == ["x"]


@pytest.mark.parametrize("at_once", [False, True])
async def test_a_server_nobody_vouches_for_hears_no_password(at_once: bool) -> None:
    """Caught when seeded: certificates not looked at."""
    async with FakeMail(tls=serving(), at_once=at_once) as mail:
        server = mail.server if at_once else elsewhere(mail)
        channel = MailChannel(server, FROM, Letters(NAMES), lambda: AT)
        told = await failure_of(channel.send(Outgoing(TO, "x")))
        await channel.close()
        assert (told.failure, told.after, told.detail) == (RETRY, SETUP_S, "the server's certificate or TLS")
        assert mail.accounts == []
