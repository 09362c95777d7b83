"""A small office to prove things in: units, an open cycle and invites made by the real commands, once per session."""

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fake_bot_api.chats import Shown
from fake_bot_api.people import Group, User
from fake_bot_api.server import TOKEN, FakeBotApi
from officer.plan import RandomPlan
from officer.walk import Officer
from product.opening import Opening
from product.process import Product
from product.stored import Stored
from product.warm import WarmProduct, Zygote

SO, HUYEN = "so_ban_nganh", "ubnd_cap_huyen"
UNITS = (
    ("STC", "Sở Tài chính", "Sở TC", SO),
    ("SYT", "Sở Y tế", "Sở Y tế", SO),
    ("TPDH", "UBND thành phố Đồng Hới", "Đồng Hới", HUYEN),
    ("HBT", "UBND huyện Bố Trạch", "Bố Trạch", HUYEN),
)
KINDS = {code: kind for code, _name, _short, kind in UNITS}
NAMES = {code: name for code, name, _short, _kind in UNITS}
USES = 200
ENV = {"TUCHAM_LOG_LEVEL": "DEBUG", "TUCHAM_RATE_GROUP_PER_MINUTE": "1000", "TUCHAM_RATE_CHAT_PER_SECOND": "50"}
FAR_DAYS = 60  # no reminder and no consolidated table of the clock falls into a test


@dataclass(frozen=True, slots=True)
class Template:
    """A database made by commands, to be copied: `codes` holds an invite per unit and per role."""

    database: Path
    codes: Mapping[str, str]
    criteria: Mapping[str, Any]


def far_deadline() -> str:
    """A deadline that no test reaches."""
    return (datetime.now(UTC) + timedelta(days=FAR_DAYS)).date().isoformat()  # noqa: TID251 - the edge of a test


async def prepare(product: Product) -> Template:
    """Import units, open a cycle and issue invites that many may use."""
    await product.import_units(UNITS)
    _, criteria = await asyncio.gather(product.open_cycle(2025, far_deadline()), product.criteria())
    room = asyncio.Semaphore(2)

    async def issue(whom: str) -> tuple[str, str]:
        asked = ("--unit", whom) if whom in KINDS else ("--role", whom)
        uses = () if whom == "group" else ("--uses", str(USES))
        async with room:
            told = (await product.tucham("invite", *asked, *uses, "--json")).json
        return whom, str(told["code"])

    issued = await asyncio.gather(*(issue(whom) for whom in (*KINDS, "reviewer", "admin", "group")))
    return Template(product.database, dict(issued), criteria)


@dataclass(slots=True)
class Office:
    """A running product, the platform it talks to, and the people around it."""

    fake: FakeBotApi
    product: Product
    template: Template
    officers: dict[str, Officer] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)

    @property
    def stored(self) -> Stored:
        """What stands in the SQLite file."""
        return Stored(self.product.database)

    def officer(self, unit: str, seed: int, *, patience: float = 10.0, nudge: str | None = None) -> Officer:
        """A new officer of a unit with a plan; knows the invite but has not used it yet."""
        opening = Opening(seed)
        made = Officer(
            self.fake.user(f"Cán bộ {unit} {seed}"),
            RandomPlan(seed, self.template.criteria),
            before=opening.choose,
            after=opening.go_on,
            patience=patience,
            nudge=nudge,
        )
        self.officers[unit], self.openings[unit] = made, opening
        return made

    def answers_of(self, unit: str) -> dict[str, dict[str, Any]]:
        """What the unit's last officer has answered, as the scorer reads it."""
        given = {one: planned.json for one, planned in self.officers[unit].given.items()}
        return given | {scope: {"exempt": True} for scope in self.openings[unit].claimed}

    async def scored(self, *units: str) -> list[dict[str, Any]]:
        """What `tucham score` makes of the answers of units."""
        lines = [
            json.dumps({"criteria_set": "qd-3270-2020", "unit_kind": KINDS[unit], "answers": self.answers_of(unit)})
            for unit in units
        ]
        return await self.product.score(*lines)

    async def joined(self, unit: str, seed: int, *, patience: float = 10.0, nudge: str | None = None) -> Officer:
        """An officer who stands at the first question."""
        officer = self.officer(unit, seed, patience=patience, nudge=nudge)
        await officer.join(self.template.codes[unit])
        await officer.walk(limit=0)
        return officer

    async def staff(self, role: str, name: str = "Trần Văn Bình") -> User:
        """A reviewer or admin who has joined."""
        user = self.fake.user(name)
        user.send(f"/start {self.template.codes[role]}")
        for wanted in ("Đúng", "Đồng ý"):
            shown = await user.expect(lambda s, label=wanted: has_button(s, label))  # type: ignore[misc]
            user.press(shown.button(wanted))
        await user.expect("/tonghop")
        return user

    async def group(self, by: User) -> Group:
        """A group of the office that was bound by its code."""
        group = self.fake.group("Phòng CNTT", by)
        group.add_bot(by)
        group.send(by, self.template.codes["group"])
        await self.fake.until(lambda: any("Nhóm này" in one.text for one in group.chat.shown), what="the group")
        return group

    async def status(self) -> dict[str, dict[str, Any]]:
        """How each unit stands, as `tucham status` tells it."""
        told = (await self.product.tucham("status", "--json")).json
        return {one["code"]: one for one in told["units"]}

    async def settled(self, within: float = 10.0) -> None:
        """Wait until nothing is left to be sent; raise AssertionError after `within` seconds."""
        for _ in range(int(within * 20)):
            waiting = [row for row in self.stored.outbox() if row.state == "queued"]
            if not waiting:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{len(waiting)} messages still wait, the first: {waiting[0]}")

    async def verify(self) -> None:
        """Let `tucham verify` rebuild everything from the ledger; raise CommandFailedError when anything differs."""
        await self.product.tucham("verify")


def has_button(shown: Shown, label: str) -> bool:
    """Whether a screen has a button with this in its label."""
    return any(label in button.label for button in shown.buttons)


@contextlib.asynccontextmanager
async def open_office(
    template: Template,
    home: Path,
    mother: Zygote | None = None,
    *,
    fake: FakeBotApi | None = None,
    start: bool = True,
    cold: bool = False,
    **env: str,
) -> AsyncIterator[Office]:
    """The office on a copy of the template, its service running (polling) unless `start` is off.

    Without a `mother` every process is a cold `python -m bot …`; with `cold` only the service is.
    """
    platform = fake or FakeBotApi(TOKEN)
    settings = {**ENV, **env}
    async with platform:
        made = WarmProduct.of(mother, platform, home, **settings) if mother else None
        async with made or Product.against(platform, home, **settings) as product:
            shutil.copy(template.database, product.database)
            if start:
                await (Product.start(product) if cold else product.start())
            yield Office(platform, product, template)


Open = Callable[..., AbstractAsyncContextManager[Office]]
