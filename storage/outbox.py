"""The outbox: messages stored with the turn that causes them, claimed one head per chat and lane, settled by owner.

``due_at`` is the schedule; ``not_before`` is a lease while a row has an owner, and a pause while it has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from storage.dialect import PerDialect, to_json
from storage.outbox_rows import QUEUED, ROWS, outbox_row
from storage.rows import Lane, NewOutboxRow, OutboxCount, OutboxRow, OutboxState, Settled
from storage.schema import chats, outbox

_UNCERTAIN: ColumnElement[bool] = outbox.c.state == literal_column("'uncertain'")

_BY_IDS = ROWS.where(outbox.c.id.in_(bindparam("ids", expanding=True))).order_by(outbox.c.id)
_ALL_UNCERTAIN = ROWS.where(_UNCERTAIN).order_by(outbox.c.id)

_PUT = insert(outbox)
_PUT_MANY = insert(outbox).returning(outbox.c.id, sort_by_parameter_order=True)
_PUT_ONCE = PerDialect(
    outbox, lambda insert: insert.on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.id)
)
_REPLACE_CARDS = (
    update(outbox)
    .where(outbox.c.chat_id == bindparam("chat"), QUEUED, outbox.c.kind == "card", outbox.c.owner.is_(None))
    .values(state="replaced", settled_at=bindparam("at"))
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        owner=bindparam("me"),
        not_before=bindparam("lease_end"),
        tries=outbox.c.tries + 1,
        first_try_at=func.coalesce(outbox.c.first_try_at, bindparam("now")),
    )
)
_OWNED = (
    select(outbox.c.id, outbox.c.owner, outbox.c.chat_id, outbox.c.kind, outbox.c.first_try_at)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)), or_(QUEUED, _UNCERTAIN))
    .order_by(outbox.c.id)
    .with_for_update()
)
_SETTLE = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(
        state=bindparam("end"),
        message_id=bindparam("message"),
        last_error=bindparam("error"),
        settled_at=bindparam("at"),
    )
)
_CARD_SENT = (
    update(chats)
    .where(chats.c.id == bindparam("chat"))
    .values(
        card_message_id=bindparam("message"),
        card_is_last=and_(
            bindparam("is_last", type_=Boolean()),
            or_(chats.c.passed_at.is_(None), chats.c.passed_at <= bindparam("tried_at")),
        ),
    )
)
_CARD_PASSED = update(chats).where(chats.c.id == bindparam("chat")).values(card_is_last=False)
_RETRY = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.owner == bindparam("me"), QUEUED)
    .values(owner=None, not_before=bindparam("at"), first_try_at=None, last_error=bindparam("error"))
)
_POSTPONE = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.owner == bindparam("me"), QUEUED)
    .values(owner=None, due_at=bindparam("at"), not_before=bindparam("at"), first_try_at=None)
)
_DOUBT_ALL = (
    update(outbox)
    .where(outbox.c.state.in_(("queued", "paused")))
    .values(state="uncertain", settled_at=bindparam("at"), owner=None)
)
_RESOLVE = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), _UNCERTAIN)
    .values(state=bindparam("end"), settled_at=bindparam("at"))
)
_COUNTS: Select[Any] = (
    select(outbox.c.lane, outbox.c.state, func.count(), func.min(outbox.c.due_at))
    .group_by(outbox.c.lane, outbox.c.state)
    .order_by(outbox.c.lane, outbox.c.state)
)


def put(conn: Connection, rows: Sequence[NewOutboxRow]) -> tuple[int | None, ...]:
    """Store messages; return their ids in the same order, None for one whose ``key`` was stored before."""
    values = [_values(row) for row in rows]
    if len(rows) > 1 and all(row.key is None for row in rows):
        return tuple(int(new) for new in conn.execute(_PUT_MANY, values).scalars())
    return tuple(_put_one(conn, value) for value in values)


def _put_one(conn: Connection, value: dict[str, Any]) -> int | None:
    if value["key"] is None:
        made = conn.execute(_PUT, value).inserted_primary_key
        assert made is not None  # noqa: S101 - one row was inserted
        return int(made[0])
    return conn.execute(_PUT_ONCE(conn), value).scalar()


def _values(row: NewOutboxRow) -> dict[str, Any]:
    return {
        "chat_id": row.chat_id,
        "lane": row.lane,
        "kind": row.kind,
        "body": to_json(row.body),
        "late": row.late,
        "key": row.key,
        "owner": row.owner,
        "tries": 0 if row.owner is None else 1,
        "due_at": row.due_at,
        "not_before": row.not_before,
        "first_try_at": row.first_try_at,
        "state": row.state,
        "settled_at": row.settled_at,
        "mailing_id": row.mailing_id,
    }


def replace_cards(conn: Connection, chat_id: int, at: int) -> int:
    """Take back the chat's cards that nobody has claimed yet, because a new one follows; return how many."""
    return conn.execute(_REPLACE_CARDS, {"chat": chat_id, "at": at}).rowcount


def claim(
    conn: Connection,
    now: int,
    owner: str,
    n: int,
    lease_ms: int,
    *,
    lane: Lane | None = None,
    channel: str | None = None,
) -> tuple[OutboxRow, ...]:
    """Claim up to ``n`` rows that are due, for ``lease_ms``, oldest due first.

    Only the oldest due row of each chat and lane can be claimed, so a chat's lane has one row in flight and keeps its
    order; a reply never waits for a notice. The claim must be committed before anything is sent.
    """
    asked = {"now": now, "lane": lane, "channel": channel, "most": n}
    found = conn.execute(_heads(lane is not None, channel is not None), asked).all()
    if not found:
        return ()
    lease = {"me": owner, "lease_end": now + lease_ms, "now": now, "ids": [row[0] for row in found]}
    conn.execute(_CLAIM, lease)
    return tuple(_claimed(row, owner, now, lease_ms) for row in found)


@lru_cache(maxsize=4)
def _heads(one_lane: bool, one_channel: bool) -> Select[Any]:
    older, home = outbox.alias(), chats.alias()
    due = [older.c.state == literal_column("'queued'"), older.c.due_at <= bindparam("now")]
    if one_lane:
        due.append(older.c.lane == bindparam("lane"))
    if one_channel:
        due.append(older.c.chat_id.in_(select(home.c.id).where(home.c.channel == bindparam("channel"))))
    none_in_flight = func.count(older.c.owner) == 0
    heads = select(func.min(older.c.id)).where(*due).group_by(older.c.chat_id, older.c.lane).having(none_in_flight)
    return (
        ROWS.where(QUEUED, outbox.c.owner.is_(None), outbox.c.not_before <= bindparam("now"), outbox.c.id.in_(heads))
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=outbox)
    )


def _claimed(row: Sequence[Any], owner: str, now: int, lease_ms: int) -> OutboxRow:
    values = list(row)
    first_try_at = now if values[12] is None else values[12]
    values[8:13] = owner, values[9] + 1, values[10], now + lease_ms, first_try_at
    return outbox_row(values)


def load_rows(conn: Connection, ids: Iterable[int]) -> tuple[OutboxRow, ...]:
    """Load rows by id with the chats they go to, for example those stored already claimed; locks nothing."""
    return tuple(outbox_row(row) for row in conn.execute(_BY_IDS, {"ids": list(ids)}))


def settle(conn: Connection, settled: Sequence[Settled]) -> tuple[int, ...]:
    """Store what became of claimed rows, in the order they were sent, and which message is each chat's card now.

    A late acknowledgement also settles a row that became uncertain meanwhile. Returns the ids that were *not* settled
    because the row is another's or settled already: log them, never send them again.
    """
    owned = {row.id: row for row in conn.execute(_OWNED, {"ids": [one.id for one in settled]})}
    taken = [one for one in settled if one.id in owned and owned[one.id].owner == one.owner]
    if taken:
        conn.execute(_SETTLE, [_ending(one) for one in taken])
        _settle_cards(conn, [(one, owned[one.id]) for one in taken])
    done = {one.id for one in taken}
    return tuple(one.id for one in settled if one.id not in done)


def _ending(one: Settled) -> dict[str, Any]:
    return {"row": one.id, "end": one.state, "message": one.message_id, "error": one.error, "at": one.at}


def _settle_cards(conn: Connection, taken: Sequence[tuple[Settled, Any]]) -> None:
    cards: dict[int, dict[str, Any]] = {}
    passed: dict[int, dict[str, Any]] = {}
    for one, row in taken:
        if one.state == "sent" and row.kind == "card":
            card = {"chat": row.chat_id, "message": one.message_id, "is_last": True, "tried_at": row.first_try_at}
            cards[row.chat_id] = card
        elif one.state in ("sent", "uncertain"):
            if row.chat_id in cards:
                cards[row.chat_id]["is_last"] = False
            else:
                passed[row.chat_id] = {"chat": row.chat_id}
    if passed:
        conn.execute(_CARD_PASSED, [passed[chat] for chat in sorted(passed)])
    if cards:
        conn.execute(_CARD_SENT, [cards[chat] for chat in sorted(cards)])


def retry(conn: Connection, row_id: int, owner: str, at: int, error: str | None = None) -> bool:
    """Put back a row that was surely not sent, to be claimed again from ``at``; False when it is not this owner's."""
    return conn.execute(_RETRY, {"row": row_id, "me": owner, "at": at, "error": error}).rowcount == 1


def postpone(conn: Connection, row_id: int, owner: str, at: int) -> bool:
    """Put back a row that is not due before ``at`` after all; False when it is not this owner's."""
    return conn.execute(_POSTPONE, {"row": row_id, "me": owner, "at": at}).rowcount == 1


def uncertain(conn: Connection) -> tuple[OutboxRow, ...]:
    """The rows of which nobody knows whether they arrived, oldest first."""
    return tuple(outbox_row(row) for row in conn.execute(_ALL_UNCERTAIN))


def resolve(conn: Connection, row_id: int, state: OutboxState, at: int) -> bool:
    """End an uncertain row by a person's decision; False when it is not uncertain (any more)."""
    return conn.execute(_RESOLVE, {"row": row_id, "end": state, "at": at}).rowcount == 1


def make_unsent_uncertain(conn: Connection, at: int) -> int:
    """After a restore nobody knows what was sent since the backup: every queued row becomes uncertain."""
    return conn.execute(_DOUBT_ALL, {"at": at}).rowcount


def counts(conn: Connection) -> tuple[OutboxCount, ...]:
    """How many rows of each lane are in each state."""
    return tuple(OutboxCount(*row) for row in conn.execute(_COUNTS))
