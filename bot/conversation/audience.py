"""Whom something is for: an audience in a few words, the units it means now, and everybody who is to get it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.office_facts import Recipient
from bot.conversation.session import Addressee, Rules, Served

ALL, KIND, STATE, NOT_SUBMITTED, UNITS = "all", "kind", "state", "not_submitted", "units"
STATES = ("not_begun", "open", "submitted", "returned")
WITH_LEADERS = "+leaders"


class AudienceUnreadable(ValueError):
    """A text that names no audience."""


@dataclass(frozen=True, slots=True)
class Audience:
    """All units, those of a kind, in a state, without a submission, or named by code; officers, `leaders` if asked."""

    choice: str = ALL
    values: tuple[str, ...] = ()
    leaders: bool = False

    def to_text(self) -> str:
        """The stored form: "all", "kind:so_ban_nganh", "units:SDL,SYT", each with "+leaders" behind it or not."""
        values = f":{','.join(self.values)}" if self.values else ""
        return f"{self.choice}{values}{WITH_LEADERS if self.leaders else ''}"

    @classmethod
    def from_text(cls, text: str) -> Audience:
        """The audience a text names; AudienceUnreadable when it names none."""
        plain = text.removesuffix(WITH_LEADERS)
        choice, colon, rest = plain.partition(":")
        values = tuple(dict.fromkeys(one.strip() for one in rest.split(",") if one.strip()))
        if choice not in (ALL, KIND, STATE, NOT_SUBMITTED, UNITS) or bool(colon) != bool(values):
            raise AudienceUnreadable(text)
        if bool(values) != (choice in (KIND, STATE, UNITS)):
            raise AudienceUnreadable(text)
        if choice == STATE and not set(values) <= set(STATES):
            raise AudienceUnreadable(text)
        return cls(choice, values, text != plain)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an audience reaches now: the units, everybody it is for, and how many of them something can be sent to."""

    units: tuple[Addressee, ...]
    recipients: tuple[Recipient, ...]

    @property
    def count(self) -> int:
        """To how many something goes out: what a preview shows, what is confirmed."""
        return sum(one.way != "none" for one in self.recipients)

    @property
    def people(self) -> int:
        """How many of those are people; the others are mailboxes of units."""
        return sum(one.way != "none" and one.person_id is not None for one in self.recipients)

    @property
    def unreached(self) -> tuple[Recipient, ...]:
        """Those nothing can be sent to."""
        return tuple(one for one in self.recipients if one.way == "none")


def reach(addressees: Sequence[Addressee], audience: Audience, rules: Rules) -> Reach:
    """Whom an audience reaches; the rules say whether mailboxes can be written to."""
    units = chosen(addressees, audience)
    return Reach(units, recipients(units, rules, leaders=audience.leaders))


def chosen(addressees: Sequence[Addressee], audience: Audience) -> tuple[Addressee, ...]:
    """The units an audience means now, in their order."""
    return tuple(one for one in addressees if _is_meant(one, audience))


def recipients(addressees: Sequence[Addressee], rules: Rules, *, leaders: bool = False) -> tuple[Recipient, ...]:
    """Everybody who serves these units, each once; a unit where no chat delivers also by its mailbox."""
    found: list[Recipient] = []
    known: set[int] = set()
    for one in addressees:
        people = people_of(one, leaders=leaders)
        fresh = [person for person in people if person.person_id not in known]
        found += [Recipient(one.unit.id, person.person_id, person.way) for person in fresh]
        known |= {person.person_id for person in fresh}
        found += mailbox_of(one, people, rules)
    return tuple(found)


def mailbox_of(addressee: Addressee, people: Sequence[Served], rules: Rules) -> tuple[Recipient, ...]:
    """The unit's mailbox, where no chat of these people delivers (a page reaches nobody by itself) or always, as set;
    the unit itself, as one nothing can be sent to, when nobody serves it and it has no mailbox either."""
    delivered = any(person.way == "chat" for person in people)
    if addressee.email and rules.mails and (rules.mails_always or not delivered):
        return (Recipient(addressee.unit.id, None, "mail"),)
    return () if people else (Recipient(addressee.unit.id, None, "none"),)


def people_of(addressee: Addressee, *, leaders: bool = False) -> tuple[Served, ...]:
    """The people of a unit something is for: its officers, and where asked its leaders; each once."""
    roles = ("officer", "leader") if leaders else ("officer",)
    best: dict[int, Served] = {}
    for person in addressee.people:
        if person.role in roles:
            best.setdefault(person.person_id, person)
    return tuple(best.values())


def unknown_codes(addressees: Sequence[Addressee], audience: Audience) -> tuple[str, ...]:
    """The codes an audience names that no unit has."""
    known = {one.unit.code for one in addressees}
    return tuple(code for code in audience.values if code not in known) if audience.choice == UNITS else ()


def _is_meant(one: Addressee, audience: Audience) -> bool:
    match audience.choice:
        case "kind":
            return one.unit.kind in audience.values
        case "state":
            return one.state in audience.values
        case "not_submitted":
            return one.state != "submitted"
        case "units":
            return one.unit.code in audience.values
        case _:
            return True
