"""The answers that were spelled out together and wait for a word: how the place keeps them, what a new reading does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import answering, asking
from bot.conversation.assessment import Assessment
from bot.conversation.session import Session
from bot.conversation.sorting import Sorted, Understood
from scoring.answers import Answer, decode, encode

STEP = "batch"
MARK = "seen"
"""Where the place keeps what this card is known by, so that an older card's button takes nothing newer."""


def waits(session: Session) -> bool:
    """Whether answers wait for their word; nothing but that word, or the other one, ends them."""
    return session.place.step == STEP and any(key != MARK for key in session.place.pending)


def pending(session: Session) -> dict[str, tuple[Answer, int]]:
    """The answers that wait, each with the revision it was read for, in the decision's order."""
    found: dict[str, tuple[Answer, int]] = {}
    for key, stored in session.place.pending.items():
        if key != MARK and session.place.step == STEP:
            answer, _, seen = stored.rpartition("@")
            found[key] = decode(json.loads(answer)), int(seen)
    ids = [leaf.id for leaf in session.opened.criteria.leaves] if found else []
    places = {key: next((n for n, one in enumerate(ids) if asking.covers(key, one)), len(ids)) for key in found}
    return dict(sorted(found.items(), key=lambda one: places[one[0]]))


def kept(session: Session) -> dict[str, Understood]:
    """Those of them that can still be given: the criterion, or the exemption's scope, still takes such an answer."""
    return {
        key: Understood(answer, "", seen=seen)
        for key, (answer, seen) in pending(session).items()
        if answering.fits(session.opened, key, answer)
    }


def beside(session: Session, found: Sorted) -> Sorted:
    """What was read now, beside what waits already: of one criterion the new reading counts, all others stay. What was
    typed anew and is not understood takes the old reading away: it was not meant."""
    new = (*found.answers, *found.standing)
    waited, anew = kept(session), [one.id for one in found.unread if one.id]
    dropped = tuple(key for key in waited if key not in new and any(asking.covers(key, one) for one in anew))
    old = {key: one for key, one in waited.items() if key not in dropped}
    gone = [key for key in old if any(asking.covers(key, one) or asking.covers(one, key) for one in new)]
    answers = {key: found.answers.get(key, one) for key, one in old.items() if key not in gone or key in found.answers}
    twice = (*found.twice, *(key for key in gone if key not in (*new, *found.twice)))
    return replace(found, answers={**answers, **found.answers}, twice=twice, dropped=dropped)


def stored(assessment: Assessment, answers: Mapping[str, Understood]) -> dict[str, str]:
    """The answers as the place keeps them, each with the revision it was read for, and the mark of them all."""
    lines = {
        key: f"{json.dumps(encode(one.answer), ensure_ascii=False)}@"
        f"{assessment.revision_of(key) if one.seen is None else one.seen}"
        for key, one in answers.items()
    }
    digest = hashlib.sha256(json.dumps(lines).encode()).hexdigest()
    return lines | {MARK: digest[:10]} if lines else {}
