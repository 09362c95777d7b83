"""People come and go: a role taken back ends at once, a hand-over leaves the answers, a forgotten person is nowhere.

Checked once against: a role revoked without its sessions, a hand-over that kept the older invite, a name left in what
was said to others: each failed here.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, timedelta

import pytest
from product_store.fixtures import postgres, sqlite_template, store_url
from sqlalchemy import Connection, select
from talk.stage import SDL, SYT, Stage, staged

from bot.conversation.access import Action, may
from bot.conversation.codes import hash_code
from bot.conversation.events import Incoming, Pressed, Typed
from bot.conversation.office_events import ErasePerson, HandOver, IssueInvite, IssueInvites, RevokeInvite, RevokeRole
from bot.intake.load import person_of
from bot.intake.take import Outcome
from storage import addressees, chats, erasure, invites, sessions
from storage.rows import ClaimRow, NewSession
from storage.schema import metadata

__all__ = ["postgres", "sqlite_template", "stage", "store_url"]

FIRST, SECOND, BOSS, NEXT = "K7Q29XPM", "GGGG2222", "HHHH3333", "MMMM4444"


@pytest.fixture
async def stage(store_url: str) -> AsyncIterator[Stage]:
    """Two units, an open cycle, an officer of the first, and two admins."""
    async with staged(store_url) as made:
        await made.open_office(SDL, SYT)
        await made.invite(FIRST, "officer", "SDL")
        await made.invite(SECOND, "admin")
        await made.invite(BOSS, "admin")
        await made.joins("Hà", FIRST)
        await made.joins("Minh", SECOND)
        await made.joins("Bình", BOSS)
        await made.says("Hà", "sửa 1.1")
        yield made


async def role_of(stage: Stage, name: str) -> int:
    def look(conn: Connection) -> int:
        found = addressees.served(conn)
        return next(one.role_id for people in found.values() for one in people if one.name == name)

    return await stage.store.read(look)


async def person_id(stage: Stage, name: str) -> int:
    def look(conn: Connection) -> int:
        found = chats.look(conn, "telegram", stage.actor(name).address)
        assert found is not None
        assert found.person is not None
        return found.person.id

    return await stage.store.read(look)


def code_of(outcome: Outcome) -> str:
    assert outcome.refusal is not None
    return outcome.refusal.code


async def test_a_role_taken_back_ends_with_that_turn_and_its_holder_is_told(stage: Stage) -> None:
    assert (await stage.office(RevokeRole(await role_of(stage, "Hà")))).refusal is None
    told = [message for message in await stage.notices() if message.to == "Hà"]
    assert len(told) == 1
    assert "Sở Du lịch" in told[0].text
    before = (await stage.assessment("SDL")).seq
    await stage.says("Hà", "có")
    assert (await stage.assessment("SDL")).seq == before
    arrival = await stage.store.read(chats.look, "telegram", stage.actor("Hà").address)
    assert arrival is not None
    assert not may(person_of(arrival), Action.SIGN_IN)
    assert code_of(await stage.office(RevokeRole(1_000))) == "role_over"


async def test_no_answer_is_stored_after_the_revocation_while_many_are_in_flight(stage: Stage) -> None:
    actor = stage.actor("Hà")
    shown = (await stage.says("Hà", "sửa 1.1"))[0]
    yes, no = shown.buttons[0][1], shown.buttons[1][1]
    role = await role_of(stage, "Hà")

    async def press(number: int) -> None:
        event = Pressed(yes if number % 2 else no)
        await stage.intake.take(Incoming("telegram", "1", f"p{number}", actor.address, event))

    async def revoke() -> Outcome:
        await asyncio.sleep(0.01)
        return await stage.intake.settle(Incoming("cli", "", "revoke", "", RevokeRole(role)))

    presses = [asyncio.create_task(press(number)) for number in range(100)]
    assert (await revoke()).refusal is None
    seq = (await stage.assessment("SDL")).seq  # read after the commit: nothing in flight may add to it
    await asyncio.gather(*presses, *(press(number) for number in range(100, 120)))
    assert (await stage.assessment("SDL")).seq == seq
    assert await stage.differences() == ()


async def test_the_browsers_of_somebody_without_a_role_are_signed_out(stage: Stage) -> None:
    who, now = await person_id(stage, "Hà"), stage.clock.now.astimezone(UTC)
    at = int(now.timestamp() * 1000)

    def sign_in(conn: Connection) -> None:
        page = chats.arrive(conn, "web", "w1", "private", at, pulled=True).chat
        chats.bind_chat(conn, page.id, who)
        sessions.add_session(conn, NewSession("t1", page.id, "Firefox", at, at + 10**9))

    await stage.store.run(sign_in)
    assert await stage.store.read(sessions.sessions_of, who, at) != ()
    await stage.office(RevokeRole(await role_of(stage, "Hà")))
    assert await stage.store.read(sessions.sessions_of, who, at) == ()


async def test_a_hand_over_lets_the_new_one_in_and_keeps_what_the_old_one_answered(stage: Stage) -> None:
    await stage.says("Hà", "có")
    await stage.invite(NEXT, "officer", "SDL")  # given out before, never used
    until = stage.clock.now.astimezone(UTC) + timedelta(days=7)
    assert (await stage.office(HandOver(await role_of(stage, "Hà"), hash_code("WWWW5555"), until))).refusal is None
    answer = "".join(message.text for message in await stage.says("Lan", f"/start {NEXT}"))
    assert "Sở Du lịch" not in answer  # the older sheet is worth nothing any more
    await stage.joins("Lan", "WWWW5555")
    held = (await stage.assessment("SDL")).held("1.1")
    assert held is not None
    assert held.by_name == "Hà"
    assert await stage.differences() == ()


async def test_the_last_admin_cannot_be_shut_out_but_from_the_shell_with_force(stage: Stage) -> None:
    first, second = await role_of(stage, "Minh"), await role_of(stage, "Bình")
    assert (await stage.office(RevokeRole(first))).refusal is None
    assert code_of(await stage.office(RevokeRole(second))) == "last_admin"
    until = stage.clock.now.astimezone(UTC) + timedelta(days=7)
    assert code_of(await stage.office(HandOver(second, hash_code(NEXT), until))) == "last_admin"
    assert code_of(await stage.office(ErasePerson(await person_id(stage, "Bình")))) == "last_admin"
    assert (await stage.office(RevokeRole(second, force=True))).refusal is None


async def test_an_admin_may_do_on_the_board_what_the_shell_does_and_an_officer_may_not(stage: Stage) -> None:
    role = await role_of(stage, "Hà")
    await stage.does("Hà", RevokeRole(role))
    assert code_of(stage.outcome) == "not_allowed"
    await stage.does("Minh", RevokeRole(await role_of(stage, "Bình"), force=True))
    assert stage.outcome.refusal is None
    await stage.does("Minh", RevokeRole(await role_of(stage, "Minh"), force=True))
    assert code_of(stage.outcome) == "last_admin"  # only the shell forces


async def test_new_sheets_end_the_unused_ones_and_a_list_tells_who_came(stage: Stage) -> None:
    until = stage.clock.now.astimezone(UTC) + timedelta(days=30)
    sheets = tuple(IssueInvite("officer", secrets.token_hex(32), code, expires_at=until) for code in ("SDL", "SYT"))
    await stage.office(IssueInvites(sheets))
    again = IssueInvite("officer", secrets.token_hex(32), "SDL", expires_at=until, replaces=True)
    await stage.office(IssueInvites((again,)))
    now = int(stage.clock.now.timestamp() * 1000)
    rows = await stage.store.read(invites.list_invites)
    states = [(row.unit_code, row.state(now)) for row in rows if row.role == "officer"]
    assert states == [("SDL", "used"), ("SDL", "revoked"), ("SYT", "unused"), ("SDL", "unused")]
    claims = await stage.store.read(invites.all_claims)
    used = claims[rows[0].id]
    assert [type(one) for one in used] == [ClaimRow]
    assert used[0].person_name == "Hà"
    last = rows[-1].id
    assert (await stage.office(RevokeInvite(last))).refusal is None
    assert code_of(await stage.office(RevokeInvite(last))) == "invite_over"
    assert code_of(await stage.office(IssueInvites((IssueInvite("officer", "0" * 64, "KHÔNG"),)))) == "unknown_unit"


async def test_a_forgotten_person_is_found_nowhere_and_the_ledger_still_verifies(stage: Stage) -> None:
    name = "Hoàng Thị Định Danh"
    await stage.invite(NEXT, "officer", "SYT")
    await stage.joins(name, NEXT)
    await stage.says(name, "sửa 1.1")
    await stage.says(name, "có")
    await stage.invite("PPPP6666", "officer", "SYT")
    await stage.joins("Lan", "PPPP6666")
    await stage.says("Lan", "/xemlai")
    await stage.notices()
    who, address = await person_id(stage, name), stage.actor(name).address
    told = json.dumps(await stage.store.read(erasure.dossier, who), ensure_ascii=False)
    assert name in told
    assert address in told
    assert (await stage.office(ErasePerson(who))).refusal is None

    def everything(conn: Connection) -> str:
        tables = metadata.sorted_tables
        return "\n".join(str(tuple(row)) for table in tables for row in conn.execute(select(table)))

    stored = await stage.store.read(everything)
    assert name not in stored
    assert f"'{address}'" not in stored
    assert await stage.differences() == ()
    assert (await stage.assessment("SYT")).held("1.1") is not None
    await stage.does(name, Typed("có"))
    assert (await stage.assessment("SYT")).card.decided == 1
