"""A product whose processes start warm: forked from one that has done the imports."""

import asyncio
import itertools
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from fake_bot_api.server import FakeBotApi
from product import templates
from product.command import Printed
from product.process import KEPT, ROOT, START, CommandFailedError, Product

ZYGOTE = Path(__file__).with_name("zygote.py")
TESTS = ROOT / "tests"


class Forked:
    """One forked process, as far as Product needs the ways of an asyncio process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def returncode(self) -> int | None:
        """The status, None while it runs."""
        return self.ended.result() if self.ended.done() else None

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if not self.ended.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Wait for its end and return the status."""
        return await asyncio.shield(self.ended)


class Zygote:
    """Forks products. Entered once per test (or module), it costs one cold import."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._started: asyncio.Queue[Forked] = asyncio.Queue()
        self._running: dict[int, Forked] = {}
        self._turn = asyncio.Lock()

    async def fork(
        self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: str, stdout: str, stderr: str
    ) -> Forked:
        """Start `tucham ARGUMENTS` with files for its three streams."""
        order = {"arguments": list(arguments), "cwd": str(cwd), "env": dict(env)}
        order |= {"stdin": stdin, "stdout": stdout, "stderr": stderr}
        pipe = self._process.stdin
        assert pipe is not None
        async with self._turn:
            pipe.write((json.dumps(order) + "\n").encode())
            await pipe.drain()
            async with asyncio.timeout(START):
                return await self._started.get()

    async def listen(self) -> None:
        """Hear who started and who ended, until the input ends."""
        pipe = self._process.stdout
        assert pipe is not None
        while line := await pipe.readline():
            pid, status = json.loads(line)
            if status is None:
                self._running[pid] = Forked(pid)
                self._started.put_nowait(self._running[pid])
            else:
                self._running.pop(pid).ended.set_result(status)

    async def warmed(self) -> None:
        """Wait until the imports are done."""
        async with asyncio.timeout(2 * START):
            await self._started.get()
        self._running.pop(0)


@asynccontextmanager
async def zygote() -> AsyncIterator[Zygote]:
    """A process with the imports done."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    paths = {"PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    told = [str(templates.folder)] if templates.folder else []
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ZYGOTE), *told),
        env=kept | paths,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    mother = Zygote(process)
    listening = asyncio.create_task(mother.listen())
    try:
        await mother.warmed()
        yield mother
    finally:
        process.kill()
        await process.wait()
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


class WarmProduct(Product):
    """Product, forked instead of started; everything else is the same."""

    mother: Zygote
    _numbers = itertools.count(1)

    @classmethod
    def of(cls, mother: Zygote, fake: FakeBotApi, home: Path, **env: str) -> "WarmProduct":
        """A product that talks to a fake platform by polling; `env` adds settings or replaces them."""
        product = cls.against(fake, home, **env)
        product.mother = mother
        return product

    async def tucham(self, *arguments: str, stdin: str = "", check: bool = True, within: float = 60.0) -> Printed:
        """Run one command to its end."""
        number = next(self._numbers)
        files = [self.home / f"command-{number}.{what}" for what in ("in", "out", "err")]
        files[0].write_text(stdin, encoding="utf-8")
        process = await self.mother.fork(arguments, self.home, self.env, *map(str, files))
        try:
            async with asyncio.timeout(within):
                status = await process.wait()
        except TimeoutError:
            process.kill()
            raise CommandFailedError(f"{' '.join(arguments)} did not end within {within} s") from None
        out, err = (file.read_text(encoding="utf-8") for file in files[1:])
        if check and status:
            raise CommandFailedError(f"{' '.join(arguments)} ended with {status}:\n{out}\n{err}")
        return Printed(status, out, err)

    async def start(self, ready: Callable[[], object] | None = None, within: float = START) -> None:
        """Start the service and wait until it is ready: by default until it asks the fake for updates."""
        fake = self._fake
        seen = len(fake.log.of("getUpdates")) if fake else 0
        log = str(self.log)
        service: Any = await self.mother.fork(["run"], self.home, self.env, "/dev/null", log, log)
        self.service = service
        look = ready or (lambda: fake is not None and len(fake.log.of("getUpdates")) > seen)
        await self._wait_ready(look, within)
