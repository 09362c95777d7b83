"""Which question comes next, and how its card looks."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import describing, inheriting, inquired
from bot.conversation.assessment import Assessment, Held
from bot.conversation.buttons import button
from bot.conversation.place import Place
from bot.conversation.presses import Press, encode_value
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Rows, Turn
from scoring.answers import ChosenOption, Counts
from scoring.criteria_set import Criterion

Recorded = tuple[Mapping[str, object], ...]
LOCKED = ("submitted", "merged", "closed")
"""States in which nothing is answered."""


def editable(assessment: Assessment, criterion_id: str) -> bool:
    """Whether this criterion may be answered now: not after submission, not while the leader is asked, and after a
    return only what was reopened."""
    if assessment.cycle.closed or assessment.awaits or assessment.state in LOCKED:
        return False
    if assessment.state != "returned":
        return True
    scope = assessment.criteria.exemption_scope(criterion_id)
    depends = (
        assessment.criteria.criterion(criterion_id).depends_on if criterion_id in assessment.card.lines else None
    )  # what hangs on a reopened criterion is open with it
    open_ids = assessment.reopened
    return (
        criterion_id in open_ids
        or criterion_id in assessment.card.missing
        or any(assessment.criteria.exemption_scope(one) == scope for one in open_ids if scope)
        or (depends is not None and depends.on in open_ids)
    )


def next_after(assessment: Assessment, place: Place, criterion_id: str = "") -> str | None:
    """The next criterion to ask: the first missing or given back behind this one (or group), round the end; skipped
    ones last."""
    criteria, waiting = assessment.criteria, assessment.card.missing
    again = {one for one in assessment.to_revisit if one not in place.skipped}
    if again:
        waiting = tuple(sorted({*waiting, *again}, key=criteria.position))
    if not waiting:
        return None
    last = criteria.position(criteria.leaves_under(criterion_id)[-1].id) if criterion_id else -1
    behind = bisect(waiting, last, key=criteria.position)
    ring = waiting[behind:] + waiting[:behind]
    others = [one for one in ring if one != criterion_id]
    fresh = next((one for one in others if one not in place.skipped), None)
    return fresh or (others or ring)[0]


def ask(session: Session, criterion_id: str, place: Place, recorded: Recorded = (), **more: object) -> Turn:
    """The turn that puts this question, with what was recorded just before. No facts of its own."""
    assessment = session.opened
    seen = {"seen": str(assessment.revision_of(criterion_id))}
    settled = replace(place, step="question", focus=criterion_id, pending=seen)
    return Turn(settled, replies=(card(assessment, criterion_id, settled, recorded, **more),))


def card(assessment: Assessment, criterion_id: str, place: Place, recorded: Recorded, **more: object) -> Reply:
    """The card of one question."""
    leaf = assessment.criteria.criterion(criterion_id)
    held = assessment.held(criterion_id)
    data: dict[str, object] = {
        "crit": describing.criterion(assessment, criterion_id),
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "kind": leaf.kind,
        "options": _options(leaf),
        "rule_lines": describing.rule_lines(leaf),
        "rule_plain": leaf.rule_plain,
        "inputs": {"numerator": leaf.inputs.numerator, "denominator": leaf.inputs.denominator} if leaf.inputs else None,
        "held": _held(assessment, criterion_id, held),
        "derived_from": assessment.card.lines[criterion_id].parent,
        "exemption": _exemption(assessment, criterion_id),
        "inherited": inheriting.offered(assessment, leaf),
        "notes": tuple(note.body for note in assessment.notes(criterion_id, "note")),
        "evidence": tuple(text.body for text in assessment.notes(criterion_id, "citation")),
        "files": tuple(text.body for text in assessment.notes(criterion_id, "file")),
        "file_ids": tuple(text.id for text in assessment.notes(criterion_id, "file")),
        "recorded": recorded,
        "inquiry": inquired.shown(assessment, criterion_id),
        "returned": assessment.reason if criterion_id in assessment.reopened else None,
        "anew": held is None and criterion_id in assessment.asked_since,
        "misses": place.misses,
        "hint": None,
        "stale": False,
        "progress": describing.progress(assessment),
    }
    return Reply("question", data | more, _rows(assessment, leaf, place), card=True, number=leaf.kind == "ratio")


def _options(leaf: Criterion) -> tuple[dict[str, object], ...]:
    return tuple(
        {"n": n, "label": option.button, "points": option.points} for n, option in enumerate(leaf.options, start=1)
    )


def _held(assessment: Assessment, criterion_id: str, held: Held | None) -> dict[str, object] | None:
    if held is None:
        return None
    line = assessment.card.lines[criterion_id]
    return describing.value(assessment.criteria.criterion(criterion_id), held.answer) | {
        "points": line.points,
        "state": line.state,
        "by": held.by_name,
        "at": held.at,
    }


def _exemption(assessment: Assessment, criterion_id: str) -> dict[str, object] | None:
    exemption = assessment.criteria.exemption_for(criterion_id)
    if exemption is None or not exemption.allows(assessment.unit.kind):
        return None
    return {"text": exemption.text, "points": exemption.points, "scope": exemption.scope}


def _rows(assessment: Assessment, leaf: Criterion, place: Place) -> Rows:
    revision = assessment.revision_of(leaf.id)
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                "option",
                Press("an", assessment.id, leaf.id, encode_value(ChosenOption(option.id)), revision).encode(),
                {"label": option.button, "points": option.points},
            ),
        )
        for option in leaf.options
    ]
    rows += inheriting.rows(assessment, leaf)
    rows += _shared_counts(assessment, leaf, revision)
    if leaf.none_allowed:
        rows.append((Button("no_cases", Press("an", assessment.id, leaf.id, "n", revision).encode()),))
    exemption = assessment.criteria.exemption_for(leaf.id)
    claimable = exemption and (exemption.scope not in assessment.answers or leaf.id in assessment.to_revisit)
    if exemption and claimable and exemption.allows(assessment.unit.kind):
        claim = Press("an", assessment.id, exemption.scope, "x", assessment.revision_of(exemption.scope))
        rows.append((Button("claim_exempt", claim.encode()),))
    rows.append((button(assessment, "bk", "back", leaf.id), button(assessment, "sk", "skip", leaf.id)))
    rows.append((button(assessment, "hp", "help", leaf.id), button(assessment, "ls", "list")))
    rows.append((button(assessment, "nt", "note", leaf.id), button(assessment, "ev", "evidence", leaf.id)))
    return (*rows, *inquired.rows(assessment, leaf.id), *undo_rows(assessment, place))


def undo_rows(assessment: Assessment, place: Place) -> Rows:
    """The button that takes back the person's last answer; none when somebody changed it since."""
    if not can_undo(assessment, place):
        return ()
    criterion_id, revision = place.undo["criterion"], int(place.undo["revision"])
    press = Press("un", assessment.id, criterion_id, revision=revision).encode()
    return ((Button("undo", press, {"id": criterion_id, "count": len(to_undo(place))}),),)


def can_undo(assessment: Assessment, place: Place) -> bool:
    """Whether the person's last answer, or the last answers given together, still stand as they gave them and may be
    changed."""
    if not place.undo:
        return False
    ids, revision = to_undo(place), int(place.undo["revision"])
    newer = [key for key, held in assessment.answers.items() if held.revision > revision]
    changed = any(covers(key, one) for key in newer for one in ids)
    return not changed and all(editable(assessment, one) for one in ids)


def to_undo(place: Place) -> tuple[str, ...]:
    """What the next undo takes back: one criterion (or scope), or several that were answered together."""
    return tuple(place.undo.get("criteria", place.undo["criterion"]).split())


def covers(key: str, criterion_id: str) -> bool:
    """Whether an answer kept under `key` is one to this criterion: its own, or an exemption of its group."""
    return key == criterion_id or criterion_id.startswith(key + ".")


def _shared_counts(assessment: Assessment, leaf: Criterion, revision: int) -> list[tuple[Button, ...]]:
    """A count asked elsewhere is offered again, never silently used."""
    figure = leaf.inputs.denominator_figure if leaf.inputs else None
    if figure is None:
        return []
    offered: dict[int, str] = {}
    for other in assessment.criteria.leaves:
        held = assessment.answers.get(other.id)
        if other.id == leaf.id or other.inputs is None or held is None or not isinstance(held.answer, Counts):
            continue
        if other.inputs.numerator_figure == figure:
            offered.setdefault(held.answer.numerator, other.id)
        if other.inputs.denominator_figure == figure:
            offered.setdefault(held.answer.denominator, other.id)
    return [
        (
            Button(
                "shared_count",
                Press("dn", assessment.id, leaf.id, str(count), revision).encode(),
                {"count": count, "from_id": from_id},
            ),
        )
        for count, from_id in list(offered.items())[:2]
        if count > 0
    ]
