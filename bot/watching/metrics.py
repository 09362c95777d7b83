"""The metrics that Prometheus fetches: the tally of this process, what the database counts, and how the parts feel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.channels.quotas import Used
from bot.watching.disks import Disk
from bot.watching.tally import EDGES, Tally
from storage.condition import Figures

Values = Iterable[tuple[tuple[str, ...], float]]
STATES = ("not_started", "open", "submitted", "returned")
"""Shown even where there is nobody, so that a graph begins at 0."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is asked for when somebody fetches: `figures` is None when the database is away."""

    now_ms: int
    figures: Figures | None = None
    channels: Mapping[str, bool] = field(default_factory=dict)
    leads: bool = False
    disks: tuple[Disk, ...] = ()
    alarms: tuple[str, ...] = ()
    quotas: tuple[Used, ...] = ()


class Metrics(Collector):
    """One per process. Everything of ours begins with tucham_."""

    def __init__(self, tally: Tally, version: str) -> None:
        self._tally = tally
        self._version = version
        self._snapshot = Snapshot(0)
        self._registry = CollectorRegistry()
        self._registry.register(self)
        for make in (ProcessCollector, PlatformCollector, GCCollector):
            make(registry=self._registry)

    def written(self, snapshot: Snapshot) -> bytes:
        """The text that Prometheus reads."""
        self._snapshot = snapshot
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Everything of ours, for the registry."""
        now = self._snapshot
        yield _gauge("tucham_info", "Constant 1; the version of the program.", [((self._version,), 1)], "version")
        yield _one("tucham_leader", "1 while this process sends notices and keeps the clock.", now.leads)
        yield _one("tucham_database_up", "1 while the database answers.", now.figures is not None)
        yield _gauge("tucham_channel_up", "1 while the channel works.", _by_one(now.channels), "channel")
        yield from _of_turns(self._tally)
        yield _counter(
            "tucham_sends",
            "Messages handed to a channel, by what became of them.",
            [((name, how), n) for name, one in self._tally.channels.items() for how, n in one.outcomes.items()],
            "channel",
            "outcome",
        )
        yield from _of_disks(now.disks)
        yield from _of_quotas(now.quotas)
        yield _gauge("tucham_alarm", "1 for every alarm that is on.", _by_one(dict.fromkeys(now.alarms, 1)), "alarm")
        if now.figures is not None:
            yield from _of_database(now.figures, now.now_ms)


def _of_turns(tally: Tally) -> Iterator[Metric]:
    edges = [*(str(edge) for edge in EDGES), "+Inf"]
    turns = HistogramMetricFamily("tucham_turn_seconds", "How long it took to take an update in.")
    turns.add_metric([], list(zip(edges, accumulate(tally.turns), strict=True)), tally.seconds)
    yield turns
    yield _counter("tucham_updates", "Updates taken in, or not.", _by_one(tally.updates), "outcome")


def _of_quotas(found: tuple[Used, ...]) -> Iterator[Metric]:
    used = _by_one({one.channel: one.sent for one in found})
    yield _gauge("tucham_quota_used_messages", "Messages of the platform's quota used this month.", used, "channel")
    most = _by_one({one.channel: one.quota.messages for one in found})
    yield _gauge("tucham_quota_messages", "Messages the platform allows in a month.", most, "channel")


def _of_disks(found: tuple[Disk, ...]) -> Iterator[Metric]:
    free = _by_one({disk.what: disk.free for disk in found})
    yield _gauge("tucham_disk_free_bytes", "Room left on the disk of a folder.", free, "folder")
    total = _by_one({disk.what: disk.total for disk in found})
    yield _gauge("tucham_disk_size_bytes", "Size of the disk of a folder.", total, "folder")


def _of_database(figures: Figures, now_ms: int) -> Iterator[Metric]:
    rows = [((count.lane, count.state), count.rows) for count in figures.outbox]
    yield _gauge("tucham_outbox_messages", "Messages in the outbox.", rows, "lane", "state")
    waiting = {count.lane: age(now_ms, count.oldest_due_at) for count in figures.outbox if count.state == "queued"}
    waits = _by_one({lane: waiting.get(lane, 0) for lane in ("reply", "notice")})
    yield _gauge("tucham_outbox_oldest_seconds", "How long the oldest message has waited.", waits, "lane")
    doubtful = sum(count.rows for count in figures.outbox if count.state == "uncertain")
    yield _one("tucham_outbox_uncertain", "Messages of which nobody knows whether they arrived.", doubtful)
    yield _one("tucham_poison_updates", "Updates set aside because of a bug, still kept.", figures.poison)
    units = dict.fromkeys(STATES, 0) | figures.units
    yield _gauge("tucham_units", "Units of the open cycle.", _by_one(units), "state")
    yield _one("tucham_answers", "Criteria decided in the open cycle, over all units.", figures.answers)
    yield _counter("tucham_facts", "Facts in the ledger.", [((), figures.facts)])
    yield _one("tucham_database_bytes", "Size of the database.", figures.bytes)
    if figures.backup_at is not None:
        yield _one("tucham_backup_age_seconds", "Age of the last backup.", age(now_ms, figures.backup_at))


def age(now_ms: int, then_ms: int) -> int:
    """Whole seconds since a moment; 0 for one to come."""
    return max(0, (now_ms - then_ms) // 1000)


def _gauge(name: str, what: str, values: Values, *labels: str) -> Metric:
    family = GaugeMetricFamily(name, what, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def _counter(name: str, what: str, values: Values, *labels: str) -> Metric:
    family = CounterMetricFamily(name, what, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def _one(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _by_one(values: Mapping[str, float]) -> Values:
    return [((name,), value) for name, value in values.items()]
