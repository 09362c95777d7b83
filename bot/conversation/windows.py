"""Channels on which nobody can be written to for long after their last word: whom of a letter's people that meets."""

from __future__ import annotations

from collections import Counter

from bot.conversation.audience import Reach


def outside(found: Reach) -> dict[str, object]:
    """To how many writing costs a fee now, by channel with the hours that are free, and how many cannot be written to
    until they write."""
    known = {person.person_id: person for unit in found.units for person in unit.people}
    people = [known[one.person_id] for one in found.recipients if one.person_id in known]
    paid = Counter((person.channel, person.paid_after) for person in people if person.paid_after)
    return {
        "paid": tuple(
            {"channel": name, "hours": hours, "count": count} for (name, hours), count in sorted(paid.items())
        ),
        "shut": sum(person.shut for person in people),
    }
