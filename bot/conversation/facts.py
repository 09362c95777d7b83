"""What became true in a turn, in the past tense: a closed union, appended to the ledger and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.conversation.inquiry_facts import InquiryFact
from bot.conversation.office_facts import OfficeFact
from scoring.answers import Answer


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """A criterion, or an exemption's scope, got an answer; a note inside the answer is kept beside the ledger."""

    criterion: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class AnswerWithdrawn:
    """An answer was taken back and none stood there before."""

    criterion: str


@dataclass(frozen=True, slots=True)
class OpeningSettled:
    """An opening question was answered; `claims` tells whether the exemption is claimed."""

    scope: str
    claims: bool


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """An officer wrote a note beside a criterion; it replaces the one before."""

    criterion: str
    text: str


@dataclass(frozen=True, slots=True)
class EvidenceCited:
    """An officer named a document that proves a criterion."""

    criterion: str
    text: str


@dataclass(frozen=True, slots=True)
class EvidenceFiled:
    """An officer put a file beside a criterion; `media` and `size` (bytes) are "" and 0 if known before."""

    criterion: str
    digest: str
    name: str
    media: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class TextRemoved:
    """A note, a citation or a file was taken away."""

    criterion: str
    text_id: int


@dataclass(frozen=True, slots=True)
class Submitted:
    """The unit handed its result in. `snapshot` is the frozen scorecard as plain data."""

    receipt: str
    revision: int
    late: bool
    total: str
    class_letter: str
    snapshot: Mapping[str, object]
    approved_by: int | None = None
    """The leader of the unit on whose word it went, by number; None where none was asked for."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A reviewer gave the result back: these criteria are open again. `due_at` is the first instant too late."""

    criteria: tuple[str, ...]
    reason: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """The unit's leader is asked to approve the result; until their word nothing in it is changed."""


@dataclass(frozen=True, slots=True)
class ApprovalWithdrawn:
    """An officer took the result back before the leader's word."""


@dataclass(frozen=True, slots=True)
class Approved:
    """The unit's leader approved the result as it stands; it is handed in with the same word."""


@dataclass(frozen=True, slots=True)
class SentBack:
    """The unit's leader gave the result back to the officers, with a remark; all of it can be changed again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Amended:
    """The criteria were issued anew: from now on this set counts.

    `asked_again` are the criteria that are new or read otherwise, `gone` what no longer stands as it was (criteria,
    scopes of exemptions); answers to either are set aside. `again` says that what was handed in no longer holds.
    """

    set_digest: str
    asked_again: tuple[str, ...]
    gone: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """The unit is no more: its assessment takes no more answers. `state` is merged or closed."""

    state: str


@dataclass(frozen=True, slots=True)
class PersonJoined:
    """Somebody used an invite; `new` people are entered under the name their messenger shows."""

    invite_id: int
    role: str
    unit_id: int | None
    name: str
    new: bool


@dataclass(frozen=True, slots=True)
class NoticeAccepted:
    """A person read what is stored and agreed."""


@dataclass(frozen=True, slots=True)
class SignInIssued:
    """A one-time link to a person's own page was made, for themselves or by somebody who may."""

    person_id: int
    code_hash: str
    until: datetime


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A browser was let in: with the code of an invite, or with a one-time link (`sign_in`)."""

    session_hash: str
    label: str
    until: datetime
    sign_in: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    """A person signed out, here or elsewhere."""

    session_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PassIssued:
    """Something was opened to a person for a while: a chat to be linked by a code, files to be handed in on a page or
    fetched from one (`subject` says which). A new code for a chat ends the one before."""

    kind: str
    person_id: int
    code_hash: str
    lives: timedelta
    subject: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChatLinked:
    """The chat is the person's from now on; the pass is used up."""

    pass_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class ChatUnlinked:
    """A chat of the person is nobody's from now on."""

    chat_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class GroupBound:
    """A group was bound to receive what reviewers receive, without personal data."""

    invite_id: int
    role: str


@dataclass(frozen=True, slots=True)
class CodeMissed:
    """A wrong code was typed; after too many the chat is locked for a while."""

    wrong_codes: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class ChatBlocked:
    """The person stopped the channel, or let it speak again."""

    blocked: bool


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The chat got another address."""

    address: str


@dataclass(frozen=True, slots=True)
class AssessmentChosen:
    """The person turned to another of their units."""

    assessment_id: int | None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class RemindersSnoozed:
    """A person wants no reminder before a moment; one comes then, by itself (`alone`) or because one is due anyway."""

    assessment_id: int
    until: datetime
    alone: bool = True


ResultFact = AnswerGiven | AnswerWithdrawn | OpeningSettled | NoteWritten | EvidenceCited | EvidenceFiled | TextRemoved
"""What changes the result that would be handed in."""
ApprovalFact = ApprovalAsked | ApprovalWithdrawn | Approved | SentBack
"""What passes between a unit's officers and its leader."""
AssessmentFact = ResultFact | ApprovalFact | InquiryFact | Submitted | Returned
"""What one turn does to the one assessment it is about."""
SweepingFact = Amended | Ended
"""What an act of the office does to many assessments; each keeps it in its own stream."""
PersonFact = (
    PersonJoined
    | NoticeAccepted
    | GroupBound
    | CodeMissed
    | ChatBlocked
    | ChatMoved
    | AssessmentChosen
    | RemindersSnoozed
)
SiteFact = SignInIssued | SessionOpened | SessionsEnded
LinkFact = PassIssued | ChatLinked | ChatUnlinked
Fact = AssessmentFact | OfficeFact | PersonFact | SiteFact | LinkFact
