"""What each button does: one table of verbs, each with the action it needs a right for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.conversation import (
    answering,
    approving,
    asking,
    batching,
    broadcasting,
    doubting,
    filing,
    going,
    inquiring,
    joining,
    linking,
    noting,
    overseeing,
    perusing,
    presses,
    proposing,
    reminding,
    resuming,
    reviewing,
    signing,
    steering,
    submitting,
    typing,
)
from bot.conversation.access import Action, may
from bot.conversation.inquiry import STEPS
from bot.conversation.presses import Press
from bot.conversation.session import Session
from bot.conversation.turn import Reply, Turn

Act = Callable[[Session, Press, datetime], Turn]

UNBOUND = frozenset({Action.JOIN, Action.ACCEPT_NOTICE, Action.LINK})
"""What is allowed without regard to a unit, and so must not look at one."""
BEFORE_NOTICE = frozenset({"jn", "jx", "ja", "ac"})
"""What can be pressed before the notice is accepted; everything else shows the notice again."""
AWAY = frozenset({"an", "rv", "ms", "ls", "sb", "sk", "bk", "nt", "ev", "un"})
"""What leads away from answers that wait for their word: they are shown first, as they are before such a command."""


def pressed(session: Session, payload: str, now: datetime) -> Turn:
    """A button was pressed. Anything our buttons never carried is answered with where things stand."""
    press = presses.decode(payload)
    known = VERBS.get(press.verb) if press else None
    if press is None or known is None:
        return stand(session)
    action, act, about = known
    unit = session.assessment.unit if session.assessment else None
    if about and session.assessment is None:
        return stand(session)
    if not may(session.person, action, unit):
        return Turn(session.place, replies=(Reply("not_allowed"),))
    if session.person and not session.person.accepted and press.verb not in BEFORE_NOTICE:
        return joining.show_notice(session)
    if action in UNBOUND:
        session = own(session)
    if about == "criterion" and session.assessment and press.subject not in session.assessment.card.lines:
        return stand(session)
    leads_away = press.verb in AWAY or (press.verb == "go" and press.subject)
    return (batching.comes_first(session, now) if leads_away else None) or act(session, press, now)


def own(session: Session) -> Session:
    """The session without an assessment that only a button named: the person is authorised, not the button. An invite
    that asks about one criterion, and what a colleague was asked, name their assessment themselves."""
    if session.inquiry is not None or (session.asked and proposing.serves(session.person)):
        return session
    if session.assessment and not may(session.person, Action.READ_OWN, session.assessment.unit):
        return replace(session, assessment=None)
    return session


def stand(session: Session) -> Turn:
    """Where the person stands, whatever they pressed."""
    if session.person is None:
        return joining.welcome(session)
    if not session.person.accepted and session.person.roles:
        return joining.show_notice(session)
    unit = session.assessment.unit if session.assessment else None
    if session.assessment and may(session.person, Action.ANSWER, unit):
        return going.where_things_stand(session, stale=True)
    if session.place.step in STEPS or (session.asked and proposing.serves(session.person)):
        return proposing.resume(session)
    return Turn(session.place, replies=(joining.greeting(session),))


def start(session: Session) -> Turn:
    """The start button and its like: on with the assessment, or what the person can do here."""
    if proposing.serves(session.person):
        return proposing.resume(session)
    if session.assessment is None:
        return Turn(session.place, replies=(joining.greeting(session),))
    if not may(session.person, Action.ANSWER, session.assessment.unit):
        return reviewing.review(session, session.place)
    return going.begin(session)


def _answer(session: Session, press: Press, now: datetime) -> Turn:
    answer = presses.decode_value(press.argument)
    assessment = session.opened
    scopes = {exemption.scope for exemption in assessment.criteria.exemptions}
    if answer is None or (press.subject not in assessment.card.lines and press.subject not in scopes):
        return stand(session)
    if not answering.fits(assessment, press.subject, answer):
        return stand(session)
    return answering.give(session, press.subject, answer, press.revision, now)


def _go(session: Session, press: Press, now: datetime) -> Turn:
    assessment = session.opened
    if (waits := batching.newer(session, press.argument, now)) is not None:
        return waits
    if not press.subject:
        return going.begin(session)
    if press.subject not in assessment.card.lines:
        return stand(session)
    if not asking.editable(assessment, press.subject):
        return going.locked(session)
    return asking.ask(session, press.subject, replace(session.place, misses=0))


def _skip(session: Session, press: Press, now: datetime) -> Turn:
    skipped = tuple(one for one in session.place.skipped if one != press.subject)
    place = replace(session.place, skipped=(*skipped, press.subject), undo={})
    return going.go_on(replace(session, place=place), press.subject, place, ())


def _back(session: Session, press: Press, now: datetime) -> Turn:
    return going.back(session, press.subject)


def _opening(session: Session, press: Press, now: datetime) -> Turn:
    if press.subject not in {exemption.scope for exemption in session.opened.criteria.exemptions}:
        return stand(session)
    return answering.settle_opening(session, press.subject, press.argument, press.revision, now)


def _ground(session: Session, press: Press, now: datetime) -> Turn:
    if press.subject not in {exemption.scope for exemption in session.opened.criteria.exemptions}:
        return stand(session)
    return answering.take_usual_ground(session, press.subject, press.revision, now)


def _denominator(session: Session, press: Press, now: datetime) -> Turn:
    if not press.argument.isdigit() or int(press.argument) == 0 or len(press.argument) > typing.COUNT_DIGITS:
        return stand(session)
    return typing.numerator(session, press.subject, int(press.argument), press.revision)


def _undo(session: Session, press: Press, now: datetime) -> Turn:
    return answering.undo(session, press.subject, press.revision, now)


def _section(session: Session, press: Press, now: datetime) -> Turn:
    if press.subject in {one.id for one in session.opened.criteria.sections}:
        if not may(session.person, Action.ANSWER, session.opened.unit):
            return perusing.read_section(session, press.subject)
        return reviewing.section(session, press.subject)
    return reviewing.review(session, session.place)


def _reuse(session: Session, press: Press, now: datetime) -> Turn:
    if not press.argument.isdigit():
        return stand(session)
    return noting.reuse(session, press.subject, int(press.argument), now)


def _take_proposal(session: Session, press: Press, now: datetime) -> Turn:
    if not press.argument.isdigit():
        return stand(session)
    return inquiring.take(session, press.subject, int(press.argument), press.revision, now)


def _remove(session: Session, press: Press, now: datetime) -> Turn:
    if not press.argument.isdigit():
        return stand(session)
    return noting.remove(session, press.subject, int(press.argument), now)


def _read(session: Session, press: Press, now: datetime) -> Turn:
    return perusing.read(session, int(press.subject) if press.subject.isdigit() else 1)


VERBS: Mapping[str, tuple[Action, Act, str]] = {
    "jn": (Action.JOIN, lambda s, p, now: joining.join(s, now), ""),
    "jx": (Action.JOIN, lambda s, p, now: joining.decline(s), ""),
    "ja": (Action.JOIN, lambda s, p, now: joining.offer(s, now), ""),
    "ac": (Action.ACCEPT_NOTICE, lambda s, p, now: joining.accept(s, now), ""),
    "st": (Action.ACCEPT_NOTICE, lambda s, p, now: start(s), ""),
    "cn": (Action.ACCEPT_NOTICE, lambda s, p, now: cancel(s), ""),
    "pr": (Action.READ_OWN, lambda s, p, now: reviewing.prepare(s), "assessment"),
    "du": (Action.READ_OWN, lambda s, p, now: joining.turn_to_unit(s), "assessment"),
    "si": (Action.SIGN_IN, lambda s, p, now: signing.link_for(s, now), ""),
    "lk": (Action.LINK, lambda s, p, now: linking.give(s), ""),
    "ul": (Action.LINK, lambda s, p, now: linking.unlink(s, p), ""),
    "bt": (Action.ANSWER, lambda s, p, now: batching.take(s, now, p.argument), "assessment"),
    "bb": (Action.ANSWER, lambda s, p, now: batching.newer(s, p.argument, now) or batching.block(s), "assessment"),
    "rs": (Action.ANSWER, lambda s, p, now: resuming.go_on(s, now), "assessment"),
    "an": (Action.ANSWER, _answer, "assessment"),
    "tp": (Action.ANSWER, lambda s, p, now: typing.confirm_pending(s, p.subject, now), "criterion"),
    "dn": (Action.ANSWER, _denominator, "criterion"),
    "un": (Action.ANSWER, _undo, "assessment"),
    "op": (Action.ANSWER, _opening, "assessment"),
    "gr": (Action.ANSWER, _ground, "assessment"),
    "go": (Action.ANSWER, _go, "assessment"),
    "bk": (Action.ANSWER, _back, "criterion"),
    "sk": (Action.ANSWER, _skip, "criterion"),
    "hp": (Action.READ_OWN, lambda s, p, now: reviewing.help_on(s, p.subject), "criterion"),
    "ls": (Action.READ_OWN, _section, "assessment"),
    "rv": (Action.READ_OWN, lambda s, p, now: reviewing.review(s, s.place), "assessment"),
    "ms": (Action.READ_OWN, lambda s, p, now: reviewing.missing(s), "assessment"),
    "pt": (Action.READ_OWN, lambda s, p, now: reviewing.points(s), "assessment"),
    "nt": (Action.CITE, lambda s, p, now: noting.ask_note(s, p.subject), "criterion"),
    "ev": (Action.CITE, lambda s, p, now: noting.ask_evidence(s, p.subject), "criterion"),
    "cu": (Action.CITE, _reuse, "criterion"),
    "rm": (Action.CITE, _remove, "criterion"),
    "fl": (Action.CITE, lambda s, p, now: filing.attach_pending(s, p.subject, now), "criterion"),
    "kn": (Action.CITE, lambda s, p, now: noting.keep_pending(s, p.subject, now), "criterion"),
    "aq": (Action.ANSWER, lambda s, p, now: inquiring.ask(s, p.subject, p.revision, now), "criterion"),
    "aw": (Action.ANSWER, lambda s, p, now: inquiring.withdraw(s, p.subject, p.revision), "criterion"),
    "pk": (Action.ANSWER, _take_proposal, "criterion"),
    "px": (Action.ANSWER, lambda s, p, now: inquiring.leave(s, p.subject, p.revision), "criterion"),
    "io": (Action.ANSWER_ONE, lambda s, p, now: proposing.opened(s, p.subject), "criterion"),
    "pa": (Action.ANSWER_ONE, proposing.press, "criterion"),
    "pn": (Action.ANSWER_ONE, lambda s, p, now: proposing.explain(s, p.subject), "criterion"),
    "pw": (Action.ANSWER_ONE, lambda s, p, now: proposing.write_note(s, p.subject), "criterion"),
    "py": (Action.ANSWER_ONE, lambda s, p, now: proposing.take_waiting(s, p.subject, now), "criterion"),
    "sb": (Action.SUBMIT, lambda s, p, now: submitting.ask_submit(s, now), "assessment"),
    "ok": (Action.SUBMIT, lambda s, p, now: submitting.submit(s, p.revision, now), "assessment"),
    "la": (Action.SUBMIT, lambda s, p, now: approving.ask(s, p.revision, now), "assessment"),
    "lw": (Action.SUBMIT, lambda s, p, now: approving.withdraw(s, p.revision, now), "assessment"),
    "rd": (Action.READ_OWN, _read, "assessment"),
    "av": (Action.READ_OWN, lambda s, p, now: approving.stand(s), "assessment"),
    "lp": (Action.APPROVE, lambda s, p, now: approving.ask_approve(s, p.revision, now), "assessment"),
    "ly": (Action.APPROVE, lambda s, p, now: approving.approve(s, p.revision, now), "assessment"),
    "lr": (Action.APPROVE, lambda s, p, now: approving.ask_remark(s, p.revision), "assessment"),
    "lc": (Action.APPROVE, lambda s, p, now: approving.send_back(s, p.revision, now), "assessment"),
    "sz": (Action.SNOOZE, lambda s, p, now: reminding.snooze(s, now), "assessment"),
    "rw": (Action.READ_SUBMISSION, lambda s, p, now: overseeing.submission_rows(s, p.subject), "assessment"),
    "rt": (Action.RETURN, lambda s, p, now: overseeing.ask_return(s), "assessment"),
    "rc": (Action.RETURN, lambda s, p, now: overseeing.give_back(s, p.revision), "assessment"),
    "bw": (Action.BROADCAST, broadcasting.whom, ""),
    "bd": (Action.BROADCAST, broadcasting.drafted, ""),
    "bl": (Action.BROADCAST, broadcasting.listed, ""),
    "bm": (Action.BROADCAST, steering.steered, ""),
    "sa": (Action.DELIVERY, lambda s, p, now: doubting.settle(s, p.revision, again=True), ""),
    "lb": (Action.DELIVERY, lambda s, p, now: doubting.settle(s, p.revision, again=False), ""),
}


def cancel(session: Session) -> Turn:
    """Leave a sub-step without doing anything."""
    left = replace(session, place=session.place.at("idle"))
    if session.assessment and may(session.person, Action.ANSWER, session.assessment.unit):
        return going.where_things_stand(replace(left, place=replace(left.place, focus=session.place.focus)))
    return Turn(left.place, replies=(Reply("cancelled", card=True),))
