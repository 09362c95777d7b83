"""What a new list of units changes: added, renamed, merged, closed; compared first, done only as it was shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from bot.conversation.office_events import ImportUnits, UnitRow
from bot.conversation.office_facts import OfficeFact, UnitClosed, UnitMerged, UnitsImported
from bot.conversation.presses import Press
from bot.conversation.reading.folding import fold
from bot.conversation.session import Session
from bot.conversation.turn import Button, Groups, Holders, Reply, Turn, UnitOfficers, refused

Merge = tuple[str, str]
"""Codes: which unit, into which."""


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """One unit as a list names it. None stands for a column that the list does not have: what is known stays.

    `into` is the code or the name of the unit it was merged into; `ended` says that it is no more, merged or not.
    """

    row: int
    code: str
    name: str
    short_name: str | None
    kind: str
    email: str | None = None
    phone: str | None = None
    into: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """One unit as the service knows it, the ones that are no more included."""

    code: str
    name: str
    short_name: str
    kind: str
    email: str = ""
    phone: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Renamed:
    """A unit of which something else is known from now on; the code stays."""

    before: KnownUnit
    after: UnitRow

    @property
    def columns(self) -> tuple[str, ...]:
        """What is different."""
        return tuple(one for one in COMPARED if getattr(self.before, one) != getattr(self.after, one))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the list that cannot be meant: the row of the file, and a code with its arguments."""

    row: int
    code: str
    args: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a list would change. `units` is the list as it will stand; `missing` is in the service, not in the list."""

    units: tuple[UnitRow, ...]
    added: tuple[UnitRow, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    merged: tuple[Merge, ...] = ()
    closed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    digest: str = ""

    @property
    def nothing(self) -> bool:
        """Whether the service knows all of it already."""
        return not (self.added or self.renamed or self.merged or self.closed)

    def event(self) -> ImportUnits:
        """What makes exactly these changes, and is refused when the stored list is no longer the one compared."""
        return ImportUnits(self.units, self.merged, self.closed, self.digest)


COMPARED = ("name", "short_name", "kind", "email", "phone")


class _Named(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def short_name(self) -> str: ...
    @property
    def kind(self) -> str: ...


def compare(listed: Sequence[ListedUnit], known: Sequence[KnownUnit], *, close_missing: bool) -> Changes:
    """What the list would change of what is known; with `close_missing` what it does not name any more is closed."""
    stored = {unit.code: unit for unit in known}
    living = [unit for unit in listed if not unit.ended]
    problems = _problems(living, stored, listed)
    units = tuple(_row(unit, stored.get(unit.code)) for unit in living)
    named = {unit.code for unit in listed}
    missing = tuple(unit.code for unit in known if not unit.ended and unit.code not in named)
    going = [unit for unit in listed if unit.ended and unit.code in stored and not stored[unit.code].ended]
    gone = {unit.code for unit in listed if unit.ended} | {unit.code for unit in known if unit.ended}
    gone -= {unit.code for unit in living}
    targets = _Targets(units, listed, known, gone | (set(missing) if close_missing else set()))
    found = {unit.code: targets.find(unit) for unit in going if unit.into}
    problems += [one for one in found.values() if isinstance(one, Problem)]
    merged = tuple((code, into) for code, into in found.items() if isinstance(into, str))
    closed = tuple(unit.code for unit in going if not unit.into) + (missing if close_missing else ())
    changed = [Renamed(stored[row.code], row) for row in units if row.code in stored]
    renamed = tuple(one for one in changed if one.columns)
    return Changes(
        units=units,
        added=tuple(row for row in units if row.code not in stored),
        renamed=renamed,
        merged=merged,
        closed=closed,
        unchanged=tuple(one.after.code for one in changed if not one.columns),
        missing=missing,
        problems=tuple(sorted(problems, key=lambda one: one.row)),
        digest=seal([unit for unit in known if not unit.ended], units, merged, closed),
    )


def seal(known: Iterable[_Named], units: Iterable[UnitRow], merged: Iterable[Merge], closed: Iterable[str]) -> str:
    """A digest of the stored list and of what is to become of it: another list, or another change, has another."""
    shown = [
        sorted([unit.code, unit.name, unit.short_name, unit.kind] for unit in known),
        [[row.code, *(getattr(row, one) for one in COMPARED)] for row in units],
        [list(one) for one in merged],
        list(closed),
    ]
    return sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def _row(unit: ListedUnit, known: KnownUnit | None) -> UnitRow:
    """The unit as it will stand: what the list does not tell stays as it is known."""
    if unit.short_name is None:
        follows = known is None or known.short_name == known.name
        short_name = unit.name if known is None or follows else known.short_name
    else:
        short_name = unit.short_name or unit.name
    email = (known.email if known else "") if unit.email is None else unit.email
    phone = (known.phone if known else "") if unit.phone is None else unit.phone
    return UnitRow(unit.code, unit.name, short_name, unit.kind, email, phone)


def _problems(
    living: Iterable[ListedUnit], stored: Mapping[str, KnownUnit], listed: Sequence[ListedUnit]
) -> list[Problem]:
    """A code is never used again, and a unit does not get another code by being listed under one."""
    going = {one.code for one in listed if one.ended}
    named = {one.code: one.name for one in listed if not one.ended}
    taken = {
        fold(named.get(one.code, one.name)): one.code
        for one in stored.values()
        if not one.ended and one.code not in going
    }
    problems = []
    for unit in living:
        known, code = stored.get(unit.code), taken.get(fold(unit.name))
        if known is not None and known.ended:
            problems.append(Problem(unit.row, "ended_before", {"value": unit.code, "name": known.name}))
        elif known is None and code is not None:
            problems.append(Problem(unit.row, "same_name", {"value": unit.name, "code": code}))
    return problems


class _Targets:
    """Finds the unit that another was merged into, by code or by name."""

    def __init__(
        self, units: Iterable[UnitRow], listed: Iterable[ListedUnit], known: Iterable[KnownUnit], gone: set[str]
    ) -> None:
        self._gone = gone
        named: list[_Named | ListedUnit] = [*units, *listed, *known]
        self._codes = {unit.code for unit in named}
        self._names: dict[str, set[str]] = {}
        for unit in named:
            for text in (unit.code, unit.name, unit.short_name or unit.name):
                self._names.setdefault(fold(text), set()).add(unit.code)

    def find(self, unit: ListedUnit) -> str | Problem:
        """The code of the successor, or why there is none."""
        codes = {unit.into} if unit.into in self._codes else self._names.get(fold(unit.into), set())
        living = codes - self._gone - {unit.code}
        if len(living) == 1:
            return next(iter(living))
        if not codes:
            code = "into_unknown"
        elif living:
            code = "into_ambiguous"
        else:
            code = "into_itself" if codes == {unit.code} else "into_ended"
        return Problem(unit.row, code, {"value": unit.into})


def decide(session: Session, event: ImportUnits, now: datetime) -> Turn:
    """The turn that enters a list; refused when it is not the one that was shown, or does not hold together."""
    known = session.known_units
    if not event.units and not event.merges and not event.closes:
        return refused(session.place, "no_units")
    if event.seen and event.seen != seal(known.values(), event.units, event.merges, event.closes):
        return refused(session.place, "list_changed")
    going = [code for code, _ in event.merges] + list(event.closes)
    after = {row.code: row.name for row in event.units}
    staying = ({code: unit.name for code, unit in known.items()} | after).keys() - set(going)
    unknown = next((code for code in going if code not in known or code in after), None)
    unknown = unknown or next((into for _, into in event.merges if into not in staying), None)
    if unknown is not None or len(set(going)) < len(going):
        return refused(session.place, "unknown_unit", unit=unknown or going[0])
    facts: list[OfficeFact] = [UnitsImported(event.units)] if event.units else []
    for code, into in event.merges:
        successor = known.get(into)
        facts.append(UnitMerged(known[code].id, successor.id if successor else 0, into))
    facts += [UnitClosed(known[code].id) for code in event.closes]
    names = {code: unit.name for code, unit in known.items()} | after
    return Turn(session.place, facts=tuple(facts), replies=_notices(session, event, names, now))


def _notices(session: Session, event: ImportUnits, names: Mapping[str, str], now: datetime) -> tuple[Reply, ...]:
    """Who served a unit that is no more hears of it, and so does the office."""
    known, moment = session.known_units, now.isoformat(timespec="seconds")
    year = session.cycle.year if session.cycle and not session.cycle.closed else None
    rows = ((Button("continue", Press("st").encode()),),)
    replies = []
    for code, into in event.merges:
        unit, successor = known[code], known.get(into)
        data = {"unit": unit.name, "into": names[into], "year": year}
        # Whoever served the old unit serves the successor by the time this is sent; a new one has nobody else.
        to = UnitOfficers(successor.id if successor else unit.id)
        replies.append(Reply("unit_merged", data, rows if year else (), to=to, key=f"merged:{unit.id}:{moment}"))
    for code in event.closes:
        unit = known[code]
        data = {"unit": unit.name, "year": year}
        replies.append(Reply("unit_closed", data, to=UnitOfficers(unit.id), key=f"closed:{unit.id}:{moment}"))
    if not replies:
        return ()
    told = {
        "merged": tuple({"unit": known[code].name, "into": names[into]} for code, into in event.merges),
        "closed": tuple(known[code].name for code in event.closes),
        "year": year,
    }
    office = tuple(
        Reply("units_ended", told, to=to, key=f"units_ended:{moment}")
        for to in (Holders("reviewer"), Groups("reviewer"))
    )
    return (*replies, *office)
