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
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from storage.dialect import PerDialect, to_json
from storage.outbox_rows import ROWS, outbox_row
from storage.rows import Lane, NewOutboxRow, OutboxCount, OutboxRow, OutboxState, Settled
from storage.schema import chats, outbox

_QUEUED: ColumnElement[bool] = outbox.c.state == literal_column("'queued'")  # written out: partial indexes need it
_UNCERTAIN: ColumnElement[bool] = outbox.c.state == literal_column("'uncertain'")
_MAY_REPEAT: ColumnElement[bool] = or_(outbox.c.lane == "reply", outbox.c.kind == "card")
_LEASE_OVER: ColumnElement[bool] = and_(_QUEUED, outbox.c.owner.is_not(None), outbox.c.not_before <= bindparam("now"))

_BY_IDS = ROWS.where(outbox.c.id.in_(bindparam("ids", expanding=True))).order_by(outbox.c.id)
_ALL_UNCERTAIN = ROWS.where(_UNCERTAIN).order_by(outbox.c.id)

_PUT = insert(outbox)
_PUT_MANY = insert(outbox).returning(outbox.c.id, sort_by_parameter_order=True)
_PUT_ONCE = PerDialect(
    outbox, lambda insert: insert.on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.id)
)
_REPLACE_CARDS = (
    update(outbox)
    .where(outbox.c.chat_id == bindparam("chat"), _QUEUED, outbox.c.kind == "card", outbox.c.owner.is_(None))
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
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)), or_(_QUEUED, _UNCERTAIN))
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
    .where(outbox.c.id == bindparam("row"), outbox.c.owner == bindparam("me"), _QUEUED)
    .values(owner=None, not_before=bindparam("at"), first_try_at=None, last_error=bindparam("error"))
)
_NEWER = outbox.alias("newer")
_OUTDATED = (
    update(outbox)
    .where(
        _LEASE_OVER,
        outbox.c.kind == "card",
        exists().where(
            _NEWER.c.chat_id == outbox.c.chat_id,
            _NEWER.c.kind == "card",
            _NEWER.c.id > outbox.c.id,
        ),
    )
    .values(state="replaced", owner=None, settled_at=bindparam("now"))
)
_REQUEUE = update(outbox).where(_LEASE_OVER, _MAY_REPEAT).values(owner=None, not_before=0)
_DOUBT = update(outbox).where(_LEASE_OVER).values(state="uncertain", settled_at=bindparam("now")).returning(outbox.c.id)
_EXPIRE = (
    update(outbox)
    .where(
        _QUEUED,
        outbox.c.owner.is_not(None),
        outbox.c.owner != bindparam("me"),
        outbox.c.chat_id.in_(select(chats.c.id).where(chats.c.channel.in_(bindparam("channels", expanding=True)))),
    )
    .values(not_before=bindparam("now"))
)
_RELEASE = update(outbox).where(_QUEUED, outbox.c.owner == bindparam("me")).values(owner=None, not_before=0)
_RELEASE_SOME = _RELEASE.where(outbox.c.id.in_(bindparam("ids", expanding=True)))
_DOUBT_ALL = update(outbox).where(_QUEUED).values(state="uncertain", settled_at=bindparam("at"), owner=None)
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
        ROWS.where(_QUEUED, outbox.c.owner.is_(None), outbox.c.not_before <= bindparam("now"), outbox.c.id.in_(heads))
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


def sweep(conn: Connection, now: int) -> tuple[int, ...]:
    """Deal with rows whose lease ran out, whose sender died between sending and settling.

    Replies and cards may be repeated and go back to the queue, but for a card that a newer one followed: sent again it
    would stand below that one and ask an old question. Notices become uncertain: their ids are returned.
    """
    conn.execute(_OUTDATED, {"now": now})
    conn.execute(_REQUEUE, {"now": now})
    return tuple(conn.execute(_DOUBT, {"now": now}).scalars())


def expire(conn: Connection, channels: Sequence[str], owner: str, now: int) -> int:
    """End the leases of every other owner on these channels, for a process that knows it is the only one to send there.

    The next sweep deals with the rows, instead of a minute later. Returns how many.
    """
    return conn.execute(_EXPIRE, {"channels": list(channels), "me": owner, "now": now}).rowcount


def release(conn: Connection, owner: str, ids: Sequence[int] | None = None) -> int:
    """On a clean stop give back this owner's rows (or those named) that were not tried; return how many."""
    if ids is None:
        return conn.execute(_RELEASE, {"me": owner}).rowcount
    return conn.execute(_RELEASE_SOME, {"me": owner, "ids": list(ids)}).rowcount


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
