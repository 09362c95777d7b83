"""Rows become the session of one turn: locked first, then loaded, then handed in whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from bot.conversation.assessment import Assessment, Cycle, Held, Inherited, Unit, Written
from bot.conversation.events import Incoming
from bot.conversation.needs import Needs, needs
from bot.conversation.reading.words import Words
from bot.conversation.session import Chat, Invite, Person, Place, Rules, Session, UnitState
from bot.intake.desk import for_office
from bot.intake.doors import colleagues, draw_token, known_person, role_of, sign_in
from bot.intake.moments import from_ms, maybe, to_ms
from bot.intake.shelf import Shelf
from scoring.answers import Answer, Exempt, NoCases, decode
from storage import assessments, chats, cycles, inheriting, invites, people, progress, submissions, units
from storage.errors import RowMissing
from storage.rows import Arrival, AssessmentRow, CycleRow, OpenAssessment, PersonRow


@dataclass(frozen=True, slots=True)
class Loaded:
    """A session with the rows it came from, which recording needs again."""

    session: Session
    arrival: Arrival | None = None
    row: AssessmentRow | None = None


def load(
    conn: Connection, incoming: Incoming, words: Words, shelf: Shelf, prefix: str, rules: Rules, now: datetime
) -> Loaded:
    """Lock and load whoever wrote and the one assessment the event is about."""
    if incoming.channel in OFFICE_CHANNELS:
        return Loaded(_office(conn, incoming, words, shelf, rules, now))
    kind = "private" if incoming.chat_kind == "private" else "group"
    arrival = chats.arrive(conn, incoming.channel, incoming.address, kind, to_ms(now), pulled=incoming.pulled)  # type: ignore[arg-type]
    person = person_of(arrival)
    place = Place.from_json(arrival.person.place) if arrival.person else Place()
    chat = Chat(
        arrival.chat.id,
        incoming.channel,
        incoming.chat_kind == "private",
        arrival.chat.wrong_codes,
        maybe(arrival.chat.locked_until),
    )
    wanted = needs(incoming.event, person, place, words, private=chat.private)
    opened = _assessment(conn, wanted, arrival, person)
    cycle = None if opened else _cycle(conn, shelf, _current(conn, closed_too=wanted.closed_too))
    assessment = build(conn, shelf, opened) if opened else None
    if assessment and arrival.person and _switches(arrival.person, person, assessment):
        place = Place()  # a place belongs to one assessment; a button of another unit of theirs starts afresh
    session = Session(
        chat=chat,
        words=words,
        person=person,
        place=place,
        assessment=assessment,
        cycle=assessment.cycle if assessment else cycle,
        display_name=incoming.display_name,
        invite=_invite(conn, wanted.invite_digest, now) if wanted.invite_digest else None,
        own_units=_own_units(conn, person, assessment) if wanted.own_units else (),
        sign_in=sign_in(conn, wanted.sign_in_digest, now) if wanted.sign_in_digest else None,
        code=draw_token() if wanted.code else "",
        colleagues=colleagues(conn, person) if wanted.colleagues else (),
        other=known_person(conn, wanted.other) if wanted.other is not None else None,
        rules=rules,
    )
    session = _for_amendment(conn, shelf, wanted, for_office(conn, wanted, session, now))
    return Loaded(_for_submission(conn, shelf, wanted, session, prefix), arrival, opened.row if opened else None)


OFFICE_CHANNELS = frozenset({"cli", "clock"})
"""Where events of the office come from; nobody writes from there."""


def build(conn: Connection, shelf: Shelf, opened: OpenAssessment) -> Assessment:
    """The assessment as the conversation knows it."""
    row = opened.row
    unit = Unit(row.unit_id, row.unit_code, row.unit_name, row.unit_short_name, row.unit_kind)
    criteria = shelf.criteria(conn, row.set_digest)
    due_at = from_ms(row.cycle_due_at if row.due_at is None else row.due_at)
    cycle = Cycle(row.cycle_id, row.cycle_year, due_at, row.cycle_closed_at is not None, criteria)
    notes = {text.criterion: text.body or "" for text in opened.texts if text.kind == "ground"}
    reason = next((text for text in reversed(opened.texts) if text.kind == "reason" and row.state == "returned"), None)
    handed_in = submissions.submission_of(conn, row.id) if row.revision else None
    if reason and handed_in and reason.at < handed_in.at:
        reason = None  # what was handed in since did not go back by a person's word: its criteria were amended
    return Assessment(
        id=row.id,
        unit=unit,
        cycle=cycle,
        state=row.state,
        answers={
            one.criterion: _held(
                tuple(one.value.items()), notes.get(one.criterion, ""), one.revision, one.by_person, one.by_name, one.at
            )
            for one in opened.answers
        },
        opening={str(key): bool(value) for key, value in row.opening.items()},
        texts=tuple(
            Written(text.id, text.criterion, text.kind, text.body, text.by_name, from_ms(text.at), text.digest)
            for text in opened.texts
            if text.kind in ("note", "citation", "file") and text.body is not None
        ),
        seq=row.stream_seq,
        submissions=row.revision,
        receipt=handed_in.receipt if handed_in else "",
        submitted_at=from_ms(handed_in.at) if handed_in else None,
        reopened=frozenset(row.reopened or ()),
        reason=reason.body or "" if reason else "",
        returned_at=from_ms(reason.at) if reason else None,
        back_due_at=maybe(row.back_due_at),
        inherited=_inherited(conn, row.inherits) if row.inherits else (),
        asked_since={str(key): int(since) for key, since in row.asked_since.items()},
    )


def _inherited(conn: Connection, from_ids: Sequence[int]) -> tuple[Inherited, ...]:
    """What the units answered that are part of this one now, in the order in which they came."""
    rows = inheriting.inherited(conn, from_ids)
    found = (tuple(row for row in rows if row.assessment_id == one) for one in from_ids)
    return tuple(
        Inherited(of[0].unit_name, of[0].unit_short_name, {row.criterion: decode(row.value) for row in of})
        for of in found
        if of
    )


@lru_cache(maxsize=4096)
def _held(
    stored: tuple[tuple[str, object], ...], note: str, revision: int, by: int | None, by_name: str, at: int
) -> Held:
    """An answer as it stands, its stored form spelled as pairs; all but one are as they were a turn ago."""
    return Held(_with_note(decode(dict(stored)), note), revision, by, by_name, from_ms(at))


def _office(conn: Connection, incoming: Incoming, words: Words, shelf: Shelf, rules: Rules, now: datetime) -> Session:
    wanted = needs(incoming.event, None, Place(), words, private=True)
    session = Session(
        chat=Chat(0, incoming.channel),
        words=words,
        cycle=_cycle(conn, shelf, _current(conn, closed_too=wanted.closed_too)),
        other=known_person(conn, wanted.other) if wanted.other is not None else None,
        rules=rules,
    )
    return _for_amendment(conn, shelf, wanted, for_office(conn, wanted, session, now))


def person_of(arrival: Arrival) -> Person | None:
    """Who writes from there, with the roles they hold now; None for somebody who has not joined."""
    row = arrival.person
    if row is None:
        return None
    return Person(row.id, row.name, row.accepted_at is not None, tuple(role_of(role) for role in arrival.roles))


def _cycle(conn: Connection, shelf: Shelf, row: CycleRow | None) -> Cycle | None:
    if row is None:
        return None
    return Cycle(row.id, row.year, from_ms(row.due_at), row.closed_at is not None, shelf.criteria(conn, row.set_digest))


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


def _with_note(answer: Answer, note: str) -> Answer:
    match answer:
        case Exempt():
            return Exempt(note)
        case NoCases():
            return NoCases(note)
        case _:
            return answer


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


def _for_submission(conn: Connection, shelf: Shelf, wanted: Needs, session: Session, prefix: str) -> Session:
    """The session with what only handing in, or looking at what was handed in, needs."""
    assessment = session.assessment
    if assessment is None:
        return session
    if wanted.submission:
        handed_in = submissions.submission_of(conn, assessment.id)
        if handed_in is None:
            return session
        under = shelf.criteria(conn, handed_in.set_digest)
        return replace(session, submission=handed_in.snapshot, frozen_under=under)
    if wanted.receipt != assessment.seq or assessment.state == "submitted" or assessment.card.missing:
        return session
    number = submissions.next_receipt(conn, assessment.cycle.id)
    rows = progress.assessment_rows(conn, assessment.cycle.id)
    left = sum(row.state != "submitted" and row.unit_id != assessment.unit.id for row in rows)
    receipt = f"{prefix}-{assessment.cycle.year}-{number:03d}"
    return replace(session, next_receipt=receipt, remaining_units=left)
