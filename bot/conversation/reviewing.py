"""Shows the whole: review, one section, what is missing, points and classes, what to prepare, who answered what."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import asking, awaiting, blocks, describing
from bot.conversation.access import Action, may
from bot.conversation.assessment import Assessment
from bot.conversation.buttons import button, home, jumps
from bot.conversation.place import Place
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Rows, Turn
from scoring.scorecard import Line

MOST_JUMPS = 40
SUB_STEPS = frozenset({"opening", "ground", "no_cases", "confirm", "numerator", "note", "evidence", "file"})
"""Where something else than the question is open: help on it must not lose that."""
MOST_LINKS = 12
"""More missing criteria than this are only counted and named: the button leads through them."""


def review(session: Session, place: Place, told: tuple[object, ...] = (), hint: object = None) -> Turn:
    """The state of the four sections, what is missing or odd, and the button for the next useful thing. `hint`: a text
    that was not taken, and why."""
    assessment = session.opened
    missing = assessment.card.missing
    locked = assessment.handed_over or assessment.cycle.closed
    answers = may(session.person, Action.ANSWER, assessment.unit)
    data = {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "sections": describing.sections(assessment),
        "missing": missing,
        "links": () if locked or len(missing) > MOST_LINKS else _links(assessment, missing),
        "exemptions": len(describing.exemptions(assessment)),
        "state": assessment.state,
        "closed": assessment.cycle.closed,
        "receipt": assessment.receipt,
        "recorded": told,
        "hint": hint,
        "reopened": tuple(leaf.id for leaf in assessment.criteria.leaves if leaf.id in assessment.reopened),
        "supplemented": assessment.supplemented,
        "reason": assessment.reason,
        "since": assessment.awaiting.since if assessment.awaits and assessment.awaiting else None,
        "remark": "" if assessment.state == "submitted" else assessment.remark,
        "answers": answers,
        "files": len({text.digest for text in assessment.texts if text.kind == "file"}),
    }
    data |= describing.totals(assessment) | describing.given_back(assessment) | _concerns(assessment)
    first: tuple[Button, ...] = (button(assessment, "ms", "missing"),) if missing else ()
    if not missing:
        first = (button(assessment, "sb", "submit"),)
    rows: Rows = () if locked or not answers else (first, *jumps(assessment, assessment.to_revisit))
    rows += awaiting.rows(session) if assessment.awaits else ()
    rows += tuple(
        (button(assessment, "ls", "section", str(row["n"]), **_label(row)),) for row in describing.sections(assessment)
    )
    rows += asking.undo_rows(assessment, place) if told else ()
    back = "" if place.return_to == blocks.MODE else place.return_to  # whoever looks at the whole has left the lists
    settled = replace(place, step="review", focus="", return_to=back, pending={})
    return Turn(settled, replies=(Reply("review", data, rows, card=True),))


def _links(assessment: Assessment, ids: tuple[str, ...]) -> tuple[describing.Data, ...]:
    """Criteria that a page can lead to straight from its list."""
    return tuple(
        one | {"press": button(assessment, "go", "criterion", str(one["id"])).press}
        for one in describing.titled(assessment, ids)
    )


def _concerns(assessment: Assessment) -> describing.Data:
    """What to look at again, each leading to its criterion."""
    found, more = describing.concerns(assessment)
    led = (one | {"press": button(assessment, "go", "criterion", str(one["place"])).press} for one in found)
    return {"concerns": tuple(led), "more_concerns": more}


def section(session: Session, number: str) -> Turn:
    """One section's criteria with answers and points; each can be opened for editing and leads back here."""
    assessment = session.opened
    concerns, more = describing.concerns(assessment, number)
    chosen = next(one for one in assessment.criteria.sections if one.id == number)
    ids = tuple(leaf.id for leaf in assessment.criteria.leaves_under(number))
    data = {
        "number": number,
        "title": chosen.short_title,
        "unit": assessment.unit.name,
        "rows": tuple(describing.line(assessment, assessment.card.lines[one]) | _files(assessment, one) for one in ids),
        "points": assessment.card.groups[number],
        "maximum": chosen.maximum,
        "concerns": concerns,
        "more_concerns": more,
    }
    rows = (*jumps(assessment, ids), (button(assessment, "rv", "review"),))
    place = replace(session.place, step="review", focus="", return_to="review", pending={})
    return Turn(place, replies=(Reply("section", data, rows, card=True),))


def missing(session: Session) -> Turn:
    """The criteria still to be answered, each a button that jumps there."""
    assessment = session.opened
    if not assessment.card.missing:
        return review(session, session.place)
    ids = assessment.card.missing
    data = {
        "unit": assessment.unit.name,
        "ids": describing.titled(assessment, ids),
        "skipped": tuple(one for one in session.place.skipped if one in ids),
    } | describing.totals(assessment)
    rows = jumps(assessment, ids[:MOST_JUMPS])
    place = replace(session.place, step="review", focus="", return_to="", pending={})
    return Turn(place, replies=(Reply("missing", data, rows, card=True),))


def points(session: Session) -> Turn:
    """Points so far, what can still be reached, the possible classes, and where a little more would pay."""
    assessment = session.opened
    steps = [_next_step(assessment, line) for line in assessment.card.lines.values() if line.next_step]
    steps.sort(key=lambda step: (-step["points_gain"], step["id"]))  # type: ignore[operator]
    data = {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "sections": describing.sections(assessment),
        "next_steps": tuple(steps[:5]),
    }
    data |= describing.totals(assessment) | describing.given_back(assessment)
    return Turn(session.place, replies=(Reply("points", data, home(assessment), card=True),))


def prepare(session: Session) -> Turn:
    """The figures and documents to gather, grouped by who usually holds them."""
    assessment = session.opened
    groups: dict[str, list[dict[str, object]]] = {}
    for leaf in assessment.criteria.leaves:
        groups.setdefault(leaf.evidence_holder, []).append(
            {"id": leaf.id, "title": leaf.short_title, "items": leaf.evidence, "inputs": _inputs(leaf.id, assessment)}
        )
    data = {
        "unit": assessment.unit.name,
        "groups": tuple({"holder": holder, "items": tuple(items)} for holder, items in groups.items()),
    }
    rows = ((button(assessment, "rs", "continue"),),)
    return Turn(session.place, replies=(Reply("prepare", data, rows),))


def history(session: Session) -> Turn:
    """Who answered what and when, newest first."""
    assessment = session.opened
    newest = sorted(assessment.answers.items(), key=lambda item: -item[1].revision)
    rows = tuple(
        {
            "id": key,
            "by": held.by_name,
            "at": held.at,
            "answer": describing.value(
                assessment.criteria.criterion(key) if key in assessment.card.lines else None, held.answer
            ),
        }
        for key, held in newest[:20]
    )
    data = {"unit": assessment.unit.name, "rows": rows, "more": max(0, len(newest) - 20)}
    return Turn(session.place, replies=(Reply("history", data, home(assessment), card=True),))


def help_on(session: Session, criterion_id: str) -> Turn:
    """What a criterion means: the clause, the reading, the usual evidence, whom to call. From there back to what was
    open: a ground, a doubt, a count, a text; else to the question."""
    assessment, place = session.opened, session.place
    leaf = assessment.criteria.criterion(criterion_id)
    data = {
        "crit": describing.criterion(assessment, criterion_id),
        "clause": leaf.clause,
        "printed_id": leaf.printed_id,
        "rule_text": leaf.rule_text,
        "rule_plain": leaf.rule_plain,
        "interpretation": leaf.interpretation,
        "evidence": leaf.evidence,
        "holder": leaf.evidence_holder,
    }
    amid = place.step in SUB_STEPS and asking.covers(place.focus, criterion_id)
    back = button(assessment, "rs", "continue") if amid else button(assessment, "go", "continue", criterion_id)
    rows = ((back,),)
    return Turn(place, replies=(Reply("help", data, rows, card=True),))


def _files(assessment: Assessment, criterion_id: str) -> describing.Data:
    return {"files": tuple(text.body for text in assessment.notes(criterion_id, "file"))}


def _label(row: describing.Data) -> describing.Data:
    return {key: row[key] for key in ("n", "short_title", "points", "maximum")}


def _inputs(criterion_id: str, assessment: Assessment) -> tuple[str, ...]:
    inputs = assessment.criteria.criterion(criterion_id).inputs
    return (inputs.numerator, inputs.denominator) if inputs else ()


def _next_step(assessment: Assessment, line: Line) -> dict[str, object]:
    leaf = assessment.criteria.criterion(line.id)
    step = line.next_step
    if step is None:
        raise LookupError(line.id)
    return {
        "id": line.id,
        "short_title": leaf.short_title,
        "more_count": step.more,
        "more_percent": step.distance,
        "points_gain": step.gain,
        "unit_label": leaf.inputs.unit if leaf.inputs else "",
    }
