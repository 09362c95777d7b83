"""Notices that no chat delivers reach a mailbox, once; what a chat delivers, or may have delivered, does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from sqlalchemy import Connection, select, update
from talk.stage import SDL, SYT, Stage, staged

from bot.conversation.codes import hash_code
from bot.conversation.events import Agreed, Incoming
from bot.conversation.office_events import NoticesFailed
from bot.intake.mailbox import MailPolicy
from bot.intake.moments import to_ms
from storage import chats, mailings, outbox
from storage.rows import NewOutboxRow, OutboxRow, OutboxState, Settled
from storage.rows.mailings import NewMailing
from storage.schema import outbox as outbox_table
from storage.schema import units

CODE, ADMIN = "K7Q29XPM", "M3P8WXYZ"
UNIT_MAIL, AGENCY_MAIL = "sdl@quangbinh.gov.vn", "stttt@quangbinh.gov.vn"
ON = MailPolicy(enabled=True, agency=AGENCY_MAIL)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Stage]:
    """An office whose first unit has a mailbox; letters go out where nothing else does."""
    async with staged(url) as stage:
        await stage.open_office(SDL, SYT)
        await stage.store.run(_give_mail, UNIT_MAIL)
        await stage.invite(CODE, "officer", "SDL", uses=9)
        await stage.invite(ADMIN, "admin", uses=9)
        policy(stage, ON)
        yield stage


@pytest.fixture
async def office(sqlite_file_url: str) -> AsyncIterator[Stage]:
    """The office on SQLite."""
    async with opened(sqlite_file_url) as stage:
        yield stage


@pytest.fixture
async def anywhere(store_url: str) -> AsyncIterator[Stage]:
    """The office on SQLite and on PostgreSQL."""
    async with opened(store_url) as stage:
        yield stage


def _give_mail(conn: Connection, address: str) -> None:
    conn.execute(update(units).where(units.c.code == "SDL").values(email=address))


def policy(stage: Stage, mail: MailPolicy) -> None:
    """From now on letters go by this policy."""
    stage.pen = replace(stage.pen, mail=mail)
    stage.intake = stage.door()


async def looks(stage: Stage, name: str, code: str) -> None:
    """Somebody joins who has only a page."""
    stage.updates += 1
    agreed = Agreed(hash_code(code), f"session of {name}".ljust(64, "x"), "Firefox")
    incoming = Incoming("web", "site", str(stage.updates), f"w-{name}", agreed, display_name=name, pulled=True)
    assert (await stage.intake.settle(incoming)).refusal is None


def _rows(conn: Connection) -> tuple[OutboxRow, ...]:
    ids = conn.execute(select(outbox_table.c.id).where(outbox_table.c.lane == "notice")).scalars().all()
    return outbox.load_rows(conn, ids)


async def rows(stage: Stage) -> tuple[OutboxRow, ...]:
    return await stage.store.run(_rows)


async def letters(stage: Stage) -> list[tuple[str, str]]:
    """Every letter so far: to which address, and its first line."""
    return [(r.address, r.body["html"].split("\n")[0]) for r in await rows(stage) if r.channel == "mail"]


async def ends(
    stage: Stage, state: OutboxState, *, channel: str = "telegram", blocked: bool = False
) -> tuple[int, ...]:
    """Every notice of a channel that waits ends so, those of others are sent; the ids of the former."""
    return await stage.store.run(_end, channel, state, blocked, to_ms(stage.clock.now.astimezone(UTC)))


def _end(conn: Connection, channel: str, state: OutboxState, blocked: bool, now: int) -> tuple[int, ...]:
    ended: list[int] = []
    while claimed := outbox.claim(conn, now, "sender", 100, 1000, lane="notice"):
        for row in claimed:
            mine = row.channel == channel
            outbox.settle(conn, [Settled(row.id, "sender", state if mine else "sent", now)])
            if mine and blocked:
                chats.set_blocked(conn, row.chat_id, now)
            ended += [row.id] if mine else []
    return tuple(ended)


async def failed(stage: Stage, ids: tuple[int, ...], key: str = "1") -> None:
    """The sender tells that these did not arrive."""
    await stage.intake.settle(Incoming("clock", "office", f"failed:{key}:{ids}", "sender", NoticesFailed(ids)))


# ---- at once


async def test_what_no_chat_can_deliver_goes_to_the_mailbox_of_the_unit_and_of_the_agency(anywhere: Stage) -> None:
    await looks(anywhere, "An", CODE)
    told = await letters(anywhere)
    assert [address for address, _ in told] == [UNIT_MAIL, AGENCY_MAIL]
    assert all(text.startswith("<b>An</b> đã tham gia") for _, text in told)
    assert [row.person_id for row in await rows(anywhere)] == [None, None]
    assert {row.chat_kind for row in await rows(anywhere)} == {"mailbox"}


async def test_what_a_chat_delivers_does_not(office: Stage) -> None:
    """Caught when seeded: pages counted as chats (then nothing was ever mailed), and chats not counted at all."""
    await office.joins("Quản", ADMIN)
    await office.joins("An", CODE)
    before = await letters(office)
    await looks(office, "Bình", CODE)
    assert await letters(office) == before
    assert [address for address, _ in before] == [AGENCY_MAIL, UNIT_MAIL]  # of the first of each nobody else could hear


async def test_a_blocked_chat_delivers_nothing(office: Stage) -> None:
    await office.joins("An", CODE)
    await looks(office, "Bình", CODE)
    await ends(office, "failed", blocked=True)
    before = len(await letters(office))
    await looks(office, "Chi", CODE)
    assert [address for address, _ in (await letters(office))[before:]] == [UNIT_MAIL, AGENCY_MAIL]


async def test_always_means_beside_the_chats_as_well(office: Stage) -> None:
    policy(office, replace(ON, always=True))
    await office.joins("An", CODE)
    await office.joins("Bình", CODE)
    assert [address for address, _ in await letters(office)] == [UNIT_MAIL, AGENCY_MAIL] * 2
    await failed(office, await ends(office, "failed", blocked=True))
    assert len(await letters(office)) == 4


@pytest.mark.parametrize("given", ["", "không có", "sdl@quangbinh.gov.vn, khác@x.vn"])
async def test_a_unit_without_a_mailbox_that_can_be_one_gets_no_letter(office: Stage, given: str) -> None:
    await office.store.run(_give_mail, given)
    policy(office, replace(ON, agency=""))
    await looks(office, "An", CODE)
    assert await letters(office) == []


async def test_without_a_mail_server_nothing_waits_for_one(office: Stage) -> None:
    policy(office, MailPolicy(agency=AGENCY_MAIL))
    await looks(office, "An", CODE)
    await office.joins("Bình", CODE)
    await office.joins("Chi", CODE)
    assert all(row.channel != "mail" and "mailbox" not in row.body for row in await rows(office))


# ---- afterwards


async def test_the_last_chat_that_fails_hands_over_to_the_mailbox_once(anywhere: Stage) -> None:
    """Caught when seeded: no look at colleagues, and keys by row (two letters of one notice each)."""
    for name in ("An", "Bình"):
        await anywhere.joins(name, CODE)
    await ends(anywhere, "sent")
    await anywhere.joins("Chi", CODE)
    before = await letters(anywhere)
    first, second = await ends(anywhere, "failed")
    await failed(anywhere, (first,))
    assert await letters(anywhere) == before
    chat = next(row.chat_id for row in await rows(anywhere) if row.id == first)
    await anywhere.store.run(chats.set_blocked, chat, 1)
    await failed(anywhere, (second,))
    ((address, text),) = (await letters(anywhere))[len(before) :]
    assert (address, text[:12]) == (UNIT_MAIL, "<b>Chi</b> đã"[:12])
    for again in ("2", "3"):
        await failed(anywhere, (second,), again)
    assert len(await letters(anywhere)) == len(before) + 1


@pytest.mark.parametrize("state", ["sent", "uncertain", "dropped"])
async def test_what_arrived_or_may_have_is_never_written_a_second_time(office: Stage, state: OutboxState) -> None:
    await office.joins("An", CODE)
    await looks(office, "Bình", CODE)
    before = await letters(office)
    ids = await ends(office, state)
    assert ids
    await failed(office, ids)
    assert await letters(office) == before


async def test_a_letter_that_fails_is_not_followed_by_another(office: Stage) -> None:
    await looks(office, "An", CODE)
    await failed(office, await ends(office, "failed", channel="mail"))
    assert len(await letters(office)) == 2


async def test_a_mailbox_that_was_refused_is_left_alone_for_a_week(office: Stage) -> None:
    await looks(office, "An", CODE)
    await ends(office, "failed", channel="mail", blocked=True)
    office.clock.now += timedelta(days=6)
    await looks(office, "Bình", CODE)
    assert len(await letters(office)) == 2
    office.clock.now += timedelta(days=2)
    await looks(office, "Chi", CODE)
    assert len(await letters(office)) == 4
    assert all(row.blocked_at is None for row in await rows(office) if row.state == "queued")


# ---- what goes out to many


def _mail_to_many(conn: Connection, channel: str, address: str, kind: str, state: str, now: int) -> tuple[int, int]:
    """A mailing to one chat (or mailbox) of the first unit, which did not arrive: the mailing and the row."""
    unit = conn.execute(select(units.c.id).where(units.c.code == "SDL")).scalar_one()
    found = chats.look(conn, channel, address)
    assert found is not None
    new = NewMailing(kind, state, None, "all", {}, 1, None, now, now)
    mailing = mailings.add_mailing(conn, new)
    assert mailing is not None
    (recipient,) = mailings.add_recipients(conn, mailing, [(unit, found.chat.person_id, "chat")])
    late = NewOutboxRow(found.chat.id, "notice", "message", {"unit": unit}, now, late=kind, mailing_id=mailing)
    (row,) = outbox.put(conn, [late])
    assert row is not None
    mailings.attach(conn, [(recipient, row)])
    conn.execute(update(outbox_table).where(outbox_table.c.id == row).values(state="failed"))
    return mailing, row


@pytest.mark.parametrize(
    ("kind", "state", "ends_as"),
    [
        ("broadcast", "going", "queued"),
        ("reminder", "going", "queued"),
        ("broadcast", "paused", "paused"),
        ("broadcast", "cancelled", None),
        ("trial", "going", None),
    ],
)
async def test_a_mailing_that_failed_is_rendered_anew_for_the_mailbox_and_counted(
    office: Stage, kind: str, state: str, ends_as: str | None
) -> None:
    await office.joins("An", CODE)
    await ends(office, "sent")
    now = to_ms(office.clock.now.astimezone(UTC))
    address = office.actor("An").address
    mailing, row = await office.store.run(_mail_to_many, "telegram", address, kind, state, now)
    before = await letters_now(office)
    for key in ("1", "2"):
        await failed(office, (row,), key)
    new = (await letters_now(office))[len(before) :]
    assert [(one.address, one.state, one.late) for one in new] == (
        [(UNIT_MAIL, ends_as, kind)] if ends_as is not None else []
    )
    if ends_as == "queued":
        assert await office.store.read(mailings.counts_of, mailing) == {"queued": 1}


async def test_a_mailing_that_went_to_the_mailbox_from_the_start_goes_there_once(office: Stage) -> None:
    await looks(office, "An", CODE)
    now = to_ms(office.clock.now.astimezone(UTC))
    await ends(office, "sent")
    _, row = await office.store.run(_mail_to_many, "mail", UNIT_MAIL, "broadcast", "going", now)
    before = await letters_now(office)
    await failed(office, (row,))
    assert await letters_now(office) == before


async def letters_now(stage: Stage) -> list[OutboxRow]:
    return [row for row in await rows(stage) if row.channel == "mail"]
