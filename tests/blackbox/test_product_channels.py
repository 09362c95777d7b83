"""One person on Telegram, on Zalo and at the page, one process: whatever comes from where and when belongs to what was
shown there, nothing is lost, and a notice that surely cannot arrive here arrives there.

Checked against: `Session.elsewhere` always false (a percentage typed below nothing was recorded), a notice that falls
over to no other chat: both failed here.
"""

import asyncio

import pytest
from fake_zalo_bot.people import Person
from fake_zalo_bot.server import FakeZaloBot
from officer.plan import Pick, criteria_of
from product.killing import is_same
from product.office import NAMES, Office, Open
from product.pushing import free_port
from zalo_officer.office import by_polling, summary_of
from zalo_officer.page import signed_in
from zalo_officer.phone import find, join_staff, say
from zalo_officer.walk import Typist
from zalo_officer.wander import LINKED, Wanderer

pytestmark = pytest.mark.asyncio(loop_scope="session")
UNIT, SEED = "STC", 41
REASON = "thiếu văn bản kèm theo"


def settings(fake: FakeZaloBot) -> dict[str, str]:
    url = f"http://127.0.0.1:{free_port()}"
    site = {"TUCHAM_PUBLIC_URL": url, "TUCHAM_LISTEN": url.removeprefix("http://")}
    return by_polling(fake) | site


async def test_one_person_on_two_messengers_and_the_page_answers_one_form(office: Open) -> None:
    async with FakeZaloBot() as zalo, office(**settings(zalo)) as here:
        reviewer, officer = zalo.person("Trần Thẩm Định"), await here.joined(UNIT, SEED)
        await join_staff(reviewer, here.template.codes["reviewer"])
        typist = Typist(zalo.person(), officer.plan, SEED)
        someone = Wanderer(officer, typist, SEED, zalo, criteria_of(here.template.criteria))
        assert LINKED in (await someone.link()).first_line
        for first in (True, False):
            await someone.walk(limit=len(someone.given) + 3)
            await someone.answer_on_both(button_first=first)
            await someone.answer_beside_an_old_card(button_first=first)
            await someone.type_on_both(there_first=first)
            await someone.type_where_nothing_was_shown()
        await someone.walk(limit=25)
        await answer_on_the_page(here, someone)
        await someone.walk()
        assert someone.switches >= 10
        await asyncio.gather(check(here, someone, await officer.submit()), here.verify())
        await given_back_where_it_can_arrive(here, reviewer, someone)
        await here.verify()


async def answer_on_the_page(here: Office, someone: Wanderer) -> None:
    """The page shows what stands in the chat; what is answered there is known in the chat."""
    await someone.look("zalo")
    told = await someone.typist.say("đăng nhập")
    asked = (await someone.typist.say("tiếp tục")).criterion
    assert asked is not None
    planned = someone.officer.plan.answer(asked)
    labels = [label.rpartition(" · ")[0] for _, label in someone.typist.screen.choices]
    async with signed_in(here.product.env["TUCHAM_PUBLIC_URL"], told.text) as page:
        assert f">{asked}.<" in page.live
        await (page.press(labels[planned.place]) if isinstance(planned, Pick) else page.does(text=planned.text))
    someone.given[asked] = planned
    assert (await someone.typist.say("tiếp tục")).criterion != asked


async def check(here: Office, someone: Wanderer, receipt: str) -> None:
    """Every answer is kept once, as it was given where it was given; the total is the scorer's."""
    (scored,), status = await here.scored(UNIT), (await here.status())[UNIT]
    assert (status["points"], status["receipt"]) == (scored["total"], receipt)
    kept = here.stored.answers(UNIT)
    assert {one for one, planned in someone.given.items() if not is_same(planned, kept[one])} == set()
    assert {one: n for one, n in here.stored.times_given(UNIT).items() if n != 1} == {}


async def given_back_where_it_can_arrive(here: Office, reviewer: Person, someone: Wanderer) -> None:
    """A notice goes to the chat used last; where that surely fails it goes to the next one, once."""
    user, phone = someone.officer.user, someone.typist.phone
    user.chat.blocked = True  # and the bot was not told
    summary = await summary_of(reviewer, NAMES[UNIT])
    await say(reviewer, summary.code_of("Trả lại"))
    await say(reviewer, f"1.1: {REASON}")
    await say(reviewer, "xác nhận trả lại")
    await find(phone, REASON)
    assert sum(REASON in one for one in phone.said) == 1
    sent = [act for act in here.fake.log.of("sendMessage") if act.chat_id == user.id]
    assert [act.code for act in sent if REASON in str(act.params)] == [403]
