"""A kill between the platform's answer and our commit loses no refresh token.

Checked against: a process that asks in the service's own session (it died with it: no token could send again), and a
journal that nobody looks at.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from fake_zalo_oa.server import OAUTH, SEND, FakeZaloOa
from fake_zalo_oa.service import channel_on, now_ms

from bot.channels.contract import Outgoing
from bot.channels.zalo_oa.tokens import Tokens
from storage import credentials
from storage.store import Store

ROOT = Path(__file__).parents[4]
SCRIPT = ROOT / "tests" / "fake_zalo_oa" / "service.py"


@pytest.mark.parametrize("moment", ["before_the_answer", "before_the_save"])
async def test_a_service_killed_while_it_renews_sends_again_after_its_restart(
    platform: FakeZaloOa, sqlite_store: Store, sqlite_file_url: str, tmp_path: Path, moment: str
) -> None:
    ended = replace(Tokens.from_answer(platform.grants.give(), now_ms()), expires_at=0)
    assert await sqlite_store.run(credentials.swap, f"zalo_oa:{platform.app_id}", None, ended.to_json(), 0)
    person, asked, killed = platform.person(), asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        asked.set()
        await killed.wait()

    if moment == "before_the_answer":
        platform.before_tokens = wait  # the platform has used the old token; its answer is not out yet
    journal = tmp_path / "journal"
    account = json.dumps(astuple(platform.account))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(SCRIPT), sqlite_file_url, str(journal), person.id, account),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        start_new_session=True,
    )
    assert process.stdout is not None
    async with asyncio.timeout(15):
        if moment == "before_the_answer":
            await asked.wait()
        else:
            while await process.stdout.readline() != b"saving\n":
                assert process.returncode is None
    os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    killed.set()

    platform.before_tokens = None
    channel = channel_on(sqlite_store, "second", platform.account, journal)
    await channel.send(Outgoing(person.id, "y"))
    await channel.close()
    assert [shown.text for shown in person.chat] == ["y"]
    assert platform.calls == [OAUTH, SEND]
    stored = await sqlite_store.read(credentials.load, f"zalo_oa:{platform.app_id}")
    assert stored is not None
    assert Tokens.from_json(stored).refresh == platform.grants.refresh
    assert not await asyncio.to_thread(lambda: list(journal.iterdir()))
