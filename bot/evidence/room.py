"""Evidence files as they come in: checked on their bytes, named properly, kept by content before anything is said."""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection

from bot.conversation.access import may_file
from bot.evidence.kept import MOST_BYTES, FileRefused, FilesAway, Kept
from bot.evidence.kinds import tell_type
from bot.evidence.names import clean_name, extension
from bot.intake.load import person_of
from storage import chats, files
from storage.blobs import Blobs
from storage.errors import StoreError
from storage.store import Store

__all__ = ["MOST_BYTES", "Evidence", "FileRefused", "FileRoom", "FilesAway", "Kept", "unsound_files"]


class Evidence:
    """Checks files and keeps them. `nameless` is what a file without a name is called, in the words of the messages."""

    def __init__(self, blobs: Blobs, nameless: str = "file") -> None:
        self.blobs = blobs
        self._nameless = nameless

    def keep(self, name: str, data: bytes) -> Kept:
        """Check the bytes, clean the name, keep the file. Raises FileRefused, and OSError when the disk does."""
        if not data:
            raise FileRefused("empty")
        if len(data) > MOST_BYTES:
            raise FileRefused("too_large")
        found = tell_type(data, extension(name))
        digest = self.blobs.put(data)
        return Kept(digest, clean_name(name, found.ending, f"{self._nameless}-{digest[:6]}"), found.media, len(data))


class FileRoom:
    """What a channel is handed: who may file anything, and where the bytes go; slow work stays off the loop."""

    def __init__(self, store: Store, evidence: Evidence) -> None:
        self._store = store
        self._evidence = evidence

    async def expects(self, channel: str, address: str) -> bool:
        """Whether whoever writes from there may file; nothing is fetched for anybody else. Raises FilesAway."""
        try:
            return await self._store.read(_may_file, channel, address)
        except StoreError as error:
            raise FilesAway(type(error).__name__) from None

    async def keep(self, name: str, data: bytes) -> Kept:
        """Check and keep a file. Raises FileRefused, FilesAway."""
        try:
            return await asyncio.to_thread(self._evidence.keep, name, data)
        except OSError as error:
            raise FilesAway(type(error).__name__) from None


def _may_file(conn: Connection, channel: str, address: str) -> bool:
    arrival = chats.look(conn, channel, address)
    return may_file(person_of(arrival) if arrival else None)


def unsound_files(conn: Connection, blobs: Blobs) -> tuple[str, ...]:
    """The digests of files that were filed and are gone or altered on the disk."""
    return tuple(row.digest for row in files.list_files(conn) if not blobs.is_sound(row.digest))
