"""While a result waits for the leader of its unit: what its people are told, and what they can do about it."""

from __future__ import annotations

from bot.conversation import describing
from bot.conversation.access import Action, may
from bot.conversation.assessment import Assessment
from bot.conversation.buttons import button
from bot.conversation.presses import Press
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Rows


def card(session: Session, what: str = "stands", **more: object) -> Reply:
    """The card of a result that waits. `what`: asked (just now), stands (nothing changed), reading."""
    assessment = session.opened
    data = told(assessment) | {
        "what": what,
        "leaders": tuple(one.name for one in session.leaders),
        "answers": may(session.person, Action.ANSWER, assessment.unit),
        "approves": may(session.person, Action.APPROVE, assessment.unit),
    }
    return Reply("awaiting", data | more, rows(session), card=True)


def told(assessment: Assessment) -> describing.Data:
    """Unit, total and class, who prepared it, since when it waits."""
    awaiting = assessment.awaiting
    return {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "since": awaiting.since if awaiting else None,
        "by": awaiting.by_name if awaiting else "",
    } | describing.totals(assessment)


def rows(session: Session) -> Rows:
    """What the person who looks at it can do: read it, decide on it as a leader, take it back as an officer."""
    assessment, person = session.opened, session.person
    read: Rows = (_read(assessment),)
    decide = decisions(assessment) if may(person, Action.APPROVE, assessment.unit) else ()
    back = (_at(assessment, "lw", "approval_withdraw"),)
    return (*read, *decide, *((back,) if may(person, Action.SUBMIT, assessment.unit) else ()))


def for_leaders(assessment: Assessment) -> Rows:
    """The buttons of the notice to a unit's leaders."""
    return (_read(assessment), *decisions(assessment))


def decisions(assessment: Assessment) -> Rows:
    """Approve, or send back: each for the result as it is now."""
    return (
        (_at(assessment, "lp", "approve"),),
        (_at(assessment, "lr", "send_back"),),
    )


def _read(assessment: Assessment) -> tuple[Button, ...]:
    return (button(assessment, "rd", "approval_read", "1"),)


def _at(assessment: Assessment, verb: str, label: str) -> Button:
    """A button that is for what stands there now, and for nothing later."""
    return Button(label, Press(verb, assessment.id, revision=assessment.seq).encode())
