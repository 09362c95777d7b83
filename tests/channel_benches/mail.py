"""E-mail in front of a real SMTP server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from types import MappingProxyType

from channel_benches.bench import Bench
from fake_mail.server import PASSWORD, FakeMail, Fault

from bot.channels.contract import Channel
from bot.channels.mail import MailChannel, Patience
from messages.letters import Letters

NAMES = {
    "agency": "Sở Thông tin và Truyền thông",
    "contact_name": "",
    "contact_phone": "0232 3000 000",
    "site_url": "https://tucham.quangbinh.gov.vn",
}
FROM = "tucham@quangbinh.gov.vn"
AT = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)


def mail_channel(mail: FakeMail, **patience: float) -> MailChannel:
    """A channel to that server."""
    return MailChannel(mail.server, FROM, Letters(NAMES), lambda: AT, patience=Patience(**patience))


class MailBench(Bench):
    """See Bench."""

    lacks: Mapping[str, str] = MappingProxyType(dict.fromkeys(("receiving", "poison"), "the channel only sends"))
    splits = False

    def __init__(self, mail: FakeMail, channel: MailChannel) -> None:
        self.channel: Channel = channel
        self.secrets: tuple[str, ...] = (PASSWORD,)
        self.address = "sdl@quangbinh.gov.vn"
        self._mail = mail

    def write(self, text: str) -> None:
        """Nobody can."""

    def bring_rubbish(self) -> None:
        """Nobody can."""

    def throttle(self) -> None:
        """The server refuses the next letter for now."""
        self._mail.faults.append(Fault.LATER)

    def block(self) -> None:
        """There is no such mailbox."""
        self._mail.faults.append(Fault.NOBODY)

    def lose_the_answer(self) -> None:
        """The next letter arrives, the answer to it does not."""
        self._mail.faults.append(Fault.DROP_AFTER_LETTER)

    def outage(self) -> AbstractAsyncContextManager[None]:
        """Inside, nobody listens at the server's address."""
        return self._mail.outage()

    def misbehave(self) -> int:
        """Put down every fault there is for the next sends; return how many sends they take."""
        self._mail.faults.extend(Fault)
        return len(Fault)

    def shown(self) -> list[str]:
        """What stands in the mailbox, as plain text."""
        return [taken.said for taken in self._mail.taken]


@asynccontextmanager
async def mail_bench() -> AsyncIterator[MailBench]:
    """A channel that signs in."""
    async with FakeMail() as mail:
        channel = mail_channel(mail, begin=0.4, answer=0.4)
        try:
            yield MailBench(mail, channel)
        finally:
            await channel.stop()
            await channel.close()
