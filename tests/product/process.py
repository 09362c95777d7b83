"""The product as a process of its own: its commands, its service, and the ways a service ends."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fake_bot_api.server import FakeBotApi
from product.command import Printed

ROOT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "COVERAGE_PROCESS_START")
START, DRAIN = 30.0, 15.0  # seconds


class CommandFailedError(AssertionError):
    """A command ended with another status than 0."""


class Product:
    """Runs `python -m bot …` in `home` with nothing but the given settings; leaving the context ends the service."""

    def __init__(self, home: Path, env: Mapping[str, str], *, entry: Sequence[str] = ("-m", "bot")) -> None:
        self.home = home
        self.database = home / "tucham.db"
        self.log = home / "service.log"
        self.entry = tuple(entry)
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        paths = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
        self.env = {**kept, **paths, "TUCHAM_DATABASE_URL": f"sqlite:///{self.database}", **env}
        self.service: asyncio.subprocess.Process | None = None
        self._fake: FakeBotApi | None = None

    @classmethod
    def against(cls, fake: FakeBotApi, home: Path, *, entry: Sequence[str] = ("-m", "bot"), **env: str) -> Self:
        """A product that talks to a fake platform by polling; `env` adds settings or replaces them."""
        settings = {
            "TUCHAM_TELEGRAM_TOKEN": fake.token,
            "TUCHAM_TELEGRAM_API_BASE": fake.base_url,
            "TUCHAM_TELEGRAM_MODE": "polling",
        }
        product = cls(home, settings | env, entry=entry)
        product._fake = fake
        return product

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()

    async def tucham(self, *arguments: str, stdin: str = "", check: bool = True, within: float = 60.0) -> Printed:
        """Run one command to its end; raise CommandFailedError for a status other than 0 unless `check` is off."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self.entry,
            *arguments,
            cwd=self.home,
            env=self.env,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(within):
                out, err = await process.communicate(stdin.encode())
        except TimeoutError:
            process.kill()
            await process.communicate()
            raise CommandFailedError(f"{' '.join(arguments)} did not end within {within} s") from None
        output = Printed(process.returncode or 0, out.decode(), err.decode())
        if check and output.status:
            raise CommandFailedError(f"{' '.join(arguments)} ended with {output.status}:\n{output.out}\n{output.err}")
        return output

    async def criteria(self, criteria_set: str = "qd-3270-2020") -> dict[str, Any]:
        """The criteria set as `criteria show --json` tells it."""
        shown: dict[str, Any] = (await self.tucham("criteria", "show", criteria_set, "--json")).json
        return shown

    async def import_units(self, rows: Sequence[tuple[str, str, str, str]]) -> Printed:
        """Import units given as (code, name, short name, kind)."""
        file = self.home / "units.csv"
        lines = ["code,name,short_name,kind", *(",".join(f'"{cell}"' for cell in row) for row in rows)]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return await self.tucham("units", "import", str(file), "--yes")

    async def open_cycle(self, year: int = 2025, due: str = "2026-01-15", criteria: str = "qd-3270-2020") -> Printed:
        """Open a cycle; `due` is the first day that is too late."""
        return await self.tucham("cycle", "open", "--criteria", criteria, "--year", str(year), "--due", due)

    async def invite(self, *, unit: str | None = None, role: str | None = None) -> dict[str, Any]:
        """An invite for a unit's officer, or for a role of the office, as `invite --json` tells it."""
        whom = ["--unit", unit] if unit else ["--role", role or "reviewer"]
        told: dict[str, Any] = (await self.tucham("invite", *whom, "--json")).json
        return told

    async def score(self, *lines: str) -> list[Any]:
        """Score lines of answers; one result each."""
        return (await self.tucham("score", stdin="\n".join(lines) + "\n", check=False)).lines

    async def start(self, ready: Callable[[], object] | None = None, within: float = START) -> None:
        """Start the service and wait until it is ready: by default until it asks the fake for updates."""
        if self._fake is None and ready is None:
            raise ValueError("without a fake it must be said what ready means")
        seen = len(self._fake.log.of("getUpdates")) if self._fake else 0
        with self.log.open("ab") as log:
            self.service = await asyncio.create_subprocess_exec(
                sys.executable,
                *self.entry,
                "run",
                cwd=self.home,
                env=self.env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        fake = self._fake
        look = ready or (lambda: fake is not None and len(fake.log.of("getUpdates")) > seen)
        await self._wait_ready(look, within)

    async def stop(self, within: float = DRAIN) -> int:
        """SIGTERM, wait for the drain and return the exit status; raise AssertionError when it does not end."""
        service = self._running()
        service.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(within):
                status = await service.wait()
        except TimeoutError:
            await self.kill()
            raise AssertionError(f"the service did not drain within {within} s:\n{self.tail()}") from None
        self.service = None
        return status

    async def kill(self) -> None:
        """SIGKILL, if it runs at all."""
        if self.service is not None and self.service.returncode is None:
            self.service.kill()
            await self.service.wait()
        self.service = None

    async def restart(self, *, hard: bool = False) -> None:
        """Stop (or kill) the service and start it again."""
        await (self.kill() if hard else self.stop())
        await self.start()

    def tail(self, lines: int = 30) -> str:
        """The end of the service's log."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _running(self) -> asyncio.subprocess.Process:
        if self.service is None:
            raise AssertionError("the service does not run")
        return self.service

    async def _wait_ready(self, look: Callable[[], object], within: float) -> None:
        service = self._running()
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while not look():
            if service.returncode is not None:
                raise AssertionError(f"the service ended with {service.returncode} at once:\n{self.tail()}")
            if loop.time() > end:
                await self.kill()
                raise AssertionError(f"the service was not ready within {within} s:\n{self.tail()}")
            await asyncio.sleep(0.02)
