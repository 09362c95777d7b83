"""Sessions made by hand, for what is pure: one unit's assessment as far as a test needs it, people of every role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from talk.stage import DUE, criteria, words

from bot.conversation.assessment import Assessment, Cycle, Unit, Written
from bot.conversation.codes import hash_code
from bot.conversation.facts import AnswerGiven, AssessmentFact, Submitted
from bot.conversation.place import Place
from bot.conversation.session import Acquaintance, Chat, Invite, Person, Role, Served, Session, UnitState
from bot.conversation.submitting import snapshot
from bot.conversation.turn import Reply
from scoring.answers import Answer, ChosenOption, Percentage

NOW = datetime(2026, 1, 8, 2, 0, tzinfo=UTC)
MINE = Unit(1, "SDL", "Sở Du lịch", "Sở Du lịch", "so_ban_nganh")
OTHER = Unit(2, "SYT", "Sở Y tế", "Sở Y tế", "so_ban_nganh")
THIRD = Unit(3, "STC", "Sở Tài chính", "Sở Tài chính", "so_ban_nganh")
CODE = "K7Q29XPM"

PEOPLE: Mapping[str, Person | None] = {
    "none": None,
    "officer": Person(11, "An", True, (Role("officer", MINE),)),
    "other_officer": Person(12, "Bảo", True, (Role("officer", OTHER),)),
    "colleague": Person(13, "Cúc", True, (Role("colleague", MINE),)),
    "leader": Person(14, "Dũng", True, (Role("leader", MINE),)),
    "other_leader": Person(15, "Em", True, (Role("leader", OTHER),)),
    "reviewer": Person(16, "Giang", True, (Role("reviewer"),)),
    "admin": Person(17, "Hà", True, (Role("admin"),)),
    "revoked": Person(18, "Khoa", True, ()),
}
"""One person of each kind; "revoked" held a role once."""


def begun(unit: Unit = MINE, *, closed: bool = False) -> Assessment:
    """An assessment with nothing in it."""
    cycle = Cycle(1, 2025, DUE.astimezone(UTC), closed, criteria())
    return Assessment(unit.id, unit, cycle, texts=(Written(7, "1.1", "citation", "Quyết định 45/QĐ-SDL", "An", NOW),))


def told(assessment: Assessment, *facts: AssessmentFact, by: int = 11) -> Assessment:
    """The assessment after these facts, an hour before now."""
    for fact in facts:
        assessment = assessment.apply(fact, by, "An", NOW - timedelta(hours=1))
    return assessment


def first_answer(criterion_id: str) -> Answer:
    """The best answer to a criterion: its first option, or all of it."""
    options = criteria().criterion(criterion_id).options
    return ChosenOption(options[0].id) if options else Percentage(Fraction(100))


def complete(unit: Unit = MINE) -> Assessment:
    """An assessment with every answer."""
    answers = tuple(AnswerGiven(leaf.id, first_answer(leaf.id)) for leaf in criteria().leaves)
    return told(begun(unit), *answers)


def submitted(unit: Unit = MINE) -> Assessment:
    """An assessment that was handed in."""
    whole = complete(unit)
    return told(whole, Submitted("QB-2025-001", 1, False, "100", "A", snapshot(whole)))


def standing(person: Person | None, assessment: Assessment | None, place: Place | None = None) -> Session:
    """Somebody in front of an assessment, as if everything had been loaded for them."""
    cycle = assessment.cycle if assessment else None
    return Session(
        chat=Chat(1, "telegram"),
        words=words(),
        person=person,
        place=place or Place(),
        assessment=assessment,
        cycle=cycle,
        display_name="Lan",
        invite=Invite(1, "officer", THIRD, usable=True, digest=hash_code(CODE)),
        own_units=(UnitState(MINE, 1, 0, 38),),
        next_receipt="QB-2025-001",
        submission=snapshot(assessment) if assessment and assessment.submissions else None,
        remaining_units=3,
        leaders=(Served(14, "Dũng", "leader", "chat", "telegram"),),
        code="q3Zt8mB1rN5xW0aLc7Yp2g",
        colleagues=(Acquaintance(9, "Trần Bình", (Role("officer", MINE),)),),
        other=Acquaintance(9, "Trần Bình", (Role("officer", MINE),)),
    )


def fresh(person: Person | None) -> Person | None:
    """The same person before the notice was accepted."""
    return replace(person, accepted=False) if person else None


def says_about(reply: Reply, text: str) -> bool:
    """Whether the data of a reply, or its buttons, hold a text."""
    return text in repr(reply.data) or any(text in button.press for row in reply.rows for button in row)
