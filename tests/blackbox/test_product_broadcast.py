"""A broadcast to sixty, with an impatient admin, a bad network and a service that dies twice."""

import pytest
from evidence_files.making import PDF
from fake_bot_api.faults import Faults
from fake_bot_api.server import TOKEN, FakeBotApi
from product.crowd import TEXT, FaultsOfTheCrowd, allowed, gather_crowd, kill_while_sending, most_in_a_second
from product.office import NAMES, Open

pytestmark = pytest.mark.asyncio(loop_scope="session")
MANY, KILLS, RATE = 60, 2, 30
RATES = {"sendMessage": {"do_then_drop": 0.05, "drop_before": 0.05, "forbidden": 0.05, "too_many": 0.02}}


async def test_sixty_people_get_a_letter_at_most_once_and_the_totals_are_true(office: Open) -> None:
    """Caught when seeded: a draft that stays after it went out and has no key (two mailings); letters whose sender
    died, or of which nobody knows, sent again (two each); no gate (45 a second); doubts counted as dropped."""
    fake = FakeBotApi(TOKEN, seed=11)
    settings = {"TUCHAM_RATE_NOTICES_PER_SECOND": str(RATE), "TUCHAM_BROADCAST_ALONE": "1000"}
    async with office(fake=fake, start=False, **settings) as here:
        crowd = gather_crowd(here, MANY)
        await here.product.start()
        admin = await here.staff("admin")
        fake.faults = FaultsOfTheCrowd(Faults.of(RATES).rules)
        del fake.chats[crowd.people[7].id]  # an account that is no more: 400
        await crowd.write(admin)
        await kill_while_sending(here, KILLS, seed=5, lived=(0.4, 0.8))
        await crowd.until_all_is_tried(20)
        states = await crowd.check()
        assert states["sent"] > MANY / 2
        assert states["blocked"] >= 1
        assert most_in_a_second(crowd.letters()) <= allowed(RATE)
        assert [act for act in crowd.letters() if act.early] == []
        await admin.expect("Đã gửi xong", 15.0, since=0)
        assert here.stored.poison() == []


async def test_a_document_goes_with_the_letter_and_is_seen_first_by_whoever_sends_it(office: Open) -> None:
    """Caught when seeded: an admin's file taken for evidence; a body without the file."""
    async with office(start=False) as here:
        crowd = gather_crowd(here, 3)
        await here.product.start()
        admin = await here.staff("admin")
        admin.send("/phathanh")
        shown = await admin.expect("Anh/chị muốn gửi cho ai")
        admin.press(next(button for button in shown.buttons if button.label.startswith("Tất cả")))
        await admin.expect("Nội dung tin")
        admin.send_document("huong-dan.pdf", PDF, caption=TEXT)
        shown = await admin.expect("Gửi kèm: huong-dan.pdf")
        admin.press(shown.button("Gửi thử cho tôi"))
        await admin.expect("Đã gửi thử")
        tried = await admin.expect(lambda one: one.document is not None)
        assert tried.text.endswith(f"Kính gửi anh/chị, {NAMES['SYT']} còn 38 câu.")
        admin.press(shown.button("Gửi ngay cho 3 người"))
        await admin.expect("Đã gửi xong", 15.0)
        for user in crowd.people:
            (got,) = user.chat.shown
            assert got.document is not None
            assert (got.document.name, got.document.content) == ("huong-dan.pdf", PDF)
        assert here.stored.poison() == []
