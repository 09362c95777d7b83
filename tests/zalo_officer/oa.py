"""A follower of an Official Account: what stands in the chat, with what can be tapped below the last message; and how
an admin lets the service send for the account."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass

from fake_zalo_oa.server import FakeZaloOa
from fake_zalo_oa.world import Person
from officer.plan import Pick
from product.warm import WarmProduct
from zalo_officer.phone import until
from zalo_officer.screen import Screen
from zalo_officer.walk import Typist

_URL = re.compile(r"^http\S+/v4/oa/permission\?\S+$", re.MULTILINE)


@dataclass(slots=True)
class Follower:
    """The phone of a follower."""

    person: Person

    @property
    def said(self) -> list[str]:
        """All the account wrote here, in order."""
        return [shown.text for shown in self.person.chat]

    @property
    def taps(self) -> tuple[str, ...]:
        """What can be tapped below the last message."""
        return tuple(title for title, _ in self.person.chat[-1].buttons) if self.person.chat else ()

    def write(self, text: str) -> str:
        """Send a text."""
        return self.person.write(text)

    def send_picture(self, content: bytes, caption: str = "") -> str:
        """Send a picture."""
        return self.person.send_image(content, caption)


@dataclass(slots=True)
class Tapper(Typist):
    """Somebody who taps where there is something to tap. `tapped` counts how often there was."""

    tapped: int = 0

    async def say(self, text: str) -> Screen:
        """Tap what the text stands for, if that can be tapped; else type it."""
        assert isinstance(self.phone, Follower)
        shown = dict(self.screen.choices).get(text, text)
        payloads = dict(self.phone.person.chat[-1].buttons) if self.phone.person.chat else {}
        self.tapped += shown in payloads
        return await Typist.say(self, payloads.get(shown, text))

    def text_for(self, asked: str) -> str:
        """An option is chosen by its number, so that it can be tapped; what has none is typed."""
        planned = self.plan.answer(asked)
        return self.screen.choices[planned.place][0] if isinstance(planned, Pick) else Typist.text_for(self, asked)

    async def hand_in(self, name: str, content: bytes) -> Screen:
        """Send a document and look at what comes."""
        assert isinstance(self.phone, Follower)
        person = self.phone.person
        before = len(person.chat)
        person.send_file(name, content)
        await until(lambda: len(person.chat) > before)
        return self.see(Screen(person.chat[-1].text))


async def authorise(product: WarmProduct, fake: FakeZaloOa) -> None:
    """`tucham zalo-oa authorize`, with an admin of the account who says yes on the platform's page."""
    pipe, out = product.home / "pasted", product.home / "authorised.out"
    os.mkfifo(pipe)
    process = await product.mother.fork(
        ["zalo-oa", "authorize"], product.home, product.env, str(pipe), str(out), str(out)
    )
    writer = await asyncio.to_thread(pipe.open, "w", encoding="utf-8")
    await until(lambda: out.exists() and _URL.search(out.read_text(encoding="utf-8")))
    found = _URL.search(out.read_text(encoding="utf-8"))
    assert found
    with writer:
        writer.write(fake.grants.consent(found[0]) + "\n")
    assert await process.wait() == 0, out.read_text(encoding="utf-8")


def age_tokens(product: WarmProduct, seconds: float) -> None:
    """Make the tokens in the service's file as old as if it had run for so long: no test waits for that."""
    with closing(sqlite3.connect(product.database, timeout=10)) as file:
        ((name, body),) = file.execute("SELECT name, body FROM credentials").fetchall()
        tokens = json.loads(body)
        tokens["at"] -= round(1000 * seconds)
        file.execute("UPDATE credentials SET body = ? WHERE name = ?", (json.dumps(tokens, sort_keys=True), name))
        file.commit()
