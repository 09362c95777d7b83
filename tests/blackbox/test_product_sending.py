"""What becomes of messages when the network and the platform misbehave."""

import asyncio
import time
from functools import partial

import pytest
from fake_bot_api.acts import Act
from fake_bot_api.chats import Chat
from fake_bot_api.people import User
from officer.walk import Officer, card_id
from product.office import KINDS, NAMES, Office, Open

pytestmark = pytest.mark.asyncio(loop_scope="session")
REPLY_FAULTS = ("drop_before", "do_then_drop", "do_then_502", "do_then_truncate", "html_page", "redirect")
# (what befalls the summary, how often the reviewer sees it, whether nobody can know that)
NOTICE_FAULTS = (
    ("do_then_drop", 1, True),
    ("do_then_truncate", 1, True),
    ("html_page", 0, True),
    ("too_many", 1, False),
)
SUMMARY = "đã nộp kết quả tự chấm năm"
DOUBT = "chưa rõ đã đến người nhận"
TOLD_WITHIN = 60.0  # seconds
QUIET = 2.5  # seconds without a repetition


def sends_to(office: Office, user: User, since: float = 0.0) -> list[Act]:
    """The messages that were sent to a person, arrived or not."""
    return [act for act in office.fake.log.of("sendMessage") if act.chat_id == user.id and act.at >= since]


def summaries(chat: Chat, unit: str) -> int:
    """How many summaries of a unit stand in a chat."""
    return sum(f"{NAMES[unit]} {SUMMARY}" in shown.text for shown in chat.shown)


async def walked(office: Office, unit: str, seed: int) -> Officer:
    """An officer at the review."""
    officer = await office.joined(unit, seed)
    await officer.walk()
    return officer


async def answer_under(office: Office, officer: Officer, kind: str, seconds: float = 1.0) -> None:
    """One answer whose reply is struck by a fault; the next question comes all the same."""
    for method in ("sendMessage", "editMessageText"):
        office.fake.faults.put(method, kind, seconds=seconds, chat_id=officer.user.id)
    asked = card_id(officer.screen)
    assert asked is not None
    shown = await officer.answer(asked)
    assert card_id(shown) != asked
    office.fake.faults.clear()


async def answer_a_few(office: Office, unit: str, seed: int, kinds: tuple[str, ...]) -> None:
    officer = await office.joined(unit, seed)
    await officer.walk(limit=5)
    for kind in kinds:
        await answer_under(office, officer, kind)


async def test_a_reply_comes_whatever_the_network_does_and_nobody_reads_of_it(office: Open) -> None:
    """Caught when seeded: replies in doubt given up; a retry_after that is not obeyed."""
    async with office() as here:
        kinds = [REPLY_FAULTS[start::3] for start in range(3)]
        units = list(KINDS)
        await asyncio.gather(*(answer_a_few(here, units[n], 41 + n, some) for n, some in enumerate(kinds)))
        patient = await here.joined(units[3], 44)
        await answer_under(here, patient, "too_many", seconds=2)
        assert [act for act in here.fake.acts if act.early and act.method.startswith(("send", "edit"))] == []
        for unit, officer in here.officers.items():
            given = set(officer.given) | set(here.openings[unit].claimed)
            assert given == set(here.stored.answers(unit))
            assert set(here.stored.times_given(unit).values()) == {1}
            assert not [shown.text for shown in officer.user.chat.shown if "gián đoạn" in shown.text]
        await here.settled()


async def test_a_summary_in_doubt_is_not_repeated_and_the_admin_hears_of_it_within_a_minute(office: Open) -> None:
    """Caught when seeded: notices in doubt tried again; doubts that nobody is told of."""
    async with office() as here:
        admin, reviewer = await here.staff("admin"), await here.staff("reviewer")
        officers = await asyncio.gather(*(walked(here, unit, 45 + n) for n, unit in enumerate(KINDS)))
        for officer, (kind, _times, is_doubtful) in zip(officers, NOTICE_FAULTS, strict=True):
            here.fake.faults.put("sendMessage", kind, seconds=2, chat_id=reviewer.id)
            before = time.monotonic()
            await officer.submit()
            await here.fake.until(partial(sends_to, here, reviewer, before), what="no summary was tried")
            if is_doubtful:
                told = await admin.expect(DOUBT, TOLD_WITHIN)
                assert told.at - before < TOLD_WITHIN
            here.fake.faults.clear()
        await reviewer.expect(f"{NAMES[list(KINDS)[3]]} {SUMMARY}", since=0)
        await asyncio.sleep(QUIET)
        assert [summaries(reviewer.chat, unit) for unit in KINDS] == [times for _kind, times, _doubt in NOTICE_FAULTS]
        assert [act for act in here.fake.acts if act.early and act.method == "sendMessage"] == []
        assert [row.state for row in here.stored.outbox("notice")].count("uncertain") == 3
        reviewer.send("/tonghop")
        assert "Đã nộp 4/4" in (await reviewer.expect("Tình hình tự chấm")).text


async def test_a_person_who_blocked_us_is_left_alone_until_they_come_back(office: Open) -> None:
    """One reviewer tells by blocking, of the other only a refused message tells.

    Caught when seeded: blocked chats that are not marked.
    """
    async with office() as here:
        telling, silent = await here.staff("reviewer", "Người một"), await here.staff("reviewer", "Người hai")
        officers = await asyncio.gather(*(walked(here, unit, 51 + n) for n, unit in enumerate(KINDS)))
        telling.block()
        silent.chat.blocked = True
        await officers[0].submit()
        refused = here.fake.log.refused
        await here.fake.until(lambda: any(act.chat_id == silent.id for act in refused(403)), what="nobody was refused")
        start = time.monotonic()
        await officers[1].submit()
        await asyncio.sleep(QUIET)
        assert sends_to(here, telling, start) + sends_to(here, silent, start) == []
        telling.unblock()
        silent.chat.blocked = False
        for reviewer in (telling, silent):
            reviewer.send("/tonghop")
            assert "Đã nộp 2/4" in (await reviewer.expect("Tình hình tự chấm")).text
        await officers[2].submit()
        for reviewer in (telling, silent):
            await reviewer.expect(f"{NAMES[list(KINDS)[2]]} {SUMMARY}")


async def test_what_the_platform_says_about_edits_never_reaches_the_person(office: Open) -> None:
    """Not modified is a success, not found is a new card, and a press that is too old is a press all the same.

    Caught when seeded: either of the two refusals taken for a failure.
    """
    async with office() as here:
        officer = await here.joined("STC", 56)
        question = await officer.walk(limit=3)
        chat, said = officer.user.chat, {"not modified", "to edit not found", "query is too old"}
        for _ in range(2):  # the list once more: there is nothing to change
            await officer.user.press(question.button("Danh sách")).answered()
        await here.fake.until(lambda: here.fake.log.refused(400), what="nothing was edited twice")
        standing = len(chat.from_bot())
        card = chat.find(question.message_id)
        assert card is not None
        card.deleted = True
        officer.user.press(question.button("Trợ giúp"), inaccessible=True)
        shown = await officer.user.expect(question.first_line.removeprefix("<b>").partition(".")[0])
        assert (shown.how, len(chat.from_bot())) == ("sent", standing)
        here.fake.callback_lifetime = 0.0
        await officer.say("/tieptuc")
        await officer.walk(limit=8)
        heard = {one for one in said for act in here.fake.log.refused(400) if one in act.description}
        assert heard == said
        await here.settled()
        assert {row.state for row in here.stored.outbox()} <= {"sent", "replaced"}
        assert len(here.stored.answers("STC")) - len(here.openings["STC"].claimed) == 8
        assert not [one.text for one in chat.shown if "Bad Request" in one.text or "gián đoạn" in one.text]
        assert here.stored.poison() == []
