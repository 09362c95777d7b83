"""A backup made, read back and restored: what stood there stands there again; what does not hold is refused whole."""

from __future__ import annotations

import asyncio
import io
import json
import os
import tarfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from backups.filling import everything
from backups.place import AT, KEY, Place
from product_store.fixtures import opened
from product_store.seeds import NOW
from sqlalchemy import Connection, text

from bot.backup import making, restoring
from bot.backup.archive import Writer
from bot.backup.checking import read_back
from bot.backup.faults import BackupFault
from bot.backup.sealing import Key, Lock
from bot.intake.moments import to_ms
from storage import chats, outbox
from storage.blobs import Blobs
from storage.errors import DatabaseInUse, StoreNotReady
from storage.marks import mark
from storage.rows import NewOutboxRow
from storage.single import hold_database

PLAIN, NOTHING = Lock(), Key()


async def code(work: Awaitable[object]) -> str:
    with pytest.raises(BackupFault) as told:
        await work
    return told.value.code


async def rows_in(place: Place) -> dict[str, list[tuple[Any, ...]]]:
    async with opened(place.url) as store:
        return await store.read(everything)


async def test_a_backup_is_one_private_file_that_was_read_back(place: Place) -> None:
    made = await place.back_up()
    assert made.path == place.folder / "tucham-20260110-020000Z.tar.age"
    assert (made.rows, made.files, made.missing, made.read_back) == (10, 1, (), True)
    assert os.stat(made.path).st_mode & 0o777 == 0o600  # noqa: PTH116 - no pathlib in a loop
    assert os.stat(place.folder).st_mode & 0o777 == 0o700  # noqa: PTH116
    assert b"GTVT" not in made.path.read_bytes()
    assert place.files() >= {"backups/tucham-20260110-020000Z.tar.age", "tucham.db"}
    found = read_back(made.path, KEY)
    assert (found.rows, found.files, found.manifest.taken_at, found.manifest.revision) == (10, 1, AT, "0004")


async def test_everything_comes_back_and_what_is_doubtful_is_told(place: Place, tmp_path: Path) -> None:
    """Caught when seeded: forgetting make_unsent_uncertain."""

    def say(conn: Connection) -> None:
        chat = chats.arrive(conn, "telegram", "1001", "private", NOW).chat.id
        outbox.put(conn, [NewOutboxRow(chat, "notice", "message", {"html": "x"}, due_at=NOW)])

    async with opened(place.url) as store:
        await store.run(say)
    made = await place.back_up()
    other = Place.at(tmp_path / "other")
    restored = await other.restore(made.path)
    before, after = await rows_in(place), await rows_in(other)
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"outbox", "marks"}
    assert (restored.doubts.uncertain, restored.doubts.sessions, restored.aside) == (1, 0, None)
    assert list(other.blobs.digests()) == list(place.blobs.digests())
    async with opened(other.url) as store:
        noted = await store.read(mark, "restore")
    assert noted is not None
    assert (noted.at, noted.body) == (to_ms(AT), {"file": made.path.name, "taken_at": to_ms(AT)})


async def test_a_file_that_is_gone_or_altered_is_told_and_the_rest_is_kept(place: Place, tmp_path: Path) -> None:
    (digest,) = place.blobs.digests()
    path = place.blobs.path(digest)
    path.write_bytes(b"altered")
    made = await place.back_up()
    assert (made.files, made.missing) == (0, (digest,))
    restored = await Place.at(tmp_path / "other").restore(made.path)
    assert restored.found.missing == (digest,)


async def test_an_altered_file_is_put_right_by_a_restore(place: Place) -> None:
    made = await place.back_up()
    (digest,) = place.blobs.digests()
    place.blobs.path(digest).write_bytes(b"altered")
    await place.restore(made.path, replace=True)
    assert place.blobs.is_sound(digest)


async def test_nothing_is_lost_by_restoring_over_something(place: Place) -> None:
    made = await place.back_up()
    before = await rows_in(place)
    assert await code(place.restore(made.path)) == "not_empty"
    restored = await place.restore(made.path, replace=True)
    assert restored.aside == f"{place.home}/tucham.db.20260110-020000Z.before-restore"
    aside = Place(place.home, f"sqlite:///{restored.aside}")
    assert await rows_in(aside) == before


async def test_a_database_that_a_service_holds_is_left_alone(place: Place) -> None:
    made = await place.back_up()
    with hold_database(place.url), pytest.raises(DatabaseInUse):
        await place.restore(made.path, replace=True)


async def test_without_a_database_there_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(StoreNotReady):
        await Place.at(tmp_path).back_up()
    assert Place.at(tmp_path).files() == set()


async def test_two_backups_of_one_second_do_not_overwrite_each_other(place: Place) -> None:
    await place.back_up()
    assert await code(place.back_up()) == "exists"


async def test_a_backup_that_cannot_be_read_back_is_not_kept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Caught when seeded: the file kept, so that the newest backup was one that nobody could open."""

    def fail(_path: Path, _key: Key) -> None:
        raise BackupFault("damaged")

    monkeypatch.setattr(making, "read_back", fail)
    assert await code(place.back_up()) == "damaged"
    assert not [name for name in place.files() if "backups" in name]


async def test_a_full_disk_leaves_nothing_behind(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await place.back_up()
    other = Place.at(tmp_path / "other")

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Blobs, "put", full)
    assert await code(other.restore(made.path)) == "disk"
    assert other.files() == set()
    monkeypatch.setattr(os, "fsync", full)
    assert await code(place.back_up(at=AT + timedelta(seconds=1))) == "disk"
    assert sorted(path.name for path in place.folder.iterdir()) == [made.path.name]


async def test_files_put_back_are_taken_away_again_when_the_rest_fails(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await place.back_up()

    def fail(*_: object) -> None:
        raise StoreNotReady("half way")

    monkeypatch.setattr(restoring, "finish", fail)
    other = Place.at(tmp_path / "other")
    with pytest.raises(StoreNotReady):
        await other.restore(made.path)
    assert other.files() == set()


def again(change: Callable[[list[tuple[str, bytes]]], None], path: Path) -> Path:
    """The same plain backup with its parts changed."""
    with tarfile.open(path) as tar:
        parts = [(info.name, file.read()) for info in tar if (file := tar.extractfile(info))]
    change(parts)
    made = path.with_name("changed.tar")
    with tarfile.open(made, "w") as tar:
        for name, data in parts:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return made


def manifest(**values: object) -> Callable[[list[tuple[str, bytes]]], None]:
    def change(parts: list[tuple[str, bytes]]) -> None:
        parts[0] = (parts[0][0], json.dumps(json.loads(parts[0][1]) | values).encode())

    return change


def drop(start: str) -> Callable[[list[tuple[str, bytes]]], None]:
    def change(parts: list[tuple[str, bytes]]) -> None:
        parts.remove(next(part for part in parts if part[0].startswith(start)))

    return change


def swap_rows(parts: list[tuple[str, bytes]]) -> None:
    at = [place for place, part in enumerate(parts) if part[0].startswith("tables/")]
    parts[at[0]], parts[at[1]] = (parts[at[0]][0], parts[at[1]][1]), (parts[at[1]][0], parts[at[0]][1])


def miscount(parts: list[tuple[str, bytes]]) -> None:
    told = json.loads(parts[0][1])
    told["tables"][0]["rows"] += 1
    parts[0] = (parts[0][0], json.dumps(told).encode())


CHANGES: dict[str, tuple[Callable[[list[tuple[str, bytes]]], None], str]] = {
    "a piece of rows is gone": (drop("tables/units"), "damaged"),
    "the list of contents is gone": (drop("contents"), "damaged"),
    "a file is gone": (drop("files/"), "damaged"),
    "the manifest is gone": (drop("manifest"), "not_a_backup"),
    "rows of one table under another's name": (swap_rows, "damaged"),
    "another number of rows": (miscount, "damaged"),
    "another format": (manifest(format=2), "newer"),
    "a schema to come": (manifest(revision="9999"), "newer"),
    "something unheard of": (manifest(extra=1), "damaged"),
    "a file of another content": (lambda parts: parts.insert(-1, (f"files/{'0' * 64}", b"x")), "damaged"),
    "something else in it": (lambda parts: parts.insert(1, ("../../etc/passwd", b"x")), "damaged"),
    "something behind it": (lambda parts: parts.append((f"files/{'0' * 64}", b"x")), "damaged"),
}


@pytest.fixture
async def plain(place: Place) -> Path:
    """A backup that is not locked, so that it can be changed."""
    return (await place.back_up(PLAIN)).path


async def test_what_does_not_hold_is_refused_whole(plain: Path, tmp_path: Path) -> None:
    """Caught when seeded, one by one: digests not compared, rows not counted."""
    other = Place.at(tmp_path / "other")
    for name, (change, wanted) in CHANGES.items():
        changed = again(change, plain)
        assert await code(other.restore(changed, NOTHING)) == wanted, name
        assert other.files() == set(), name


async def test_rows_that_no_table_takes_are_damage(plain: Path, tmp_path: Path) -> None:
    tables = read_back(plain, NOTHING).manifest.model_dump()["tables"]
    for table in tables:
        if table["name"] == "units":
            table["columns"] = ("nothing", *table["columns"][1:])
    changed = again(manifest(tables=tables), plain)
    assert await code(Place.at(tmp_path / "other").restore(changed, NOTHING)) == "damaged"


@pytest.mark.parametrize("data", [b"", b"x", b"x" * 100_000, b"PK\x03\x04" + b"\0" * 5000])
async def test_something_else_is_no_backup(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "file"
    await asyncio.to_thread(file.write_bytes, data)
    assert await code(Place.at(tmp_path / "other").restore(file)) == "not_a_backup"


async def test_a_cut_backup_is_found_wherever_it_was_cut(place: Place, plain: Path, tmp_path: Path) -> None:
    locked = (await place.back_up()).path
    for path, key in ((plain, NOTHING), (locked, KEY)):
        data = await asyncio.to_thread(path.read_bytes)
        cut = tmp_path / "cut"
        for part in (0.3, 0.6):
            await asyncio.to_thread(cut.write_bytes, data[: int(len(data) * part)])
            assert await code(Place.at(tmp_path / "other").restore(cut, key)) == "damaged"


async def test_a_backup_is_made_in_pieces_however_much_there_is(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Caught when seeded: everything gathered before it was written."""
    most = 0

    class Watched(Writer):
        def _add(self, name: str, data: bytes) -> None:
            nonlocal most
            most = max(most, len(data))
            super()._add(name, data)

    def much(conn: Connection) -> None:
        put = text("INSERT INTO updates (channel, bot, key, at, state, raw) VALUES ('t', 'b', :key, 0, 'done', :raw)")
        conn.execute(put, [{"key": str(n), "raw": os.urandom(3000).hex()} for n in range(1000)])

    async with opened(place.url) as store:
        await store.run(much)
    monkeypatch.setattr(making, "Writer", Watched)
    made = await place.back_up(PLAIN)
    assert made.size > 3_000_000
    assert most < 1_000_000


async def test_a_backup_for_a_key_alone_is_not_read_back(place: Place) -> None:
    import pyrage  # type: ignore[import-untyped]

    own = pyrage.x25519.Identity.generate()
    made = await place.back_up(Lock(recipient=str(own.to_public())))
    assert not made.read_back
    assert read_back(made.path, Key(identity=str(own))).rows == made.rows
