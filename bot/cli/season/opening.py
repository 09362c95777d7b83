"""The sample office: units imported, a cycle opened weeks ago, its season played, invites for whoever tries it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random

from bot.cli.invite import issue
from bot.cli.moments import spelled
from bot.cli.season.calendar import Calendar, Clock
from bot.cli.season.samples import Samples, read_samples
from bot.cli.season.season import Season
from bot.cli.shape import Stopped, reason_of
from bot.cli.start import settle
from bot.conversation.office_events import ImportUnits, OpenCycle, UnitRow
from bot.conversation.restructuring import compare
from bot.house import Office, build_intake, new_owner, open_store, utcnow
from bot.intake.post import Posted
from bot.lists.refused import ListRefused
from bot.lists.units import read_list
from bot.settings import Settings
from bot.wording import say
from scoring.library import available, digest, load_set, set_text

UNITS, NOTE = "don-vi-mau.csv", "demo.json"
SEED = 3270
USES = 500
ROLES = ("officer", "reviewer", "admin")
"""Who is invited, in the order in which the links are shown."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was made, kept beside the database, so that the same codes are shown the next time."""

    units: int
    year: int
    due: str
    unit: str
    unit_name: str
    codes: dict[str, str]


def read_note(folder: Path) -> Sample | None:
    """The sample made in this folder before; None when there is none, or one of an older kind."""
    try:
        return Sample(**json.loads((folder / NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


async def make_sample(
    settings: Settings, folder: Path, samples: Path, unit: str, *, today: datetime | None = None, seed: int = SEED
) -> Sample:
    """Make it all anew in an empty folder; `unit` is the one that a visitor may join. Stopped when a file is wrong."""
    rows, people = _rows(samples / UNITS), read_samples(samples)
    named = next((row for row in rows if row.code == unit), rows[0])
    _clear(folder)
    now, dice = today or utcnow(), Random(seed)  # noqa: S311 - sample answers, no secrets
    calendar = Calendar(now, settings.zone, dice)
    clock = Clock(calendar.opened)
    async with open_store(settings) as store:
        intake = build_intake(settings, store, new_owner(), _leave, clock=clock)
        office = Office(settings, store, intake)
        made = await _open(office, rows, named, now)
        await _play(office, rows, people, clock, calendar, dice)
    _write_note(folder, made)
    return made


def _clear(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("tucham.db*"):  # of a demo that was interrupted while it was made
        left.unlink()


def _write_note(folder: Path, made: Sample) -> None:
    (folder / NOTE).write_text(json.dumps(asdict(made), ensure_ascii=False), encoding="utf-8")


def next_deadline(this_year: date, today: date) -> date:
    """The next deadline ahead, so that a sample cycle is never late."""
    return this_year if this_year > today else this_year.replace(year=this_year.year + 1)


def _rows(file: Path) -> tuple[UnitRow, ...]:
    try:
        read = read_list(file.read_bytes(), file.name)
    except OSError as error:
        raise Stopped(say("refusal.file", file=file, reason=reason_of(error))) from None
    except ListRefused as error:
        raise Stopped("\n".join(error.problems)) from None
    return compare(read.units, (), close_missing=False).units


async def _open(office: Office, rows: tuple[UnitRow, ...], unit: UnitRow, now: datetime) -> Sample:
    """Import, open, invite, at the moment when the season began."""
    name, zone = available()[-1], office.settings.zone
    text, today = set_text(name), now.astimezone(zone).date()
    day = next_deadline(load_set(name).cycle.too_late_from(today.year - 1), today)
    due_at = datetime.combine(day, time(), zone).astimezone(UTC)
    await settle(office, ImportUnits(rows))
    await settle(office, OpenCycle(day.year - 1, name, digest(text), due_at), set_text=text)
    codes = {
        role: await issue(
            office, role, unit.code if role == "officer" else None, uses=USES, printed=True, expires_at=None
        )
        for role in ROLES
    }
    return Sample(len(rows), day.year - 1, spelled(due_at, zone), unit.code, unit.name, codes)


async def _play(
    office: Office, rows: tuple[UnitRow, ...], people: Samples, clock: Clock, calendar: Calendar, dice: Random
) -> None:
    criteria = load_set(available()[-1])
    await Season(office, criteria, people, clock, calendar, dice).play(rows)


def _leave(_posted: Posted, _typed: bool) -> None:
    """Nobody of the season is sent anything: they look at their pages."""
