"""Input from hell: the loop never stops, nobody is left without an answer, and what cannot be read is kept."""

import asyncio
import json
import random

import pytest
from product.mutants import kinds, mutant
from product.office import Open
from product.saying import say_all, strange_texts

pytestmark = pytest.mark.asyncio(loop_scope="session")
MUTANTS = 500
TEXTS = 60


async def test_every_private_message_gets_exactly_one_reply(office: Open) -> None:
    """Caught when seeded: silence for an unknown command; a command that answers twice."""
    dice = random.Random(61)
    async with office() as here:
        stranger, reviewer = here.fake.user("Người lạ"), await here.staff("reviewer")
        officer = await here.joined("HBT", 61)
        people = (stranger, reviewer, officer.user)
        await asyncio.gather(*(say_all(here, user, strange_texts(dice, TEXTS)) for user in people))
        for user, send in (
            (officer.user, officer.user.send_voice),
            (officer.user, officer.user.send_sticker),
            (stranger, stranger.send_photo),
            (stranger, stranger.send_document),
        ):
            send()
            await user.expect("chưa đọc được")
        officer.user.send_document("chay.pdf", b"MZ")
        await officer.user.expect("không đúng với đuôi tệp")
        assert not [shown.text for user in people for shown in user.chat.shown if "gián đoạn" in shown.text]
        assert here.stored.poison() == []
        await here.verify()


async def test_bent_updates_and_unknown_kinds_never_stop_the_service(office: Open) -> None:
    """Caught when seeded: errors of decoding that are not set aside."""
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
