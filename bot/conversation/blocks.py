"""The list of what is still to be answered, as much of it as one message holds: for whoever answers many at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.conversation import asking, describing
from bot.conversation.asking import Recorded
from bot.conversation.assessment import Assessment
from bot.conversation.buttons import button
from bot.conversation.place import Place
from bot.conversation.reading.folding import split_words
from bot.conversation.reading.words import Words
from bot.conversation.session import Session
from bot.conversation.turn import Reply, Turn
from scoring.criteria_set import Criterion

MODE = "block"
"""The step, and what `Place.return_to` says while the conversation goes on from list to list."""
ROOM = 1700
"""Characters of the list: with its head, an example and what was recorded it should stay one message anywhere."""
OF_A_TOLD_LINE = 60
LEAST_ROOM = 700


def card(session: Session, place: Place, told: Recorded = (), *, hint: str = "", room: int = ROOM) -> Turn:
    """The list from the first criterion that waits on, in at most `room` characters; `hint`: what was not read."""
    assessment = session.opened
    ids = waiting(assessment, place)
    items = tuple(_that_fit(assessment, ids, session.words, max(room - OF_A_TOLD_LINE * len(told), LEAST_ROOM)))
    data = {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "items": items,
        "more": len(ids) - len(items),
        "recorded": told,
        "hint": hint,
        "progress": describing.progress(assessment),
    }
    rows = (
        (button(assessment, "go", "one_by_one"), button(assessment, "rv", "review")),
        *(asking.undo_rows(assessment, place) if told else ()),
    )
    settled = replace(place.at(MODE), return_to=MODE)
    return Turn(settled, replies=(Reply("block", data, rows, card=True),))


def waiting(assessment: Assessment, place: Place) -> tuple[str, ...]:
    """What is missing or was given back, in the decision's order; what was skipped comes last."""
    again = (one for one in assessment.to_revisit if one not in place.skipped)
    open_ids = {*assessment.card.missing, *again}
    order = [leaf.id for leaf in assessment.criteria.leaves if leaf.id in open_ids]
    return tuple(sorted(order, key=lambda one: one in place.skipped))


def _that_fit(assessment: Assessment, ids: tuple[str, ...], words: Words, room: int) -> Iterator[describing.Data]:
    """The first criteria that fit into `room`, one at the least."""
    used = 0
    for n, one in enumerate(ids):
        item = _item(assessment, assessment.criteria.criterion(one), words)
        used += _length(item)
        if n and used > room:
            return
        yield item


def _item(assessment: Assessment, leaf: Criterion, words: Words) -> describing.Data:
    """A criterion in one line: its id, its short title, and how it is answered."""
    exemption = assessment.criteria.exemption_for(leaf.id)
    return {
        "id": leaf.id,
        "title": leaf.short_title,
        "how": "ratio" if leaf.kind == "ratio" else "yes_no" if _yes_or_no(leaf, words) else "numbered",
        "options": tuple(option.button for option in leaf.options),
        "exempt": exemption is not None and exemption.allows(assessment.unit.kind),
    }


def _yes_or_no(leaf: Criterion, words: Words) -> bool:
    """Whether a yes and a no say all: the options are labelled with just that, before one and the same verb."""
    if len(leaf.options) != 2:
        return False
    first, last = (split_words(option.button) for option in leaf.options)
    return words.yes.at(first, 0) is not None and words.negation.at(last, 0) is not None and leaf.options[1].negative


def _length(item: describing.Data) -> int:
    """How many characters the line takes, its line break included, with the words of the template."""
    options = item["options"] if item["how"] == "numbered" else ()
    listed = sum(len(label) + 6 for label in options) if isinstance(options, tuple) else 0
    return len(str(item["id"])) + len(str(item["title"])) + listed + 24 + (10 if item["exempt"] else 0)
