"""Officers who answer while the service is killed again and again, and what must hold after each kill."""

import asyncio
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from fake_bot_api.chats import Chat, Shown
from fake_bot_api.pulse import SilenceError
from officer.plan import Pick, Planned
from officer.walk import RECEIPT, Officer, card_id, press_first
from product.history import history
from product.office import KINDS, Office

RECORDED = re.compile(r"^Đã ghi nhận (\d+(?:\.\d+)+):", re.MULTILINE)
TRIES = 60
LONGEST_THINKING = 0.06  # seconds between what an officer reads and does
SHORTEST_LIFE, LONGEST_LIFE = 0.02, 0.35  # seconds a service is let live


@dataclass(slots=True)
class Stubborn(Officer):
    """An officer who asks where things stand, every second, until somebody answers."""

    dice: random.Random = field(default_factory=random.Random)

    async def look(self) -> Shown:
        """Wait for the screen that follows and until it is quiet; when nothing comes, ask where things stand."""
        await asyncio.sleep(self.dice.uniform(0, LONGEST_THINKING))
        answered = card_id(self._acted_on) if self._acted_on else None
        for _ in range(TRIES):
            try:
                await Officer.look(self)
                await self._quiet()
            except SilenceError:
                self._act_on(None)
            else:
                shown = next(s for s in reversed(self.user.chat.shown) if s.buttons and s.how != "buttons")
                if answered is None or card_id(shown) != answered:
                    self.user.has_seen(shown)
                    self.screens.append(shown)
                    return shown
                self._act_on(shown)
            self.user.send("/tieptuc")
        raise SilenceError(f"{self.user.name} gave up\n{history(self.user.world, self.user.chat)}")

    async def _quiet(self) -> None:
        """Wait until everything this officer did was taken: until then an older screen may come once more."""
        world = self.user.world
        await world.pulse.until(
            lambda: all(update.chat_id != self.user.id for update in world.updates.pending), self.patience
        )

    async def submit(self) -> str:
        """Hand in and confirm; ask for it again and again when nothing comes."""
        for _ in range(TRIES):
            self.user.send("/nop")
            try:
                shown = await self.user.expect(_is_about_submission, self.patience)
                if found := RECEIPT.search(shown.html):
                    return found[1]
                button = press_first(self, shown)
                assert button is not None
                self.user.press(button)
                shown = await self.user.expect(lambda s: bool(RECEIPT.search(s.html)), self.patience)
                return str(RECEIPT.findall(shown.html)[0])
            except SilenceError:
                continue
        raise SilenceError(f"{self.user.name} gave up\n{history(self.user.world, self.user.chat)}")


def _is_about_submission(shown: Shown) -> bool:
    return "sắp nộp" in shown.text or bool(RECEIPT.search(shown.html))


def acknowledged(chat: Chat) -> set[str]:
    """The criteria of which this chat was told that they are recorded."""
    return {found for shown in chat.shown for found in RECORDED.findall(shown.text)}


def is_same(planned: Planned, kept: Mapping[str, Any]) -> bool:
    """Whether what is kept is what was answered."""
    if isinstance(planned, Pick):
        return kept.get("option") == planned.option
    if planned.counts is not None:
        return (int(kept.get("numerator", -1)), int(kept.get("denominator", -1))) == planned.counts
    return "percent" in kept and Fraction(str(kept["percent"])) == Fraction(planned.percent or "")


def check_acknowledged(office: Office, acks: Mapping[str, set[str]]) -> int:
    """Nothing that was acknowledged is lost or changed; returns how many answers that are."""
    for unit, ids in acks.items():
        kept, officer = office.stored.answers(unit), office.officers[unit]
        for one in ids:
            planned, past = officer.given.get(one), history(office.fake, officer.user.chat)
            assert one in kept, f"{unit}: {one} was acknowledged and is lost\n{past}"
            assert planned is None or is_same(planned, kept[one]), f"{unit}: {one} is kept as {kept[one]}\n{past}"
    return sum(map(len, acks.values()))


async def walk_and_submit(office: Office, unit: str, seed: int) -> str:
    """A stubborn officer from the invite to the receipt."""
    plain = office.officer(unit, seed)
    officer = Stubborn(plain.user, plain.plan, plain.before, plain.doubt, plain.after, patience=1.0)
    officer.dice = random.Random(seed)
    office.officers[unit] = officer
    await officer.join(office.template.codes[unit])
    await officer.walk()
    return await officer.submit()


async def kill_while_walking(office: Office, seed: int, most: int, soft: float = 0.0) -> int:
    """Kill and restart while one officer of each unit walks, until all are through; returns the number of kills.

    `soft` is the share of the ends that are a SIGTERM, which must drain.
    """
    dice = random.Random(seed)
    walks = [asyncio.create_task(walk_and_submit(office, unit, seed * 10 + n)) for n, unit in enumerate(KINDS, 1)]
    kills = 0
    while kills < most and not all(walk.done() for walk in walks):
        await asyncio.sleep(dice.uniform(SHORTEST_LIFE, LONGEST_LIFE))
        if dice.random() < soft:
            assert await office.product.stop() == 0
        else:
            await office.product.kill()
        kills += 1
        acks = {unit: acknowledged(officer.user.chat) for unit, officer in office.officers.items()}
        await office.product.start()
        check_acknowledged(office, acks)
    receipts = await asyncio.gather(*walks)
    assert len(set(receipts)) == len(receipts)
    return kills


def check_ledgers(office: Office) -> None:
    """Every answer stands in the ledger once: none was lost and given again, none was taken twice."""
    for unit, officer in office.officers.items():
        times = office.stored.times_given(unit)
        assert {one: n for one, n in times.items() if n != 1} == {}, unit
        assert set(officer.given) <= set(times), unit
        assert all(
            is_same(officer.given[one], kept)
            for one, kept in office.stored.answers(unit).items()
            if one in officer.given
        )
        assert [kind for kind, _body in office.stored.facts(unit)].count("Submitted") == 1


async def check_updates(office: Office) -> None:
    """Every update was taken once, those on their way during a kill included."""
    await office.fake.until(lambda: not office.fake.updates.pending, what="updates are left")
    sent = {str(number) for number in office.fake.updates.all}
    assert sent - office.stored.updates() == set()


def check_order(office: Office) -> None:
    """No screen comes once more after a newer one: the person would answer a question that is not open."""
    rows = office.stored.outbox("reply")
    for officer in office.officers.values():
        chat, newest = officer.user.chat, 0
        places: dict[str, list[int]] = {}
        for place, row in enumerate(rows, 1):
            if row.address == str(chat.id):
                places.setdefault(row.html.strip(), []).append(place)
        for shown in chat.shown:
            if shown.how == "buttons":
                continue
            later = [place for place in places[shown.html.strip()] if place >= newest]
            assert later, f"came after a newer one: {shown.text[:80]!r}\n{history(office.fake, chat)}"
            newest = later[0]


def check_notices(office: Office) -> int:
    """No notice reached a chat twice; returns how many are in doubt."""
    doubtful = 0
    for notice in (row for row in office.stored.outbox("notice") if row.key):
        chat = office.fake.chats[int(notice.address)]
        times = sum(shown.how == "sent" and shown.html.strip() == notice.html.strip() for shown in chat.shown)
        assert times <= 1, f"{times} times: {notice.html[:80]}"
        assert times == 1 or notice.state != "sent", f"never arrived: {notice.html[:80]}"
        doubtful += notice.state != "sent"
    return doubtful
