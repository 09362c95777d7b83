"""What Prometheus is given: every name, the right numbers, and a turn that costs next to nothing.

Checked once against: edges counted singly instead of up to each, a failed send counted as sent, a database that is away
shown as an empty one: each failed here.
"""

from __future__ import annotations

import timeit
from contextlib import suppress
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.channels.contract import Capabilities, Failure, KeepPoison, Outgoing, SendFailed, Sent, Take
from bot.watching.disks import Disk
from bot.watching.metrics import Metrics, Snapshot
from bot.watching.tally import FAILURES, FORGIVEN_S, CountedChannel, Tally
from storage.condition import Figures
from storage.rows import OutboxCount

NOW = 1_768_000_000_000
FIGURES = Figures(
    outbox=(OutboxCount("notice", "queued", 4, NOW - 90_000), OutboxCount("notice", "uncertain", 2, NOW - 5)),
    poison=1,
    newest_poison_at=NOW,
    units={"submitted": 3, "not_started": 2},
    answers=120,
    facts=500,
    bytes=4096,
    backup_at=NOW - 3_600_000,
)


class Wire:
    """A channel that fails as told."""

    name, bot = "telegram", "1"
    capabilities = Capabilities(buttons=True, edits=True, text_limit=4096)

    def __init__(self) -> None:
        self.fails: Failure | Exception | None = None

    async def send(self, outgoing: Outgoing) -> Sent:  # noqa: ARG002
        if isinstance(self.fails, Exception):
            raise self.fails
        if self.fails is not None:
            raise SendFailed(self.fails, "as told")
        return Sent("1")

    async def receive(self, take: Take, keep_poison: KeepPoison) -> None:
        """Nothing comes."""

    async def stop(self) -> None:
        """Nothing to stop."""

    async def close(self) -> None:
        """Nothing to close."""

    def link(self, code: str) -> str | None:
        return code


def samples(tally: Tally, snapshot: Snapshot) -> dict[str, float]:
    """Every sample of ours by its name and labels."""
    text = Metrics(tally, "1.2.3").written(snapshot).decode()
    return {
        one.name + "".join(f",{key}={value}" for key, value in sorted(one.labels.items())): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_every_part_is_shown_with_its_number() -> None:
    tally = Tally()
    for seconds in (0.004, 0.2, 0.2, 7.0):
        tally.turn("taken", seconds)
    tally.turn("unavailable", 0.01)
    disk = Disk("database", Path("/x"), 40, 100)
    shown = samples(tally, Snapshot(NOW, FIGURES, {"telegram": True, "mail": False}, True, (disk,), ("disk:files",)))
    expected = {
        "tucham_info,version=1.2.3": 1,
        "tucham_leader": 1,
        "tucham_database_up": 1,
        "tucham_channel_up,channel=telegram": 1,
        "tucham_channel_up,channel=mail": 0,
        "tucham_turn_seconds_bucket,le=0.005": 1,
        "tucham_turn_seconds_bucket,le=0.01": 2,
        "tucham_turn_seconds_bucket,le=0.25": 4,
        "tucham_turn_seconds_bucket,le=5.0": 4,
        "tucham_turn_seconds_bucket,le=+Inf": 5,
        "tucham_turn_seconds_count": 5,
        "tucham_updates_total,outcome=taken": 4,
        "tucham_updates_total,outcome=unavailable": 1,
        "tucham_disk_free_bytes,folder=database": 40,
        "tucham_disk_size_bytes,folder=database": 100,
        "tucham_alarm,alarm=disk:files": 1,
        "tucham_outbox_messages,lane=notice,state=queued": 4,
        "tucham_outbox_oldest_seconds,lane=notice": 90,
        "tucham_outbox_oldest_seconds,lane=reply": 0,
        "tucham_outbox_uncertain": 2,
        "tucham_poison_updates": 1,
        "tucham_units,state=submitted": 3,
        "tucham_units,state=not_started": 2,
        "tucham_units,state=returned": 0,
        "tucham_answers": 120,
        "tucham_facts_total": 500,
        "tucham_database_bytes": 4096,
        "tucham_backup_age_seconds": 3600,
    }
    assert {name: shown.get(name) for name in expected} == expected
    assert shown["process_resident_memory_bytes"] > 0


def test_a_database_that_is_away_is_not_shown_as_an_empty_one() -> None:
    shown = samples(Tally(), Snapshot(NOW))
    assert shown["tucham_database_up"] == 0
    assert not [name for name in shown if name.startswith(("tucham_units", "tucham_outbox", "tucham_backup"))]


@pytest.mark.parametrize(
    ("fails", "outcome"),
    [(None, "sent"), *((failure, str(failure)) for failure in Failure), (KeyError("x"), "bug")],
    ids=str,
)
async def test_a_send_is_counted_by_what_became_of_it(fails: Failure | Exception | None, outcome: str) -> None:
    tally, wire = Tally(), Wire()
    channel = tally.counted({"telegram": wire})["telegram"]
    wire.fails = fails
    if fails is None:
        assert await channel.send(Outgoing("7", "x")) == Sent("1")
    else:
        with pytest.raises((SendFailed, KeyError)):
            await channel.send(Outgoing("7", "x"))
    shown = samples(tally, Snapshot(NOW))
    counted = {name: value for name, value in shown.items() if name.startswith("tucham_sends_total") and value}
    assert counted == {f"tucham_sends_total,channel=telegram,outcome={outcome}": 1}


async def test_a_channel_fails_when_one_send_after_the_other_does() -> None:
    now, wire = [0.0], Wire()
    channel = CountedChannel(wire, lambda: now[0])

    async def tried(fails: Failure | None, after: float) -> float:
        now[0] += after
        wire.fails = fails
        with suppress(SendFailed):
            await channel.send(Outgoing("7", "x"))
        return channel.failing_s()

    assert [await tried(Failure.RETRY, 60) for _ in range(FAILURES)] == [0.0] * (FAILURES - 1) + [60.0 * (FAILURES - 1)]
    assert await tried(Failure.UNCERTAIN, 60) == 60.0 * FAILURES
    assert await tried(Failure.UNREACHABLE, 60) == 0.0, "who blocked us was reached"
    for _ in range(FAILURES):
        await tried(Failure.RETRY, 200)
    assert channel.failing_s() == 200.0 * (FAILURES - 1)
    now[0] += FORGIVEN_S + 1
    assert channel.failing_s() == 0.0, "nothing was tried for a while"
    assert await tried(None, 1) == 0.0


def test_counting_a_turn_costs_less_than_two_microseconds() -> None:
    tally = Tally()
    rounds = 5000
    best = min(timeit.repeat(lambda: tally.turn("taken", 0.02), number=rounds, repeat=7)) / rounds
    assert best < 2e-6
