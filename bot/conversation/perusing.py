"""The form as somebody reads it who does not fill it in: page by page, each line with all that stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.conversation import awaiting, describing
from bot.conversation.assessment import Assessment
from bot.conversation.buttons import button
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Rows, Turn

ROOM = 2600
"""Characters of one page: with what the template adds it stays well below what every messenger takes."""
LINE = 150
"""About as many a line has without what was written beside it."""
MOST_TEXTS, SHORT = 12, 150
"""Of a line that alone would fill more than a page, so many texts are shown, each so long."""


def read(session: Session, number: int) -> Turn:
    """One page of the form, from 1; a number out of range gives the nearest page."""
    assessment = session.opened
    every = pages(assessment)
    place = min(max(number, 1), len(every))
    ids = every[place - 1]
    section = assessment.criteria.section_of(ids[0])
    data = {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "page": place,
        "pages": len(every),
        "number": section.id,
        "title": section.short_title,
        "rows": tuple(_line(assessment, one) for one in ids),
        "points": assessment.card.groups[section.id],
        "maximum": section.maximum,
        "since": assessment.awaiting.since if assessment.awaits and assessment.awaiting else None,
    } | describing.totals(assessment)
    there = replace(session.place, step="review", focus="", return_to="", pending={})
    rows = (*_turning(assessment, place, len(every)), *_next(session))
    return Turn(there, replies=(Reply("reading", data, rows, card=True),))


def read_section(session: Session, section: str) -> Turn:
    """The page on which a section begins."""
    every = pages(session.opened)
    of = [n for n, ids in enumerate(every, start=1) if session.opened.criteria.section_of(ids[0]).id == section]
    return read(session, of[0] if of else 1)


def pages(assessment: Assessment) -> tuple[tuple[str, ...], ...]:
    """The criteria of each page: as many as fit, never of two sections."""
    return tuple(page for section in assessment.criteria.sections for page in _pages(assessment, section.id))


def _pages(assessment: Assessment, section: str) -> Iterator[tuple[str, ...]]:
    page: list[str] = []
    room = ROOM
    for leaf in assessment.criteria.leaves_under(section):
        length = LINE + sum(len(text) for _, text in _shown_texts(assessment, leaf.id)[0])
        if page and length > room:
            yield tuple(page)
            page, room = [], ROOM
        page.append(leaf.id)
        room -= length
    yield tuple(page)


def _line(assessment: Assessment, criterion_id: str) -> describing.Data:
    texts, more = _shown_texts(assessment, criterion_id)
    line = describing.line(assessment, assessment.card.lines[criterion_id])
    return line | {"texts": tuple({"kind": kind, "text": text} for kind, text in texts), "more": more}


def _shown_texts(assessment: Assessment, criterion_id: str) -> tuple[list[tuple[str, str]], int]:
    """What was written beside a criterion, and how much of it is left out."""
    answer = assessment.card.lines[criterion_id].answer
    ground = str(describing.value(None, answer)["note"]) if answer else ""
    found = [("ground", ground)] if ground else []
    for kind in ("note", "citation", "file"):
        found += [(kind, text.body) for text in assessment.notes(criterion_id, kind)]
    if LINE + sum(len(text) for _, text in found) <= ROOM:
        return found, 0
    return [(kind, describing.shortened(text, SHORT)) for kind, text in found[:MOST_TEXTS]], len(found[MOST_TEXTS:])


def _turning(assessment: Assessment, place: int, last: int) -> Rows:
    before: tuple[Button, ...] = (
        (button(assessment, "rd", "page_before", str(place - 1), n=place - 1, of=last),) if place > 1 else ()
    )
    after: tuple[Button, ...] = (
        (button(assessment, "rd", "page_after", str(place + 1), n=place + 1, of=last),) if place < last else ()
    )
    return ((*before, *after),)


def _next(session: Session) -> Rows:
    assessment = session.opened
    decide = awaiting.rows(session)[1:] if assessment.awaits else ()
    return (*decide, (button(assessment, "rv", "review"),))
