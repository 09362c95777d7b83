"""`tucham restore`: a backup becomes the database again, on SQLite or PostgreSQL; then everything is verified."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.backup import asking, faults, key_from, key_option, passphrase_option, spelled, tell_missing
from bot.cli.shape import Stopped, command, option, tell
from bot.cli.start import configured, refusals
from bot.cli.verify import verify
from bot.wording import say

if TYPE_CHECKING:
    from bot.backup.restoring import Restored
    from bot.backup.sealing import Key
    from bot.settings import Settings


@command("command.restore")
@click.argument("file", metavar="FILE")
@passphrase_option
@key_option
@option("--replace", key="command.restore.replace", is_flag=True)
def restore(file: str, passphrase_file: str | None, key_file: str | None, replace: bool) -> int:
    """Put the backup back; returns 1 when what came back does not hold."""
    settings = configured()
    key = key_from(settings, passphrase_file, key_file)
    with faults(file=file, database=_named(settings)), refusals():
        if replace:
            _ask(settings)
        restored = asking(lambda given: asyncio.run(_restore(settings, Path(file), given, replace=replace)), key)
    _tell(restored, settings)
    status: int = verify.callback() if verify.callback else 0
    return status


async def _restore(settings: Settings, file: Path, key: Key, *, replace: bool) -> Restored:
    from bot.backup.restoring import restore_backup
    from bot.house import utcnow
    from storage.blobs import Blobs

    blobs = Blobs(settings.files)
    return await restore_backup(settings.database_url, blobs, file, key, utcnow(), replace=replace)


def _ask(settings: Settings) -> None:
    """Have a word typed before something is replaced; nothing is asked where there is nothing."""
    from storage.load_dump import is_empty

    if asyncio.run(is_empty(settings.database_url)):
        return
    word = say("restore.word")
    typed: str = click.prompt(say("restore.ask", database=_named(settings), word=word), default="", show_default=False)
    if typed.strip().casefold() != word.casefold():
        raise Stopped(say("restore.not_typed", word=word))


def _named(settings: Settings) -> str:
    """The database without its password."""
    from storage.engines import parse_url

    url = parse_url(settings.database_url)
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _tell(restored: Restored, settings: Settings) -> None:
    found, doubts = restored.found, restored.doubts
    tell(say("restore.done", at=spelled(found.manifest.taken_at, settings), rows=found.rows, files=found.files))
    tell(say("restore.settled", sessions=doubts.sessions, uncertain=doubts.uncertain))
    if restored.aside is not None:
        tell(say("restore.aside", aside=restored.aside))
    tell(say("restore.lost"))
    tell_missing(found.missing)
