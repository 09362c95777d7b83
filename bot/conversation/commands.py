"""What each command and typed phrase does: one table, each with the action it needs a right for."""

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
    claiming,
    drafting,
    explaining,
    going,
    inquiring,
    joining,
    linking,
    noting,
    opening,
    overseeing,
    proposing,
    resuming,
    reviewing,
    signing,
    submitting,
    typing,
)
from bot.conversation.access import Action, may
from bot.conversation.codes import digest_in
from bot.conversation.inquiry import STEPS
from bot.conversation.menu import offered
from bot.conversation.pressing import UNBOUND, cancel, own, stand, start
from bot.conversation.reading.requests import Request, read_command, read_request
from bot.conversation.session import Session
from bot.conversation.turn import Reply, Turn

Act = Callable[[Session, str, datetime], Turn]

TEXT_STEPS = frozenset({"ground", "no_cases", "note", "evidence", "file", "return", "remark"}) | drafting.STEPS
"""Steps that take a text as it is, but for slash commands and what as a whole is nothing but a request."""
COMING_BACK = frozenset({"tieptuc", "start"})
LEAVING = frozenset({"huy", "skip", "back"})


def typed(session: Session, text: str, now: datetime) -> Turn:
    """A text of somebody in a private chat."""
    command = read_command(text, session.words)
    person = session.person
    if command and command.name == "start" and command.argument:
        return linking.offer(session, now)
    if person is None or not person.roles:
        return _stranger(session, text, command, now)
    if not person.accepted:
        return _before_notice(session, text, now)
    return _known(session, text, command, now)


def _known(session: Session, text: str, command: Request | None, now: datetime) -> Turn:
    if session.place.step in STEPS and (proposed := proposing.heard(session, text, command, now)) is not None:
        return proposed
    if command is None and session.place.step in TEXT_STEPS:
        wanted = _leading_out(session, text)
        if wanted is None and session.elsewhere:
            return resuming.here(session, now) or stand(session)
        if wanted is None:
            return _text_step(session, text, now)
        return cancel(session) if wanted.name in LEAVING else run(session, wanted, now)
    request = command or _request(session, text)
    return run(session, request, now) if request is not None else _said(session, text, now)


def _said(session: Session, text: str, now: datetime) -> Turn:
    """A text that asks for nothing: a code, perhaps, or an answer to what stands open."""
    if session.invite is not None or session.link is not None:
        return linking.offer(session, now)
    if session.asked and proposing.serves(session.person):
        return proposing.resume(session)
    return _elsewhere(session, text, now) if session.elsewhere else _answer(session, text, now)


def _elsewhere(session: Session, text: str, now: datetime) -> Turn:
    """What stands open was asked in another chat: shown here first; only an answer that names its criterion counts."""
    unit = session.assessment.unit if session.assessment else None
    mine = session.assessment is not None and may(session.person, Action.ANSWER, unit)
    named = batching.several(session, text, now) if mine else None
    return named or resuming.here(session, now) or stand(session)


def run(session: Session, request: Request, now: datetime) -> Turn:
    """Do what was asked for, if the person may; an unknown command gets the list of known ones."""
    known = COMMANDS.get(request.name)
    if known is None:
        return Turn(session.place, replies=(Reply("unknown_command", {"typed": request.name}),))
    if request.name in COMING_BACK and proposing.serves(session.person):
        return proposing.resume(session)
    action, act, needs_own = known
    unit = session.assessment.unit if session.assessment else None
    if needs_own and session.assessment is None:
        return Turn(session.place, replies=(joining.greeting(session),))
    if not may(session.person, action, unit):
        return Turn(session.place, replies=(Reply("not_allowed"),))
    waits = batching.first(session, request, now)
    return waits or act(own(session) if action in UNBOUND else session, request.argument, now)


def _leading_out(session: Session, text: str) -> Request | None:
    """What a text asks for that as a whole is nothing but a request; None when it is the text that was asked for."""
    wanted = read_request(text, session.words, ())
    if wanted is None or wanted.name in proposing.AS_TEXT:
        return None
    if session.place.step == "file" and wanted.argument:  # the criterion that the files wait for
        return None
    return wanted if not wanted.argument or wanted.argument in _names(session) else None


def _names(session: Session) -> frozenset[str]:
    """How criteria may be named: by their ids, or as printed."""
    if session.assessment is None:
        return frozenset()
    leaves = session.assessment.criteria.leaves
    return frozenset(leaf.id for leaf in leaves) | frozenset(leaf.printed_id for leaf in leaves)


def _request(session: Session, text: str) -> Request | None:
    if session.assessment is None:
        return read_request(text, session.words, ())
    assessment = session.assessment
    focus = session.place.focus
    expects = (
        session.place.step in ("question", "numerator", "confirm")
        and focus in assessment.card.lines
        and assessment.criteria.criterion(focus).kind == "ratio"
    )
    return read_request(text, session.words, _names(session), expecting_number=expects)


def _stranger(session: Session, text: str, command: Request | None, now: datetime) -> Turn:
    if digest_in(command.argument if command else text):
        return linking.offer(session, now)
    return joining.welcome(session)


def _before_notice(session: Session, text: str, now: datetime) -> Turn:
    from_words = explaining.yes_or_no(session, text)
    return joining.accept(session, now) if from_words == "yes" else joining.show_notice(session, typed=True)


def _text_step(session: Session, text: str, now: datetime) -> Turn:
    if session.place.step == "return":
        if session.assessment and may(session.person, Action.RETURN, session.assessment.unit):
            return overseeing.read_return(session, text, now)
        return stand(session)
    if session.place.step == "remark" and session.assessment:
        approves = may(session.person, Action.APPROVE, session.assessment.unit)
        return approving.read_remark(session, text) if approves else stand(session)
    if session.place.step in drafting.STEPS:
        return broadcasting.typed(session, text, now) if may(session.person, Action.BROADCAST) else stand(session)
    return _answer(session, text, now)


def _answer(session: Session, text: str, now: datetime) -> Turn:
    if session.assessment is None:
        return Turn(session.place, replies=(joining.greeting(session),))
    if not may(session.person, Action.ANSWER, session.assessment.unit):
        return Turn(session.place, replies=(Reply("not_allowed"),))
    several = None if session.place.step in TEXT_STEPS else batching.typed(session, text, now)
    return several or typing.typed(session, text, now)


def _focused(session: Session) -> str:
    """The criterion the person stands at, or the next one to be asked."""
    assessment = session.opened
    if session.place.focus in assessment.card.lines:
        return session.place.focus
    return asking.next_after(assessment, session.place) or assessment.criteria.leaves[0].id


def _standing(session: Session) -> Session:
    """The same session standing at the criterion at hand, even where nothing was asked yet."""
    return replace(session, place=replace(session.place, focus=_focused(session)))


def _edit(session: Session, argument: str, now: datetime) -> Turn:
    """Open a criterion by its id, as printed, or by its place in the list; alone it means the one at hand."""
    found = _named(session, argument)
    if not found:
        return _unknown(session, argument)
    if not asking.editable(session.opened, found):
        return going.locked(session)
    return asking.ask(session, found, replace(session.place, misses=0))


def _named(session: Session, argument: str) -> str:
    """The criterion an argument names, "" for none; no argument means the one at hand."""
    leaves = session.opened.criteria.leaves
    if argument.startswith("#"):
        number = int(argument[1:])
        return leaves[number - 1].id if 0 < number <= len(leaves) else ""
    printed = {leaf.printed_id: leaf.id for leaf in leaves} | {leaf.id: leaf.id for leaf in leaves}
    return printed.get(argument, "") if argument else _focused(session)


def _unknown(session: Session, argument: str) -> Turn:
    return Turn(session.place, replies=(Reply("unknown_criterion", {"typed": argument.lstrip("#")}),))


def _ask_colleague(session: Session, argument: str, now: datetime) -> Turn:
    found = _named(session, argument if not argument.startswith("#") else "?")
    seen = session.opened.revision_of(found) if found else 0
    return inquiring.ask(session, found, seen, now) if found else _unknown(session, argument)


def _undo(session: Session, argument: str, now: datetime) -> Turn:
    undo = session.place.undo
    if not undo:
        return Turn(session.place, replies=(Reply("nothing_to_undo"),))
    return answering.undo(session, undo["criterion"], int(undo["revision"]), now)


def _skip(session: Session, argument: str, now: datetime) -> Turn:
    place = session.place
    if place.step == "opening":
        return answering.settle_opening(session, place.focus, "later", session.opened.revision_of(place.focus), now)
    if place.step == opening.ALL:
        passed = tuple(opening.mark(one.scope) for one in opening.left(session.opened, place))
        return going.begin(replace(session, place=replace(place, skipped=(*place.skipped, *passed))))
    focus = _focused(session)
    skipped = replace(place, skipped=(*(one for one in place.skipped if one != focus), focus), undo={})
    return going.go_on(replace(session, place=skipped), focus, skipped, ())


def _no_cases(session: Session, argument: str, now: datetime) -> Turn:
    return _at_the_opening(session) or typing.no_cases_typed(_standing(session))


def _not_applicable(session: Session, argument: str, now: datetime) -> Turn:
    return _at_the_opening(session) or typing.not_applicable(_standing(session))


def _at_the_opening(session: Session) -> Turn | None:
    if session.place.step == opening.ALL:
        return opening.ask_all(session, session.place, hint={"typed": ""})
    return claiming.ask_ground(session, session.place.focus) if session.place.step == "opening" else None


def _help(session: Session, argument: str, now: datetime) -> Turn:
    focus = session.place.focus
    if session.assessment and session.place.step != "idle" and focus in session.assessment.card.lines:
        return reviewing.help_on(session, focus)
    names = tuple(sorted({role.name for role in session.person.roles})) if session.person else ()
    rows = batching.leading_back(session)
    return Turn(session.place, replies=(Reply("help_commands", {"roles": names, "offered": offered(names)}, rows),))


def _return(session: Session, argument: str, now: datetime) -> Turn:
    if session.assessment is None:
        return overseeing.nothing_to_return(session, argument)
    rest = argument.partition(" ")[2]
    return overseeing.read_return(session, rest, now) if rest.strip() else overseeing.ask_return(session)


def _resume(session: Session, argument: str, now: datetime) -> Turn:
    return resuming.welcome_back(session, now)


COMMANDS: Mapping[str, tuple[Action, Act, bool]] = {
    "start": (Action.ACCEPT_NOTICE, lambda s, a, now: going.resume(s) if s.assessment else start(s), False),
    "tieptuc": (Action.READ_OWN, _resume, True),
    "xemlai": (Action.READ_OWN, lambda s, a, now: reviewing.review(s, s.place), True),
    "conthieu": (Action.READ_OWN, lambda s, a, now: reviewing.missing(s), True),
    "diem": (Action.READ_OWN, lambda s, a, now: reviewing.points(s), True),
    "lichsu": (Action.READ_OWN, lambda s, a, now: reviewing.history(s), True),
    "chuanbi": (Action.READ_OWN, lambda s, a, now: reviewing.prepare(s), True),
    "donvi": (Action.ACCEPT_NOTICE, lambda s, a, now: joining.choose_unit(s), False),
    "giupdo": (Action.ACCEPT_NOTICE, _help, False),
    "nop": (Action.SUBMIT, lambda s, a, now: submitting.ask_submit(s, now), True),
    "edit": (Action.ANSWER, _edit, True),
    "undo": (Action.ANSWER, _undo, True),
    "back": (Action.ANSWER, lambda s, a, now: going.back(s, _focused(s)), True),
    "skip": (Action.ANSWER, _skip, True),
    "later": (Action.ANSWER, _skip, True),
    "pause": (Action.READ_OWN, lambda s, a, now: Turn(s.place, replies=(Reply("paused"),)), True),
    "note": (Action.CITE, lambda s, a, now: noting.ask_note(s, _focused(s)), True),
    "evidence": (Action.CITE, lambda s, a, now: noting.ask_evidence(s, _focused(s)), True),
    "hoidongnghiep": (Action.ANSWER, _ask_colleague, True),
    "no_cases": (Action.ANSWER, _no_cases, True),
    "not_applicable": (Action.ANSWER, _not_applicable, True),
    "nhieucau": (Action.ANSWER, lambda s, a, now: batching.block(s), True),
    "dangnhap": (Action.SIGN_IN, lambda s, a, now: signing.own_link(s, now), False),
    "bang": (Action.SIGN_IN, lambda s, a, now: signing.own_link(s, now), False),
    "lienket": (Action.LINK, lambda s, a, now: linking.give(s), False),
    "huy": (Action.ACCEPT_NOTICE, lambda s, a, now: cancel(s), False),
    "tonghop": (Action.OVERSEE, lambda s, a, now: overseeing.overview(s), False),
    "tralai": (Action.RETURN, _return, False),
    "phathanh": (Action.BROADCAST, lambda s, a, now: broadcasting.begin(s, now), False),
}
