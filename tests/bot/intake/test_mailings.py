"""What goes to many through the door: rows for everybody, pages when their time comes, doubts sent again by hand.

Caught when seeded: a page that shows tomorrow's letter today; a letter in doubt resolved with the notices in doubt; two
admins who confirm at once and send twice; somebody who serves the unit no more and gets its letter.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, timedelta

import pytest
from sqlalchemy import Connection
from talk.stage import LT, SDL, SYT, ZONE, Stage, staged, words

from bot.conversation.events import Event, Incoming
from bot.conversation.office_events import Broadcast, Resend, SteerMailing
from bot.conversation.office_facts import MailingStarted, MailingSteered
from bot.conversation.session import Chat, Rules, Session
from bot.intake.load import Loaded
from bot.intake.moments import to_ms
from bot.intake.record_mailings import post_mailing
from bot.intake.take import Outcome
from storage import chats, history, mailings, outbox, people, recipients
from storage.rows import Settled

OFFICERS = (("An", "SDL", "AAAAAAA2"), ("Bình", "SYT", "BBBBBBB2"), ("Cúc", "LT", "CCCCCCC2"))
ADMINS = (("Hà", "HHHHHHH2"), ("Lê", "MMMMMMM2"))
TEXT = "Mời [Tên đơn vị] họp."


@asynccontextmanager
async def peopled(url: str) -> AsyncIterator[Stage]:
    """Three units with an officer each, two admins."""
    async with staged(url) as made:
        await made.open_office(SDL, SYT, LT)
        for name, unit, code in OFFICERS:
            await made.invite(code, "officer", unit)
            await made.joins(name, code)
        for name, code in ADMINS:
            await made.invite(code, "admin")
            await made.joins(name, code)
        await made.notices()
        yield made


@pytest.fixture
async def office(sqlite_file_url: str) -> AsyncIterator[Stage]:
    """The office on SQLite."""
    async with peopled(sqlite_file_url) as made:
        yield made


@pytest.fixture
async def anywhere(store_url: str) -> AsyncIterator[Stage]:
    """The same on both databases, where they may differ: in what is put down at once, and in who comes first."""
    async with peopled(store_url) as made:
        yield made


async def sent(office: Stage, seen: int = 3, **more: object) -> int:
    """A broadcast from the shell; its number."""
    outcome = await office.office(Broadcast(TEXT, "all", seen, **more))  # type: ignore[arg-type]
    assert outcome.refusal is None, outcome.refusal
    (fact,) = outcome.facts
    assert isinstance(fact, MailingStarted)
    found = await office.store.run(mailings.mailing_by_key, fact.key)
    assert found is not None
    return found.id


async def counts(office: Stage, mailing: int) -> dict[str, int]:
    return dict(await office.store.run(mailings.counts_of, mailing))


async def by(office: Stage, name: str, event: Event) -> Outcome:
    """An act of somebody on the board."""
    actor = office.actor(name)
    office.updates += 1
    incoming = Incoming(actor.channel, "1", f"b{office.updates}", actor.address, event)
    return await office.intake.settle(incoming)


def _on_a_page(conn: Connection, telegram: str) -> int:
    """Somebody's messenger is blocked, and they look at a page."""
    arrival = chats.look(conn, "telegram", telegram)
    assert arrival is not None
    assert arrival.chat.person_id is not None
    chats.set_blocked(conn, arrival.chat.id, 1)
    page = chats.arrive(conn, "web", "page", "private", 2, pulled=True).chat.id
    chats.bind_chat(conn, page, arrival.chat.person_id)
    return page


async def test_everybody_gets_their_own_and_the_totals_add_up(anywhere: Stage) -> None:
    mailing = await sent(anywhere)
    assert await counts(anywhere, mailing) == {"queued": 3}
    told = {message.to: message.text.split("\n")[1] for message in await anywhere.notices()}
    assert told == {"An": "Mời Sở Du lịch họp.", "Bình": "Mời Sở Y tế họp.", "Cúc": "Mời UBND huyện Lệ Thủy họp."}
    assert await counts(anywhere, mailing) == {"sent": 3}
    assert await anywhere.differences() == ()


async def test_a_page_shows_it_when_its_time_comes_and_not_before(office: Stage) -> None:
    page = await office.store.run(_on_a_page, office.actor("An").address)
    now = office.clock.now.astimezone(UTC)
    mailing = await sent(office, due_at=now + timedelta(hours=2))
    await office.strikes()
    assert await office.store.run(history.history, page) == ()
    office.clock.now += timedelta(hours=3)
    await office.notices()
    await office.strikes()
    (shown,) = await office.store.run(history.history, page)
    assert "Mời Sở Du lịch họp." in shown.body["html"]
    assert await counts(office, mailing) == {"page": 1, "sent": 2}
    await office.strikes()
    assert len(await office.store.run(history.history, page)) == 1


async def test_whoever_serves_the_unit_no_more_gets_nothing(office: Stage) -> None:
    mailing = await sent(office)

    def leave(conn: Connection) -> None:
        arrival = chats.look(conn, "telegram", office.actor("An").address)
        assert arrival is not None
        (role,) = arrival.roles
        people.revoke_role(conn, role.id, 5)

    await office.store.run(leave)
    assert {message.to for message in await office.notices()} == {"Bình", "Cúc"}
    assert await counts(office, mailing) == {"dropped": 1, "sent": 2}


async def _doubt(office: Stage, mailing: int, state: str = "uncertain") -> None:
    """The first message of a mailing is tried, and nobody knows whether it arrived (or it did not)."""
    now = to_ms(office.clock.now.astimezone(UTC))

    def try_it(conn: Connection) -> None:
        (row,) = outbox.claim(conn, now, "me", 1, 1000, lane="notice")
        assert row.body["mailing"] == mailing
        outbox.settle(conn, [Settled(row.id, "me", state, now)])  # type: ignore[arg-type]

    await office.store.run(try_it)


@pytest.mark.parametrize("state", ["uncertain", "failed"])
async def test_a_person_has_it_sent_again_and_it_says_so(office: Stage, state: str) -> None:
    mailing = await sent(office)
    await _doubt(office, mailing, state)
    await office.notices()
    (found,) = await office.store.run(recipients.open_recipients, mailing)
    outcome = await office.office(Resend(mailing, (found[0],)))
    assert outcome.refusal is None
    assert await counts(office, mailing) == {"queued": 1, "sent": 2}
    (again,) = await office.notices()
    assert (again.to, again.text.split("\n")[0]) == ("An", "(gửi lại)")
    assert await counts(office, mailing) == {"sent": 3}
    nothing = await office.office(Resend(mailing, (found[0],)))
    assert nothing.refusal is not None


async def test_doubts_about_notices_leave_letters_alone(office: Stage) -> None:
    mailing = await sent(office)
    await _doubt(office, mailing)
    await office.payload("Hà", "lb:0:::1000")
    assert await counts(office, mailing) == {"uncertain": 1, "queued": 2}
    await office.payload("Hà", "sa:0:::1000")
    assert await counts(office, mailing) == {"uncertain": 1, "queued": 2}


async def test_two_words_at_once_are_one(anywhere: Stage) -> None:
    anywhere.alone = 1
    anywhere.intake = anywhere.door()
    mailing = await sent(anywhere)
    assert await counts(anywhere, mailing) == {"queued": 3}
    assert [message.to for message in await anywhere.notices()] == ["Hà", "Lê"]
    approve = SteerMailing(mailing, "approve")
    outcomes = await asyncio.gather(by(anywhere, "Hà", approve), by(anywhere, "Lê", approve))
    assert all(outcome.answer == "taken" for outcome in outcomes)
    assert sorted(message.to for message in await anywhere.notices() if "Mời" in message.text) == ["An", "Bình", "Cúc"]
    assert await counts(anywhere, mailing) == {"sent": 3}


async def test_a_word_that_was_decided_on_an_older_state_changes_nothing(anywhere: Stage) -> None:
    """Two processes may both have seen a proposal before either wrote."""
    anywhere.alone = 1
    anywhere.intake = anywhere.door()
    mailing = await sent(anywhere)
    now = anywhere.clock.now.astimezone(UTC)
    loaded = Loaded(Session(Chat(0, "cli"), words(), rules=Rules(ZONE)))

    def decide(conn: Connection) -> list[int]:
        words_on_it = (MailingSteered(mailing, word, now) for word in ("cancel", "approve"))
        return [post_mailing(conn, anywhere.pen, loaded, fact, now).notices for fact in words_on_it]

    assert await anywhere.store.run(decide) == [0, 0]
    assert await counts(anywhere, mailing) == {"dropped": 3}


async def test_what_waits_for_a_second_word_may_be_withdrawn_and_is_not_told_again(office: Stage) -> None:
    office.alone = 1
    office.intake = office.door()
    mailing = await sent(office)
    await office.notices()
    await by(office, "Lê", SteerMailing(mailing, "cancel"))
    assert await counts(office, mailing) == {"dropped": 3}
    await office.strikes()
    assert await office.notices() == []
