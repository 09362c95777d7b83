"""A session: who is here, in which place of the conversation, and the one assessment this event is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta, tzinfo

from bot.conversation.assessment import Assessment, Cycle, Unit
from bot.conversation.inquiry import Inquiry
from bot.conversation.place import Place
from bot.conversation.plan import USUAL, Plan
from bot.conversation.reading.words import Words
from bot.values import value
from scoring.criteria_set import CriteriaSet


@value(frozen=True, slots=True)
class Role:
    """One right a person holds: officer, colleague or leader of a unit; reviewer or admin of the office."""

    name: str
    unit: Unit | None = None


@value(frozen=True, slots=True)
class Person:
    """Somebody who joined. Nothing about them is believed but what an invite granted."""

    id: int
    name: str
    accepted: bool
    roles: tuple[Role, ...] = ()

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units whose assessment this person answers or reads: as an officer or a leader."""
        return tuple(role.unit for role in self.roles if role.name in ("officer", "leader") and role.unit)

    def has(self, name: str) -> bool:
        """Whether the person holds the role `name` anywhere."""
        return any(role.name == name for role in self.roles)


@value(frozen=True, slots=True)
class Invite:
    """An invite that a typed code opened; `usable` is False for used, revoked and expired ones."""

    id: int
    role: str
    unit: Unit | None
    usable: bool
    digest: str


@value(frozen=True, slots=True)
class SignIn:
    """A one-time link that was opened; `usable` is False for used and expired ones."""

    id: int
    person_id: int
    usable: bool
    of_office: bool


@value(frozen=True, slots=True)
class Acquaintance:
    """Somebody else, with every role they hold: whoever would help them to a link must be able to do as much."""

    id: int
    name: str
    roles: tuple[Role, ...] = ()
    last_admin: bool = False
    erased: bool = False


@value(frozen=True, slots=True)
class Chat:
    """The chat the event came through."""

    id: int
    channel: str
    private: bool = True
    wrong_codes: int = 0
    locked_until: datetime | None = None
    plain: bool = False
    """No buttons are shown there: every message costs attention, some cost a quota."""
    takes_files: bool = True


@value(frozen=True, slots=True)
class LinkedChat:
    """A chat the person writes from; pages are not among them."""

    id: int
    channel: str
    last_used_at: datetime


@value(frozen=True, slots=True)
class Link:
    """A code that links a chat: whose it is, where they stand; `usable` is False for used and expired ones, and for
    somebody who holds no role any more."""

    id: int
    person: Person
    place: Place
    usable: bool
    assessment_id: int | None = None


@value(frozen=True, slots=True)
class UnitState:
    """One of the person's units, as the list to choose from shows it."""

    unit: Unit
    assessment_id: int | None
    decided: int
    total: int


@value(frozen=True, slots=True)
class Served:
    """A person who serves a unit, and how they are reached now: chat, page (looks at it), none; `channel` names it."""

    person_id: int
    name: str
    role: str
    way: str
    channel: str
    snoozed_until: datetime | None = None
    paid_after: int = 0
    """After how many hours of silence the platform takes a fee for writing to them, where they were silent for longer;
    else 0."""
    shut: bool = False
    """Whether they were silent for so long that nobody can write to them until they do."""


@value(frozen=True, slots=True)
class Addressee:
    """A unit as those see it who write to many: how far it is, what is missing, who serves it."""

    unit: Unit
    assessment_id: int | None
    state: str
    """not_begun, open, submitted or returned"""
    decided: int
    total: int
    missing: tuple[str, ...]
    due_at: datetime
    back_due_at: datetime | None
    email: str
    phone: str
    people: tuple[Served, ...] = ()
    awaiting_since: datetime | None = None
    """Since when the unit's leader is asked to approve; in a cycle with approval their word is waited for."""


@value(frozen=True, slots=True)
class Granted:
    """A role somebody holds, by the number of its grant; `others` hold the same one in the same place."""

    id: int
    person_id: int
    name: str
    role: str
    unit: Unit | None
    others: int = 0


@value(frozen=True, slots=True)
class Mailing:
    """Something that goes out, or went out, to many. `counts` says how many recipients are how far."""

    id: int
    kind: str
    state: str
    created_by: int | None
    due_at: datetime
    size: int
    counts: Mapping[str, int] = field(default_factory=dict)
    author: str = ""
    created_at: datetime | None = None
    audience: str = ""
    body: Mapping[str, object] = field(default_factory=dict)
    open_ids: tuple[int, ...] = ()
    """The recipients of whom nobody knows whether they were reached, or who surely were not: a person may try again."""


@value(frozen=True, slots=True)
class Rules:
    """What differs between installations and the conversation must know."""

    zone: tzinfo
    broadcast_alone: int = 50
    """To how many people one admin may send without a second one's word."""
    mails: bool = False
    """Whether mailboxes can be written to."""
    mails_always: bool = False
    """Whether the unit's mailbox gets what its people get, also when a chat delivers it."""
    windows: Mapping[str, timedelta] = field(default_factory=dict)
    """Channels on which nobody can be written to once they have been silent for long: for how long after a person's
    last word writing to them is free."""
    pages: bool = True
    """Whether there are pages to open in a browser."""
    agency_mails: bool = False
    """Whether the agency has a mailbox that can be written to."""


@value(frozen=True, slots=True)
class Session:
    """All that one turn may look at. Loaded after the locks, handed in whole."""

    chat: Chat
    words: Words
    person: Person | None = None
    place: Place = field(default_factory=Place)
    assessment: Assessment | None = None
    cycle: Cycle | None = None
    display_name: str = ""
    invite: Invite | None = None
    own_units: tuple[UnitState, ...] = ()
    known_units: Mapping[str, Unit] = field(default_factory=dict)
    next_receipt: str = ""
    submission: Mapping[str, object] | None = None
    """The frozen snapshot of what was handed in last; loaded where it is shown."""
    remaining_units: int | None = None
    """How many units have not submitted yet, this one left out; loaded when somebody submits."""
    sign_in: SignIn | None = None
    code: str = ""
    """A one-time code drawn for this turn; nobody else knows it."""
    inquiry: Inquiry | None = None
    """What the invite that was used asks about; None for any other invite."""
    asked: tuple[Inquiry, ...] = ()
    """What this person was asked as a colleague and nobody has settled; loaded where they have nothing else to do."""
    colleagues: tuple[Acquaintance, ...] = ()
    other: Acquaintance | None = None
    """The person a button or the office names."""
    gone: Acquaintance | None = None
    """The person who is to be one with `other`."""
    link: Link | None = None
    """What a typed code may link; nobody is let in by it before `linking.offer` says so."""
    linked: tuple[LinkedChat, ...] = ()
    """The person's chats, the one used last first; loaded where they are shown."""
    rules: Rules = Rules(UTC)
    addressees: tuple[Addressee, ...] = ()
    """Every unit of the open cycle with the people who serve it; loaded for what goes out to many."""
    office_people: tuple[Served, ...] = ()
    """Reviewers and admins; loaded together with the addressees."""
    granted: Granted | None = None
    reissued: CriteriaSet | None = None
    """The set the open cycle is to be scored by from now on; loaded, with every assessment, when it is amended."""
    assessments: tuple[Assessment, ...] = ()
    frozen_under: CriteriaSet | None = None
    """The set that the submission was frozen under."""
    mailing: Mailing | None = None
    mailings: tuple[Mailing, ...] = ()
    """Those an event names together, or the latest ones; loaded where they are shown."""
    leaders: tuple[Served, ...] = ()
    """The unit's leaders; loaded where one of them has to approve what is handed in."""
    elsewhere: bool = False
    """Whether the present step was last shown in another chat of the person: what is typed here answers nothing."""
    plan: Plan = USUAL
    """When the open cycle reminds; loaded where somebody puts reminders off."""

    @property
    def opened(self) -> Assessment:
        """The assessment this event is about; LookupError would be a bug in what was loaded."""
        if self.assessment is None:
            raise LookupError("no assessment is loaded")
        return self.assessment
