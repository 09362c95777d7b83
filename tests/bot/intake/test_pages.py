"""A chat that people look at: what they did and what they were told stands there with the turn, or not at all.

Checked once against: replies left in the outbox as if they were sent, a card that does not replace the one before, a
text read below an old question, an echo of what was refused: each failed here.
"""

from __future__ import annotations

from talk.stage import Stage

from bot.conversation.codes import hash_code
from bot.conversation.events import Agreed, Event, Incoming, Pressed, SignedIn, SignedOut, Typed
from bot.conversation.facts import SessionOpened
from bot.intake.answer import Answer
from bot.intake.moments import to_ms
from bot.intake.take import Outcome
from storage import chats, history, outbox, sessions
from storage.rows import HistoryRow, SessionRow

CODE = "K7Q29XPM"
HERE = "w1"


async def browse(stage: Stage, event: Event, key: str, address: str = HERE, **extra: str) -> Outcome:
    incoming = Incoming("web", "site", key, address, event, display_name="Nguyễn Thị Hòa", pulled=True, extra=extra)
    return await stage.intake.settle(incoming)


async def page(stage: Stage, address: str = HERE) -> tuple[HistoryRow, ...]:
    arrival = await stage.store.read(chats.look, "web", address)
    assert arrival is not None
    return await stage.store.read(history.history, arrival.chat.id)


async def card(stage: Stage) -> HistoryRow:
    return next(row for row in reversed(await page(stage)) if row.kind == "card" and row.state == "kept")


async def begun(stage: Stage) -> None:
    """The officer agreed on the invite's page and stands at 1.1."""
    outcome = await browse(stage, Agreed(hash_code(CODE), "s" * 64, "Firefox"), "k1")
    assert any(isinstance(fact, SessionOpened) for fact in outcome.facts)
    await browse(stage, Typed("/edit 1.1"), "k2")


async def test_agreeing_on_the_page_joins_and_lets_in(stage: Stage) -> None:
    await begun(stage)
    found = await stage.store.read(sessions.find_session, "s" * 64, to_ms(stage.clock.now))
    assert isinstance(found, SessionRow)
    arrival = await stage.store.read(chats.look, "web", HERE)
    assert arrival is not None
    assert arrival.person is not None
    assert (arrival.person.name, arrival.person.accepted_at is not None) == ("Nguyễn Thị Hòa", True)
    assert [role.role for role in arrival.roles] == ["officer"]


async def test_nothing_waits_to_be_sent_and_the_card_before_is_history(stage: Stage) -> None:
    await begun(stage)
    press = (await card(stage)).body["rows"][0][0][1]
    await browse(stage, Pressed(press), "k3", said="Có ban hành")
    rows = await page(stage)
    assert [(row.kind, row.state) for row in rows] == [("card", "replaced"), ("echo", "kept"), ("card", "kept")]
    assert rows[1].body == {"text": "Có ban hành"}
    assert rows[2].body["records"]
    assert {count.state for count in await stage.store.read(outbox.counts)} == {"kept", "replaced"}


async def test_the_same_form_twice_is_one_turn(stage: Stage) -> None:
    await begun(stage)
    press = (await card(stage)).body["rows"][0][0][1]
    for _ in range(2):
        assert (await browse(stage, Pressed(press), "k3", said="Có ban hành")).answer is Answer.TAKEN
    assert len(await page(stage)) == 3


async def test_a_text_typed_below_an_old_question_writes_nothing(stage: Stage) -> None:
    await begun(stage)
    await browse(stage, Typed("/edit 2.1.1"), "k3")
    old = (await card(stage)).body["about"]
    await browse(stage, Typed("/edit 2.1.2"), "k4")
    stale = await browse(stage, Typed("85"), "k5", about=old)
    assert stale.facts == ()
    assert "2.1.2" in (await card(stage)).body["html"]
    fresh = await browse(stage, Typed("85"), "k6", about=(await card(stage)).body["about"])
    assert len(fresh.facts) == 1


async def test_what_was_typed_is_shown_and_a_command_is_not(stage: Stage) -> None:
    await begun(stage)
    await browse(stage, Typed("không hiểu"), "k3")
    await browse(stage, Typed("/diem"), "k4")
    assert [row.body["text"] for row in await page(stage) if row.kind == "echo"] == ["không hiểu"]


async def test_a_link_opens_the_same_page_elsewhere_and_signing_out_ends_it(stage: Stage) -> None:
    await begun(stage)
    arrival = await stage.store.read(chats.look, "web", HERE)
    assert arrival is not None
    assert arrival.person is not None
    await browse(stage, Typed("/dangnhap"), "k3")
    link = next(row for row in reversed(await page(stage)) if "/vao/" in row.body.get("html", ""))
    code = link.body["html"].split("/vao/")[1].split()[0].split("<")[0]
    signed = await browse(stage, SignedIn(hash_code(code), "t" * 64, "Safari"), "k4")
    assert any(isinstance(fact, SessionOpened) for fact in signed.facts)
    again = await browse(stage, SignedIn(hash_code(code), "u" * 64, "Safari"), "k5")
    assert (again.facts, again.refusal is not None) == ((), True)
    both = await stage.store.read(sessions.sessions_of, arrival.person.id, to_ms(stage.clock.now))
    assert len(both) == 2
    await browse(stage, SignedOut(tuple(one.id for one in both)), "k6")
    assert await stage.store.read(sessions.sessions_of, arrival.person.id, to_ms(stage.clock.now)) == ()


async def test_an_officer_of_a_messenger_gets_a_page_of_their_own_by_link(joined: Stage) -> None:
    answered = await joined.says("An", "/dangnhap")
    code = answered[-1].text.split("/vao/")[1].split()[0]
    await browse(joined, SignedIn(hash_code(code), "t" * 64, "Safari"), "k1", "w9")
    await browse(joined, Typed("/tieptuc"), "k2", "w9")
    assert "1.1" in (await page(joined, "w9"))[-1].body["html"]


async def test_a_wrong_code_leaves_nobody_behind(stage: Stage) -> None:
    outcome = await browse(stage, Agreed(hash_code("AAAAAAAA"), "s" * 64, "Firefox"), "k1")
    assert outcome.refusal is not None
    arrival = await stage.store.read(chats.look, "web", HERE)
    assert arrival is not None
    assert arrival.person is None
    assert await stage.store.read(sessions.find_session, "s" * 64, to_ms(stage.clock.now)) is None


async def test_what_was_typed_is_shown_again_without_what_could_harm(stage: Stage) -> None:
    await begun(stage)
    await browse(stage, Typed("chưa \x1b[2Jrõ \u202eạl"), "k3")
    assert [row.body["text"] for row in await page(stage) if row.kind == "echo"] == ["chưa [2Jrõ ạl"]
