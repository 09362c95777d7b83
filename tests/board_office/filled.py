"""An office whose units have answered this and that, written by the product's own recording, from a seed."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

from sqlalchemy import Connection
from talk.stage import words

from bot.conversation import facts as f
from bot.conversation.assessment import Assessment
from bot.conversation.reading.folding import fold
from bot.conversation.session import Chat, Person, Role, Session
from bot.conversation.submitting import snapshot
from bot.intake.building import build
from bot.intake.load import Loaded
from bot.intake.moments import to_ms
from bot.intake.record import record
from bot.intake.shelf import Shelf
from scoring.answers import Answer, ChosenOption, Counts, Exempt, NoCases, Percentage
from scoring.criteria_set import CriteriaSet, Criterion
from scoring.library import digest, parse_set, set_text
from storage import assessments, cycles, people, units
from storage.rows import NewUnit

SET = "qd-3270-2020"
UNITS = Path(__file__).parents[2] / "demo" / "don-vi-mau.csv"
DUE = datetime(2026, 1, 14, 17, tzinfo=UTC)
"""The midnight in Viet Nam that ends 14/01/2026."""
NOW = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
NAMES = ("Trần Quốc Bảo", "Lê Minh Tâm", "Phạm Thu Hà", "Hoàng Văn Nam", "Võ Thị Lan", "Đặng Anh Tuấn", "Ngô Thị Mai")


@cache
def criteria() -> CriteriaSet:
    """The set the office is scored by."""
    text = set_text(SET)
    return parse_set(text, digest(text))


def some_answers(kind: str, decided: int, rng: random.Random, good: float = 0.8) -> dict[str, Answer]:
    """Answers to the first `decided` criteria, most of them well; the more `good`, the better."""
    given: dict[str, Answer] = {}
    for leaf in criteria().leaves[:decided]:
        scope = criteria().exemption_scope(leaf.id)
        exemption = criteria().exemption_for(leaf.id)
        if scope and exemption and exemption.allows(kind) and rng.random() < 0.25:
            given[scope] = Exempt("không có đối tượng")
            continue
        given[leaf.id] = _answer(leaf, rng, good)
    return given


def _answer(leaf: Criterion, rng: random.Random, good: float) -> Answer:
    if leaf.kind == "choice":
        best = max(leaf.options, key=lambda option: option.points)
        return ChosenOption((best if rng.random() < good else rng.choice(leaf.options)).id)
    if leaf.none_allowed and rng.random() < 0.05:
        return NoCases("không phát sinh trong năm")
    whole = rng.randint(20, 3000)
    part = int(whole * min(1.0, rng.uniform(good - 0.4, 1.15))) if good < 1 else whole
    return Counts(max(part, 0), whole) if rng.random() < 0.7 else Percentage(Fraction(max(part, 0) * 100, whole))


def open_year(conn: Connection, year: int = 2025) -> int:
    """Keep the units and the set, open a cycle, and return its id."""
    text = set_text(SET)
    cycles.put_set(conn, digest(text), SET, text)
    with UNITS.open(encoding="utf-8", newline="") as file:
        for position, row in enumerate(csv.DictReader(file)):
            code, name, short, kind = row.values()
            units.put_unit(conn, NewUnit(code, name, short, kind, fold(name), position, 0))
    opens = DUE - timedelta(days=30)
    return cycles.add_cycle(conn, year=year, set_digest=digest(text), opens_at=to_ms(opens), due_at=to_ms(DUE))


def answer(conn: Connection, code: str, cycle_id: int, given: Mapping[str, Answer], name: str, at: datetime) -> int:
    """The unit's officer of that name gives these answers; returns the assessment's id."""
    unit = units.unit_by_code(conn, code)
    assert unit is not None
    person_id = people.add_person(conn, name, to_ms(at))
    people.grant_role(conn, person_id, "officer", unit.id, to_ms(at))
    assessment_id = assessments.ensure_assessment(conn, unit.id, cycle_id)
    facts: list[f.AssessmentFact] = [f.AnswerGiven(criterion, one) for criterion, one in given.items()]
    notes: list[f.AssessmentFact] = [
        f.NoteWritten("1.1", "Số 12/KH-SDL ngày 05/02/2025"),
        f.EvidenceCited("2.1.1", "Danh sách văn bản"),
    ]
    happen(conn, assessment_id, person_id, name, facts + (notes if len(facts) > 20 else []), at)
    return assessment_id


def happen(
    conn: Connection, assessment_id: int, person_id: int, name: str, facts: list[f.AssessmentFact], at: datetime
) -> None:
    """These facts are recorded by the product."""
    opened = assessments.open_assessment(conn, assessment_id)
    assessment = build(conn, Shelf(), opened)
    person = Person(person_id, name, True, (Role("officer", assessment.unit),))
    session = Session(Chat(0, "web"), words(), person, assessment=assessment)
    record(conn, Loaded(session, None, opened.row), facts, at)


def submit(conn: Connection, assessment_id: int, person_id: int, name: str, receipt: str, at: datetime) -> None:
    """Hand the assessment in."""
    assessment = build(conn, Shelf(), assessments.view_assessment(conn, assessment_id))
    happen(conn, assessment_id, person_id, name, [handed_in(assessment, receipt, at)], at)


def handed_in(assessment: Assessment, receipt: str, at: datetime) -> f.Submitted:
    """The fact of handing in what stands there."""
    card = assessment.card
    return f.Submitted(
        receipt,
        assessment.submissions + 1,
        at >= assessment.cycle.due_at,
        str(card.total),
        card.class_floor,
        snapshot(assessment),
    )


def fill(conn: Connection, seed: int = 7) -> int:
    """The year of the story: a third handed in, a third under way, a third not begun; one returned, one alone."""
    rng = random.Random(seed)
    cycle_id = open_year(conn)
    with UNITS.open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    for n, (code, _, _, kind) in enumerate(rows):
        at = NOW - timedelta(days=rng.randint(0, 6), minutes=rng.randint(0, 400))
        if code in ("SNGV", "UBND-TUYENHOA"):
            continue
        decided = 38 if n % 5 in (0, 1, 2) else rng.randint(5, 37) if n % 5 == 3 else 0
        given = some_answers(kind, decided, rng, rng.uniform(0.55, 1.0))
        name = NAMES[n % len(NAMES)]
        assessment_id = answer(conn, code, cycle_id, given, name, at)
        row = assessments.lock_assessment(conn, assessment_id)
        if row.decided == 38 and row.last_by is not None:
            submit(conn, assessment_id, row.last_by, name, f"QB-2025-{n + 1:03}", at)
            if code == "SCT":
                back = f.Returned(("1.1", "2.3.2"), "Cần xem lại số liệu")
                happen(conn, assessment_id, row.last_by, name, [back], NOW)
    return cycle_id
