"""What the doctor asks of the database: can it be had, is it safe, whole and current, and what waits in it too long."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.intake.moments import from_ms
from bot.watching.disks import MEGABYTE
from bot.watching.found import Found, State, found
from bot.watching.premises import Premises
from bot.watching.symptoms import LATE, OLD_BACKUP
from storage.condition import Condition, examine
from storage.errors import StoreError
from storage.rows import PoisonRow
from storage.single import holder

CLOCKS_DIFFER_S = 2.0
CLOCKS_ARE_WRONG_S = 30.0
RECORDED_AHEAD = timedelta(minutes=5)
"""What was recorded so long after now was recorded by another clock, or ours has been set back since."""


async def of_database(premises: Premises, now: datetime) -> tuple[Found, ...]:
    """Everything the database knows; where it cannot be had, that alone."""
    if premises.database is not None and not premises.database.exists():
        return found("database", "warn", "new", path=premises.database), _process(premises)
    try:
        condition = await examine(premises.database_url)
    except StoreError as error:
        return found("database", "bad", "away", reason=_first_line(error)), _process(premises)
    asked = await asyncio.to_thread(_process, premises) if condition.living is None else _replicas(premises, condition)
    whole = (_safety(premises, condition), _schema(condition), _integrity(premises, condition), asked)
    return (
        *whole,
        *_server_clock(condition, now),
        *_recorded_clock(premises, condition, now),
        *(_of_rows(premises, condition, now) if _readable(condition) else ()),
    )


def _readable(condition: Condition) -> bool:
    return condition.current and not condition.damage


def _safety(premises: Premises, condition: Condition) -> Found:
    if condition.unsafe:
        return found("database", "bad", "unsafe", reason=condition.unsafe)
    kind = "PostgreSQL" if premises.database is None else "SQLite"
    return found("database", "ok", "ok", kind=kind, size=f"{max(condition.bytes // MEGABYTE, 1)} MB")


def _schema(condition: Condition) -> Found:
    if condition.revision is None:
        return found("schema", "warn", "empty")
    if condition.current:
        return found("schema", "ok", "ok", revision=condition.revision)
    if condition.known:
        return found("schema", "bad", "old", revision=condition.revision)
    return found("schema", "bad", "newer", revision=condition.revision)


def _integrity(premises: Premises, condition: Condition) -> Found:
    if condition.damage:
        return found("integrity", "bad", "damaged", damage="; ".join(condition.damage))
    return found("integrity", "ok", "server" if premises.database is None else "ok")


def _process(premises: Premises) -> Found:
    pid = holder(premises.database_url) if premises.database is not None else None
    if pid is None:
        return found("process", "warn", "stopped")
    return found("process", "ok", "running", pid=pid) if pid > 0 else found("process", "ok", "outside")


def _replicas(premises: Premises, condition: Condition) -> Found:
    count = condition.living or 0
    if count == 0:
        return found("process", "warn", "stopped")
    if count > 1 and premises.polls:
        return found("process", "bad", "many_poll", count=count)
    return found("process", "ok", "replicas", count=count)


def _server_clock(condition: Condition, now: datetime) -> Iterator[Found]:
    if condition.server_ms is None:
        return
    seconds = abs((from_ms(condition.server_ms) - now).total_seconds())
    if seconds > CLOCKS_DIFFER_S:
        state: State = "bad" if seconds > CLOCKS_ARE_WRONG_S else "warn"
        yield found("clock", state, "differs", seconds=round(seconds))


def _recorded_clock(premises: Premises, condition: Condition, now: datetime) -> Iterator[Found]:
    if condition.newest_ms is None:
        return
    ahead = from_ms(condition.newest_ms) - now
    if ahead > RECORDED_AHEAD:
        minutes = int(ahead.total_seconds() // 60)
        yield found("clock", "bad", "behind", minutes=minutes, newest=_when(premises, condition.newest_ms))


def _of_rows(premises: Premises, condition: Condition, now: datetime) -> Iterator[Found]:
    waiting = [count for count in condition.outbox if count.state == "queued"]
    queued = sum(count.rows for count in waiting)
    longest = max((now - from_ms(count.oldest_due_at) for count in waiting), default=timedelta(0))
    if longest > LATE:
        yield found("outbox", "warn", "late", queued=queued, minutes=int(longest.total_seconds() // 60))
    else:
        yield found("outbox", "ok", "ok", queued=queued)
    doubtful = sum(count.rows for count in condition.outbox if count.state == "uncertain")
    yield found("doubts", "warn", "some", rows=doubtful) if doubtful else found("doubts", "ok", "ok")
    yield _poison(premises, condition)
    yield _backup(premises, condition, now)


def _poison(premises: Premises, condition: Condition) -> Found:
    if not condition.poison:
        return found("poison", "ok", "ok")
    newest = "; ".join(_told(premises, row) for row in condition.newest_poison)
    return found("poison", "warn", "some", rows=condition.poison, newest=newest)


def _told(premises: Premises, row: PoisonRow) -> str:
    """When, where from and which place of the program; what a person wrote is not among it."""
    return f"{_when(premises, row.at)} {row.channel} {(row.error or '-').splitlines()[0][:120]}"


def _backup(premises: Premises, condition: Condition, now: datetime) -> Found:
    if condition.backup is None:
        return found("backup", "warn", "never")
    age, when = now - from_ms(condition.backup.at), _when(premises, condition.backup.at)
    if age > OLD_BACKUP:
        return found("backup", "warn", "old", when=when, days=age.days)
    return found("backup", "ok", "ok", when=when)


def _when(premises: Premises, at_ms: int) -> str:
    return f"{from_ms(at_ms).astimezone(premises.zone):%H:%M %d/%m/%Y}"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
