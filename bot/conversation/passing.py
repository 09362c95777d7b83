"""Passes for files: where a chat takes none, the way to a page that does, for one criterion and half an hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.conversation.codes import hash_code
from bot.conversation.facts import PassIssued
from bot.conversation.session import Session

UPLOAD_LIVES = timedelta(minutes=30)
CHAT, UPLOAD, DOWNLOAD = "chat", "upload", "download"
"""What a pass is for: a chat to be linked, files to be handed in, a file to be fetched."""

ByPage = Mapping[str, object] | None


def page_for(session: Session, criterion_id: str) -> tuple[ByPage, tuple[PassIssued, ...]]:
    """What the screen says of files, and the pass that goes with it.

    None where files can be sent right there; else the secret part of the page's address, "" where there are no pages.
    """
    if session.chat.takes_files:
        return None, ()
    if not session.rules.pages or session.person is None or not session.code:
        return {"code": "", "minutes": 0}, ()
    subject = {"chat": session.chat.id, "assessment": session.opened.id, "criterion": criterion_id}
    issued = PassIssued(UPLOAD, session.person.id, hash_code(session.code), UPLOAD_LIVES, subject)
    return {"code": session.code, "minutes": int(UPLOAD_LIVES.total_seconds() // 60)}, (issued,)
