"""People who follow an invite and confirm it, alone or all at the same moment."""

import asyncio

from fake_bot_api.people import User
from product.office import Office, has_button

WRONG = "Mã mời không đúng"


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
