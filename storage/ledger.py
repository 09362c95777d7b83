"""The append-only ledger: facts in streams, each row's hash covering the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, insert, literal, select, union, update

from storage.dialect import PerDialect
from storage.errors import StreamMoved
from storage.rows import Break, JsonObject, LedgerRow
from storage.schema import checkpoints, ledger, streams

START = "0" * 64
"""The head of a stream in which nothing happened yet."""
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
"""The one JSON text of a fact, on which its hash rests; TypeError or ValueError for what JSON cannot say."""


class Head(NamedTuple):
    """Where a stream ends: the number and the hash of its last row."""

    seq: int
    head: str


_CREATE = PerDialect(streams, lambda insert: insert.on_conflict_do_nothing(index_elements=["name"]))
_LOCK = select(streams.c.seq, streams.c.head).where(streams.c.name == bindparam("stream")).with_for_update()
_ADVANCE = (
    update(streams)
    .where(
        streams.c.name == bindparam("stream"),
        streams.c.seq == bindparam("known_seq"),
        streams.c.head == bindparam("known_head"),
    )
    .values(seq=bindparam("new_seq"), head=bindparam("new_head"))
)
_APPEND = insert(ledger)
_ENDS = select(streams.c.seq, streams.c.head).where(streams.c.name == bindparam("stream"))
_NAMES = union(select(streams.c.name), select(checkpoints.c.stream)).order_by("name")
_READ: Select[Any] = (
    select(ledger.c.seq, ledger.c.at, ledger.c.by_person, ledger.c.kind, ledger.c.body, ledger.c.hash)
    .where(ledger.c.stream == bindparam("stream"))
    .order_by(ledger.c.seq)
)
_MARKS = select(checkpoints.c.seq, checkpoints.c.head).where(checkpoints.c.stream == bindparam("stream"))
_NOTED = select(func.max(checkpoints.c.seq)).where(checkpoints.c.stream == streams.c.name).scalar_subquery()
_CHECKPOINT = insert(checkpoints).from_select(
    ["stream", "seq", "head", "at"],
    select(streams.c.name, streams.c.seq, streams.c.head, literal(0).label("at")).where(
        streams.c.seq > func.coalesce(_NOTED, 0)
    ),
)


def hash_fact(previous: str, stream: str, seq: int, at: int, by: int | None, kind: str, body: JsonObject) -> str:
    """SHA-256 over the previous hash and the canonical JSON of the fact, in hexadecimal."""
    return _hash(previous, stream, seq, at, by, kind, _canonical(body))


def _hash(previous: str, stream: str, seq: int, at: int, by: int | None, kind: str, body: str) -> str:
    # the parts are joined by hand because the body is canonical JSON already
    who = "null" if by is None else str(by)
    fact = f"[{_canonical(stream)},{seq},{at},{who},{_canonical(kind)},{body}]"
    return hashlib.sha256((previous + fact).encode()).hexdigest()


def append(
    conn: Connection,
    stream: str,
    entries: Sequence[tuple[str, JsonObject]],
    at: int,
    by: int | None,
    known: tuple[int, str] | None = None,
) -> Head:
    """Append facts (kind, body) and return the new head.

    ``known`` is the head as loaded under a lock in the same unit; without it the stream is locked and loaded here,
    and created when new. StreamMoved when the stream does not end at ``known``.
    """
    seq, head = known if known is not None else _take(conn, stream)
    start = (seq, head)
    rows: list[dict[str, Any]] = []
    for kind, body in entries:
        seq += 1
        written = _canonical(body)
        head = _hash(head, stream, seq, at, by, kind, written)
        row = {"stream": stream, "seq": seq, "at": at, "by_person": by, "kind": kind, "body": written, "hash": head}
        rows.append(row)
    if not rows:
        return Head(seq, head)
    moved = {"stream": stream, "known_seq": start[0], "known_head": start[1], "new_seq": seq, "new_head": head}
    if conn.execute(_ADVANCE, moved).rowcount != 1:
        raise StreamMoved(f"stream {stream} does not end at {start[0]}")
    conn.execute(_APPEND, rows)
    return Head(seq, head)


def _take(conn: Connection, stream: str) -> Head:
    row = conn.execute(_LOCK, {"stream": stream}).first()
    if row is None:
        conn.execute(_CREATE(conn), {"name": stream, "seq": 0, "head": START})
        row = conn.execute(_LOCK, {"stream": stream}).one()
    return Head(*row)


def read_stream(conn: Connection, stream: str) -> tuple[LedgerRow, ...]:
    """All facts of a stream, in order."""
    return tuple(
        LedgerRow(stream, seq, at, by, kind, json.loads(body), hash_)
        for seq, at, by, kind, body, hash_ in conn.execute(_READ, {"stream": stream})
    )


def stream_names(conn: Connection) -> tuple[str, ...]:
    """The names of all streams, those only a checkpoint remembers included."""
    return tuple(conn.execute(_NAMES).scalars())


def checkpoint(conn: Connection, at: int) -> int:
    """Note the head of each stream that grew since it was noted last; return how many did."""
    return conn.execute(_CHECKPOINT, {"at": at}).rowcount


def verify_chain(conn: Connection, stream: str) -> tuple[Break, ...]:
    """Compute the stream's chain anew and name each place where what is stored disagrees; empty when it holds."""
    return tuple(_breaks(conn, stream))


def _breaks(conn: Connection, stream: str) -> Iterator[Break]:
    marks = {row.seq: row.head for row in conn.execute(_MARKS, {"stream": stream})}
    end = conn.execute(_ENDS, {"stream": stream}).first()
    if end is None:
        yield Break(stream, 0, "no stream")
        return
    seen = {0: START}
    seq, head = 0, START
    for row in conn.execute(_READ, {"stream": stream}):
        for gap in range(seq + 1, row.seq):
            yield Break(stream, gap, "missing")
        if row.hash != _recomputed(head, stream, row):
            yield Break(stream, row.seq, "altered")
        seq, head = row.seq, row.hash
        seen[seq] = head
    if (seq, head) != tuple(end):
        yield Break(stream, max(seq, end.seq), "head")
    for mark, noted in sorted(marks.items()):
        if seen.get(mark) != noted:
            yield Break(stream, mark, "checkpoint")


def _recomputed(previous: str, stream: str, row: Any) -> str | None:
    try:
        body = json.loads(row.body)
        if _canonical(body) != row.body:
            return None
        return hash_fact(previous, stream, row.seq, row.at, row.by_person, row.kind, body)
    except ValueError:
        return None
