"""What an act of the office made true: units, cycles, people, and what goes out to many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.office_events import UnitRow


@dataclass(frozen=True, slots=True)
class UnitsImported:
    """The office entered or renamed units."""

    units: tuple[UnitRow, ...]


@dataclass(frozen=True, slots=True)
class UnitMerged:
    """A unit became part of another; its assessment leaves the counts, its people go on in the successor. One that
    comes into being with the same list has no number yet (`into_id` 0) and is known by its code."""

    unit_id: int
    into_id: int
    into_code: str = ""


@dataclass(frozen=True, slots=True)
class UnitClosed:
    """A unit ceased without a successor."""

    unit_id: int


@dataclass(frozen=True, slots=True)
class CycleOpened:
    """The office opened a cycle."""

    year: int
    set_name: str
    set_digest: str
    due_at: datetime
    publish_at: datetime | None = None
    approval: bool = False


@dataclass(frozen=True, slots=True)
class CycleClosed:
    """The office closed the cycle for entry."""

    cycle_id: int


@dataclass(frozen=True, slots=True)
class CycleExtended:
    """More time was given: to the cycle, or (`unit_ids`) to some of its units."""

    cycle_id: int
    due_at: datetime
    unit_ids: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CycleReopened:
    """A closed cycle takes entries again."""

    cycle_id: int
    reason: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CycleAmended:
    """The cycle is scored by another text of its criteria from now on."""

    cycle_id: int
    set_name: str
    set_digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class ApprovalSet:
    """From now on a unit's leader approves what it hands in, or need not."""

    cycle_id: int
    approval: bool


@dataclass(frozen=True, slots=True)
class RemindersPlanned:
    """The schedule of reminders was edited."""

    cycle_id: int
    plan: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class InviteIssued:
    """The office issued an invite; only the code's digest is known here. `replaces`: unused ones like it end."""

    role: str
    code_hash: str
    unit_id: int | None
    uses: int
    cycle_id: int | None
    expires_at: datetime | None
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class InviteRevoked:
    """The office took an invite back."""

    invite_id: int


@dataclass(frozen=True, slots=True)
class RoleRevoked:
    """A person holds a role no more."""

    role_id: int
    person_id: int
    role: str
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class PersonErased:
    """A person was forgotten at their own wish, or when their time was over."""

    person_id: int
    with_notes: bool = False


@dataclass(frozen=True, slots=True)
class PeopleMerged:
    """Two people were one: chats and live roles went over to `keep`; what `gone` answered keeps its name."""

    keep: int
    gone: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """One whom a mailing is for: a person of a unit, or a unit nobody serves. `way`: chat, page, mail, none."""

    unit_id: int | None
    person_id: int | None
    way: str


@dataclass(frozen=True, slots=True)
class MailingStarted:
    """Something goes out to many, from `due_at` on. `body` is what to say, rendered for each when it is sent; `state`
    is going, or proposed while a second admin has not confirmed."""

    kind: str
    audience: str
    body: Mapping[str, object]
    recipients: tuple[Recipient, ...]
    due_at: datetime
    state: str = "going"
    key: str = ""


@dataclass(frozen=True, slots=True)
class MailingSteered:
    """A mailing was approved, paused, resumed or cancelled."""

    mailing_id: int
    word: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class RecipientsTriedAgain:
    """A person had these recipients of a mailing sent to once more."""

    mailing_id: int
    recipient_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MailingsTold:
    """Whoever sent these mailings was told that they are through."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NoticesDiverted:
    """What one chat did not take goes to the person's next, and when none is left to a mailbox."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChannelGivenUp:
    """These notices wait no longer for a channel that is cut off: their people have chats elsewhere."""

    channel: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DoubtsSettled:
    """An admin decided on the messages of which nobody knows whether they arrived, up to number `last`."""

    last: int
    again: bool


UnitFact = UnitsImported | UnitMerged | UnitClosed
CycleFact = CycleOpened | CycleExtended | CycleClosed | CycleReopened | CycleAmended | ApprovalSet | RemindersPlanned
StaffFact = InviteIssued | InviteRevoked | RoleRevoked | PersonErased | PeopleMerged
MailingFact = (
    MailingStarted
    | MailingSteered
    | RecipientsTriedAgain
    | MailingsTold
    | NoticesDiverted
    | ChannelGivenUp
    | DoubtsSettled
)
OfficeFact = UnitFact | CycleFact | StaffFact | MailingFact
