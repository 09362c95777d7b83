"""A service that people reach over Zalo, on a copy of the small office: started, killed, and asked by its commands."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fake_zalo_bot.server import FakeZaloBot
from officer.plan import RandomPlan
from product.killing import is_same
from product.office import KINDS, Template
from product.pushing import free_port
from product.stored import Stored
from product.warm import WarmProduct, Zygote
from zalo_officer.phone import Phone, find, say, until
from zalo_officer.screen import Screen
from zalo_officer.walk import BlockTypist, Typist

HOST = "127.0.0.1"
SECRET = "canary_webhook_secret_7f3a"
SETTINGS = {"TUCHAM_LOG_LEVEL": "DEBUG", "TUCHAM_RATE_CHAT_PER_SECOND": "50"}


@dataclass(slots=True)
class ZaloOffice:
    """The service, and what its commands and its file say."""

    product: WarmProduct
    template: Template
    url: str
    ready: Callable[[], object] | None

    @property
    def hook(self) -> tuple[str, str]:
        """Where the Zalo Bot Platform brings events, and the secret it shows."""
        return f"{self.url}/zalo-bot/webhook", SECRET

    @property
    def stored(self) -> Stored:
        """What stands in the SQLite file."""
        return Stored(self.product.database)

    def typist(self, phone: Phone, seed: int, *, blocks: bool = False) -> Typist:
        """Somebody with a plan, who has not joined yet."""
        return (BlockTypist if blocks else Typist)(phone, RandomPlan(seed, self.template.criteria), seed)

    async def start(self) -> None:
        """Start the service and wait until it serves."""
        await self.product.start(ready=self.ready or (lambda: True))
        if self.ready is None:
            await until(lambda: _listens(self.url), 30, self.product.tail)

    async def restart(self) -> None:
        """SIGKILL, and up again."""
        await self.product.kill()
        await self.start()

    async def quiet(self) -> None:
        """Wait until everything that was heard is answered and nothing is left to be sent."""
        await until(lambda: all(row.state != "queued" for row in self.stored.outbox()), 15, self.product.tail, 0.02)

    async def scored(self, people: Mapping[str, Typist]) -> list[dict[str, Any]]:
        """What `tucham score` makes of what was answered, unit by unit."""
        lines = []
        for unit, typist in people.items():
            answers: dict[str, Any] = {one: planned.json for one, planned in typist.given.items()}
            answers |= {scope: {"exempt": True} for scope in typist.claimed}
            lines.append(json.dumps({"criteria_set": "qd-3270-2020", "unit_kind": KINDS[unit], "answers": answers}))
        return await self.product.score(*lines)

    async def check(self, people: Mapping[str, Typist], receipts: Mapping[str, str]) -> None:
        """Every answer is kept once as it was given, and the totals are what the scorer makes of the plans."""
        told = (await self.product.tucham("status", "--json")).json
        statuses = {one["code"]: one for one in told["units"]}
        for unit, scored in zip(people, await self.scored(people), strict=True):
            status, typist = statuses[unit], people[unit]
            assert (status["points"], status["class"]) == (scored["total"], scored["class"]), unit
            assert (status["receipt"], status["state"], status["decided"]) == (receipts[unit], "submitted", 38)
            kept = self.stored.answers(unit)
            wrong = {one for one, planned in typist.given.items() if not is_same(planned, kept[one])}
            assert wrong == set(), unit
            assert typist.acknowledged <= set(kept), unit
            assert {one: n for one, n in self.stored.times_given(unit).items() if n != 1} == {}, unit

    async def verify(self) -> None:
        """Let `tucham verify` rebuild everything from the ledger."""
        await self.product.tucham("verify")

    def leaks(self, *secrets: str) -> list[str]:
        """The files of the installation that hold a secret."""
        files = [file for file in self.product.home.rglob("*") if file.is_file()]
        assert {"service.log", "tucham.db"} <= {file.name for file in files}
        return [str(file) for file in files for one in secrets if one.encode() in file.read_bytes()]


async def read_rows(phone: Phone, summary: Screen) -> str:
    """Open what stands behind a summary by its code, page by page; all that was shown."""
    shown = await say(phone, summary.choices[0][0])
    pages = [shown.text]
    for page in ("2", "3", "4"):
        shown = await say(phone, shown.code_of(f"Hạng mục {page}"))
        pages.append(shown.text)
    return "\n".join(pages)


async def summary_of(phone: Phone, unit_name: str) -> Screen:
    """The summary that a reviewer got of a unit; there is one."""
    words = f"{unit_name} đã nộp kết quả tự chấm năm"
    found = await find(phone, words)
    assert sum(words in one for one in phone.said) == 1
    return found


def by_polling(fake: FakeZaloBot) -> dict[str, str]:
    """The settings of a service that asks this platform for events."""
    return {"TUCHAM_ZALO_BOT_TOKEN": fake.token, "TUCHAM_ZALO_BOT_API_BASE": fake.base_url}


def by_webhook(fake: FakeZaloBot) -> dict[str, str]:
    """The settings of a service that is brought them."""
    return by_polling(fake) | {"TUCHAM_ZALO_BOT_MODE": "webhook", "TUCHAM_ZALO_BOT_WEBHOOK_SECRET": SECRET}


def _listens(url: str) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, int(url.rpartition(":")[2])), 0.2):
        return True
    return False


@contextlib.asynccontextmanager
async def zalo_office(
    template: Template,
    mother: Zygote,
    home: Path,
    env: Mapping[str, str],
    *,
    ready: Callable[[], object] | None = None,
    start: bool = True,
) -> AsyncIterator[ZaloOffice]:
    """The office on a copy of the template with these settings, its service running unless `start` is off.

    `ready` says when it serves; by default that is when its port is open.
    """
    url = f"http://{HOST}:{free_port()}"
    settings = {**SETTINGS, "TUCHAM_PUBLIC_URL": url, "TUCHAM_LISTEN": url.removeprefix("http://"), **env}
    product = WarmProduct(home, settings)
    product.mother = mother
    async with product:
        shutil.copy(template.database, product.database)
        made = ZaloOffice(product, template, url, ready)
        if start:
            await made.start()
        yield made
