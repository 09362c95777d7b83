"""The sender against real databases: in order, no faster than allowed, nothing twice that must not be, nothing lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import pytest
from product_store.seeds import NOW
from scripted_channel.channel import ScriptedChannel, retry, uncertain
from sqlalchemy import Connection

from bot.channels.contract import Attachment, Failure, SendFailed
from bot.delivery.gates import Limits
from bot.delivery.sender import Sender
from bot.intake.late import NotNow
from bot.intake.moments import from_ms
from storage import chats, outbox
from storage.errors import StoreUnavailable
from storage.rows import ChatKind, ChatRow, JsonObject, Lane, NewOutboxRow, OutboxKind, OutboxRow, Settled
from storage.store import Store

BEGIN = time.monotonic()
FAST = Limits(notices_per_chat=50, retry_s=0.05, poll_s=0.05, settle_s=0.01)


def clock() -> int:
    return NOW + int((time.monotonic() - BEGIN) * 1000)


@dataclass
class Office:
    """A sender with one scripted channel."""

    store: Store
    channel: ScriptedChannel = field(default_factory=ScriptedChannel)
    limits: Limits = FAST
    owner: str = "me"
    doubts: list[int] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    is_leading: bool = True
    late: JsonObject | NotNow | None = None

    def __post_init__(self) -> None:
        self.sender = Sender(
            self.store,
            {"telegram": self.channel},
            clock,
            self.owner,
            self.limits,
            self._doubt,
            lambda _conn, _row: self.late,
            leads=lambda: self.is_leading,
            on_failed=self._fail,
            find=self.files.get,
        )

    async def _doubt(self, ids: tuple[int, ...]) -> None:
        await asyncio.sleep(0.05)  # whoever is told looks them up first
        self.doubts += ids

    async def _fail(self, ids: tuple[int, ...]) -> None:
        await asyncio.sleep(0.05)
        self.failures += ids

    async def chat(self, number: int = 1, kind: ChatKind = "private") -> int:
        address = str(1000 + number) if kind == "private" else f"-{1000 + number}"
        return (await self.store.run(chats.arrive, "telegram", address, kind, clock())).chat.id

    async def chat_row(self, number: int = 1) -> ChatRow:
        return (await self.store.run(chats.arrive, "telegram", str(1000 + number), "private", clock())).chat

    async def put(self, chat: int, text: str, lane: Lane = "notice", kind: OutboxKind = "message", **more: str) -> int:
        row = NewOutboxRow(chat, lane, kind, {"html": text, "rows": [[["A", "a"]]]}, clock(), **more)  # type: ignore[arg-type]
        (number,) = await self.store.run(outbox.put, [row])
        assert number is not None
        return number

    async def reply(self, chat: int, text: str, kind: OutboxKind = "card", *, typed: bool = False) -> OutboxRow:
        """What a turn does: touch the chat, store the reply claimed, post it after the commit."""
        row = await self.store.run(_turn, self.owner, chat, text, kind, typed)
        self.sender.post([row], typed=typed)
        return row

    async def states(self, *ids: int) -> list[str]:
        return [row.state for row in await self.store.run(outbox.load_rows, ids)]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.sender.run())
        await asyncio.sleep(0)
        try:
            yield
        finally:
            await self.sender.drain(2.0)
            await task


def _turn(conn: Connection, owner: str, chat: int, text: str, kind: OutboxKind, typed: bool) -> OutboxRow:
    now = clock()
    if kind == "card":
        outbox.replace_cards(conn, chat, now)
    row = NewOutboxRow(
        chat, "reply", kind, {"html": text, "rows": []}, now, owner=owner, not_before=now + 60_000, first_try_at=now
    )
    (number,) = outbox.put(conn, [row])
    (loaded,) = outbox.load_rows(conn, [number or 0])
    if typed:
        chats.touch_chat(conn, chat, now, card_is_last=False)
    return loaded


@pytest.fixture
def office(sqlite_store: Store) -> Office:
    """An office on SQLite."""
    return Office(sqlite_store)


async def until(look: Callable[[], object], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not look():  # noqa: ASYNC110 - looks at things that have no event
            await asyncio.sleep(0.005)


# ---- replies


async def test_a_posted_reply_goes_out_without_the_loop_and_is_settled(store: Store) -> None:
    office = Office(store)
    chat = await office.chat()
    row = await office.reply(chat, "1.1")
    await office.sender.drain(2.0)
    assert office.channel.texts() == ["1.1"]
    assert await office.states(row.id) == ["sent"]
    there = await office.chat_row()
    assert (there.card_message_id, there.card_is_last) == ("1", True)


async def test_the_next_card_is_edited_in_place_even_before_the_first_is_settled(office: Office) -> None:
    chat = await office.chat()
    for text in ("1.1", "1.2", "1.3"):
        await office.reply(chat, text)
        await until(lambda text=text: text in office.channel.texts())  # type: ignore[misc]
    await office.sender.drain(2.0)
    assert [(one.outgoing.edit, one.outgoing.retire) for one in office.channel.shown] == [
        (None, None),
        ("1", None),
        ("1", None),
    ]


async def test_presses_faster_than_the_network_stay_in_order_and_end_right(office: Office) -> None:
    office.channel.latency = 0.02
    chat = await office.chat()
    for number in range(10):
        await office.reply(chat, str(number))
    await until(lambda: len(office.channel.shown) == 10)
    await office.sender.drain(2.0)
    assert office.channel.texts() == [str(number) for number in range(10)]
    assert {one.message_id for one in office.channel.shown} == {"1"}


async def test_after_typed_text_a_new_card_is_sent_and_the_old_one_retired(office: Office) -> None:
    chat = await office.chat()
    await office.reply(chat, "1.1")
    await until(lambda: office.channel.shown)
    await office.reply(chat, "1.2", typed=True)
    await until(lambda: len(office.channel.shown) == 2)
    await office.reply(chat, "1.3")
    await office.sender.drain(2.0)
    assert [(one.outgoing.edit, one.outgoing.retire) for one in office.channel.shown] == [
        (None, None),
        (None, "1"),
        ("2", None),
    ]
    there = await office.chat_row()
    assert (there.card_message_id, there.card_is_last) == ("2", True)


async def test_after_a_notice_the_card_is_not_the_last_message_any_more(office: Office) -> None:
    chat = await office.chat()
    async with office.running():
        await office.reply(chat, "1.1")
        await until(lambda: office.channel.shown)
        await office.put(chat, "notice")
        office.sender.wake()
        await until(lambda: len(office.channel.shown) == 2)
        await office.reply(chat, "1.2")
        await until(lambda: len(office.channel.shown) == 3)
    last = office.channel.shown[-1].outgoing
    assert (last.edit, last.retire) == (None, "1")


async def test_chats_are_served_side_by_side_but_not_all_at_once(office: Office) -> None:
    office = Office(office.store, limits=replace(FAST, replies_at_once=8))
    office.channel.latency = 0.05
    rows = [await office.reply(await office.chat(number), str(number)) for number in range(40)]
    await office.sender.drain(5.0)
    assert 4 <= office.channel.most <= 8
    assert await office.states(*[row.id for row in rows]) == ["sent"] * 40
    assert len(office.sender._lines) == 0


async def test_a_reply_in_doubt_is_tried_again_a_bounded_number_of_times(office: Office) -> None:
    office = Office(office.store, limits=replace(FAST, reply_tries=3))
    office.channel.steps["1001"].extend([uncertain()] * 3)
    office.channel.steps["1002"].extend([uncertain()] * 2)
    async with office.running():
        first, second = await office.chat(1), await office.chat(2)
        rows = [await office.reply(first, "never"), await office.reply(second, "at last")]
        await until(lambda: office.channel.texts() and office.doubts)
    assert await office.states(*[row.id for row in rows]) == ["uncertain", "sent"]
    assert office.channel.texts() == ["at last"]
    assert office.doubts == [rows[0].id]


async def test_an_older_card_never_follows_a_newer_one(office: Office) -> None:
    office.channel.steps["1001"].append(retry(0.3))
    async with office.running():
        chat = await office.chat()
        old = await office.reply(chat, "old")
        new = await office.reply(chat, "new")
        await until(lambda: office.channel.shown)
        for _ in range(250):
            if "queued" not in await office.states(old.id, new.id):
                break
            await asyncio.sleep(0.02)
    assert office.channel.texts() == ["new"]
    assert await office.states(old.id, new.id) == ["replaced", "sent"]


async def test_what_stands_behind_a_failed_reply_keeps_its_order(office: Office) -> None:
    office.channel.steps["1001"].append(retry(0.1))
    async with office.running():
        chat = await office.chat()
        texts = ("one", "two", "three")
        rows = [await office.store.run(_turn, "me", chat, text, "message", False) for text in texts]
        office.sender.post(rows)
        await until(lambda: len(office.channel.shown) == 3)
    assert office.channel.texts() == ["one", "two", "three"]


async def test_a_person_does_not_wait_behind_an_earlier_reply_that_failed(office: Office) -> None:
    office.channel.steps["1001"].append(retry(0.05))
    office = Office(office.store, office.channel, limits=replace(FAST, retry_s=0.5))
    async with office.running():
        chat = await office.chat()
        await office.reply(chat, "first", "message")
        await until(lambda: office.channel.tried)
        await office.reply(chat, "second", "message")
        await until(lambda: len(office.channel.shown) == 2)
    assert office.channel.texts() == ["second", "first"]


async def test_a_throttle_holds_every_reply_of_the_channel(office: Office) -> None:
    office.channel.steps["1001"].append(retry(0.3, hold_all=True))
    async with office.running():
        begin = time.monotonic()
        await office.reply(await office.chat(1), "one")
        await until(lambda: office.channel.tried)
        await office.reply(await office.chat(2), "two")
        await until(lambda: len(office.channel.shown) == 2)
    assert all(one.at - begin >= 0.29 for one in office.channel.shown)


async def test_a_bug_in_the_channel_is_a_doubt_and_stops_nobody(office: Office) -> None:
    office.channel.steps["1001"].append(ZeroDivisionError())
    async with office.running():
        row = await office.put(await office.chat(1), "one")
        await office.put(await office.chat(2), "two")
        await until(lambda: office.channel.shown and office.doubts)
    assert office.doubts == [row]
    assert office.channel.texts() == ["two"]


# ---- notices


async def test_a_notice_in_doubt_is_never_repeated_and_is_told(store: Store) -> None:
    office = Office(store)
    office.channel.steps["1001"].append(uncertain())
    row = await office.put(await office.chat(), "notice")
    async with office.running():
        await until(lambda: office.doubts)
        await asyncio.sleep(0.2)
    assert len(office.channel.tried) == 1
    assert office.doubts == [row]
    assert await office.states(row) == ["uncertain"]


async def test_a_notice_surely_not_sent_is_tried_again(store: Store) -> None:
    office = Office(store)
    office.channel.steps["1001"].extend([retry(0.05), retry(0.05)])
    row = await office.put(await office.chat(), "notice")
    async with office.running():
        await until(lambda: office.channel.shown)
    assert await office.states(row) == ["sent"]


async def test_notices_of_one_chat_keep_their_order_and_their_distance(office: Office) -> None:
    office = Office(office.store, limits=replace(FAST, notices_per_chat=5))
    chat = await office.chat()
    for number in range(4):
        await office.put(chat, str(number))
    async with office.running():
        await until(lambda: len(office.channel.shown) == 4)
    assert office.channel.texts() == ["0", "1", "2", "3"]
    times = [one.at for one in office.channel.shown]
    assert all(later - earlier >= 0.19 for earlier, later in pairwise(times))


async def test_a_group_keeps_its_own_longer_distance(office: Office) -> None:
    office = Office(office.store, limits=replace(FAST, notices_per_group_minute=200))
    group = await office.chat(1, "group")
    for number in range(3):
        await office.put(group, str(number))
    async with office.running():
        await until(lambda: len(office.channel.shown) == 3)
    assert office.channel.shown[-1].at - office.channel.shown[0].at >= 0.58


async def test_a_broadcast_uses_the_gate_fully_and_never_bursts(office: Office) -> None:
    office = Office(office.store, limits=replace(FAST, notices=50))
    office.channel.latency = 0.05
    for number in range(100):
        await office.put(await office.chat(number), str(number))
    async with office.running():
        await until(lambda: len(office.channel.shown) == 100)
    times = sorted(one.at for one in office.channel.shown)
    assert 99 / (times[-1] - times[0]) >= 48
    assert max(sum(at <= other < at + 0.5 for other in times) for at in times) <= 28


async def test_a_reply_overtakes_a_broadcast(office: Office) -> None:
    for number in range(40):
        await office.put(await office.chat(number), "notice")
    async with office.running():
        await until(lambda: office.channel.shown)
        begin = time.monotonic()
        await office.reply(await office.chat(7), "reply")
        await until(lambda: "reply" in office.channel.texts())
        assert time.monotonic() - begin < 0.3
        assert len(office.channel.shown) < 40


async def test_who_does_not_lead_sends_replies_only(office: Office) -> None:
    office.is_leading = False
    chat = await office.chat()
    notice, reply = await office.put(chat, "notice"), await office.put(chat, "reply", "reply")
    async with office.running():
        await until(lambda: office.channel.shown)
        await asyncio.sleep(0.2)
    assert office.channel.texts() == ["reply"]
    assert await office.states(notice, reply) == ["queued", "sent"]


async def test_a_row_of_a_channel_that_is_not_here_is_left_alone(office: Office) -> None:
    elsewhere = (await office.store.run(chats.arrive, "zalo", "z1", "private", clock())).chat.id
    row = await office.put(elsewhere, "x")
    async with office.running():
        await asyncio.sleep(0.2)
    assert await office.states(row) == ["queued"]


# ---- refusals


async def test_a_person_who_blocked_us_is_marked_and_left_alone(store: Store) -> None:
    office = Office(store)
    office.channel.steps["1001"].append(SendFailed(Failure.UNREACHABLE, "403"))
    chat = await office.chat()
    rows = [await office.put(chat, "one"), await office.put(chat, "two")]
    async with office.running():
        await until(lambda: office.channel.tried)
        for _ in range(100):
            if await office.states(*rows) == ["failed", "failed"]:
                break
            await asyncio.sleep(0.02)
    assert await office.states(*rows) == ["failed", "failed"]
    assert len(office.channel.tried) == 1
    assert (await office.chat_row()).blocked_at is not None


async def test_a_rejected_message_is_ended_and_logged_without_its_text(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.channel.steps["1001"].append(SendFailed(Failure.REJECTED, "400 can't parse entities"))
    row = await office.put(await office.chat(), "Nguyễn Thị Lan")
    async with office.running():
        await until(lambda: office.channel.tried)
    assert await office.states(row) == ["failed"]
    assert f"row {row} ends as failed" in caplog.text
    assert "Lan" not in caplog.text


async def test_a_group_that_moved_is_followed_once(store: Store) -> None:
    office = Office(store)
    office.channel.steps["-1001"].append(SendFailed(Failure.MOVED, "-2002"))
    group = await office.chat(1, "group")
    row = await office.put(group, "notice")
    async with office.running():
        await until(lambda: office.channel.shown)
    assert [one.outgoing.address for one in office.channel.shown] == ["-2002"]
    assert len(office.channel.tried) == 2
    (loaded,) = await store.run(outbox.load_rows, [row])
    assert (loaded.state, loaded.address) == ("sent", "-2002")


async def test_a_chat_that_moves_round_in_a_circle_is_given_up(office: Office) -> None:
    office.channel.steps["1001"].append(SendFailed(Failure.MOVED, "1002"))
    office.channel.steps["1002"].append(SendFailed(Failure.MOVED, "1001"))
    row = await office.put(await office.chat(), "notice")
    async with office.running():
        await until(lambda: len(office.channel.tried) == 2)
    assert await office.states(row) == ["failed"]


@pytest.mark.parametrize("body", [{}, {"html": "x", "rows": [["no pair"]]}, {"html": "x", "rows": 7}])
async def test_a_row_without_a_message_in_it_fails_alone(office: Office, body: JsonObject) -> None:
    chat = await office.chat()
    (bad,) = await office.store.run(outbox.put, [NewOutboxRow(chat, "notice", "message", body, clock())])
    await office.put(await office.chat(2), "good")
    async with office.running():
        await until(lambda: office.channel.shown)
    assert await office.states(bad or 0) == ["failed"]
    assert office.channel.texts() == ["good"]


# ---- rendered late


async def test_a_late_row_may_wait_for_its_hour_and_holds_up_nothing(office: Office) -> None:
    chat = await office.chat()
    office.late = NotNow(from_ms(clock() + 400))
    waits = await office.put(chat, "", late="reminder")
    await office.put(chat, "something else")
    async with office.running():
        await until(lambda: office.channel.texts() == ["something else"])
        assert await office.states(waits) == ["queued"]
        office.late = {"html": "good morning", "rows": []}
        await until(lambda: office.channel.texts() == ["something else", "good morning"])
    assert await office.states(waits) == ["sent"]


async def test_a_late_row_is_rendered_when_it_is_sent(office: Office) -> None:
    office.late = {"html": "still not submitted", "rows": []}
    row = await office.put(await office.chat(), "", late="reminder")
    async with office.running():
        await until(lambda: office.channel.shown)
    assert office.channel.texts() == ["still not submitted"]
    assert await office.states(row) == ["sent"]


async def test_a_late_row_with_nothing_to_say_is_dropped(office: Office) -> None:
    row = await office.put(await office.chat(), "", late="reminder")
    async with office.running():
        for _ in range(100):
            if await office.states(row) == ["dropped"]:
                break
            await asyncio.sleep(0.02)
    assert await office.states(row) == ["dropped"]
    assert office.channel.tried == []


# ---- crashes, outages, stops


async def test_rows_of_a_dead_sender_are_sorted_out_when_their_lease_ends(store: Store) -> None:
    office = Office(store)
    chat = await office.chat()
    notice, reply = await office.put(chat, "notice"), await office.put(chat, "reply", "reply")
    assert len(await store.run(outbox.claim, clock(), "dead", 10, 1)) == 2
    await asyncio.sleep(0.01)
    async with office.running():
        await until(lambda: office.channel.shown and office.doubts)
    assert office.channel.texts() == ["reply"]
    assert office.doubts == [notice]
    assert await office.states(notice, reply) == ["uncertain", "sent"]


async def test_a_stop_finishes_what_is_under_way(office: Office) -> None:
    office.channel.latency = 0.2
    rows = [(await office.reply(await office.chat(number), "x")).id for number in range(5)]
    rows.append(await office.put(await office.chat(9), "notice"))
    async with office.running():
        await until(lambda: office.channel.under_way == 6)
    assert await office.states(*rows) == ["sent"] * 6


async def test_what_a_stop_cuts_is_in_doubt_and_what_was_not_begun_is_given_back(office: Office) -> None:
    office = Office(office.store, limits=replace(FAST, replies_at_once=1))
    office.channel.steps["1001"].append(60.0)
    office.channel.steps["1009"].append(60.0)
    cut = await office.reply(await office.chat(1), "cut")
    waiting = await office.reply(await office.chat(2), "waiting")
    notice = await office.put(await office.chat(9), "notice")
    task = asyncio.create_task(office.sender.run())
    await until(lambda: office.channel.under_way == 2)
    await office.sender.drain(0.1)
    await task
    assert await office.states(cut.id, waiting.id, notice) == ["queued", "queued", "uncertain"]
    assert office.doubts == [notice]
    owners = [row.owner for row in await office.store.run(outbox.load_rows, [cut.id, waiting.id])]
    assert owners == [None, None]


async def test_a_post_after_the_stop_is_left_to_the_next_process(office: Office) -> None:
    chat = await office.chat()
    await office.sender.drain(0.1)
    row = await office.reply(chat, "x")
    await office.sender.drain(0.5)
    assert await office.states(row.id) == ["queued"]
    assert office.channel.tried == []


async def test_outcomes_wait_for_the_database_to_come_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.settling.UNAVAILABLE_S", 0.05)
    run, failures = office.store.run, [2]

    async def flaky(unit: object, *args: object, **more: object) -> object:
        if getattr(unit, "__name__", "") == "_write" and failures[0]:
            failures[0] -= 1
            raise StoreUnavailable("disk full")
        return await run(unit, *args, **more)  # type: ignore[arg-type]

    chat = await office.chat()
    monkeypatch.setattr(office.store, "run", flaky)
    row = await office.reply(chat, "x")
    await office.sender.drain(2.0)
    assert await office.states(row.id) == ["sent"]
    assert len(office.channel.shown) == 1


async def test_an_outcome_that_nobody_can_store_takes_no_other_along(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Caught when seeded: the batch is given up with the first error that is no outage."""
    settle, odd = outbox.settle, list[int]()

    def strict(conn: Connection, settled: Sequence[Settled]) -> Sequence[int]:
        odd.append(settled[0].id)
        if odd[0] in {one.id for one in settled}:
            raise ValueError("NUL in a text")
        return settle(conn, settled)

    monkeypatch.setattr("storage.outbox.settle", strict)
    ids = [(await office.reply(await office.chat(number), "x")).id for number in (1, 2, 3)]
    await until(lambda: len(office.channel.shown) == 3)
    await office.sender.drain(2.0)
    assert dict(zip(ids, await office.states(*ids), strict=True)) == dict.fromkeys(ids, "sent") | {odd[0]: "queued"}
    assert f"row {odd[0]} cannot be stored: ValueError" in caplog.text


async def test_doubts_that_could_not_be_told_are_told_later(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.sender._SWEEP_S", 0.1)
    office.channel.steps["1001"].append(uncertain())
    told: list[Sequence[int]] = []

    async def tell(ids: tuple[int, ...]) -> None:
        told.append(ids)
        if len(told) == 1:
            raise ConnectionError

    office.sender._doubts._tell = tell
    row = await office.put(await office.chat(), "notice")
    async with office.running():
        await until(lambda: len(told) == 2)
    assert told == [(row,), (row,)]


async def test_only_notices_that_surely_did_not_arrive_are_told_as_failed(office: Office) -> None:
    """Caught when seeded: doubtful notices told as well (they would be sent a second time, by mail)."""
    blocked, refused, doubtful, well = [await office.chat(number) for number in (1, 2, 3, 4)]
    office.channel.steps["1001"].append(SendFailed(Failure.UNREACHABLE, "403"))
    office.channel.steps["1002"].append(SendFailed(Failure.REJECTED, "400"))
    office.channel.steps["1003"].append(uncertain())
    ids = [await office.put(chat, "notice") for chat in (blocked, refused, doubtful, well)]
    reply = await office.chat(5)
    office.channel.steps["1005"].append(SendFailed(Failure.REJECTED, "400"))
    await office.put(reply, "reply", "reply")
    async with office.running():
        await until(lambda: len(office.failures) >= 2 and office.doubts)
    assert sorted(office.failures) == ids[:2]
    assert office.doubts == [ids[2]]


async def test_a_file_goes_with_its_message_and_a_message_whose_file_is_gone_is_not_sent(
    office: Office, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(b"%PDF")
    office.files["d1"] = kept
    chat, other = await office.chat(1), await office.chat(2)
    file = {"digest": "d1", "name": "công văn.pdf", "media": "application/pdf"}
    gone = file | {"digest": "d2"}
    rows = [
        NewOutboxRow(one, "notice", "message", {"html": "kèm tệp", "file": what}, clock())
        for one, what in ((chat, file), (other, gone))
    ]
    ids = [number for number in await office.store.run(outbox.put, rows) if number is not None]
    async with office.running():
        await until(lambda: office.failures)
    await until(lambda: office.channel.shown)
    assert office.channel.shown[0].outgoing.attachment == Attachment("công văn.pdf", "application/pdf", "d1", kept)
    assert await office.states(*ids) == ["sent", "failed"]
    assert (office.failures, len(office.channel.tried)) == ([ids[1]], 1)


async def test_several_senders_on_one_database_send_nothing_twice(store: Store) -> None:
    office = Office(store)
    for number in range(30):
        chat = await office.chat(number)
        await office.put(chat, f"reply {number}", "reply")
        await office.put(chat, f"notice {number}")
    others = [Office(store, owner=f"other {n}", channel=office.channel) for n in range(2)]
    for one in (office, *others):
        one.sender._gates["telegram"].notices._step = 0.001
    async with office.running(), others[0].running(), others[1].running():
        await until(lambda: len(office.channel.shown) >= 60)
        await asyncio.sleep(0.1)
    assert len(set(office.channel.texts())) == len(office.channel.shown) == 60


async def test_a_long_run_leaves_nothing_behind(office: Office) -> None:
    tasks = len(asyncio.all_tasks())
    async with office.running():
        for number in range(200):
            await office.reply(await office.chat(number % 20), str(number))
        await until(lambda: len(office.sender._lines) == 0)
    assert len(asyncio.all_tasks()) == tasks
    assert office.sender._claimed == set()
