"""Invites: one winner, the same answer to every wrong code, a lock for those who guess, and nobody joins unnoticed."""

import re

import pytest
from product.claims import WRONG, claim_together, confirm, offered
from product.office import Open

pytestmark = pytest.mark.asyncio(loop_scope="session")
CLAIMANTS = 10
LOCKED = "nhiều lần"


async def test_many_claim_one_invite_and_one_wins(office: Open) -> None:
    """Caught when seeded: an invite looked at when it is offered and not when it is taken."""
    async with office() as here:
        await claim_together(here, CLAIMANTS)
        assert here.stored.rows("SELECT count(*) FROM roles")[0][0] == 1


async def test_wrong_and_used_codes_sound_alike_and_guessing_locks_the_chat(office: Open) -> None:
    """Caught when seeded: no lock."""
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
    """Caught unseeded: the new officer was warned of themselves."""
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
