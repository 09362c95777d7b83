"""What the office does: from the shell, from the board (a person who may), or by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as an import names it."""

    code: str
    name: str
    short_name: str
    kind: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class ImportUnits:
    """The office gives the list of units; checked before, all or nothing. `merges` pairs codes (from, into), `closes`
    names codes, `seen` is the digest of the preview that was confirmed ("" for none)."""

    units: tuple[UnitRow, ...]
    merges: tuple[tuple[str, str], ...] = ()
    closes: tuple[str, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class OpenCycle:
    """The office opens a cycle: the year assessed, the set by digest, the first instant that is too late."""

    year: int
    set_name: str
    set_digest: str
    due_at: datetime
    publish_at: datetime | None = None
    approval: bool = False
    """Whether a unit's leader approves what it hands in."""


@dataclass(frozen=True, slots=True)
class CloseCycle:
    """The office closes the open cycle for entry."""


@dataclass(frozen=True, slots=True)
class IssueInvite:
    """The office issues an invite; the code itself is known only to whoever asked, here stands its digest.
    `printed` ones end with the cycle; `replaces` takes back the unused ones for the same role and unit."""

    role: str
    code_hash: str
    unit_code: str | None = None
    uses: int = 1
    printed: bool = False
    expires_at: datetime | None = None
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class ConsolidatedDue:
    """The clock says that the consolidated table goes out; `reason` is deadline or daily."""

    reason: str


@dataclass(frozen=True, slots=True)
class NoticesDoubtful:
    """The sender cannot tell whether these messages arrived; admins are to know. They are named by number."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IssueSignIn:
    """The office makes a one-time link for a person, named by number."""

    person_id: int
    code_hash: str


@dataclass(frozen=True, slots=True)
class IssueInvites:
    """The office issues many invites at once, one sheet for each unit."""

    invites: tuple[IssueInvite, ...]


@dataclass(frozen=True, slots=True)
class RevokeInvite:
    """The office takes an invite back."""

    invite_id: int


@dataclass(frozen=True, slots=True)
class RevokeRole:
    """The office takes a role from a person, named by the number of the grant; in force with the commit. Only the
    shell may `force` the last admin out."""

    role_id: int
    force: bool = False


@dataclass(frozen=True, slots=True)
class HandOver:
    """A person's role goes to somebody new: the old one is out at once, an invite for the successor is issued."""

    role_id: int
    code_hash: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class MergePeople:
    """Two people are one: chats and live roles of `gone` go over to `keep`."""

    keep: int
    gone: int


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """A person asked to be forgotten: name and addresses go, `with_notes` also what they wrote; answers stay."""

    person_id: int
    with_notes: bool = False


@dataclass(frozen=True, slots=True)
class ExtendCycle:
    """The office gives more time: to the whole cycle, or to the units named. `due_at` is the first instant too late."""

    due_at: datetime
    unit_codes: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReopenCycle:
    """The office opens the cycle closed last for entry again."""

    reason: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AmendCycle:
    """The criteria were issued anew in mid-year; the set's text comes beside the event (`extra["set_text"]`)."""

    set_name: str
    set_digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class SetApproval:
    """The office asks for the word of a unit's leader before a result is handed in, or asks for it no more."""

    approval: bool


@dataclass(frozen=True, slots=True)
class PlanReminders:
    """The office edits when the open cycle reminds; `plan` is as bot.views.duties reads it."""

    plan: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Broadcast:
    """An admin sends a message to many. `audience` as bot.conversation.audience reads it; `text` may hold fields.

    `file` is (digest, name, media) of a kept file; `due_at` None means now. `count` is the number of people the admin
    typed, where nobody else can confirm; `seen` the number shown in the preview, so that a changed audience is noticed.
    """

    text: str
    audience: str
    seen: int
    file: tuple[str, str, str] | None = None
    due_at: datetime | None = None
    count: int | None = None
    trial: bool = False


@dataclass(frozen=True, slots=True)
class SteerMailing:
    """A person's word on a mailing: approve, pause, resume or cancel."""

    mailing_id: int
    word: str


@dataclass(frozen=True, slots=True)
class Resend:
    """A person sends again to these recipients of a mailing: those in doubt, and those that failed."""

    mailing_id: int
    recipient_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RemindersDue:
    """The clock says that a dated duty is to be called to mind. `days_left` is 0 on the last good day, negative after;
    `unit_id` where only one unit owes it; `leaders` when the units' leaders are reminded too."""

    duty: str
    days_left: int
    unit_id: int | None = None
    leaders: bool = False


@dataclass(frozen=True, slots=True)
class MailingsEnded:
    """The clock noticed that everything of these mailings has been tried; whoever sent them is told."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NoticesFailed:
    """The sender could surely not deliver these messages; another chat or a mailbox may take them."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChannelCutOff:
    """The sender has long had nothing but sure failures on a channel; these notices wait there for people who have a
    chat on another."""

    channel: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AlarmRaised:
    """Something about the service itself needs a person; `over` says that it is well again."""

    kind: str
    key: str
    args: Mapping[str, object] = field(default_factory=dict)
    over: bool = False


ShellEvent = (
    ImportUnits
    | OpenCycle
    | ExtendCycle
    | CloseCycle
    | ReopenCycle
    | AmendCycle
    | SetApproval
    | PlanReminders
    | IssueInvite
    | IssueInvites
    | RevokeInvite
    | RevokeRole
    | HandOver
    | IssueSignIn
    | ErasePerson
    | MergePeople
    | Broadcast
    | SteerMailing
    | Resend
)
"""What the shell may do, and on the board whoever holds the right for it."""
ClockEvent = (
    ConsolidatedDue | RemindersDue | NoticesDoubtful | NoticesFailed | ChannelCutOff | MailingsEnded | AlarmRaised
)
"""What only the clock and the sender tell; no person can."""
OfficeEvent = ShellEvent | ClockEvent
