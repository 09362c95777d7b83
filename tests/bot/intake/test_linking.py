"""One person on two channels, through the real door: linked by a code, at the same question, taken apart, merged.

Checked against: a code that was not used up, a lock forgotten in `linking.offer`, a chat linked without its place, an
unlinked chat that kept what waited for it, a merge that left the roles: each made a test here fail.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from product_store.fixtures import postgres, sqlite_template, store_url
from sqlalchemy import Connection, func, select
from talk.stage import SDL, SYT, Message, Stage, staged

from bot.conversation.codes import hash_code
from bot.conversation.events import Incoming, Typed
from bot.conversation.office_events import MergePeople, RevokeRole
from bot.intake.load import person_of
from storage import addressees, chats, ledger, outbox
from storage.rows import NewOutboxRow
from storage.schema import chats as chats_table
from storage.schema import passes

__all__ = ["both", "postgres", "sqlite_template", "stage", "store_url"]

CODE, OTHER, BOSS = "K7Q29XPM", "GGGG2222", "HHHH3333"
FIRST, SECOND = "An", "An (kênh 2)"


@pytest.fixture
async def stage(sqlite_file_url: str) -> AsyncIterator[Stage]:
    """Two units, an officer who stands at 2.1.1, and somebody else."""
    async with staged(sqlite_file_url) as made:
        yield await seated(made)


@pytest.fixture
async def both(store_url: str) -> AsyncIterator[Stage]:
    """The same on both databases."""
    async with staged(store_url) as made:
        yield await seated(made)


async def seated(made: Stage) -> Stage:
    await made.open_office(SDL, SYT)
    await made.invite(CODE, "officer", "SDL")
    await made.invite(OTHER, "officer", "SYT")
    await made.invite(BOSS, "admin")
    await made.joins(FIRST, CODE)
    await made.says(FIRST, "sửa 2.1.1")
    made.actor(SECOND).channel = "zalo_oa"
    return made


async def given(stage: Stage, name: str = FIRST) -> str:
    """A fresh code of somebody."""
    (card,) = await stage.says(name, "/lienket")
    return next(line for line in card.text.splitlines() if len(line) == 8 and line.isalnum())


async def whose(stage: Stage, name: str) -> int | None:
    actor = stage.actor(name)
    arrival = await stage.store.read(chats.look, actor.channel, actor.address)
    person = person_of(arrival) if arrival else None
    return person.id if person else None


async def answered(stage: Stage) -> int:
    return (await stage.assessment("SDL")).seq


def only(messages: list[Message]) -> Message:
    (one,) = messages
    return one


async def test_the_same_pending_confirmation_stands_in_the_second_chat_at_once(both: Stage) -> None:
    asked = only(await both.says(FIRST, "0,85"))
    shown = only(await both.says(SECOND, await given(both)))
    assert shown.text.startswith("Đã liên kết với An.")
    assert asked.text in shown.text
    await both.presses(SECOND, "0,85% · 0 điểm")
    assert "2.1.1" in (await both.assessment("SDL")).answers
    assert await whose(both, SECOND) == await whose(both, FIRST)
    assert await both.differences() == ()


async def test_the_other_chats_are_told_and_can_take_it_back_with_one_button(stage: Stage) -> None:
    code = await given(stage)
    await stage.says(SECOND, f"/start {code}")
    told = only(await stage.notices())
    assert (told.to, "Nếu không phải anh/chị" in told.text) == (FIRST, True)
    gone = await stage.presses(FIRST, "Bỏ liên kết Zalo (OA)")
    assert "Đã bỏ liên kết Zalo (OA)" in only(gone).text
    assert [one.to for one in await stage.notices()] == [SECOND]
    assert await whose(stage, SECOND) is None


async def test_an_unlinked_chat_is_nobodys_from_that_second_and_nothing_waits_for_it(stage: Stage) -> None:
    await stage.says(SECOND, await given(stage))
    await stage.notices()
    shown = only(await stage.says(SECOND, "sửa 1.1"))
    chat = (await stage.store.read(chats.look, "zalo_oa", stage.actor(SECOND).address)).chat.id  # type: ignore[union-attr]
    waiting = NewOutboxRow(chat, "notice", "message", {"html": "điều riêng", "rows": []}, 1)
    await stage.store.run(outbox.put, [waiting])
    await stage.says(FIRST, "/lienket")
    await stage.presses(FIRST, "Bỏ liên kết Zalo (OA)")
    before = await answered(stage)
    for payload in (one for _, one in shown.buttons):
        await stage.payload(SECOND, payload)
    await stage.says(SECOND, "có")
    assert await answered(stage) == before
    assert all("điều riêng" not in one.text for one in await stage.notices())
    assert only(await stage.says(SECOND, "/lienket")).text.startswith("Xin chào")


async def test_a_code_links_once_and_only_within_its_time(stage: Stage) -> None:
    old = await given(stage)
    code = await given(stage)
    assert "không đúng" in only(await stage.says(SECOND, old)).text  # a new code ends the one before
    await stage.says(SECOND, code)
    assert await whose(stage, SECOND) is not None
    third = "An (kênh 3)"
    assert "không đúng" in only(await stage.says(third, code)).text
    late = await given(stage)
    stage.clock.now += timedelta(minutes=16)
    assert "không đúng" in only(await stage.says(third, late)).text
    assert await whose(stage, third) is None


async def test_wrong_codes_lock_the_chat_for_link_codes_and_invites_alike(stage: Stage) -> None:
    code = await given(stage)
    for wrong in ("AAAA2222", "BBBB2222", "CCCC2222", "DDDD2222", "EEEE2222"):
        await stage.says(SECOND, wrong)
    assert "phút" in only(await stage.says(SECOND, code)).text
    assert await whose(stage, SECOND) is None
    stage.clock.now += timedelta(minutes=15)
    await stage.says(SECOND, await given(stage))
    assert await whose(stage, SECOND) is not None


async def test_ones_own_code_says_so_and_somebody_elses_joins_nobody(stage: Stage) -> None:
    await stage.joins("Bảo", OTHER)
    code = await given(stage)
    assert "liên kết với anh/chị rồi" in only(await stage.says(FIRST, code)).text
    assert "người quản trị" in only(await stage.says("Bảo", f"/start {code}")).text
    await stage.says(SECOND, code)  # neither has used it up
    assert await whose(stage, SECOND) == await whose(stage, FIRST)
    assert await whose(stage, "Bảo") != await whose(stage, FIRST)


async def test_whoever_holds_no_role_any_more_links_nothing(stage: Stage) -> None:
    code = await given(stage)
    served = await stage.store.read(addressees.served)
    (role,) = (one.role_id for rows in served.values() for one in rows if one.name == FIRST)
    await stage.office(RevokeRole(role))
    assert "không đúng" in only(await stage.says(SECOND, code)).text
    assert await stage.store.read(_passes) == 0


async def test_codes_of_other_doors_open_nothing_here(stage: Stage) -> None:
    await stage.says(FIRST, "/dangnhap")
    (message,) = (one for one in stage.actor(FIRST).seen[-1:])
    token = message.text.split("/vao/")[1].split()[0]
    for text in (token, f"/start {token}"):
        await stage.says(SECOND, text)
    assert await whose(stage, SECOND) is None


async def test_only_the_digest_of_a_code_is_stored(stage: Stage) -> None:
    code = await given(stage)
    stored = await stage.store.read(lambda conn: conn.execute(select(passes)).mappings().one())
    assert (stored["code_hash"], stored["kind"]) == (hash_code(code), "chat")
    told = [row.body for row in await stage.store.read(ledger.read_stream, "office") if row.kind == "PassIssued"]
    assert told == [{"person": await whose(stage, FIRST), "kind": "chat"}]


async def test_two_chats_that_send_the_code_at_once_get_one_link_and_nobody_waits_forever(both: Stage) -> None:
    code = await given(both)

    async def send(number: int) -> None:
        incoming = Incoming("zalo_oa", "1", f"at-once-{number}", f"77{number}", Typed(code), "private", "An")
        await both.intake.settle(incoming)

    async with asyncio.timeout(10):
        first = both.actor(FIRST)
        own = both.intake.settle(Incoming(first.channel, "1", "meanwhile", first.address, Typed("87,5"), "private"))
        await asyncio.gather(*(send(one) for one in range(4)), own)
    linked = await both.store.read(_linked_to, await whose(both, FIRST))
    assert len(linked) == 2


async def test_messages_of_one_person_on_two_channels_are_answered_one_after_the_other(both: Stage) -> None:
    await both.says(SECOND, await given(both))
    actors = [both.actor(FIRST), both.actor(SECOND)]
    shown = only(await both.says(FIRST, "sửa 1.1"))
    async with asyncio.timeout(10):
        await asyncio.gather(
            *(
                both.intake.settle(Incoming(one.channel, "1", f"both-{n}", one.address, Typed("/xemlai"), "private"))
                for n, one in enumerate(actors * 3)
            )
        )
    await both.payload(SECOND, shown.buttons[0][1])
    assert await both.differences() == ()


async def test_two_known_people_are_merged_by_the_office_alone(both: Stage) -> None:
    await both.joins("Bảo", OTHER)
    keep, gone = await whose(both, FIRST), await whose(both, "Bảo")
    assert keep is not None
    assert gone is not None
    await both.says(FIRST, "87,5")
    outcome = await both.office(MergePeople(keep, gone))
    assert outcome.refusal is None
    assert await whose(both, "Bảo") == keep
    told = [row.body for row in await both.store.read(ledger.read_stream, "office") if row.kind == "PeopleMerged"]
    assert told == [{"keep": keep, "gone": gone}]
    served = await both.store.read(addressees.served)
    assert {one.name for rows in served.values() for one in rows} == {FIRST}
    assert sum(len(rows) for rows in served.values()) == 2
    assert (await both.active(FIRST)).unit.code == "SDL"  # the place of whoever stays is kept
    await both.says("Bảo", "/donvi")
    await both.presses("Bảo", "Sở Y tế")
    assert (await both.active(FIRST)).unit.code == "SYT"
    assert await both.differences() == ()
    codes = [
        (await both.office(MergePeople(keep, one))).refusal.code  # type: ignore[union-attr]
        for one in (keep, 999)
    ]
    assert codes == ["same_person", "unknown_person"]


def _linked_to(conn: Connection, person_id: int | None) -> tuple[int, ...]:
    return tuple(conn.execute(select(chats_table.c.id).where(chats_table.c.person_id == person_id)).scalars())


def _passes(conn: Connection) -> int:
    return int(conn.execute(select(func.count()).select_from(passes)).scalar_one())
