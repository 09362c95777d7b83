"""The demo as people try it: the real process, its three links, the terminal beside it, and Ctrl-C."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest
from product.process import KEPT, ROOT, Product
from product.warm import WarmProduct, Zygote

pytestmark = pytest.mark.asyncio(loop_scope="session")
START_S, STOP_S = 30, 15
ROLES = ("officer", "reviewer", "admin")
LINK = re.compile(r"http://127\.0\.0\.1:\d+/moi/\w{8}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo made by the terminal way, which needs no service."""
    home = tmp_path_factory.mktemp("made")
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    command = [sys.executable, "-m", "bot", "talk", "--demo", "demo"]
    env = kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run(command, cwd=home, env=env, input="", capture_output=True, text=True, check=True, timeout=90)
    assert "Sở Du lịch" in ran.stdout
    assert ran.stderr == ""
    return home / "demo"


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    yield Product(tmp_path, {})
    left = (tmp_path / "tucham.db").exists()
    assert not left, "the demo touched another database"


def free_port() -> int:
    with closing(socket.socket()) as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@asynccontextmanager
async def running(product: Product, port: int) -> AsyncIterator[list[str]]:
    """The demo's links while it runs; stopped as by Ctrl-C, which must end it well and quietly."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--dir", "demo", "--port", str(port),
        cwd=product.home, env=product.env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        links: list[str] = []
        async with asyncio.timeout(START_S):
            while len(links) < len(ROLES) and (line := await process.stdout.readline()):
                links += LINK.findall(line.decode())
        yield links
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(STOP_S):
            _, err = await process.communicate()
        assert err.decode() == ""
        assert process.returncode == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def codes(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / "demo.json").read_text(encoding="utf-8"))["codes"]
    return found


async def test_three_links_open_and_looking_uses_nothing_up(product: Product, mother: Zygote) -> None:
    """The sample is made by the service that shows it, and the terminal finds it there."""
    port = free_port()
    async with running(product, port) as links, aiohttp.ClientSession() as client:
        assert links == [f"http://127.0.0.1:{port}/moi/{codes(product.home / 'demo')[role]}" for role in ROLES]
        for link in links:
            for _ in range(2):
                async with client.get(link) as page:
                    assert page.status == 200
                    assert "no-store" in page.headers["Cache-Control"]
            assert link.rpartition("/")[2] not in str(page.headers)
        async with client.get(f"http://127.0.0.1:{port}/healthz") as health:
            assert (await health.json())["status"] == "ok"
    database = product.home / "demo" / "tucham.db"
    assert _uses_left(database) == {500}
    terminal = WarmProduct(product.home, {})
    terminal.mother = mother
    assert "Sở Du lịch" in (await terminal.tucham("talk", "--demo", "demo")).out


@pytest.mark.slow
async def test_the_terminal_way_makes_a_demo_and_works_beside_it_on_another_port_and_alone(
    product: Product, made: Path
) -> None:
    shutil.copytree(made, product.home / "demo", ignore=shutil.ignore_patterns("*.lock"))
    talk = ("talk", "--demo", "demo")
    with closing(socket.socket()) as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = int(busy.getsockname()[1])
        async with running(product, port) as links:
            assert not any(f":{port}/" in link for link in links)
            first = await product.tucham(*talk, stdin="a\na\na\na\na\na\na\n2\n")
            assert "Sở Du lịch" in first.out
            assert "Có ban hành · 2 điểm" in first.out
            assert "Đã ghi nhận 1.1" in first.out
            assert first.err == ""
            code = codes(product.home / "demo")["reviewer"]
            reviewer = await product.tucham(*talk, "--as", code, stdin="a\na\n/tonghop\n")
            assert "Sở Du lịch" in reviewer.out
            assert "/29" in reviewer.out
    second = await product.tucham(*talk, stdin="a\n")
    assert "1/38" in second.out
    assert "1.2.1." in second.out


def _uses_left(database: Path) -> set[int]:
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT uses_left FROM invites WHERE uses_left > 1").fetchall()
    return {int(row[0]) for row in rows}
