"""The rows that leave and enter storage, as frozen values.

All times are epoch milliseconds UTC. JSON columns are already decoded: an object is a plain ``dict``.
``New…`` rows are what a caller hands in; they carry no id.
"""

from storage.rows.assessments import (
    AnswerRow,
    AssessmentRow,
    CycleRow,
    InheritedRow,
    NewSubmission,
    NewText,
    OpenAssessment,
    ProgressRow,
    SubmissionRow,
    TextRow,
)
from storage.rows.doors import NewPass, NewSession, NewSignIn, PassRow, SessionRow, SignInRow
from storage.rows.files import FiledRow, FileRow
from storage.rows.parties import (
    Arrival,
    ChatRow,
    ClaimRow,
    InquiryRow,
    InviteRow,
    MemberRow,
    NewInvite,
    NewUnit,
    PersonRow,
    RoleRow,
    UnitRow,
)
from storage.rows.records import Break, HistoryRow, LedgerRow, NewOutboxRow, OutboxCount, OutboxRow, PoisonRow, Settled
from storage.rows.words import BreakKind, ChatKind, JsonObject, Lane, OutboxKind, OutboxState, TextKind

__all__ = [
    "AnswerRow",
    "Arrival",
    "AssessmentRow",
    "Break",
    "BreakKind",
    "ChatKind",
    "ChatRow",
    "ClaimRow",
    "CycleRow",
    "FileRow",
    "FiledRow",
    "HistoryRow",
    "InheritedRow",
    "InquiryRow",
    "InviteRow",
    "JsonObject",
    "Lane",
    "LedgerRow",
    "MemberRow",
    "NewInvite",
    "NewOutboxRow",
    "NewPass",
    "NewSession",
    "NewSignIn",
    "NewSubmission",
    "NewText",
    "NewUnit",
    "OpenAssessment",
    "OutboxCount",
    "OutboxKind",
    "OutboxRow",
    "OutboxState",
    "PassRow",
    "PersonRow",
    "PoisonRow",
    "ProgressRow",
    "RoleRow",
    "SessionRow",
    "Settled",
    "SignInRow",
    "SubmissionRow",
    "TextKind",
    "TextRow",
    "UnitRow",
]
