"""What comes out of a turn: the new place, the facts, and what is to be said to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bot.conversation.facts import Fact
from bot.conversation.place import Place
from bot.values import value


@value(frozen=True, slots=True)
class Button:
    """A button says everything itself: `press` is its payload (at most 64 ASCII bytes), `label` names its words."""

    label: str
    press: str
    args: Mapping[str, object] = field(default_factory=dict)


Rows = tuple[tuple[Button, ...], ...]


@value(frozen=True, slots=True)
class Myself:
    """The chat the event came from."""


@value(frozen=True, slots=True)
class Holders:
    """Everybody who holds a role of the office: reviewers, admins."""

    role: str


@value(frozen=True, slots=True)
class Groups:
    """The groups bound for a role."""

    role: str


@value(frozen=True, slots=True)
class UnitOfficers:
    """The officers of a unit, but for the one who did it."""

    unit_id: int
    but: int | None = None


@value(frozen=True, slots=True)
class UnitLeaders:
    """The leaders of a unit, but for the one who did it."""

    unit_id: int
    but: int | None = None


@value(frozen=True, slots=True)
class OnePerson:
    """A person, wherever they are written to."""

    person_id: int


@value(frozen=True, slots=True)
class EveryChat:
    """Every chat of a person, but for one."""

    person_id: int
    but: int


@value(frozen=True, slots=True)
class OneChat:
    """A chat, whoever's it is."""

    chat_id: int


Recipient = Myself | Holders | Groups | UnitOfficers | UnitLeaders | OnePerson | EveryChat | OneChat


@value(frozen=True, slots=True)
class Reply:
    """Something to say: a template and its data. A card replaces the chat's card; a message stands for itself.

    `view` names a picture of many units (see bot/views) that is to be added to the data. `key` makes a notice unique.
    """

    template: str
    data: Mapping[str, object] = field(default_factory=dict)
    rows: Rows = ()
    card: bool = False
    to: Recipient = field(default_factory=Myself)
    view: str = ""
    key: str = ""
    above: str = ""
    """A template whose text, with the same data, stands above this one's in one message."""
    joins: str = ""
    """A code that lets somebody join: the links that carry it, one per channel, are added to the data."""
    number: bool = False
    """Whether a number typed below it is an answer, not the choice of a button."""
    file: Mapping[str, object] | None = None
    """A kept file that goes with it: digest, name, media."""


@value(frozen=True, slots=True)
class Refusal:
    """An office event that cannot be done; the command line says why."""

    code: str
    args: Mapping[str, object] = field(default_factory=dict)


@value(frozen=True, slots=True)
class Turn:
    """The outcome of one event."""

    place: Place
    facts: tuple[Fact, ...] = ()
    replies: tuple[Reply, ...] = ()
    refusal: Refusal | None = None


def refused(place: Place, code: str, **args: object) -> Turn:
    """The turn in which nothing is done."""
    return Turn(place, refusal=Refusal(code, args))
