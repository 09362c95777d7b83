"""What goes out to many, as the conversation knows it: one mailing with how far it is, or several together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation.needs import Needs
from bot.conversation.session import Mailing, Session
from bot.intake.moments import from_ms
from storage import mailings, recipients
from storage.rows.mailings import MailingRow

LATEST = 8
"""How many the list of the latest ones shows."""


def with_mailings(conn: Connection, wanted: Needs, session: Session) -> Session:
    """The session with the mailings that were asked for; unchanged (and nothing read) when none were."""
    if wanted.mailing is not None:
        session = replace(session, mailing=_known(conn, mailings.mailing_by_id(conn, wanted.mailing)))
    elif wanted.mailing_key:
        session = replace(session, mailing=_known(conn, mailings.mailing_by_key(conn, wanted.mailing_key)))
    if wanted.latest_mailings and session.mailing is None:
        session = replace(session, mailings=_all(conn, mailings.list_mailings(conn, LATEST)))
    elif wanted.mailings:
        rows = (mailings.mailing_by_id(conn, one) for one in wanted.mailings)
        session = replace(session, mailings=_all(conn, (row for row in rows if row is not None)))
    return session


def known(conn: Connection, row: MailingRow) -> Mailing:
    """A mailing with how far it is, and who of its recipients may be tried again."""
    return Mailing(
        id=row.id,
        kind=row.kind,
        state=row.state,
        created_by=row.created_by,
        due_at=from_ms(row.due_at),
        size=row.size,
        counts=mailings.counts_of(conn, row.id),
        author=row.created_by_name or "",
        created_at=from_ms(row.created_at),
        audience=row.audience,
        body=row.body,
        open_ids=tuple(recipient for recipient, _row in recipients.open_recipients(conn, row.id)),
    )


def _known(conn: Connection, row: MailingRow | None) -> Mailing | None:
    return None if row is None else known(conn, row)


def _all(conn: Connection, rows: Iterable[MailingRow]) -> tuple[Mailing, ...]:
    return tuple(known(conn, row) for row in rows)
