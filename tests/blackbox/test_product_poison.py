"""Input from hell: the loop never stops, nobody is left without an answer, and what cannot be read is kept."""

import asyncio
import json
import random
from functools import partial
from pathlib import Path

import pytest
from fake_bot_api.acts import Act
from fake_bot_api.people import User
from product.mutants import kinds, mutant
from product.office import Office, Open

pytestmark = pytest.mark.asyncio(loop_scope="session")
DATA = Path(__file__).resolve().parents[1] / "data"
MUTANTS = 500
TEXTS = 60
LONGEST = 4096


def strange_texts(dice: random.Random, count: int) -> list[str]:
    """Texts of the tables of odd input that a messenger would let through, and requests of all sorts."""
    rows = [
        row for name in ("percent_inputs", "text_inputs") for row in json.loads((DATA / f"{name}.json").read_text())
    ]
    texts = [str(row["input"]) for row in rows if isinstance(row["input"], str)]
    texts += [
        "/start",
        "/xemlai",
        "/diem",
        "/conthieu",
        "/khongco",
        "sửa 2.3.2",
        "có",
        "không",
        "2",
        "hoàn tác",
        "?",
        "/nop",
    ]
    return dice.choices([text for text in texts if text.strip() and len(text) <= LONGEST], k=count)


async def say_all(office: Office, user: User, texts: list[str]) -> None:
    """Say one after the other; each gets exactly one message in reply."""
    said = {}
    for text in texts:
        number = user.send(text)
        said[number] = text
        await office.fake.until(partial(replies_to, office, user, number), what=f"no reply to {text!r}")
    times = {text: len(replies_to(office, user, number)) for number, text in said.items()}
    assert {text: n for text, n in times.items() if n != 1} == {}


def replies_to(office: Office, user: User, number: int) -> list[Act]:
    """The messages that followed one update of a person."""
    sent = office.fake.log.of("sendMessage")
    return [act for act in sent if act.follows == number and act.chat_id == user.id and act.done]


async def test_every_private_message_gets_exactly_one_reply(office: Open) -> None:
    dice = random.Random(61)
    async with office() as here:
        stranger, reviewer = here.fake.user("Người lạ"), await here.staff("reviewer")
        officer = await here.joined("HBT", 61)
        people = (stranger, reviewer, officer.user)
        await asyncio.gather(*(say_all(here, user, strange_texts(dice, TEXTS)) for user in people))
        for send in (
            officer.user.send_photo,
            officer.user.send_voice,
            officer.user.send_sticker,
            officer.user.send_document,
        ):
            send()
            await officer.user.expect("chưa đọc được")
        assert not [shown.text for user in people for shown in user.chat.shown if "gián đoạn" in shown.text]
        assert here.stored.poison() == []
        await here.verify()


async def test_bent_updates_and_unknown_kinds_never_stop_the_service(office: Open) -> None:
    dice = random.Random(62)
    async with office() as here:
        for body in (*kinds(), *(mutant(dice) for _ in range(MUTANTS))):
            here.fake.push_raw(json.loads(json.dumps(body)))
        await here.fake.until(lambda: not here.fake.updates.pending, 30, "updates are left")
        officer = await here.joined("STC", 62)
        await officer.walk(limit=3)
        assert here.product.service is not None
        assert here.product.service.returncode is None
        assert here.stored.poison() != []
        assert '"level": "critical"' not in here.product.log.read_text(encoding="utf-8")
        assert await here.product.stop() == 0
