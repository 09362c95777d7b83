"""Whom a letter to many can be for, and whom it reaches now: as the page shows it on which the letter is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.conversation.audience import ALL, KIND, NOT_SUBMITTED, STATE, STATES, UNITS, Audience, Reach, chosen, people_of
from bot.conversation.session import Addressee
from bot.conversation.windows import outside
from bot.views.board import Data


def choices(units: Sequence[Addressee]) -> tuple[Data, ...]:
    """The audiences there are, each with how many units it means now; units by name last."""
    kinds = dict.fromkeys(one.unit.kind for one in units)
    found = [Audience(ALL), Audience(NOT_SUBMITTED), *(Audience(STATE, (state,)) for state in STATES)]
    found += [Audience(KIND, (kind,)) for kind in kinds if len(kinds) > 1]
    told = [_told(one, len(chosen(units, one))) for one in found]
    return (*told, {"value": UNITS, "choice": UNITS, "of": "", "units": None})


def to_tick(units: Sequence[Addressee], ticked: Sequence[str]) -> tuple[Data, ...]:
    """Every unit to be chosen by name, in the official order."""
    return tuple(
        {"code": one.unit.code, "name": one.unit.name, "state": one.state, "ticked": one.unit.code in ticked}
        for one in units
    )


def reached(found: Reach, audience: Audience) -> Data:
    """Whom it reaches, in numbers and all by name; the units it cannot reach, and why not."""
    people = {person.person_id: person for one in found.units for person in one.people}
    there = [one for one in found.recipients if one.way != "none"]
    channels = Counter(people[one.person_id].channel for one in there if one.person_id is not None)
    short = {one.unit.id: one.unit.short_name for one in found.units}
    dark = [one for one in found.units if not _is_reached(one, found, audience)]
    return {
        "units": len(found.units),
        "count": found.count,
        "people": found.people,
        "mailboxes": found.count - found.people,
        "channels": tuple(sorted(channels.items(), key=lambda pair: (-pair[1], pair[0]))),
        "names": tuple(
            {
                "unit": short.get(one.unit_id or 0, ""),
                "name": people[one.person_id].name if one.person_id is not None else "",
                "channel": people[one.person_id].channel if one.person_id is not None else "mail",
            }
            for one in there
        ),
        "alone": tuple(one.unit.short_name for one in dark if not people_of(one, leaders=audience.leaders)),
        "silent": tuple(one.unit.short_name for one in dark if people_of(one, leaders=audience.leaders)),
        **outside(found),
    }


def _told(one: Audience, units: int) -> Data:
    return {"value": one.to_text(), "choice": one.choice, "of": one.values[0] if one.values else "", "units": units}


def _is_reached(one: Addressee, found: Reach, audience: Audience) -> bool:
    """Whether anybody of the unit gets it, also when they get it for another unit of theirs, or its mailbox does."""
    if any(person.way != "none" for person in people_of(one, leaders=audience.leaders)):
        return True
    return any(to.unit_id == one.unit.id and to.way != "none" for to in found.recipients)
