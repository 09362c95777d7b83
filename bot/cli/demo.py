"""`tucham demo`: a throw-away database with sample units and a sample cycle, and a talk in it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.cycle import spelled
from bot.cli.shape import Stopped, command, option, tell
from bot.cli.start import configured, refusals, settle
from bot.wording import say

if TYPE_CHECKING:
    from bot.house import Office
    from bot.settings import Settings

SAMPLE_UNIT = "SDL"


@command("command.demo")
@option(
    "--dir", "folder", key="command.demo.dir", type=click.Path(path_type=Path), default=Path("var/demo"), metavar="DIR"
)
@option(
    "--units",
    "file",
    key="command.demo.units",
    type=click.Path(path_type=Path),
    default=Path("demo/don-vi-mau.csv"),
    metavar="FILE",
)
@option("--unit", key="command.demo.unit", default=SAMPLE_UNIT, metavar="CODE")
@option("--as", "code", key="command.demo.as", metavar="CODE")
def demo(folder: Path, file: Path, unit: str, code: str | None) -> int:
    """Make the sample data when there is none, then talk as a sample officer, or as whoever has the code."""
    from bot.cli.talk import talk_as, who

    database = f"sqlite:///{folder.resolve() / 'tucham.db'}"
    settings = configured().model_copy(update={"database_url": database, "telegram_token": None})
    if code:
        if not (folder / "demo.json").exists():
            raise Stopped(say("demo.none"))
        return talk_as(settings, who(say("talk.reviewer_name"), code=code))
    sample = _sample(settings, folder, file)
    tell(say("demo.ready", dir=folder, units=sample["units"], year=sample["year"], due=sample["due"]))
    tell(say("demo.reviewer", code=sample["reviewer"]))
    tell(say("demo.officer", unit=sample["names"].get(unit, unit)))
    tell()
    return talk_as(settings, who(say("talk.name"), unit=unit))


def _sample(settings: Settings, folder: Path, file: Path) -> dict[str, Any]:
    """What was made before, or now; kept beside the database, so that the reviewer's code stays the same."""
    import asyncio

    from bot.house import open_office

    note = folder / "demo.json"
    if note.exists():
        found: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
        return found

    async def make() -> dict[str, Any]:
        async with open_office(settings) as office:
            return await _make(office, file)

    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("tucham.db*"):  # of a demo that was interrupted while it was made
        left.unlink()
    with refusals():
        made = asyncio.run(make())
    note.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    return made


async def _make(office: Office, file: Path) -> dict[str, Any]:
    from bot.cli.invite import issue
    from bot.cli.unit_rows import ImportRefused, read_units
    from bot.conversation.events import ImportUnits, OpenCycle
    from scoring.library import available, digest, load_set, set_text

    try:
        rows = read_units(file)
    except ImportRefused as error:
        raise Stopped("\n".join(error.problems)) from None
    name = available()[-1]
    text, criteria, zone = set_text(name), load_set(name), office.settings.zone
    today = datetime.now(UTC).astimezone(zone).date()  # noqa: TID251 - an edge
    day = next_deadline(criteria.cycle.too_late_from(today.year - 1), today)
    due_at = datetime.combine(day, time(), zone).astimezone(UTC)
    await settle(office, ImportUnits(rows))
    await settle(office, OpenCycle(day.year - 1, name, digest(text), due_at), set_text=text)
    reviewer = await issue(office, "reviewer", None, uses=5, printed=True, expires_at=None)
    names = {row.code: row.name for row in rows}
    due = spelled(due_at, zone)
    return {"units": len(rows), "year": day.year - 1, "due": due, "reviewer": reviewer, "names": names}


def next_deadline(this_year: date, today: date) -> date:
    """The next deadline ahead, so that a sample cycle is never late."""
    return this_year if this_year > today else this_year.replace(year=this_year.year + 1)
