"""What is wrong with the service right now, read off its figures: pure, so that every threshold can be tested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.quotas import WARN_AGAIN_AT, WARN_AT, Used
from bot.intake.moments import from_ms
from bot.watching.disks import Disk
from storage.condition import Figures

DEAF_S = 600.0
LATE = timedelta(minutes=5)
OLD_BACKUP = timedelta(days=2)
OLD_DOUBT = timedelta(days=1)
"""Admins hear of a doubt within seconds, with two buttons; this is for the one that nobody decided on."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is looked at. Per channel the seconds for which nothing could be received, or sent; `since` is when this
    process began, for what has never happened."""

    now: datetime
    since: datetime
    figures: Figures
    unheard: Mapping[str, float] = field(default_factory=dict)
    unsent: Mapping[str, float] = field(default_factory=dict)
    disks: tuple[Disk, ...] = ()
    backs_up: bool = False
    quotas: tuple[Used, ...] = ()


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that is wrong: its kind, what it is about ("" where there is only one), and what fills the words.

    One that does not last is told once and never called over; `mark` makes it one of its own.
    """

    kind: str
    about: str = ""
    args: Mapping[str, object] = field(default_factory=dict)
    mark: str = ""

    @property
    def name(self) -> str:
        """What it is known by while it lasts."""
        return f"{self.kind}:{self.about}" if self.about else self.kind


def symptoms(reading: Reading) -> tuple[Symptom, ...]:
    """Everything that a person should know of, in no order of weight."""
    return (
        *_of_channels(reading),
        *_of_quotas(reading),
        *_of_outbox(reading),
        *_of_disks(reading),
        *_of_backups(reading),
        *_of_bugs(reading),
    )


def _of_channels(reading: Reading) -> Iterator[Symptom]:
    for name in sorted({*reading.unheard, *reading.unsent}):
        worst = max(reading.unheard.get(name, 0.0), reading.unsent.get(name, 0.0))
        if worst >= DEAF_S:
            yield Symptom("channel", name, {"channel": name, "minutes": int(worst // 60)})


def _of_quotas(reading: Reading) -> Iterator[Symptom]:
    """Told once in a month for each threshold: nobody can do anything about it but wait, or pay."""
    for used in reading.quotas:
        reached = max((edge for edge in (WARN_AT, WARN_AGAIN_AT) if used.percent >= edge), default=0)
        if reached:
            args = {"channel": used.channel, "sent": used.sent, "most": used.quota.messages, "left": used.left}
            args |= {"month": used.month, "percent": used.percent}
            yield Symptom("quota", used.channel, args, mark=f"{used.month}:{reached}")


def _of_outbox(reading: Reading) -> Iterator[Symptom]:
    counts = reading.figures.outbox
    waiting = [count for count in counts if count.state == "queued" and _age(reading, count.oldest_due_at) > LATE]
    if waiting:
        oldest = max(_age(reading, count.oldest_due_at) for count in waiting)
        rows = sum(count.rows for count in waiting)
        yield Symptom("lag", args={"rows": rows, "minutes": int(oldest.total_seconds() // 60)})
    doubtful = [count for count in counts if count.state == "uncertain"]
    if any(_age(reading, count.oldest_due_at) > OLD_DOUBT for count in doubtful):
        yield Symptom("uncertain", args={"rows": sum(count.rows for count in doubtful)})


def _of_disks(reading: Reading) -> Iterator[Symptom]:
    """One for each disk, however many folders lie on it: the first of them is named."""
    first = {disk.device: disk for disk in reversed(reading.disks)}
    for disk in reading.disks:
        if disk.fills and first[disk.device] is disk:
            args = {"what": disk.what, "folder": str(disk.folder), "free": disk.shown, "percent": disk.percent}
            yield Symptom("disk", disk.what, args)


def _of_backups(reading: Reading) -> Iterator[Symptom]:
    """Nobody who never set anything up nor made a backup is reminded of one."""
    made = reading.figures.backup_at
    if made is None and not reading.backs_up:
        return
    age = reading.now - (from_ms(made) if made is not None else reading.since)
    if age > OLD_BACKUP:
        yield Symptom("backup", args={"days": age.days if made is not None else None})


def _of_bugs(reading: Reading) -> Iterator[Symptom]:
    newest = reading.figures.newest_poison_at
    if newest is not None and reading.now - from_ms(newest) < timedelta(days=1):
        yield Symptom("poison", args={"rows": reading.figures.poison}, mark=str(newest))


def _age(reading: Reading, at_ms: int) -> timedelta:
    return reading.now - from_ms(at_ms)
