"""What goes out to many: mailings, everyone each is for, and what became of every one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, insert, or_, select, update

from storage.dialect import PerDialect, from_json, to_json
from storage.rows.mailings import MailingRow, NewMailing, RecipientRow
from storage.schema import chats, mailings, outbox, people, recipients, units

_ADD = PerDialect(
    mailings, lambda insert: insert.on_conflict_do_nothing(index_elements=["key"]).returning(mailings.c.id)
)
_ADD_RECIPIENTS = insert(recipients).returning(recipients.c.id, sort_by_parameter_order=True)
_AUTHOR = people.alias("author")
_ALL: Select[Any] = select(
    mailings.c.id,
    mailings.c.kind,
    mailings.c.state,
    mailings.c.cycle_id,
    mailings.c.audience,
    mailings.c.body,
    mailings.c.size,
    mailings.c.created_by,
    _AUTHOR.c.name,
    mailings.c.created_at,
    mailings.c.due_at,
    mailings.c.approved_by,
    mailings.c.approved_at,
    mailings.c.told_at,
).select_from(mailings.outerjoin(_AUTHOR, _AUTHOR.c.id == mailings.c.created_by))
_BY_ID = _ALL.where(mailings.c.id == bindparam("mailing"))
_BY_KEY = _ALL.where(mailings.c.key == bindparam("wanted"))
_LIST = _ALL.where(mailings.c.kind != "trial").order_by(mailings.c.id.desc()).limit(bindparam("most"))

_ROW, _MAIL, _CHAT = outbox.alias("sent_row"), outbox.alias("mail_row"), chats.alias("its_chat")
_SEEN = (
    select(func.max(chats.c.last_used_at))
    .where(chats.c.person_id == recipients.c.person_id)
    .correlate(recipients)
    .scalar_subquery()
)
_ARRIVED = _ROW.c.state.in_(("sent", "kept"))
STATE: ColumnElement[str] = case(
    (and_(recipients.c.outbox_id.is_(None), recipients.c.way == "none"), "unreached"),
    (and_(mailings.c.state == "cancelled", recipients.c.outbox_id.is_(None)), "dropped"),
    (recipients.c.outbox_id.is_(None), "queued"),
    (and_(_ARRIVED, _ROW.c.settled_at < _SEEN), "seen"),
    (_ROW.c.state == "kept", "page"),
    (and_(_ROW.c.state == "sent", recipients.c.way == "mail"), "mail"),
    (_ROW.c.state.in_(("queued", "paused", "sent", "uncertain")), _ROW.c.state),
    (_MAIL.c.state == "sent", "mail"),
    (_MAIL.c.state.in_(("queued", "paused", "uncertain")), _MAIL.c.state),
    (and_(_ROW.c.state == "failed", _CHAT.c.blocked_at.is_not(None)), "blocked"),
    (_ROW.c.state == "failed", "failed"),
    else_="dropped",
)
"""What became of one recipient; every one is in exactly one state, so that totals add up."""
JOINED = (
    recipients.join(mailings, mailings.c.id == recipients.c.mailing_id)
    .outerjoin(_ROW, _ROW.c.id == recipients.c.outbox_id)
    .outerjoin(_MAIL, _MAIL.c.id == recipients.c.mail_id)
    .outerjoin(_CHAT, _CHAT.c.id == _ROW.c.chat_id)
)
_RECIPIENTS: Select[Any] = (
    select(
        recipients.c.id,
        recipients.c.mailing_id,
        recipients.c.unit_id,
        units.c.short_name,
        units.c.phone,
        recipients.c.person_id,
        people.c.name,
        recipients.c.way,
        _CHAT.c.channel,
        STATE,
        _ROW.c.last_error,
        _ROW.c.settled_at,
        _SEEN,
        recipients.c.outbox_id,
    )
    .select_from(
        JOINED.outerjoin(units, units.c.id == recipients.c.unit_id).outerjoin(
            people, people.c.id == recipients.c.person_id
        )
    )
    .where(recipients.c.mailing_id == bindparam("mailing"))
    .order_by(recipients.c.id)
)
_ONE_RECIPIENT = _RECIPIENTS.where(recipients.c.id == bindparam("recipient"))
_STATE = STATE.label("state")
_COUNTS = (
    select(_STATE, func.count())
    .select_from(JOINED)
    .where(recipients.c.mailing_id == bindparam("mailing"))
    .group_by(_STATE)
)
_OF_MAILING = outbox.c.mailing_id == bindparam("mailing")
_UNCLAIMED = and_(_OF_MAILING, outbox.c.state == "queued", outbox.c.owner.is_(None))
_PAUSE = update(outbox).where(_UNCLAIMED).values(state="paused")
_RESUME = update(outbox).where(_OF_MAILING, outbox.c.state == "paused").values(state="queued")
_DROP = (
    update(outbox)
    .where(_OF_MAILING, or_(and_(outbox.c.state == "queued", outbox.c.owner.is_(None)), outbox.c.state == "paused"))
    .values(state="dropped", settled_at=bindparam("at"))
)
_SET_STATE = update(mailings).where(mailings.c.id == bindparam("mailing")).values(state=bindparam("new_state"))
_LOCK = select(mailings.c.state).where(mailings.c.id == bindparam("mailing")).with_for_update()
_APPROVE = (
    update(mailings)
    .where(mailings.c.id == bindparam("mailing"))
    .values(state="going", approved_by=bindparam("by"), approved_at=bindparam("at"), due_at=bindparam("due"))
)
_ATTACH = update(recipients).where(recipients.c.id == bindparam("recipient")).values(outbox_id=bindparam("row"))
_ATTACH_MAIL = update(recipients).where(recipients.c.outbox_id == bindparam("failed")).values(mail_id=bindparam("row"))
_TOLD = update(mailings).where(mailings.c.id == bindparam("mailing")).values(told_at=bindparam("at"))
_WAITING = select(outbox.c.id).where(outbox.c.mailing_id == mailings.c.id, outbox.c.state.in_(("queued", "paused")))
_UNSHOWN = select(recipients.c.id).where(
    recipients.c.mailing_id == mailings.c.id, recipients.c.way == "page", recipients.c.outbox_id.is_(None)
)
_ENDED = select(mailings.c.id).where(
    mailings.c.told_at.is_(None),
    mailings.c.kind != "trial",
    or_(
        and_(mailings.c.state == "going", mailings.c.due_at <= bindparam("now"), ~_UNSHOWN.exists()),
        mailings.c.state == "cancelled",
    ),
    ~_WAITING.exists(),
)


def add_mailing(conn: Connection, mailing: NewMailing) -> int | None:
    """Store a mailing and return its id; None when one with this key is stored already."""
    row = {name: getattr(mailing, name) for name in NewMailing.__slots__}
    return conn.execute(_ADD(conn), row | {"body": to_json(mailing.body)}).scalar()


def add_recipients(
    conn: Connection, mailing_id: int, rows: Sequence[tuple[int | None, int | None, str]]
) -> tuple[int, ...]:
    """Store whom a mailing is for, as (unit id, person id, way); returns their ids in order."""
    if not rows:
        return ()
    values = [{"mailing_id": mailing_id, "unit_id": unit, "person_id": one, "way": way} for unit, one, way in rows]
    return tuple(int(new) for new in conn.execute(_ADD_RECIPIENTS, values).scalars())


def attach(conn: Connection, pairs: Sequence[tuple[int, int]]) -> None:
    """Note which outbox row each recipient's message is, as (recipient id, row id)."""
    if pairs:
        conn.execute(_ATTACH, [{"recipient": recipient, "row": row} for recipient, row in pairs])


def attach_mail(conn: Connection, failed_row: int, mail_row: int) -> None:
    """Note that a mailbox takes what the row could not deliver."""
    conn.execute(_ATTACH_MAIL, {"failed": failed_row, "row": mail_row})


def mailing_by_id(conn: Connection, mailing_id: int) -> MailingRow | None:
    """Load a mailing."""
    row = conn.execute(_BY_ID, {"mailing": mailing_id}).first()
    return None if row is None else _mailing(row)


def mailing_by_key(conn: Connection, key: str) -> MailingRow | None:
    """Load a mailing by the key it was started with."""
    row = conn.execute(_BY_KEY, {"wanted": key}).first()
    return None if row is None else _mailing(row)


def list_mailings(conn: Connection, most: int = 50) -> tuple[MailingRow, ...]:
    """The latest mailings, the newest first; trials are nobody's but whose they are."""
    return tuple(_mailing(row) for row in conn.execute(_LIST, {"most": most}))


def recipients_of(conn: Connection, mailing_id: int) -> tuple[RecipientRow, ...]:
    """Everyone a mailing is for and what became of them, in order of creation."""
    return tuple(RecipientRow(*row) for row in conn.execute(_RECIPIENTS, {"mailing": mailing_id}))


def recipient(conn: Connection, mailing_id: int, recipient_id: int) -> RecipientRow | None:
    """One of them."""
    row = conn.execute(_ONE_RECIPIENT, {"mailing": mailing_id, "recipient": recipient_id}).first()
    return None if row is None else RecipientRow(*row)


def counts_of(conn: Connection, mailing_id: int) -> Mapping[str, int]:
    """How many recipients are in each state; together they are all."""
    return {str(state): int(count) for state, count in conn.execute(_COUNTS, {"mailing": mailing_id})}


def lock(conn: Connection, mailing_id: int) -> str:
    """Lock a mailing, so that nobody else decides on it meanwhile; its state as it stands then, "" for none."""
    return conn.execute(_LOCK, {"mailing": mailing_id}).scalar() or ""


def pause(conn: Connection, mailing_id: int) -> int:
    """Hold back what nobody has claimed; returns how many rows."""
    conn.execute(_SET_STATE, {"mailing": mailing_id, "new_state": "paused"})
    return conn.execute(_PAUSE, {"mailing": mailing_id}).rowcount


def resume(conn: Connection, mailing_id: int) -> int:
    """Let go on what was held back."""
    conn.execute(_SET_STATE, {"mailing": mailing_id, "new_state": "going"})
    return conn.execute(_RESUME, {"mailing": mailing_id}).rowcount


def cancel(conn: Connection, mailing_id: int, at: int) -> int:
    """Send nothing more of it; what is on its way arrives. Returns how many rows were dropped."""
    conn.execute(_SET_STATE, {"mailing": mailing_id, "new_state": "cancelled"})
    return conn.execute(_DROP, {"mailing": mailing_id, "at": at}).rowcount


def approve(conn: Connection, mailing_id: int, by: int | None, at: int, due_at: int) -> None:
    """A proposed mailing goes, from ``due_at`` on."""
    conn.execute(_APPROVE, {"mailing": mailing_id, "by": by, "at": at, "due": due_at})


def ended(conn: Connection, now: int) -> tuple[int, ...]:
    """Mailings of which everything was tried and whose end nobody was told."""
    return tuple(conn.execute(_ENDED, {"now": now}).scalars())


def note_told(conn: Connection, mailing_id: int, at: int) -> None:
    """Note that its end was told."""
    conn.execute(_TOLD, {"mailing": mailing_id, "at": at})


def _mailing(row: Any) -> MailingRow:
    columns = list(row)
    columns[5] = from_json(columns[5])
    return MailingRow(*columns)
