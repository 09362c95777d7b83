"""What the doctor asks of the machine: room on its disks, the right time, and whether documents can be made."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from bot.watching.disks import Disk, can_write, disks
from bot.watching.found import Found, found
from bot.watching.premises import Premises
from bot.wording import texts

FULL_BYTES = 200_000_000
YEARS = range(2024, 2100)


async def of_machine(premises: Premises, now: datetime) -> tuple[Found, ...]:
    """Disks, clock, documents."""
    documents = await asyncio.to_thread(_documents, premises.names)
    return (*of_disks(premises.folders), _clock(premises, now), documents)


def of_disks(folders: Mapping[str, Path]) -> Iterator[Found]:
    """One finding for each folder: whether this account may write there, and how much room there is."""
    known = {disk.what: disk for disk in disks(folders)}
    for what, folder in folders.items():
        where = {"where": texts("doctor")["disk"]["words"][what], "folder": folder}
        disk = known.get(what)
        if disk is None:
            yield found("disk", "warn", "unknown", **where)
        elif not can_write(folder):
            yield found("disk", "bad", "locked", **where)
        else:
            yield _room(disk, where)


def _room(disk: Disk, where: Mapping[str, object]) -> Found:
    figures = {"free": disk.shown, "percent": disk.percent, **where}
    if disk.free < FULL_BYTES:
        return found("disk", "bad", "full", **figures)
    return found("disk", "warn", "low", **figures) if disk.fills else found("disk", "ok", "ok", **figures)


def _clock(premises: Premises, now: datetime) -> Found:
    shown = {"now": f"{now.astimezone(premises.zone):%H:%M:%S %d/%m/%Y}", "zone": premises.zone.key}
    return found("clock", "ok", "ok", **shown) if now.year in YEARS else found("clock", "bad", "insane", **shown)


def _documents(names: Mapping[str, str]) -> Found:
    """Make one invite sheet, as it would be handed out."""
    try:
        from messages.documents import InviteSheet, invite_sheets, sheet_link
    except ImportError:
        return found("documents", "warn", "missing")
    code = "K7QM4T2P"
    try:
        link = sheet_link("web", f"https://example.org/moi/{code}")
        sheet = InviteSheet(names["agency"], names["agency_short"], code, (link,), expires="", made="", cycle_year=None)
        made = invite_sheets([sheet], names)
    except Exception as error:  # noqa: BLE001 - whatever keeps it from being made is the finding
        return found("documents", "bad", "broken", error=type(error).__name__)
    return (
        found("documents", "ok", "ok") if made.startswith(b"%PDF") else found("documents", "bad", "broken", error="?")
    )
