"""What every entrance shares: the store opened, the intake built from settings, and the ways time is read."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.conversation.events import Incoming
from bot.conversation.office_events import OfficeEvent
from bot.conversation.reading.folding import fold
from bot.conversation.reading.words import Words
from bot.conversation.session import Rules
from bot.delivery.gates import Limits
from bot.intake.doors import draw_code as draw_code
from bot.intake.mailbox import MailPolicy
from bot.intake.moments import to_ms
from bot.intake.office import BOT, SHELL
from bot.intake.post import Pen, Posted
from bot.intake.take import Intake, Outcome
from bot.settings import Settings
from bot.wording import texts
from messages.render import Renderer
from storage.engines import is_lite, sqlite_path
from storage.migrate import is_current, migrate
from storage.store import Store

Home = Callable[[str], str | None]
"""The link to the private chat on a channel."""
HandOver = Callable[[Posted, bool], None]
"""Told after each commit what is to be sent, and whether the person has just typed."""


def _nowhere(_channel: str) -> str | None:
    return None


def _no_links(_code: str) -> Mapping[str, str]:
    """No channel runs here."""
    return {}


def _none_down() -> frozenset[str]:
    return frozenset()


def utcnow() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place where the clock is read


def epoch_ms() -> int:
    """The moment as storage keeps it."""
    return to_ms(utcnow())


def new_owner() -> str:
    """A name for this process in the outbox; never the same twice."""
    return uuid.uuid4().hex


def receipt_prefix(province: str) -> str:
    """What receipt numbers begin with: the initials of the province."""
    return "".join(word[0] for word in fold(province).split()).upper() or "TC"


@asynccontextmanager
async def open_store(settings: Settings, *, upgrade: bool = False) -> AsyncIterator[Store]:
    """The store, made when it is new (and with `upgrade` brought to the newest schema); StoreNotReady otherwise."""
    url = settings.database_url
    is_new = is_lite(url) and not sqlite_path(url).exists()
    if is_new or ((upgrade or not is_lite(url)) and not await is_current(url)):
        await migrate(url)
    store = Store(url)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def build_renderer(settings: Settings) -> Renderer:
    """Every word of this installation, with its names and its time zone."""
    return _renderer(tuple(settings.names.items()), settings.zone)


@lru_cache(maxsize=4)
def _renderer(names: tuple[tuple[str, str], ...], zone: ZoneInfo) -> Renderer:
    """A renderer never changes, and its templates take a while to compile."""
    return Renderer(dict(names), zone)


def mail_policy(settings: Settings) -> MailPolicy:
    """What goes to mailboxes in this installation."""
    return MailPolicy(settings.smtp_url is not None, settings.mail_always, settings.agency_mail)


def rules_of(settings: Settings, windows: Mapping[str, timedelta] | None = None) -> Rules:
    """What differs between installations and the conversation must know; `windows` as Rules has them."""
    return Rules(
        settings.zone,
        settings.broadcast_alone,
        settings.smtp_url is not None,
        settings.mail_always,
        windows=windows or {},
        pages=bool(settings.site_url),
        agency_mails=settings.smtp_url is not None and bool(settings.agency_mail),
    )


def limits_of(settings: Settings) -> Limits:
    """How fast messages may go out."""
    return Limits(
        notices=settings.rate_notices_per_second,
        notices_per_chat=settings.rate_chat_per_second,
        notices_per_group_minute=settings.rate_group_per_minute,
    )


def build_intake(  # noqa: PLR0913 - the composition root hands in everything at once
    settings: Settings,
    store: Store,
    owner: str,
    hand_over: HandOver,
    home: Home = _nowhere,
    *,
    renderer: Renderer | None = None,
    clock: Callable[[], datetime] = utcnow,
    down: Callable[[], frozenset[str]] = _none_down,
    windows: Mapping[str, timedelta] | None = None,
    links: Callable[[str], Mapping[str, str]] = _no_links,
) -> Intake:
    """The door of this process; `hand_over` is told after each commit what is to be sent; `down` says through which
    channels nothing can be just now, `links` by which links a code lets somebody in."""
    return Intake(
        store=store,
        words=Words.from_mapping(texts("words")),
        pen=Pen(renderer or build_renderer(settings), owner, home, mail_policy(settings), down, links),
        clock=clock,
        prefix=receipt_prefix(settings.province),
        hand_over=hand_over,
        rules=rules_of(settings, windows),
    )


@dataclass(frozen=True, slots=True)
class Office:
    """The shell's desk: office events go through the same door as everything else."""

    settings: Settings
    store: Store
    intake: Intake

    async def settle(self, event: OfficeEvent, **extra: str) -> Outcome:
        """Take one office event in and tell what came of it."""
        key = uuid.uuid4().hex
        return await self.intake.settle(Incoming(SHELL, BOT, key, "shell", event, extra=extra))


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Office]:
    """A desk beside a running service. It sends nothing: notices wait in the outbox for whoever sends."""
    async with open_store(settings) as store:
        yield Office(settings, store, build_intake(settings, store, new_owner(), _leave))


def _leave(_posted: Posted, _typed: bool) -> None:
    """Office events answer nobody's chat."""
