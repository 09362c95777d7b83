"""Invites: one winner, the same answer to every wrong code, a lock for those who guess, and nobody joins unnoticed."""

import asyncio
import re

import pytest
from fake_bot_api.people import User
from product.office import Office, Open, has_button

pytestmark = pytest.mark.asyncio(loop_scope="session")
CLAIMANTS = 10
WRONG = "Mã mời không đúng"
LOCKED = "nhiều lần"


async def offered(office: Office, code: str, name: str) -> User:
    """Somebody who has followed the link and sees the unit to confirm."""
    user = office.fake.user(name)
    user.send(f"/start {code}")
    await user.expect(lambda shown: has_button(shown, "Đúng"))
    return user


async def confirm(user: User) -> str:
    """Confirm; return the first line of what comes."""
    user.press(user.chat.shown[-1].button("Đúng"))
    shown = await user.expect(lambda shown: not has_button(shown, "Đúng"))
    return shown.text.splitlines()[0]


async def claim_together(office: Office, count: int) -> None:
    """One invite, many claimants at the same moment, one winner."""
    code = (await office.product.invite(unit="STC"))["code"]
    people = [await offered(office, code, f"Người {n}") for n in range(count)]
    heard = await asyncio.gather(*(confirm(user) for user in people))
    assert sorted(line.startswith("Trước khi bắt đầu") for line in heard) == [False] * (count - 1) + [True]
    assert sum(line.startswith(WRONG) for line in heard) == count - 1


async def test_many_claim_one_invite_and_one_wins(office: Open) -> None:
    async with office() as here:
        await claim_together(here, CLAIMANTS)
        assert here.stored.rows("SELECT count(*) FROM roles")[0][0] == 1


async def test_wrong_and_used_codes_sound_alike_and_guessing_locks_the_chat(office: Open) -> None:
    async with office() as here:
        code = (await here.product.invite(unit="STC"))["code"]
        await confirm(await offered(here, code, "Người dùng mã"))
        guesser, late = here.fake.user("Người đoán"), here.fake.user("Người đến sau")
        heard = []
        for user, tried in ((guesser, "ABCD2345"), (late, code)):
            user.send(f"/start {tried}")
            heard.append((await user.expect(WRONG)).text)
        assert heard[0] == heard[1]
        for n in range(3):
            guesser.send(f"ABCD234{n + 6}")
            await guesser.expect(WRONG)
        guesser.send("ABCD2349")
        await guesser.expect(LOCKED)
        guesser.send(f"/start {here.template.codes['SYT']}")
        assert re.search(r"sau 1[45] phút", (await guesser.expect(LOCKED)).text)
        assert here.stored.rows("SELECT count(*) FROM roles")[0][0] == 1


async def test_the_units_officers_and_the_admin_are_told_of_each_claim_and_nobody_of_their_own(office: Open) -> None:
    async with office() as here:
        admin = await here.staff("admin")
        first = await here.joined("STC", 81)
        second = await here.joined("STC", 82)
        await first.user.expect(f"{second.user.name} đã tham gia", since=0)
        for officer in (first, second):
            await admin.expect(f"{officer.user.name} đã tham gia", since=0)
        await here.settled()
        assert not [shown.text for shown in second.user.chat.shown if "đã tham gia với vai trò" in shown.text]
        assert not [shown.text for shown in first.user.chat.shown if f"{first.user.name} đã tham gia" in shown.text]
