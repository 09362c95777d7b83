"""What stands in a message instead of a file that its channel cannot carry: a link that fetches it, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.conversation.codes import hash_code
from bot.conversation.passing import DOWNLOAD
from bot.intake.doors import draw_token
from bot.intake.moments import to_ms
from messages.render import Renderer
from storage import passes
from storage.rows import NewPass, OutboxRow

LIVES = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FileLinks:
    """A unit of work for the sender. `pages` says whether there are pages to fetch files from."""

    renderer: Renderer
    clock: Callable[[], datetime]
    pages: bool

    def __call__(self, conn: Connection, row: OutboxRow, file: Mapping[str, object]) -> str:
        """The lines that stand below the message. Only a person's own chat is given a link: who reads along in a
        group, or is written to by a mailbox, is nobody a file was sent to."""
        code = ""
        if self.pages and row.person_id is not None and row.chat_kind == "private":
            code, now = draw_token(), self.clock()
            subject = {key: str(file[key]) for key in ("digest", "name", "media")}
            until = to_ms(now + LIVES)
            passes.add_pass(conn, NewPass(hash_code(code), DOWNLOAD, row.person_id, to_ms(now), until, subject))
        data = {"name": str(file["name"]), "code": code, "days": LIVES.days}
        return self.renderer.render("file_link", data, plain=row.plain)
