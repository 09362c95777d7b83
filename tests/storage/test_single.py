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
from storage.single import Membership, hold_database, join

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


async def test_on_sqlite_the_one_process_always_leads_and_every_other_is_dead(tmp_path: Path) -> None:
    membership = await join(sqlite_url(tmp_path / "tucham.db"), "me")
    assert await membership.leads()
    assert await membership.dead(["me", "an earlier one"]) == {"an earlier one"}
    await membership.close()


async def cut_all(postgres: Postgres, url: str) -> None:
    """Let the server cut every connection to a database."""
    name = make_url(url).database
    sql = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
    assert await postgres.command(sql) >= 1


async def test_of_two_replicas_one_leads_and_the_other_takes_over_when_it_dies(postgres: Postgres) -> None:
    url = await postgres.new_database()
    first, second = await join(url, "first"), await join(url, "second")
    try:
        assert (await first.leads(), await second.leads()) == (True, False)
        assert (await first.leads(), await second.leads()) == (True, False)
        await cut_all(postgres, url)
        assert await leads_soon(second)
        assert not await first.leads()
        await second.close()
        assert await leads_soon(first)
    finally:
        await first.close()
        await second.close()


async def test_a_replica_lives_until_it_leaves_and_again_after_its_connection_was_cut(postgres: Postgres) -> None:
    url = await postgres.new_database()
    first, second = await join(url, "first"), await join(url, "second")
    known = ["first", "second", "never seen"]
    try:
        assert await first.dead(known) == await second.dead(known) == {"never seen"}
        await cut_all(postgres, url)
        assert await first.dead(known) == frozenset()  # who is cut off itself cannot say
        await leads_soon(first)
        assert await first.dead(known) == {"second", "never seen"}
        for _ in range(2):  # it learns that it is cut off, and joins again
            assert not await second.leads()
        assert await first.dead(known) == await second.dead(known) == {"never seen"}
        await second.close()
        assert await first.dead(known) == {"second", "never seen"}
    finally:
        await first.close()
        await second.close()


async def leads_soon(membership: Membership) -> bool:
    for _ in range(100):
        if await membership.leads():
            return True
        await asyncio.sleep(0.02)
    return False
