"""Rows become the session of one turn: locked first, then loaded, then handed in whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import confirming
from bot.conversation.assessment import Assessment, Cycle, Unit
from bot.conversation.events import Event, Incoming, Pressed, Typed
from bot.conversation.inquiry import Inquiry
from bot.conversation.needs import Needs, needs
from bot.conversation.place import Place
from bot.conversation.reading.words import Words
from bot.conversation.session import Chat, Invite, Link, Person, Rules, Session, UnitState
from bot.intake.asked import asked_of, of_invite, same_one
from bot.intake.building import build
from bot.intake.desk import for_office
from bot.intake.doors import colleagues, known_person, role_of, sign_in
from bot.intake.handing_in import for_submission, leaders_of
from bot.intake.links import code_for, link_of, with_links
from bot.intake.moments import from_ms, maybe, to_ms
from bot.intake.offers import heard
from bot.intake.office import OFFICE_CHANNELS
from bot.intake.shelf import Shelf
from bot.values import value
from storage import assessments, chats, cycles, invites, people, progress, units
from storage.errors import RowMissing
from storage.rows import Arrival, AssessmentRow, CycleRow, OpenAssessment, PersonRow


@value(frozen=True, slots=True)
class Loaded:
    """A session with the rows it came from, which recording needs again."""

    session: Session
    arrival: Arrival | None = None
    row: AssessmentRow | None = None
    event: Event | None = None
    """What happened, as it was understood: a word may stand for a button."""


@value(frozen=True, slots=True)
class _Arrived:
    """Who did something, from where, and what it was."""

    arrival: Arrival
    event: Event
    person: Person | None
    place: Place
    chat: Chat


@value(frozen=True, slots=True)
class _About:
    """What it is about: the one assessment, locked, and whatever led to it."""

    opened: OpenAssessment | None
    link: Link | None
    inquiry: Inquiry | None
    asked: tuple[Inquiry, ...]


def load(
    conn: Connection, incoming: Incoming, words: Words, shelf: Shelf, prefix: str, rules: Rules, now: datetime
) -> Loaded:
    """Lock and load whoever wrote and the one assessment the event is about."""
    if incoming.channel in OFFICE_CHANNELS:
        return Loaded(_office(conn, incoming, words, shelf, rules, now), event=incoming.event)
    here = _arrive(conn, incoming, words, now)
    wanted = needs(here.event, here.person, here.place, words, private=here.chat.private)
    about = _about(conn, wanted, here, now)
    session = _session(conn, shelf, wanted, here, about, incoming, words, rules, now)
    session = _for_amendment(conn, shelf, wanted, for_office(conn, wanted, with_links(conn, wanted, session), now))
    row = about.opened.row if about.opened else None
    return Loaded(for_submission(conn, shelf, wanted, session, prefix), here.arrival, row, here.event)


def _arrive(conn: Connection, incoming: Incoming, words: Words, now: datetime) -> _Arrived:
    arrival = chats.arrive(
        conn,
        incoming.channel,
        incoming.address,
        "private" if incoming.chat_kind == "private" else "group",
        to_ms(now),
        pulled=incoming.pulled,
        plain=incoming.plain,
    )
    chat = Chat(
        arrival.chat.id,
        incoming.channel,
        incoming.chat_kind == "private",
        arrival.chat.wrong_codes,
        maybe(arrival.chat.locked_until),
        arrival.chat.plain,
        incoming.takes_files,
    )
    place = Place.from_json(arrival.person.place) if arrival.person else Place()
    person = person_of(arrival)
    event = heard(incoming, arrival.chat, words, stranger=person is None or not person.roles)
    if isinstance(event, Typed) and chat.private and place.shown_in in (0, chat.id):  # asked here, not elsewhere
        press = confirming.answered(place, event.text, words, now)
        event = event if press is None else Pressed(press)
    return _Arrived(arrival, event, person, place, chat)


def _about(conn: Connection, wanted: Needs, here: _Arrived, now: datetime) -> _About:
    link, whose = link_of(conn, wanted.link_digest, here.arrival, now)
    inquiry = of_invite(conn, wanted.invite_digest)
    asked = asked_of(conn, link.person if link and link.usable else here.person) if link or wanted.asked else ()
    named = inquiry.assessment_id if inquiry else asked[0].assessment_id if len(asked) == 1 else None
    person = here.person if whose is here.arrival else person_of(whose)
    opened = _by_id(conn, named) if named is not None else _assessment(conn, wanted, whose, person)
    return _About(opened, link, inquiry, asked)


def _session(  # noqa: PLR0913 - all that one turn may look at is put together here
    conn: Connection,
    shelf: Shelf,
    wanted: Needs,
    here: _Arrived,
    about: _About,
    incoming: Incoming,
    words: Words,
    rules: Rules,
    now: datetime,
) -> Session:
    person, place, row = here.person, here.place, here.arrival.person
    assessment = build(conn, shelf, about.opened) if about.opened else None
    cycle = assessment.cycle if assessment else _cycle(conn, shelf, _current(conn, closed_too=wanted.closed_too))
    if assessment and row and _switches(row, person, assessment):
        place = Place()  # a place belongs to one assessment; a button of another unit of theirs starts afresh
    return Session(
        chat=here.chat,
        words=words,
        person=person,
        place=place,
        assessment=assessment,
        cycle=cycle,
        display_name=incoming.display_name,
        invite=_invite(conn, wanted.invite_digest, now) if wanted.invite_digest else None,
        own_units=_own_units(conn, person, assessment) if wanted.own_units else (),
        sign_in=sign_in(conn, wanted.sign_in_digest, now) if wanted.sign_in_digest else None,
        code=code_for(wanted, incoming),
        link=about.link,
        inquiry=same_one(assessment, about.inquiry),
        asked=about.asked,
        colleagues=colleagues(conn, person) if wanted.colleagues else (),
        other=known_person(conn, wanted.other) if wanted.other is not None else None,
        rules=rules,
        leaders=leaders_of(conn, assessment),
        elsewhere=isinstance(here.event, Typed) and place.shown_in not in (0, here.chat.id),
    )


def _office(conn: Connection, incoming: Incoming, words: Words, shelf: Shelf, rules: Rules, now: datetime) -> Session:
    wanted = needs(incoming.event, None, Place(), words, private=True)
    session = Session(
        chat=Chat(0, incoming.channel),
        words=words,
        cycle=_cycle(conn, shelf, _current(conn, closed_too=wanted.closed_too)),
        other=known_person(conn, wanted.other) if wanted.other is not None else None,
        rules=rules,
    )
    return _for_amendment(conn, shelf, wanted, for_office(conn, wanted, with_links(conn, wanted, session), now))


def person_of(arrival: Arrival) -> Person | None:
    """Who writes from there, with the roles they hold now; None for somebody who has not joined."""
    row = arrival.person
    if row is None:
        return None
    return Person(row.id, row.name, row.accepted_at is not None, tuple(role_of(role) for role in arrival.roles))


def _cycle(conn: Connection, shelf: Shelf, row: CycleRow | None) -> Cycle | None:
    if row is None:
        return None
    criteria, publish_at = shelf.criteria(conn, row.set_digest), maybe(row.publish_at)
    return Cycle(row.id, row.year, from_ms(row.due_at), row.closed_at is not None, criteria, row.approval, publish_at)


def _assessment(conn: Connection, wanted: Needs, arrival: Arrival, person: Person | None) -> OpenAssessment | None:
    """The one assessment the event is about, locked."""
    if wanted.assessment is not None:
        return _by_id(conn, wanted.assessment)
    if wanted.unit_code:
        row = units.unit_by_code(conn, wanted.unit_code) or units.unit_by_code(conn, wanted.unit_code.upper())
        return _in_last_cycle(conn, row.id) if row else None
    if wanted.unit_id is not None:
        mine = person is not None and any(unit.id == wanted.unit_id for unit in person.units)
        return _of_unit(conn, wanted.unit_id) if mine else None
    if wanted.active and person is not None:
        return _active(conn, arrival, person)
    return None


def _switches(row: PersonRow, person: Person | None, assessment: Assessment) -> bool:
    mine = person is not None and any(unit.id == assessment.unit.id for unit in person.units)
    return mine and row.assessment_id not in (None, assessment.id)


def _by_id(conn: Connection, assessment_id: int) -> OpenAssessment | None:
    try:
        return assessments.open_assessment(conn, assessment_id)
    except RowMissing:  # a button nobody of ours made
        return None


def _active(conn: Connection, arrival: Arrival, person: Person) -> OpenAssessment | None:
    """The assessment the person works on; in a new cycle, or after a change of unit, the one of their first unit."""
    current = arrival.person.assessment_id if arrival.person else None
    opened = assessments.open_assessment(conn, current) if current is not None else None
    if opened and opened.row.cycle_closed_at is None and opened.row.unit_id in {unit.id for unit in person.units}:
        return opened
    fresh = _of_unit(conn, person.units[0].id) if person.units else None
    return fresh or (opened if opened and opened.row.unit_id in {unit.id for unit in person.units} else None)


def _of_unit(conn: Connection, unit_id: int) -> OpenAssessment | None:
    """The unit's assessment in the open cycle, begun if need be."""
    cycle = cycles.open_cycle(conn)
    if cycle is None:
        return None
    return assessments.open_assessment(conn, assessments.ensure_assessment(conn, unit_id, cycle.id))


def _in_last_cycle(conn: Connection, unit_id: int) -> OpenAssessment | None:
    """The unit's assessment as the office asks for it: also in a cycle that is closed, never begun by asking."""
    cycle = _current(conn, closed_too=True)
    found = assessments.find_assessment(conn, unit_id, cycle.id) if cycle else None
    return assessments.open_assessment(conn, found) if found is not None else None


def _current(conn: Connection, *, closed_too: bool) -> CycleRow | None:
    return cycles.open_cycle(conn) or (cycles.latest_cycle(conn) if closed_too else None)


def _invite(conn: Connection, digest: str, now: datetime) -> Invite | None:
    row = invites.find_invite(conn, digest)
    if row is None:
        return None
    unit = (
        Unit(row.unit_id, row.unit_code or "", row.unit_name or "", row.unit_name or "", row.unit_kind or "")
        if row.unit_id is not None
        else None
    )
    usable = (
        row.uses_left > 0
        and row.revoked_at is None
        and (row.expires_at is None or row.expires_at > to_ms(now))
        and row.cycle_closed_at is None
    )
    return Invite(row.id, row.role, unit, usable, digest)


def _own_units(conn: Connection, person: Person | None, assessment: Assessment | None) -> tuple[UnitState, ...]:
    if person is None:
        return ()
    cycle = cycles.open_cycle(conn)
    rows = {row.unit_id: row for row in progress.assessment_rows(conn, cycle.id)} if cycle else {}
    total = len(assessment.card.lines) if assessment else 0
    return tuple(
        UnitState(unit, rows[unit.id].assessment_id, rows[unit.id].decided, total)
        for unit in person.units
        if unit.id in rows
    )


def _for_amendment(conn: Connection, shelf: Shelf, wanted: Needs, session: Session) -> Session:
    """The session with the set it is amended by and every assessment of the open cycle, locked."""
    if not wanted.reissued or session.cycle is None:
        return session
    people.places_in(conn, session.cycle.id)  # first: every turn locks people before assessments
    every = tuple(
        build(conn, shelf, assessments.open_assessment(conn, one))
        for one in assessments.assessments_of(conn, session.cycle.id)
    )
    return replace(session, reissued=shelf.criteria(conn, wanted.reissued), assessments=every)
