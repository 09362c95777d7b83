"""Many people to write to, put into the product's SQLite file before it starts, and what must hold for each of them."""

import asyncio
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from fake_bot_api.acts import Act
from fake_bot_api.faults import Fault, Faults
from fake_bot_api.people import User
from product.office import Office

TEXT = "Kính gửi anh/chị, [Tên đơn vị] còn [Còn lại] câu."
LETTER = "Kính gửi anh/chị"
FIRST_ID = 900_000_000
AT = 1_760_000_000_000
ARRIVED = {"sent", "seen"}
NOT_ARRIVED = {"failed", "blocked"}


class FaultsOfTheCrowd(Faults):
    """Random faults that befall only messages to the crowd: what befalls an officer's own replies is another proof."""

    def draw(self, method: str, dice: random.Random, chat_id: int | None = None) -> Fault | None:
        """The fault of this call, if it has one."""
        return super().draw(method, dice, chat_id) if chat_id is not None and chat_id >= FIRST_ID else None


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people of every unit, and the admin who writes to them."""

    here: Office
    people: Sequence[User]

    async def write(self, admin: User) -> None:
        """The admin writes to all, and presses the last button twice, as an impatient person does."""
        admin.send("/phathanh")
        shown = await admin.expect("Anh/chị muốn gửi cho ai")
        admin.press(next(button for button in shown.buttons if button.label.startswith("Tất cả")))
        await admin.expect("Nội dung tin")
        admin.send(TEXT)
        shown = await admin.expect("Xem trước")
        send = next(button for button in shown.buttons if button.label.startswith("Gửi ngay"))
        admin.press(send)
        admin.press(send)

    def letters(self) -> list[Act]:
        """Every try to send a letter, in the order of arrival."""
        sent = self.here.fake.log.of("sendMessage")
        return [act for act in sent if (act.chat_id or 0) >= FIRST_ID and LETTER in str(act.params.get("text", ""))]

    def rows(self, *, queued: bool) -> int:
        """How many letters wait, or of how many it is known what became of them."""
        sql = f"SELECT count(*) FROM outbox WHERE mailing_id = 1 AND state {'=' if queued else '<>'} 'queued'"  # noqa: S608
        return int(self.here.stored.rows(sql)[0][0])

    async def until_all_is_tried(self, within: float) -> None:
        """Wait until nothing waits any more; AssertionError after `within` seconds."""
        for _ in range(int(within * 5)):
            if self.rows(queued=False) and not self.rows(queued=True):
                return
            await asyncio.sleep(0.2)
        raise AssertionError(f"{self.rows(queued=True)} letters wait\n{self.here.product.tail()}")

    async def check(self) -> Counter[str]:
        """One mailing, nobody got the letter twice, everybody's state is what happened, the states add up."""
        assert self.here.stored.rows("SELECT count(*) FROM mailings")[0][0] == 1
        told: dict[str, Any] = json.loads((await self.here.product.tucham("broadcast", "show", "1", "--json")).out)
        assert sum(told["counts"].values()) == told["size"] == len(told["recipients"]) >= len(self.people)
        kept = dict(self.here.stored.rows("SELECT state, count(*) FROM outbox WHERE mailing_id = 1 GROUP BY state"))
        counts = Counter(told["counts"])
        assert kept.get("uncertain", 0) == counts["uncertain"]
        assert kept.get("sent", 0) == sum(counts[state] for state in ARRIVED)
        assert kept.get("failed", 0) == sum(counts[state] for state in NOT_ARRIVED)
        states = {one["person"]: one["state"] for one in told["recipients"]}
        assert Counter(states.values()) == Counter(told["counts"])
        for user in self.people:
            times = sum(LETTER in shown.text for shown in user.chat.shown)
            assert times <= 1, f"{user.name} got it {times} times"
            state = states[user.name]
            assert times == 1 or state not in ARRIVED, f"{user.name} never got it: {state}"
            assert times == 0 or state not in NOT_ARRIVED, f"{user.name} got it: {state}"
        return Counter(states.values())


def gather_crowd(here: Office, count: int) -> Crowd:
    """Put so many officers into the file, each with a chat of their own, into all units but the first."""
    people = [here.fake.user(f"Cán bộ số {n}", FIRST_ID + n) for n in range(count)]
    with closing(sqlite3.connect(here.product.database)) as file:
        units = [unit for (unit,) in file.execute("SELECT id FROM units ORDER BY id")][1:]
        for n, user in enumerate(people):
            user.chat.started = True
            row = file.execute(
                "INSERT INTO people (name, created_at, accepted_at) VALUES (?, ?, ?)", (user.name, AT, AT)
            )
            file.execute(
                "INSERT INTO roles (person_id, role, unit_id, granted_at) VALUES (?, 'officer', ?, ?)",
                (row.lastrowid, units[n % len(units)], AT),
            )
            file.execute(
                "INSERT INTO chats (channel, address, kind, person_id, last_used_at)"
                " VALUES ('telegram', ?, 'private', ?, ?)",
                (str(user.id), row.lastrowid, AT),
            )
        file.commit()
    return Crowd(here, people)


def allowed(rate: int) -> int:
    """What the platform takes in a second when the gate lets through `rate`: 30 for 25, the rest is for a bad moment
    of the machine, when what was to go a little earlier arrives a little later."""
    return rate * 6 // 5


def most_in_a_second(acts: Sequence[Act]) -> int:
    """The most calls that arrived within any one second."""
    times = sorted(act.at for act in acts)
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


async def kill_while_sending(here: Office, kills: int, seed: int, lived: tuple[float, float]) -> None:
    """Kill -9 and start again, so often, at random moments while letters go out."""
    dice = random.Random(seed)
    for _ in range(kills):
        await asyncio.sleep(dice.uniform(*lived))
        await here.product.kill()
        await here.product.start()
