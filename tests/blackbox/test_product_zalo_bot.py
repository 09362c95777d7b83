"""The main job over the Zalo Bot Platform, which shows no buttons, proved from outside: whoever has nothing but a code
to type gets from there to the receipt in few messages, by polling and by webhook, across a kill.

Checked against: a reply sent twice, the opening questions asked one by one, a typed code that is its neighbour, a
notice whose codes mean nothing, a token in a log that is not redacted: each failed here.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from evidence_files.making import JPEG
from fake_zalo_bot.faults import FaultKind
from fake_zalo_bot.people import Person
from fake_zalo_bot.server import FakeZaloBot
from officer.plan import criteria_of
from product.office import NAMES, Template
from product.warm import Zygote
from zalo_officer.office import SECRET, ZaloOffice, by_polling, by_webhook, read_rows, summary_of, zalo_office
from zalo_officer.phone import join_staff, say, until
from zalo_officer.walk import Typist

pytestmark = pytest.mark.asyncio(loop_scope="session")
CANARY = "canary-token-that.must_not-leak"
TOKEN = f"12345689:{CANARY}"
NOTE = "Kế hoạch số 12/KH-STC ngày 05/02/2025"
MOST, MOST_IN_BLOCKS, LONGEST = 45, 20, 2000


@dataclass(slots=True)
class ByTurns:
    """A phone on a platform whose webhook has now one shape and now the other."""

    person: Person
    platform: FakeZaloBot

    @property
    def said(self) -> list[str]:
        return self.person.said

    def write(self, text: str) -> object:
        self.platform.shape = "A" if self.platform.shape == "B" else "B"
        return self.person.write(text)

    def send_picture(self, content: bytes, caption: str = "") -> object:
        return self.person.send_picture(content, caption)


def cost(officer: Typist) -> int:
    """How many messages the service sent to this officer; none of them too long."""
    said = officer.phone.said
    assert [one for one in said if len(one.encode("utf-16-le")) // 2 > LONGEST] == []
    return len(said)


async def test_an_officer_types_from_the_code_to_the_receipt_by_polling(
    template: Template, mother: Zygote, tmp_path: Path
) -> None:
    async with FakeZaloBot(TOKEN) as fake:
        ready = lambda: fake.polling  # noqa: E731
        async with zalo_office(template, mother, tmp_path, by_polling(fake), ready=ready) as here:
            reviewer, officer = fake.person("Trần Thẩm Định"), here.typist(fake.person(), 12)
            await join_staff(reviewer, template.codes["reviewer"])
            await officer.begin(template.codes["STC"])
            await officer.walk(limit=5)
            await show_evidence(here, officer)
            starting = await killed_between(here, fake)
            await officer.walk(limit=6)  # typed while nobody was there
            await starting
            await officer.walk()
            receipts = {"STC": await officer.submit()}
            assert cost(officer) == officer.typed <= MOST
            summary, _ = await asyncio.gather(
                summary_of(reviewer, NAMES["STC"]), here.check({"STC": officer}, receipts)
            )
            rows = await read_rows(reviewer, summary)
            assert [one for one in criteria_of(template.criteria) if f"\n{one['id']} " not in rows] == []
            await asyncio.gather(here.verify(), hidden_whatever_fails(here, fake, officer))
            assert here.leaks(CANARY, CANARY.replace("-", "%2D")) == []


async def show_evidence(here: ZaloOffice, officer: Typist) -> None:
    """A picture of the document and a note for the question at hand."""
    asked = officer.screen.criterion
    assert f"Đã lưu tài liệu cho {asked}" in (await officer.show(JPEG)).text
    await officer.say("thêm ghi chú")
    assert f"Đã lưu ghi chú cho {asked}: {NOTE}" in (await officer.say(NOTE)).text
    digest = hashlib.sha256(JPEG).hexdigest()
    assert (here.product.home / "files" / digest[:2] / digest[2:4] / digest).read_bytes() == JPEG


async def killed_between(here: ZaloOffice, fake: FakeZaloBot) -> "asyncio.Task[None]":
    """kill -9, and up again while people go on typing."""
    await here.quiet()  # what was sent and is not known to be is sent again
    await here.product.kill()
    await fake.until(lambda: not fake.polling, what="the dead process polls")
    return asyncio.create_task(here.start())


async def killed_amid(here: ZaloOffice, fake: FakeZaloBot) -> None:
    """kill -9 while something is on its way, up again, and wait until all of it was answered."""
    await here.restart()
    await fake.until(lambda: not fake.events, what="the platform still brings something")
    await here.quiet()


async def hidden_whatever_fails(here: ZaloOffice, fake: FakeZaloBot, officer: Typist) -> None:
    """The platform fails in every way, at last it knows the token no more: all of it goes into the log."""
    fake.faults.put("getUpdates", FaultKind.REDIRECT)
    fake.faults.put("sendMessage", FaultKind.HTML_PAGE)
    await say(officer.phone, "điểm")
    fake.token = "12345689:another"
    await until(lambda: "does not know the token" in here.product.log.read_text(encoding="utf-8"))
    assert "getUpdates failed" in here.product.log.read_text(encoding="utf-8")


async def test_officers_type_by_webhook_one_by_one_and_many_at_once(
    template: Template, mother: Zygote, tmp_path: Path
) -> None:
    async with FakeZaloBot(TOKEN) as fake, zalo_office(template, mother, tmp_path, by_webhook(fake)) as here:
        fake.push_to(*here.hook)
        one = here.typist(ByTurns(fake.person(), fake), 21)
        many = here.typist(ByTurns(fake.person("Hoàng Văn Nam"), fake), 22, blocks=True)
        people = {"TPDH": one, "SYT": many}
        await asyncio.gather(*(who.begin(template.codes[unit]) for unit, who in people.items()))
        await asyncio.gather(one.walk(limit=15), many.walk(limit=10))
        await one.answer_blindly(lambda: killed_amid(here, fake))
        await asyncio.gather(*(who.walk() for who in people.values()))
        receipts = dict(zip(people, await asyncio.gather(*(who.submit() for who in people.values())), strict=True))
        assert one.typed <= cost(one) <= MOST
        assert cost(many) == many.typed <= MOST_IN_BLOCKS
        assert {status for status in fake.pusher.statuses if status} == {200}
        await asyncio.gather(here.check(people, receipts), here.verify())
        assert await here.product.stop() == 0
        assert here.leaks(CANARY, SECRET) == []
