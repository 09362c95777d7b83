"""The service with its pages on a free port: units, an open cycle and invites made by commands, no token."""

import asyncio
import csv
import json
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browsing.officer import WebOfficer
from browsing.watch import Watch
from officer.plan import Plan, RandomPlan
from playwright.async_api import Browser, BrowserContext, Page
from product.office import HUYEN, SO, far_deadline
from product.stored import Stored
from product.warm import WarmProduct, Zygote

PHONE, DESK = (360, 740), (1280, 800)
SET = "qd-3270-2020"
Row = tuple[str, str, str, str]
UNITS: tuple[Row, ...] = (
    ("STC", "Sở Tài chính", "Sở TC", SO),
    ("SYT", "Sở Y tế", "Sở Y tế", SO),
    ("SNV", "Sở Nội vụ", "SNV", SO),
    ("SGTVT", "Sở Giao thông vận tải", "Sở GTVT", SO),
    ("SDL", "Sở Du lịch", "SDL", SO),
    ("STP", "Sở Tư pháp", "STP", SO),
    ("HBT", "UBND huyện Bố Trạch", "Bố Trạch", HUYEN),
    ("HLT", "UBND huyện Lệ Thủy", "Lệ Thủy", HUYEN),
    ("HQN", "UBND huyện Quảng Ninh", "Quảng Ninh", HUYEN),
    ("HQT", "UBND huyện Quảng Trạch", "Quảng Trạch", HUYEN),
    ("XTL", "<i>UBND</i> xã \"Tân\" 'Lập' {{7*7}}", "<b>Tân Lập</b>", HUYEN),
)


@dataclass(slots=True)
class Someone:
    """A person with a browser of their own: a context, its page, and what it did that it must not."""

    context: BrowserContext
    page: Page
    watch: Watch
    script: bool = True


@dataclass(slots=True)
class Place:
    """The running service, and the browser people come with."""

    product: WarmProduct
    browser: Browser
    home: str
    codes: Mapping[str, str]
    criteria: Mapping[str, Any]
    kinds: Mapping[str, str]
    names: Mapping[str, str]
    people: list[Someone] = field(default_factory=list)

    @property
    def stored(self) -> Stored:
        """What stands in the SQLite file."""
        return Stored(self.product.database)

    def invite(self, whom: str) -> str:
        """The link of a unit's invite, or of a role's."""
        return f"{self.home}/moi/{self.codes[whom]}"

    async def someone(
        self, size: tuple[int, int] = PHONE, *, script: bool = True, dark: bool = False, **more: Any
    ) -> Someone:
        """A new person; on a phone they touch."""
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            has_touch=size == PHONE,
            is_mobile=size == PHONE,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            base_url=self.home,
            **more,
        )
        context.set_default_timeout(8000)
        made = Someone(context, await context.new_page(), Watch(self.home), script)
        made.watch.follow(context)
        self.people.append(made)
        return made

    async def officer(
        self, unit: str, seed: int, *, who: Someone | None = None, name: str = "", plan: Plan | None = None
    ) -> WebOfficer:
        """Somebody who has joined a unit and stands at the first card."""
        person = who or await self.someone()
        touch = person.page.viewport_size == {"width": PHONE[0], "height": PHONE[1]}
        made = WebOfficer(person.page, plan or RandomPlan(seed, self.criteria), touch, person.script)
        await made.join(self.invite(unit), name or f"Cán bộ {unit} {seed}")
        return made

    async def reviewer(self, name: str = "Trần Thẩm Định", size: tuple[int, int] = DESK) -> Someone:
        """Somebody of the office who has joined and looks at the board."""
        person = await self.someone(size)
        await person.page.goto(self.invite("reviewer"))
        await person.page.fill("#name", name)
        await person.page.click("button.main")
        await person.page.wait_for_selector("table.units")
        return person

    async def scored(self, unit: str, officer: WebOfficer, *exempt: str) -> dict[str, Any]:
        """What `tucham score` makes of an officer's answers."""
        answers = {one: planned.json for one, planned in officer.given.items()}
        answers |= {scope: {"exempt": True} for scope in exempt}
        line = json.dumps({"criteria_set": SET, "unit_kind": self.kinds[unit], "answers": answers})
        found: dict[str, Any] = (await self.product.score(line))[0]
        return found

    async def leave(self) -> None:
        """Everybody closes their browser; raise AssertionError for whatever their watches noted."""
        people, self.people[:] = list(self.people), []
        for person in people:
            await person.context.close()
        for person in people:
            person.watch.check()


async def prepare(product: WarmProduct, units: Sequence[Row]) -> tuple[dict[str, str], dict[str, Any]]:
    """Import units, open a cycle and issue invites that many may use; returns their codes and the criteria."""
    file = product.home / "units.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("code", "name", "short_name", "kind"), *units])
    await product.tucham("units", "import", str(file), "--yes")
    _, criteria = await asyncio.gather(product.open_cycle(2025, far_deadline()), product.criteria())
    room = asyncio.Semaphore(2)

    async def issue(*asked: str) -> tuple[str, str]:
        async with room:
            return asked[-1], str((await product.tucham("invite", "--uses", "200", "--json", *asked)).json["code"])

    issuing = [issue("--unit", code) for code, *_ in units] + [issue("--role", "reviewer")]
    return dict(await asyncio.gather(*issuing)), criteria


@asynccontextmanager
async def open_place(
    mother: Zygote, folder: Path, browser: Browser, units: Sequence[Row] = UNITS
) -> AsyncIterator[Place]:
    """The service on a fresh SQLite file and a free port, without any token."""
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    env = {"TUCHAM_LISTEN": f"127.0.0.1:{port}", "TUCHAM_PUBLIC_URL": home}
    async with WarmProduct(folder, env) as product:
        product.mother = mother
        codes, criteria = await prepare(product, units)
        await product.start(ready=lambda: _answers(port))
        names, kinds = {code: name for code, name, *_ in units}, {code: kind for code, *_, kind in units}
        yield Place(product, browser, home, codes, criteria, kinds, names)


def free_port() -> int:
    """A port nobody listens at."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
