"""Who may do what: one table, deny by default; the person is authorised, never the button."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.conversation.assessment import Unit
from bot.conversation.office_events import (
    AmendCycle,
    Broadcast,
    CloseCycle,
    ErasePerson,
    ExtendCycle,
    HandOver,
    ImportUnits,
    IssueInvite,
    IssueInvites,
    IssueSignIn,
    MergePeople,
    OfficeEvent,
    OpenCycle,
    PlanReminders,
    ReopenCycle,
    Resend,
    RevokeInvite,
    RevokeRole,
    SetApproval,
    SteerMailing,
)
from bot.conversation.roles import OF_OFFICE, OF_UNIT
from bot.conversation.session import Person, Role


class Action(StrEnum):
    """Everything a person can do; a command or button without an action here cannot exist."""

    JOIN = "join"
    ACCEPT_NOTICE = "accept_notice"
    READ_OWN = "read_own"
    ANSWER = "answer"
    ANSWER_ONE = "answer_one"
    CITE = "cite"
    SUBMIT = "submit"
    APPROVE = "approve"
    OVERSEE = "oversee"
    READ_SUBMISSION = "read_submission"
    READ_FILE = "read_file"
    SIGN_IN = "sign_in"
    SIGN_IN_OTHERS = "sign_in_others"
    SESSIONS = "sessions"
    RETURN = "return"
    BIND_GROUP = "bind_group"
    DELIVERY = "delivery"
    UNITS = "units"
    STAFF = "staff"
    CYCLE = "cycle"
    BROADCAST = "broadcast"
    SNOOZE = "snooze"
    LINK = "link"


UNIT_ROLES = frozenset(OF_UNIT)
OFFICE_ROLES = frozenset(OF_OFFICE)
ROLES = UNIT_ROLES | OFFICE_ROLES

ALLOWED: Mapping[Action, frozenset[str]] = {
    Action.JOIN: frozenset({"none"}) | ROLES,
    Action.ACCEPT_NOTICE: ROLES,
    Action.READ_OWN: frozenset({"officer", "leader"}),
    Action.ANSWER: frozenset({"officer"}),
    Action.ANSWER_ONE: frozenset({"officer", "colleague"}),
    Action.CITE: frozenset({"officer"}),
    Action.SUBMIT: frozenset({"officer"}),
    Action.APPROVE: frozenset({"leader"}),
    Action.OVERSEE: OFFICE_ROLES,
    Action.READ_SUBMISSION: OFFICE_ROLES,
    Action.READ_FILE: frozenset({"officer", "leader"}) | OFFICE_ROLES,
    Action.SIGN_IN: ROLES,
    Action.SIGN_IN_OTHERS: frozenset({"officer", "leader", "admin"}),
    Action.SESSIONS: ROLES,
    Action.RETURN: frozenset({"reviewer"}),
    Action.BIND_GROUP: frozenset({"admin"}),
    Action.DELIVERY: frozenset({"admin"}),
    Action.UNITS: frozenset({"admin"}),
    Action.STAFF: frozenset({"admin"}),
    Action.CYCLE: frozenset({"admin"}),
    Action.BROADCAST: frozenset({"admin"}),
    Action.SNOOZE: frozenset({"officer", "leader"}),
    Action.LINK: ROLES,
}


OFFICE: Mapping[type[OfficeEvent], Action] = {
    ImportUnits: Action.UNITS,
    OpenCycle: Action.CYCLE,
    ExtendCycle: Action.CYCLE,
    CloseCycle: Action.CYCLE,
    ReopenCycle: Action.CYCLE,
    SetApproval: Action.CYCLE,
    AmendCycle: Action.CYCLE,
    PlanReminders: Action.CYCLE,
    IssueInvite: Action.STAFF,
    IssueInvites: Action.STAFF,
    RevokeInvite: Action.STAFF,
    RevokeRole: Action.STAFF,
    HandOver: Action.STAFF,
    IssueSignIn: Action.STAFF,
    ErasePerson: Action.STAFF,
    MergePeople: Action.STAFF,
    Broadcast: Action.BROADCAST,
    SteerMailing: Action.BROADCAST,
    Resend: Action.DELIVERY,
}
"""What a person must be allowed for an act of the office; the shell may do all, and what is not here only it may."""

OF_EVERYBODY = frozenset({Action.ACCEPT_NOTICE, Action.SIGN_IN, Action.SESSIONS, Action.LINK})
"""What concerns only the person who does it, whatever their unit."""


def may(person: Person | None, action: Action, unit: Unit | None = None) -> bool:
    """Whether this person may do this; for a unit's role also whether it is that unit. Revoked roles are not held."""
    if person is None:
        return "none" in ALLOWED[action]
    return any(_grants(role, action, unit) for role in person.roles) or (
        action is Action.JOIN or (action in OF_EVERYBODY and bool(person.roles))
    )


def may_file(person: Person | None) -> bool:
    """Whether a file of this person can belong anywhere: beside a criterion, or to what is written to many."""
    if person is None or not person.accepted:
        return False
    return may(person, Action.BROADCAST) or any(may(person, Action.CITE, role.unit) for role in person.roles)


def _grants(role: Role, action: Action, unit: Unit | None) -> bool:
    if role.name not in ALLOWED[action]:
        return False
    if role.name in OFFICE_ROLES:
        return True
    return unit is not None and role.unit is not None and role.unit.id == unit.id
