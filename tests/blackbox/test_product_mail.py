"""The real service with a real SMTP server: letters where no chat delivers, files with messages, no password told."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from contextlib import closing

import pytest
from fake_mail.server import PASSWORD, FakeMail
from product.office import Office, Open

from storage.blobs import Blobs

pytestmark = pytest.mark.asyncio(loop_scope="session")
AGENCY = "stttt@quangbinh.gov.vn"
UNIT = "stc@quangbinh.gov.vn"


def settings(mail: FakeMail) -> dict[str, str]:
    """What an office with a mail server is started with."""
    return {
        "TUCHAM_SMTP_URL": f"smtp://tucham%40quangbinh.gov.vn:{PASSWORD}@127.0.0.1:{mail.port}",
        "TUCHAM_MAIL_FROM": "tucham@quangbinh.gov.vn",
        "TUCHAM_AGENCY_MAIL": AGENCY,
    }


async def letters(mail: FakeMail, count: int) -> None:
    """Wait until so many have arrived."""
    async with asyncio.timeout(10):
        while len(mail.taken) < count:  # noqa: ASYNC110 - a mail server has no event for it
            await asyncio.sleep(0.02)


def put_in_chat(here: Office, address: int, body: dict[str, object]) -> None:
    """A notice waits for somebody, as a mailing would leave it."""
    now = int(time.time() * 1000)  # noqa: TID251 - the edge of a test
    with closing(sqlite3.connect(here.product.database)) as database, database:
        (chat,) = database.execute("SELECT id FROM chats WHERE address = ?", (str(address),)).fetchone()
        columns, values = "chat_id, body, due_at, lane, kind, not_before", "?, ?, ?, 'notice', 'message', 0"
        database.execute(f"INSERT INTO outbox ({columns}) VALUES ({values})", (chat, json.dumps(body), now))  # noqa: S608


async def test_letters_and_files_go_out_and_the_password_is_told_to_nobody(office: Open) -> None:
    async with FakeMail() as mail, office(start=False, **settings(mail)) as here:
        with closing(sqlite3.connect(here.product.database)) as database, database:
            database.execute("UPDATE units SET email = ? WHERE code = 'STC'", (UNIT,))
        await here.product.start()
        officer = await here.joined("STC", 1)
        await letters(mail, 2)
        assert {taken.to for taken in mail.taken} == {UNIT, AGENCY}
        assert all("đã tham gia" in str(taken.message["Subject"]) for taken in mail.taken)

        digest = Blobs(here.product.home / "files").put(b"%PDF-1.4 a letter")
        file = {"digest": digest, "name": "Công văn số 12.pdf", "media": "application/pdf"}
        put_in_chat(here, officer.user.id, {"html": "<b>Công văn</b> kèm theo", "rows": [], "file": file})
        shown = await officer.user.expect("Công văn kèm theo")
        assert shown.document is not None
        assert (shown.document.name, shown.document.content) == ("Công văn số 12.pdf", b"%PDF-1.4 a letter")

        officer.user.block()
        put_in_chat(here, officer.user.id, {"html": "<b>Nhắc hạn nộp</b>", "rows": [], "mailbox": {"unit": 1}})
        await letters(mail, 3)
        assert (mail.taken[2].to, str(mail.taken[2].message["Subject"])) == (UNIT, "[CQĐT] Nhắc hạn nộp")
        assert await here.product.stop() == 0
    assert PASSWORD not in here.product.log.read_text(encoding="utf-8")
