"""Only one process works on an SQLite file, and only one replica leads on PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from product_store.databases import Postgres, sqlite_url
from sqlalchemy import make_url

from storage.errors import DatabaseInUse
from storage.single import Leadership, hold_database, try_lead

HOLDER = """
import sys, time
from storage.single import hold_database
with hold_database(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_refused_and_told_whose_file_it_is(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "var" / "tucham.db")
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", HOLDER, url]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}
    ) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == b"held\n"
            with pytest.raises(DatabaseInUse) as refused, hold_database(url):
                pass
            assert refused.value.pid == other.pid
            assert str(other.pid) in str(refused.value)
        finally:
            other.send_signal(signal.SIGKILL)
    with hold_database(url):  # the lock died with its process
        pass


def test_the_file_is_free_again_after_holding_it(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "tucham.db")
    with hold_database(url), pytest.raises(DatabaseInUse), hold_database(url):
        pass
    with hold_database(url):
        pass


def test_on_postgresql_any_number_of_processes_may_work() -> None:
    url = "postgresql://localhost/x"
    with hold_database(url), hold_database(url):
        pass


async def test_on_sqlite_the_one_process_always_leads(tmp_path: Path) -> None:
    leadership = await try_lead(sqlite_url(tmp_path / "tucham.db"))
    assert await leadership.held()
    await leadership.close()


async def test_of_two_replicas_one_leads_and_the_other_takes_over_when_it_dies(postgres: Postgres) -> None:
    url = await postgres.new_database()
    first, second = await try_lead(url), await try_lead(url)
    try:
        assert (await first.held(), await second.held()) == (True, False)
        assert (await first.held(), await second.held()) == (True, False)
        name = make_url(url).database
        sql = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
        assert await postgres.command(sql) >= 1
        assert await leads_soon(second)
        assert not await first.held()
        await second.close()
        assert await leads_soon(first)
    finally:
        await first.close()
        await second.close()


async def leads_soon(leadership: Leadership) -> bool:
    for _ in range(100):
        if await leadership.held():
            return True
        await asyncio.sleep(0.02)
    return False
