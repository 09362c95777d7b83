"""What an event needs to be loaded before it can be decided; pure, so that the locks can be taken in order."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import codes, drafting, inquiry, presses
from bot.conversation.events import Agreed, Event, Filed, Pressed, SignedIn, SignedOut, Typed
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
    MailingsEnded,
    MergePeople,
    OfficeEvent,
    OpenCycle,
    RemindersDue,
    ReopenCycle,
    Resend,
    RevokeInvite,
    RevokeRole,
    SetApproval,
    SteerMailing,
)
from bot.conversation.place import Place
from bot.conversation.presses import Press
from bot.conversation.proposing import serves
from bot.conversation.reading.requests import Request, read_command, read_request
from bot.conversation.reading.words import Words
from bot.conversation.session import Person
from bot.values import value

RECEIPT_VERBS = frozenset({"ok", "ly"})
SUBMISSION_VERBS = frozenset({"rw"})
DRAFT_VERBS = frozenset({"bw", "bd"})
MAILING_VERBS = DRAFT_VERBS | {"bl", "bm"}
BROADCAST_STEPS = drafting.STEPS
INVITE_VERBS = frozenset({"jn", "ja"})
LINKING_VERBS = frozenset({"lk", "ul"})
LINK_COMMANDS = frozenset({"dangnhap", "bang"})
ASK_VERBS = frozenset({"aq"})
ASK_COMMANDS = frozenset({"hoidongnghiep"})
CODE_STEPS = frozenset({"idle", "accepted"})
"""Where nothing is asked, so that eight letters may well be the code of another invite."""


@value(frozen=True, slots=True)
class Needs:
    """At most one assessment: a button's own, a unit's by code or id, the one a reviewer is giving back, or the
    person's active one (None of these: no assessment)."""

    assessment: int | None = None
    unit_code: str = ""
    unit_id: int | None = None
    active: bool = False
    invite_digest: str = ""
    receipt: int | None = None
    """The ledger number a submission was confirmed at; only then is a receipt number taken."""
    approving: bool = False
    """Whether it is the leader who confirms it."""
    submission: bool = False
    own_units: bool = False
    known_units: bool = False
    sign_in_digest: str = ""
    addressees: bool = False
    """Every unit of the open cycle with the people who serve it."""
    mailing: int | None = None
    mailing_key: str = ""
    """The same by the key it was started with."""
    mailings: tuple[int, ...] = ()
    latest_mailings: bool = False
    """The latest ones; not where the one that was named is there."""
    role_id: int | None = None
    invite_id: int | None = None
    reissued: str = ""
    """The digest of a set that the open cycle is to be scored by."""
    plan: bool = False
    """When the open cycle reminds."""
    code: bool = False
    """Whether a one-time code is drawn."""
    colleagues: bool = False
    asked: bool = False
    """What the person was asked as a colleague: where it is one thing only, its assessment is loaded too."""
    typed_code: bool = False
    """Whether a one-time code is drawn that people type."""
    link_digest: str = ""
    linked: bool = False
    """The person's chats."""
    other: int | None = None
    """A person by number."""
    gone: int | None = None
    """Another one, who is to be one with them."""
    closed_too: bool = False
    """Whether the last cycle will do when none is open: the office still looks at it."""


_TO_MANY = Needs(addressees=True, closed_too=True)
"""Whoever writes to many: also between two cycles, to the units of the last one."""


def needs(event: Event, person: Person | None, place: Place, words: Words, *, private: bool) -> Needs:
    """What to load for this event of this person standing at this place."""
    if isinstance(event, OfficeEvent):
        return _of_office(event)
    match event:
        case Agreed() | SignedIn() | SignedOut():
            return _of_door(event)
        case Pressed(payload):
            return _of_press(payload, person, place)
        case Typed(text):
            return _of_text(text, person, place, words, private=private)
        case Filed(assessment=assessment) if assessment:
            return Needs(assessment=assessment)
        case Filed() if place.step in BROADCAST_STEPS:
            return _TO_MANY
        case _:
            return _where_they_stand(person, place)


def _where_they_stand(person: Person | None, place: Place) -> Needs:
    """What is loaded when an event names nothing by itself: what a colleague is asked, or the person's own work."""
    if place.step in inquiry.STEPS and place.pending.get("assessment", "").isdigit():
        return Needs(assessment=int(place.pending["assessment"]))
    return Needs(active=_officer(person), asked=serves(person))


def _of_office(event: OfficeEvent) -> Needs:
    match event:
        case ImportUnits() | IssueInvite() | IssueInvites():
            return Needs(known_units=True)
        case ExtendCycle() | CloseCycle() | SetApproval():
            return Needs(addressees=True)
        case Broadcast():
            return _TO_MANY
        case MailingsEnded(ids):
            return Needs(mailings=ids)
        case RemindersDue(duty):
            return Needs(addressees=True, closed_too=duty == "publish")
        case SteerMailing(mailing_id) | Resend(mailing_id):
            return Needs(mailing=mailing_id, addressees=True)
        case IssueSignIn() | ErasePerson() | MergePeople() | RevokeRole() | HandOver() | RevokeInvite():
            return _of_staff(event)
        case ReopenCycle() | OpenCycle():
            return Needs(closed_too=True, addressees=True)
        case AmendCycle(set_digest=digest):
            return Needs(reissued=digest)
        case _:
            return Needs()


def _of_staff(event: IssueSignIn | ErasePerson | MergePeople | RevokeRole | HandOver | RevokeInvite) -> Needs:
    match event:
        case MergePeople(keep, gone):
            return Needs(other=keep, gone=gone)
        case IssueSignIn(person_id) | ErasePerson(person_id):
            return Needs(other=person_id)
        case RevokeRole(role_id) | HandOver(role_id):
            return Needs(role_id=role_id)
        case RevokeInvite(invite_id):
            return Needs(invite_id=invite_id)


def _of_door(event: Agreed | SignedIn | SignedOut) -> Needs:
    match event:
        case Agreed(code_hash):
            return Needs(invite_digest=code_hash)
        case SignedIn(code_hash):
            return Needs(sign_in_digest=code_hash)
        case SignedOut():
            return Needs()


def _of_press(payload: str, person: Person | None, place: Place) -> Needs:
    press = presses.decode(payload)
    if press is None:
        return _where_they_stand(person, place)
    if press.verb in MAILING_VERBS:
        return _of_mailing(press, person)
    if press.verb in INVITE_VERBS:
        return Needs(invite_digest=codes.from_argument(press.argument))
    if press.verb == "du" and press.argument.isdigit():
        return Needs(unit_id=int(press.argument))
    if press.verb in LINKING_VERBS:
        return Needs(active=_officer(person), linked=True, typed_code=press.verb == "lk")
    if press.verb == "si" and press.argument.isdigit():
        return Needs(active=_officer(person), code=True, other=int(press.argument))
    if press.assessment:
        return Needs(
            assessment=press.assessment,
            receipt=press.revision if press.verb in RECEIPT_VERBS else None,
            approving=press.verb == "ly",
            submission=press.verb in SUBMISSION_VERBS,
            plan=press.verb == "sz",
            typed_code=press.verb in ASK_VERBS,
        )
    return _where_they_stand(person, place)


def _of_mailing(press: Press, person: Person | None) -> Needs:
    """A draft's button finds what became of the draft, should it have gone out; a mailing's button the mailing."""
    if person is None or not person.has("admin"):
        return Needs(active=_officer(person))
    key = f"{person.id}-{press.argument}" if press.verb in DRAFT_VERBS else press.argument
    return replace(
        _TO_MANY,
        mailing=int(press.argument) if press.verb == "bm" and press.argument.isdigit() else None,
        mailing_key=key if press.argument else "",
        latest_mailings=True,
    )


def _of_text(text: str, person: Person | None, place: Place, words: Words, *, private: bool) -> Needs:
    command = read_command(text, words)
    known = private and person is not None and bool(person.roles)
    if command and not (known and command.name != "start"):
        return _of_code(command.argument, active=_officer(person), private=private)
    if not known:
        return _of_code(text, private=private)
    request = command or read_request(text, words, ())
    if place.step in inquiry.STEPS and (request is None or request.name in inquiry.WITHIN):
        seen = codes.digest_in(text) if place.step == "propose" else ""
        return replace(_where_they_stand(person, place), invite_digest=seen)
    if command:
        return _of_command(command, person)
    if place.step in BROADCAST_STEPS:
        return _TO_MANY
    if place.step == "return" and place.focus.isdigit():
        return Needs(assessment=int(place.focus))
    if request is not None and request.name == "phathanh" and person is not None and person.has("admin"):
        return _TO_MANY
    links = request is not None and request.name == "lienket"
    return Needs(
        active=_officer(person),
        asked=serves(person),
        invite_digest=codes.digest_in(text) if place.step in CODE_STEPS else "",
        link_digest=codes.digest_in(text),
        linked=links,
        typed_code=links or (request is not None and request.name in ASK_COMMANDS),
        own_units=request is not None and request.name == "donvi",
        code=request is not None and request.name in LINK_COMMANDS,
        colleagues=request is not None and request.name in LINK_COMMANDS,
    )


def _of_code(text: str, *, private: bool, active: bool = True) -> Needs:
    """Of a code by which somebody joins, or links a chat: then the assessment its person works on is loaded, too."""
    digest = codes.digest_in(text)
    return Needs(invite_digest=digest, link_digest=digest if private else "", active=active)


def _of_command(command: Request, person: Person | None) -> Needs:
    if command.name == "tralai" and command.argument:
        return Needs(unit_code=command.argument.split()[0], known_units=True, closed_too=True)
    if command.name == "phathanh" and person is not None and person.has("admin"):
        return _TO_MANY
    links = command.name in LINK_COMMANDS
    return Needs(
        active=_officer(person),
        asked=serves(person),
        own_units=command.name == "donvi",
        closed_too=command.name == "tonghop",
        linked=command.name == "lienket",
        typed_code=command.name == "lienket" or command.name in ASK_COMMANDS,
        code=links,
        colleagues=links,
    )


def _officer(person: Person | None) -> bool:
    return person is not None and bool(person.units)
