"""`tucham backup`: everything in one locked file, beside a running service; `tucham backup check` reads one."""

from __future__ import annotations

import asyncio
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.cli.figures import coded
from bot.cli.shape import MISUSED, Noun, Stopped, option, reason_of, tell, verb
from bot.cli.start import configured, refusals
from bot.wording import say

if TYPE_CHECKING:
    from datetime import datetime

    from bot.backup.making import Made
    from bot.backup.sealing import Key, Lock
    from bot.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def passphrase_option(function: F) -> F:
    """Where the passphrase stands, if not among the settings."""
    return option("--passphrase-file", key="command.backup.passphrase_file", metavar="FILE")(function)


def key_option(function: F) -> F:
    """Where the secret key stands that a backup was locked for."""
    return option("--key-file", key="command.backup.key_file", metavar="FILE")(function)


@click.group("backup", cls=Noun, key="command.backup", invoke_without_command=True)
@option("--dir", "folder", key="command.backup.dir", metavar="DIR")
@option("--keep-days", key="command.backup.keep_days", type=click.IntRange(1, 36_500), metavar="N")
@option("--plain", key="command.backup.plain", is_flag=True)
@passphrase_option
@click.pass_context
def backup(
    context: click.Context, folder: str | None, keep_days: int | None, plain: bool, passphrase_file: str | None
) -> None:
    """Make a backup, unless a verb follows."""
    if context.invoked_subcommand is not None:
        return
    from bot.house import utcnow

    settings, now = configured(), utcnow()
    into = Path(folder or settings.backup_dir)
    lock = _lock(settings, passphrase_file, plain=plain)
    with faults(), refusals():
        made, removed = asyncio.run(_back_up(settings, into, lock, now, keep_days or settings.backup_keep_days))
    _tell(made, removed, locked=lock.closes)


@verb(backup, "check")
@click.argument("file", metavar="FILE")
@passphrase_option
@key_option
def check(file: str, passphrase_file: str | None, key_file: str | None) -> None:
    """Read a backup whole and tell what it holds."""
    from bot.backup.checking import read_back

    settings = configured()
    key = key_from(settings, passphrase_file, key_file)
    with faults(file=file):
        found = asking(lambda given: read_back(Path(file), given), key)
    tell(
        say(
            "backup.good",
            at=spelled(found.manifest.taken_at, settings),
            revision=found.manifest.revision,
            rows=found.rows,
            files=found.files,
        )
    )
    tell_missing(found.missing)


@contextmanager
def faults(**known: str) -> Iterator[None]:
    """Turns what is wrong with a backup into a line; `known` is what the line may name."""
    from bot.backup.faults import BackupFault

    try:
        yield
    except BackupFault as fault:
        raise Stopped(coded("backup.fault", fault.code, {**known, **fault.args_})) from None


def key_from(settings: Settings, passphrase_file: str | None, key_file: str | None) -> Key:
    """What a backup may be opened with."""
    from bot.backup.sealing import Key

    return Key(_passphrase(settings, passphrase_file), _text_of(key_file) if key_file else None)


def asking(work: Callable[[Key], T], key: Key) -> T:
    """Do it with the key, or with the passphrase that somebody at the keyboard types when it turns out to be needed."""
    from bot.backup.faults import BackupFault
    from bot.backup.sealing import Key

    try:
        return work(key)
    except BackupFault as fault:
        if fault.code != "needs_passphrase" or not sys.stdin.isatty():
            raise
    typed: str = click.prompt(say("backup.passphrase"), hide_input=True, err=True)
    return work(Key(unicodedata.normalize("NFC", typed), key.identity))


def spelled(at: datetime, settings: Settings) -> str:
    """A moment for people, in the time zone of the installation."""
    return f"{at.astimezone(settings.zone):%H:%M %d/%m/%Y}"


def tell_missing(missing: tuple[str, ...]) -> None:
    """Say that files were gone before the backup was made."""
    if missing:
        tell(say("backup.missing", count=len(missing)))


async def _back_up(settings: Settings, folder: Path, lock: Lock, now: datetime, days: int) -> tuple[Made, int]:
    from bot.backup.keeping import remove_old
    from bot.backup.making import make_backup
    from bot.house import open_store
    from bot.intake.moments import to_ms
    from storage.blobs import Blobs
    from storage.errors import StoreUnavailable
    from storage.marks import put_mark

    made = await make_backup(settings.database_url, Blobs(settings.files), folder, lock, now)
    try:
        async with open_store(settings) as store:
            await store.run(put_mark, "backup", to_ms(now), {"file": made.path.name, "size": made.size})
    except StoreUnavailable:
        raise Stopped(say("backup.unmarked", file=made.path)) from None
    return made, await asyncio.to_thread(remove_old, folder, now, days)


def _tell(made: Made, removed: int, *, locked: bool) -> None:
    checked = say("backup.read_back" if made.read_back else "backup.not_read_back")
    tell(
        say(
            "backup.made",
            file=made.path,
            size=_sized(made.size),
            rows=made.rows,
            files=made.files,
            checked=checked,
            removed=removed,
        )
    )
    if not locked:
        tell(say("backup.plain"))
    tell_missing(made.missing)


def _sized(size: int) -> str:
    if size < 1_000_000:
        return f"{-(-size // 1000)} KB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")


def _lock(settings: Settings, passphrase_file: str | None, *, plain: bool) -> Lock:
    from bot.backup.sealing import Lock
    from bot.settings_values import SHORTEST_PASSPHRASE

    if plain:
        return Lock()
    lock = Lock(_passphrase(settings, passphrase_file), settings.backup_recipient or None)
    if not lock.closes:
        raise Stopped(say("backup.no_lock"), MISUSED)
    if lock.passphrase is not None and len(lock.passphrase) < SHORTEST_PASSPHRASE:
        raise Stopped(say("backup.short_passphrase", least=SHORTEST_PASSPHRASE), MISUSED)
    return lock


def _passphrase(settings: Settings, file: str | None) -> str | None:
    """The passphrase, composed: the same letters typed on another keyboard must open the backup."""
    if file is None and settings.backup_passphrase is None:
        return None
    held = settings.backup_passphrase
    text = _text_of(file).rstrip("\r\n") if file is not None else held.get_secret_value() if held else ""
    return unicodedata.normalize("NFC", text)


def _text_of(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "UTF-8"
        raise Stopped(say("refusal.file", file=file, reason=reason)) from None
