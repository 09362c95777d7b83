"""What an event needs to be loaded before it can be decided; pure, so that the locks can be taken in order."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation import codes, presses
from bot.conversation.events import (
    Agreed,
    Event,
    ImportUnits,
    IssueInvite,
    IssueSignIn,
    Pressed,
    SignedIn,
    SignedOut,
    Typed,
)
from bot.conversation.reading.requests import Request, read_command, read_request
from bot.conversation.reading.words import Words
from bot.conversation.session import Person, Place

RECEIPT_VERBS = frozenset({"ok"})
SUBMISSION_VERBS = frozenset({"rw"})
LINK_COMMANDS = frozenset({"dangnhap", "bang"})
CODE_STEPS = frozenset({"idle", "accepted"})
"""Where nothing is asked, so that eight letters may well be the code of another invite."""


@dataclass(frozen=True, slots=True)
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
    submission: bool = False
    own_units: bool = False
    known_units: bool = False
    sign_in_digest: str = ""
    code: bool = False
    """Whether a one-time code is drawn."""
    colleagues: bool = False
    other: int | None = None
    """A person by number."""
    closed_too: bool = False
    """Whether the last cycle will do when none is open: the office still looks at it."""


def needs(event: Event, person: Person | None, place: Place, words: Words, *, private: bool) -> Needs:
    """What to load for this event of this person standing at this place."""
    match event:
        case ImportUnits() | IssueInvite():
            return Needs(known_units=True)
        case Agreed() | SignedIn() | SignedOut() | IssueSignIn():
            return _of_door(event)
        case Pressed(payload):
            return _of_press(payload, person)
        case Typed(text):
            return _of_text(text, person, place, words, private=private)
        case _:
            return Needs(active=_officer(person))


def _of_door(event: Agreed | SignedIn | SignedOut | IssueSignIn) -> Needs:
    match event:
        case Agreed(code_hash):
            return Needs(invite_digest=code_hash)
        case SignedIn(code_hash):
            return Needs(sign_in_digest=code_hash)
        case IssueSignIn(person_id):
            return Needs(other=person_id)
        case SignedOut():
            return Needs()


def _of_press(payload: str, person: Person | None) -> Needs:
    press = presses.decode(payload)
    if press is None:
        return Needs(active=_officer(person))
    if press.verb == "jn":
        return Needs(invite_digest=codes.from_argument(press.argument))
    if press.verb == "du" and press.argument.isdigit():
        return Needs(unit_id=int(press.argument))
    if press.verb == "si" and press.argument.isdigit():
        return Needs(active=_officer(person), code=True, other=int(press.argument))
    if press.assessment:
        return Needs(
            assessment=press.assessment,
            receipt=press.revision if press.verb in RECEIPT_VERBS else None,
            submission=press.verb in SUBMISSION_VERBS,
        )
    return Needs(active=_officer(person))


def _of_text(text: str, person: Person | None, place: Place, words: Words, *, private: bool) -> Needs:
    command = read_command(text, words)
    known = private and person is not None and bool(person.roles)
    if command and not (known and command.name != "start"):
        return Needs(invite_digest=codes.digest_in(command.argument), active=_officer(person))
    if not known:
        return Needs(invite_digest=codes.digest_in(text))
    if command:
        return _of_command(command, person)
    if place.step == "return" and place.focus.isdigit():
        return Needs(assessment=int(place.focus))
    request = read_request(text, words, ())
    return Needs(
        active=_officer(person),
        invite_digest=codes.digest_in(text) if place.step in CODE_STEPS else "",
        own_units=request is not None and request.name == "donvi",
        code=request is not None and request.name in LINK_COMMANDS,
        colleagues=request is not None and request.name in LINK_COMMANDS,
    )


def _of_command(command: Request, person: Person | None) -> Needs:
    if command.name == "tralai" and command.argument:
        return Needs(unit_code=command.argument.split()[0])
    links = command.name in LINK_COMMANDS
    return Needs(
        active=_officer(person),
        own_units=command.name == "donvi",
        closed_too=command.name == "tonghop",
        code=links,
        colleagues=links,
    )


def _officer(person: Person | None) -> bool:
    return person is not None and bool(person.units)
