"""A notice that surely failed goes to the person's next chat, and to the mailbox last; nothing is said twice.

Checked against: a doubtful notice that falls over; a mailing whose recipient stays with the failed row (counted as
failed though it arrived); the mailbox asked before the second chat; of two colleagues whose chats both refuse, none
handing over to the mailbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from many_channels.desk import UNIT_MAIL, Desk, blocked, desk, refused
from scripted_channel.channel import uncertain
from sqlalchemy import Connection

from bot.channels.contract import SendFailed
from bot.conversation.office_events import Broadcast
from bot.intake.detours import send_instead
from storage import chats, mailings, outbox
from storage.people import add_person
from storage.rows import NewOutboxRow, Settled

SAID = "Thông báo"
TO_UNIT = {"mailbox": {"unit": 1, "newcomer": None}}


@pytest.fixture
async def office(sqlite_file_url: str) -> AsyncIterator[Desk]:
    """Telegram and two Zalos, no mail."""
    async with desk(sqlite_file_url, "zalo_bot", "zalo_oa") as made:
        yield made


@pytest.fixture
async def mailing_office(sqlite_file_url: str) -> AsyncIterator[Desk]:
    """The same, and letters go out."""
    async with desk(sqlite_file_url, "zalo_bot", "zalo_oa", mails=True) as made:
        yield made


@pytest.mark.parametrize("failure", [blocked, refused])
async def test_what_one_chat_surely_refused_arrives_in_the_next_once_also_without_a_mail_server(
    office: Desk, failure: Callable[[], SendFailed]
) -> None:
    chat = await office.joins("An")
    await office.also("An", "zalo_oa")
    office.lines["telegram"].steps[office.address("An")].append(failure())
    await office.put(chat, "n")
    async with office.running():
        await office.until_quiet()
    assert await office.states(SAID) == [("telegram", "failed"), ("zalo_oa", "sent")]
    assert office.shown(SAID) == [("zalo_oa", office.address("An"))]


async def test_chats_are_tried_in_the_order_of_their_last_use_and_the_mailbox_last(mailing_office: Desk) -> None:
    office = mailing_office
    chat = await office.joins("An")
    await office.also("An", "zalo_oa", later=-7200)
    await office.also("An", "zalo_bot", later=-3600)
    for line in office.lines.values():
        if line.name != "mail":
            line.steps[office.address("An")].append(refused())
    await office.put(chat, "to-unit", SAID, **TO_UNIT)
    async with office.running():
        await office.until_quiet()
    assert await office.states(SAID) == [
        ("telegram", "failed"),
        ("zalo_bot", "failed"),
        ("zalo_oa", "failed"),
        ("mail", "sent"),
    ]
    assert office.shown(SAID) == [("mail", UNIT_MAIL)]


async def test_what_may_have_arrived_goes_nowhere_else(office: Desk) -> None:
    chat = await office.joins("An")
    await office.also("An", "zalo_oa")
    office.lines["telegram"].steps[office.address("An")].append(uncertain())
    await office.put(chat, "n")
    async with office.running():
        await office.until_quiet()
    assert await office.states(SAID) == [("telegram", "uncertain")]
    assert office.shown(SAID) == []


async def test_a_plain_chat_gets_the_buttons_in_words_and_the_next_chat_the_buttons_again(office: Desk) -> None:
    chat = await office.joins("An")
    await office.also("An", "zalo_bot", plain=True)
    await office.also("An", "zalo_oa", later=-7200)
    office.lines["telegram"].steps[office.address("An")].append(refused())
    office.lines["zalo_bot"].steps[office.address("An")].append(refused())
    await office.put(chat, "n")
    async with office.running():
        await office.until_quiet()
    tried = [office.lines[name].tried[-1] for name in ("telegram", "zalo_bot", "zalo_oa")]
    assert "T1" in tried[1].html
    assert (tried[2].html, tried[2].rows) == (tried[0].html, tried[0].rows)


async def test_of_colleagues_whose_chats_all_refuse_the_last_hands_over_to_the_mailbox(mailing_office: Desk) -> None:
    office = mailing_office
    for name in ("An", "Bình"):
        chat = await office.joins(name)
        office.lines["telegram"].steps[office.address(name)].append(refused())
        await office.put(chat, "to-unit", SAID, **TO_UNIT)
    async with office.running():
        await office.until_quiet()
    assert office.shown(SAID) == [("mail", UNIT_MAIL)]


async def test_a_recipient_of_a_broadcast_is_counted_where_the_message_went(office: Desk) -> None:
    await office.joins("An")
    await office.joins("Bình", unit="SYT")
    await office.also("An", "zalo_oa")
    for name in ("An", "Bình"):
        office.lines["telegram"].steps[office.address(name)].append(refused())
    assert (await office.stage.office(Broadcast("Mời họp.", "all", 2))).refusal is None
    (mailing,) = await office.store.read(mailings.list_mailings)
    async with office.running():
        await office.until_quiet()
    assert office.shown("Mời họp.") == [("zalo_oa", office.address("An"))]
    assert await office.store.read(mailings.counts_of, mailing.id) == {"sent": 1, "failed": 1}
    told = await office.store.read(mailings.recipients_of, mailing.id)
    assert [(one.person_name, one.channel, one.state) for one in told] == [
        ("An", "zalo_oa", "sent"),
        ("Bình", "telegram", "failed"),
    ]


async def test_a_broadcast_stopped_meanwhile_goes_to_no_other_chat(office: Desk) -> None:
    chat = await office.joins("An")
    await office.also("An", "zalo_oa")
    assert (await office.stage.office(Broadcast("Mời họp.", "units:SDL", 1))).refusal is None
    (mailing,) = await office.store.read(mailings.list_mailings)
    office.lines["telegram"].steps[office.address("An")].append(refused())
    claimed = await office.store.run(outbox.claim, office.now_ms(), "me", 9, 60_000, lane="notice")
    (row,) = [one for one in claimed if one.chat_id == chat and one.late]
    await office.store.run(mailings.cancel, mailing.id, office.now_ms())
    await office.store.run(outbox.settle, [Settled(row.id, "me", "failed", office.now_ms())])
    await office.reports.failures((row.id,))
    assert await office.store.read(mailings.counts_of, mailing.id) == {"failed": 1}


async def test_what_failed_before_the_process_died_is_made_up_for_and_doubled_by_nobody(office: Desk) -> None:
    chat = await office.joins("An")
    await office.also("An", "zalo_oa")
    number = await office.put(chat, "n")
    claimed = await office.store.run(outbox.claim, office.now_ms(), "dead", 99, 60_000, lane="notice")
    assert number in [row.id for row in claimed]
    await office.store.run(outbox.settle, [Settled(number, "dead", "failed", office.now_ms())])
    for _ in range(3):
        await office.reports.catch_up()
    async with office.running():
        await office.until_quiet(but=["telegram"])
    await office.reports.catch_up()
    assert office.shown(SAID) == [("zalo_oa", office.address("An"))]
    assert await office.states(SAID) == [("telegram", "failed"), ("zalo_oa", "sent")]


async def test_a_doubt_that_was_let_be_is_not_made_up_for_by_the_next_start(mailing_office: Desk) -> None:
    """Checked against: a dropped row taken for one that says nothing of its person."""
    office = mailing_office
    chat = await office.joins("An")
    await office.also("An", "zalo_oa")
    office.lines["telegram"].steps[office.address("An")].append(refused())
    office.lines["zalo_oa"].steps[office.address("An")].append(uncertain())
    await office.put(chat, "n", SAID, **TO_UNIT)
    async with office.running():
        await office.until_quiet()
        for row in await office.store.read(outbox.uncertain):
            await office.store.run(outbox.resolve, row.id, "dropped", office.now_ms())
        await office.reports.catch_up()
        await office.until_quiet()
    assert await office.states(SAID) == [("telegram", "failed"), ("zalo_oa", "dropped")]
    assert office.shown(SAID) == []


OUTCOMES = st.lists(st.sampled_from(["sent", "uncertain", "failed", "blocked"]), min_size=1, max_size=3)


def test_never_twice_by_itself_whatever_comes_of_the_chats(sqlite_file_url: str) -> None:
    """Whatever becomes of up to three chats, and failures told twice: at most one message arrived or may have, the
    chats after it were left alone, and only where every chat failed it is nowhere."""
    with asyncio.Runner() as runner:
        opening = desk(sqlite_file_url)
        office = runner.run(opening.__aenter__())
        numbers = iter(range(1, 10_000))

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(OUTCOMES, st.booleans())
        def play(outcomes: list[str], keyed: bool) -> None:
            ended = runner.run(office.store.run(_play, office, outcomes, keyed, next(numbers)))
            perhaps = [state for state in ended if state in ("sent", "uncertain")]
            assert len(perhaps) == (1 if {"sent", "uncertain"} & set(outcomes) else 0)
            first = next((one for one in outcomes if one in ("sent", "uncertain")), None)
            assert perhaps == ([first] if first else [])
            assert len(ended) == (outcomes.index(first) + 1 if first else len(outcomes))

        play()
        runner.run(opening.__aexit__(None, None, None))


def _play(conn: Connection, office: Desk, outcomes: list[str], keyed: bool, number: int) -> list[str]:
    """A notice to somebody with a chat for each outcome; how every row of it ended."""
    now = office.clock()
    at = office.now_ms()
    person = add_person(conn, f"Người {number}", at)
    by_chat = {}
    for place, outcome in enumerate(outcomes):
        chat = chats.arrive(conn, f"channel {place}", str(number), "private", at - place * 1000).chat.id
        chats.bind_chat(conn, chat, person)
        by_chat[chat] = outcome
    first = next(iter(by_chat))
    key = f"n{number}:{first}" if keyed else None
    outbox.put(conn, [NewOutboxRow(first, "notice", "message", {"html": "x", "rows": []}, at, key=key)])
    ended: dict[int, str] = {}
    while claimed := outbox.claim(conn, at + 10**9, "me", 99, 1000, lane="notice"):
        for row in claimed:
            outcome = by_chat[row.chat_id]
            state = "failed" if outcome == "blocked" else outcome
            assert row.id not in ended
            outbox.settle(conn, [Settled(row.id, "me", state, at)])  # type: ignore[arg-type]
            if outcome == "blocked":
                chats.set_blocked(conn, row.chat_id, at)
            ended[row.id] = state
        for _ in range(2):
            send_instead(conn, office.stage.pen, tuple(ended), now)
    return list(ended.values())
