"""Invites at the door: kept hashed, used once, the same answer for every wrong code, locked after five of them.

Checked once against: the code stored as typed, an invite usable without uses left, a lock that is not looked at for a
right code, or not for the button: each failed here.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import Connection, text
from talk.stage import SDL, Stage, staged

from bot.conversation.codes import hash_code
from bot.conversation.events import Incoming, Pressed
from bot.conversation.office_events import CloseCycle, IssueInvite
from storage import chats, invites

CODE, WRONG = "K7Q29XPM", "Z7Q29XPZ"
MINUTE = timedelta(minutes=1)


def _codes(conn: Connection) -> list[str]:
    return [row.code_hash for row in invites.list_invites(conn)]


def _uses(conn: Connection) -> list[int]:
    return [row.uses_left for row in invites.list_invites(conn)]


def _count(conn: Connection, sql: str) -> int:
    return int(conn.execute(text(sql)).scalar_one())


async def test_an_invite_is_kept_as_its_digest_only(stage: Stage) -> None:
    assert await stage.store.run(_codes) == [hash_code(CODE)]
    await stage.joins("An", CODE)
    assert CODE not in await stage.store.run(_dump)


def _dump(conn: Connection) -> str:
    """Everything stored, the buttons of messages included."""
    names = conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    return "".join(repr(conn.execute(text(f"SELECT * FROM {name}")).all()) for name in names)  # noqa: S608


async def test_of_many_who_claim_a_single_use_at_once_one_wins(stage: Stage) -> None:
    names = [f"Người {number}" for number in range(20)]
    for name in names:
        await stage.says(name, CODE)
    texts = await asyncio.gather(*(_claim(stage, name) for name in names))
    won = [one for one in texts if "Trước khi bắt đầu" in one]
    assert len(won) == 1
    assert len({one for one in texts if one not in won}) == 1
    assert await stage.store.run(_uses) == [0]
    assert await stage.store.run(_count, "SELECT count(*) FROM people") == 1


async def _claim(stage: Stage, name: str) -> str:
    """Press the button that everybody sees; their replies are told apart by the chat they go to."""
    payload = stage.actors[name].seen[-1].payload("Đúng")
    address = stage.actors[name].address
    await stage.intake.take(Incoming("telegram", "1", f"claim {name}", address, Pressed(payload)))
    return next(str(row.body["html"]) for row in reversed(stage.own) if row.address == address)


async def test_wrong_used_expired_and_revoked_codes_are_answered_alike(stage: Stage) -> None:
    await stage.joins("An", CODE)
    await stage.invite("M7Q29XPM", "officer", "SDL", hours=1)
    await stage.invite("N7Q29XPM", "officer", "SDL")
    await stage.store.run(invites.revoke_invite, 3, 1)
    stage.clock.now += timedelta(hours=2)
    said = [(await stage.says(f"Lạ {number}", code))[0] for number, code in enumerate(
        (WRONG, CODE, "M7Q29XPM", "N7Q29XPM")
    )]  # fmt: skip
    assert len({(one.text, one.rows) for one in said}) == 1
    assert "Còn 4 lần nhập" in said[0].text


async def test_five_wrong_codes_lock_the_chat_for_fifteen_minutes_and_no_other(stage: Stage) -> None:
    stage.clock.step = timedelta(0)
    texts = [(await stage.says("Lạ", WRONG))[0].text for _ in range(5)]
    assert ["Còn" in one for one in texts] == [True] * 4 + [False]
    locked_at = stage.clock.now
    stage.clock.now = locked_at + 15 * MINUTE - timedelta(seconds=1)
    (refused,) = await stage.says("Lạ", CODE)
    assert (refused.rows, "thử lại sau 1 phút" in refused.text) == ((), True)
    assert await stage.store.run(_uses) == [1]
    (other,) = await stage.says("Khác", CODE)
    assert "Sở Du lịch" in other.text
    stage.clock.now = locked_at + 15 * MINUTE
    (free,) = await stage.says("Lạ", CODE)
    assert "Sở Du lịch" in free.text


async def test_the_button_of_a_locked_chat_claims_nothing_either(stage: Stage) -> None:
    stage.clock.step = timedelta(0)
    (asked,) = await stage.says("Lạ", CODE)
    for _ in range(5):
        await stage.says("Lạ", WRONG)
    await stage.payload("Lạ", asked.payload("Đúng"))
    assert await stage.store.run(_uses) == [1]


async def test_a_right_code_forgets_the_wrong_ones(stage: Stage) -> None:
    for _ in range(4):
        await stage.says("An", WRONG)
    await stage.joins("An", CODE)
    arrival = await stage.store.run(chats.look, "telegram", stage.actors["An"].address)
    assert arrival is not None
    assert (arrival.chat.wrong_codes, arrival.chat.locked_until) == (0, None)


async def test_a_printed_code_lives_until_the_cycle_closes(sqlite_file_url: str) -> None:
    async with staged(sqlite_file_url) as stage:
        await stage.open_office(SDL)
        await stage.office(IssueInvite("officer", hash_code(CODE), "SDL", uses=3, printed=True))
        stage.clock.now += timedelta(days=300)
        await stage.joins("An", CODE)
        await stage.office(CloseCycle())
        (refused,) = await stage.says("Bảo", CODE)
        assert "không đúng hoặc đã hết hạn" in refused.text


async def test_guessing_gets_five_tries_a_quarter_of_an_hour(stage: Stage) -> None:
    stage.clock.step = timedelta(seconds=30)
    guesses = [f"Z7Q29X{first}{last}" for first in "23456" for last in "ABCDEFGH"]  # twenty minutes of them
    answers = [(await stage.says("Lạ", guess))[0].text for guess in guesses]
    assert sum("Còn" in one for one in answers) == 8  # four of five, and four of five a quarter of an hour later
