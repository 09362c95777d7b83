"""An admin writes to many in the chat: whom, what, a look at it, a trial, now or at a time, and the confirmation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.conversation import drafting, mailing, mailing_cards, steering
from bot.conversation.assessment import Unit
from bot.conversation.audience import KIND, NOT_SUBMITTED, STATE, STATES, UNITS, Audience, reach
from bot.conversation.drafting import COUNT, PREVIEW, TEXT, WHEN, WHOM, draft_of, file_of, letter_of
from bot.conversation.events import Filed
from bot.conversation.letter import NoLetter, read_letter
from bot.conversation.office_facts import MailingStarted
from bot.conversation.place import Place
from bot.conversation.presses import Press
from bot.conversation.reading.folding import fold
from bot.conversation.reading.moment import read_moment
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Rows, Turn

MOST_AT_ONCE = 20
"""How many units may be named in one line."""


def begin(session: Session, now: datetime) -> Turn:
    """Start a new draft: whom is it for?"""
    if session.cycle is None:
        return Turn(session.place, replies=(Reply("cycle_not_open", {"unit": None}),))
    place = session.place.at(WHOM, draft=str(round(now.timestamp() * 1000)))
    return ask_whom(replace(session, place=place))


def ask_whom(session: Session, hint: str = "", typed: str = "") -> Turn:
    """The audiences there are, each with how many it reaches now."""
    draft = session.place.pending.get("draft", "")
    kinds = dict.fromkeys(one.unit.kind for one in session.addressees)
    choices = [Audience(), Audience(NOT_SUBMITTED), *(Audience(KIND, (kind,)) for kind in kinds if len(kinds) > 1)]
    choices += [Audience(STATE, (state,)) for state in STATES]
    made = []
    for one in choices:
        found = reach(session.addressees, one, session.rules)
        if found.units:
            carried = Press("bw", subject=one.to_text().replace(":", "/"), argument=draft).encode()
            value = one.values[0] if one.values else ""
            made.append(Button("audience", carried, {"choice": one.choice, "value": value, "count": found.count}))
    rows: Rows = tuple(tuple(made[start : start + 2]) for start in range(0, len(made), 2))
    last = (Button("broadcast_list", Press("bl").encode()), Button("cancel", Press("cn").encode()))
    data = {"hint": hint, "typed": typed, "units": len(session.addressees)}
    return Turn(session.place, replies=(Reply("broadcast_whom", data, (*rows, last), card=True),))


def show(session: Session) -> Turn:
    """Where the draft stands, once more: whom it is for, the letter asked for, or the preview."""
    if session.place.step == WHOM:
        return ask_whom(session)
    return preview(session)


def whom(session: Session, press: Press, now: datetime) -> Turn:
    """An audience was chosen."""
    if not _is_current(session, press):
        return _stale(session, now)
    return _chosen(session, Audience.from_text(press.subject.replace("/", ":", 1)))


def drafted(session: Session, press: Press, now: datetime) -> Turn:
    """A button below the preview, or on the way to it."""
    act = _ACTS.get(press.subject)
    if act is None or not _is_current(session, press):
        return _stale(session, now)
    return act(session, press, now)


def listed(session: Session, press: Press, now: datetime) -> Turn:
    """The list of what went out, or a new draft."""
    return begin(session, now) if press.subject == "new" else steering.latest(session, now)


def takes_files(session: Session) -> bool:
    """Whether a file that comes now belongs to what is being written to many."""
    return session.place.step in (TEXT, PREVIEW)


def filed(session: Session, event: Filed) -> Turn:
    """A file came: it goes with the letter. What was written beside it is the letter, where there is none yet."""
    place = session.place
    file = f"{event.digest}|{event.media}|{event.size}|{event.name}"
    pending = dict(place.pending) | {"file": file}
    if not pending.get("text") and event.caption:
        read = read_letter(event.caption, session.words)
        if isinstance(read, NoLetter):
            return ask_text(_with(session, TEXT, pending), read)
        pending["text"] = read.text
    step = PREVIEW if pending.get("text") else TEXT
    moved = _with(session, step, pending)
    return preview(moved) if step == PREVIEW else ask_text(moved)


def typed(session: Session, text: str, now: datetime) -> Turn:
    """A text, read by where the draft stands."""
    return _READERS[session.place.step](session, text, now)


def ask_text(session: Session, problem: NoLetter | None = None) -> Turn:
    """Ask for the letter."""
    pending = session.place.pending
    file = file_of(pending)
    data = {
        "fields": session.words.fields,
        "file": str(file["name"]) if file else "",
        "hint": problem.code if problem else "",
        "about": problem.about if problem else (),
        "audience": mailing_cards.told(session.addressees, pending.get("audience", "all")),
    }
    draft = pending.get("draft", "")
    back = (Button("broadcast_to_preview", drafting.act("show", draft)),) if pending.get("text") else ()
    rows = ((*back, Button("broadcast_whom", drafting.act("whom", draft))), (Button("cancel", Press("cn").encode()),))
    return Turn(session.place, replies=(Reply("broadcast_text", data, rows, card=True),))


def preview(session: Session, note: str = "") -> Turn:
    """Everything as it would go out: how many and who, who not, the letter as the first one gets it."""
    pending = session.place.pending
    letter = letter_of(session)
    if letter is None:
        return ask_text(_with(session, TEXT, pending))
    draft = draft_of(session, letter)
    data = mailing.previewed(session, draft, note)
    rows = drafting.preview_rows(draft, pending.get("draft", ""))
    shown = _with(session, PREVIEW, dict(pending))
    return Turn(shown.place, replies=(Reply("broadcast_preview", data, rows, card=True),))


def send(session: Session, press: Press, now: datetime) -> Turn:
    """The confirmation: what goes out is what was counted, or nothing does."""
    letter = letter_of(session)
    if letter is None:
        return ask_text(session)
    draft = draft_of(session, letter)
    count = draft.reach.count
    if press.revision != count or not count:
        return preview(session, "changed")
    if draft.due_at is not None and draft.due_at <= now:
        return preview(_with(session, PREVIEW, _without(session, "due")), "due_past")
    if mailing.agreement(session, count) == mailing.ALONE:
        return _ask_count(_with(session, COUNT, dict(session.place.pending) | {"seen": str(count)}))
    return _go(session, draft, now)


def _go(session: Session, draft: mailing.Draft, now: datetime) -> Turn:
    turn = mailing.start(session, draft, now)
    fact = next(one for one in turn.facts if isinstance(one, MailingStarted))
    shown = mailing_cards.card(session, mailing_cards.started(session, fact, now), now, key=draft.key, note="started")
    return Turn(session.place.at("idle"), turn.facts, (shown, *turn.replies))


def _ask_count(session: Session, typed_then: str = "") -> Turn:
    data = {"count": int(session.place.pending["seen"]), "typed": typed_then}
    draft = session.place.pending.get("draft", "")
    rows = ((Button("broadcast_to_preview", drafting.act("show", draft)),), (Button("cancel", Press("cn").encode()),))
    return Turn(session.place, replies=(Reply("broadcast_count", data, rows, card=True, number=True),))


def _read_count(session: Session, text: str, now: datetime) -> Turn:
    letter = letter_of(session)
    if letter is None:
        return ask_text(session)
    draft, seen = draft_of(session, letter), session.place.pending.get("seen", "")
    if str(draft.reach.count) != seen:
        return preview(session, "changed")
    return _go(session, draft, now) if text.strip().replace(".", "") == seen else _ask_count(session, text)


def _read_text(session: Session, text: str, _now: datetime) -> Turn:
    read = read_letter(text, session.words)
    if isinstance(read, NoLetter):
        return ask_text(_with(session, TEXT, dict(session.place.pending)), read)
    return preview(_with(session, PREVIEW, dict(session.place.pending) | {"text": read.text}))


def _read_whom(session: Session, text: str, _now: datetime) -> Turn:
    """Units named in a line, by code or by name."""
    known = {fold(name): one.unit.code for one in session.addressees for name in _names(one.unit)}
    named = [part.strip() for part in text.replace(";", ",").replace("\n", ",").split(",") if part.strip()]
    missing = [part for part in named if fold(part) not in known]
    if not named or missing or len(named) > MOST_AT_ONCE:
        return ask_whom(session, "not_read", (missing or [text])[0])
    return _chosen(session, Audience(UNITS, tuple(dict.fromkeys(known[fold(part)] for part in named))))


def _names(unit: Unit) -> tuple[str, str, str]:
    return unit.code, unit.short_name, unit.name


def _read_when(session: Session, text: str, now: datetime) -> Turn:
    at = read_moment(text, session.words.moments, now, session.rules.zone)
    if at is None or at <= now or at > now + mailing.FARTHEST:
        return _ask_when(session, "not_read" if at is None else "past" if at <= now else "far")
    return preview(_with(session, PREVIEW, dict(session.place.pending) | {"due": at.isoformat()}))


def _ask_when(session: Session, hint: str = "") -> Turn:
    draft = session.place.pending.get("draft", "")
    rows = ((Button("broadcast_to_preview", drafting.act("show", draft)),),)
    return Turn(session.place, replies=(Reply("broadcast_when", {"hint": hint}, rows, card=True, number=True),))


def _chosen(session: Session, audience: Audience) -> Turn:
    before = dict(session.place.pending)
    leaders = before.get("audience", "").endswith("+leaders")
    pending = before | {"audience": replace(audience, leaders=leaders).to_text()}
    if pending.get("text"):
        return preview(_with(session, PREVIEW, pending))
    return ask_text(_with(session, TEXT, pending))


def _try(session: Session, _press: Press, now: datetime) -> Turn:
    letter = letter_of(session)
    if letter is None:
        return ask_text(session)
    facts = mailing.try_on_oneself(session, draft_of(session, letter), now)
    turn = preview(session, "tried" if facts else "")
    return replace(turn, facts=facts)


def _leaders(session: Session, _press: Press, _now: datetime) -> Turn:
    before = Audience.from_text(session.place.pending.get("audience", "all"))
    after = replace(before, leaders=not before.leaders).to_text()
    return preview(_with(session, PREVIEW, dict(session.place.pending) | {"audience": after}))


def _is_current(session: Session, press: Press) -> bool:
    place = session.place
    return place.step in drafting.STEPS and bool(press.argument) and place.pending.get("draft") == press.argument


def _stale(session: Session, now: datetime) -> Turn:
    """A button of a draft that is no more: how far what became of it is, where it went out; nothing is sent again."""
    if session.mailing is not None:
        return Turn(session.place, replies=(mailing_cards.card(session, session.mailing, now, note="sent_already"),))
    return steering.latest(session, now, "gone")


def _with(session: Session, step: str, pending: Mapping[str, str]) -> Session:
    place: Place = session.place.at(step)
    return replace(session, place=replace(place, pending=dict(pending)))


def _without(session: Session, name: str) -> dict[str, str]:
    return {key: value for key, value in session.place.pending.items() if key != name}


_READERS: Mapping[str, Callable[[Session, str, datetime], Turn]] = {
    WHOM: _read_whom,
    TEXT: _read_text,
    PREVIEW: _read_text,
    WHEN: _read_when,
    COUNT: _read_count,
}
_ACTS: Mapping[str, Callable[[Session, Press, datetime], Turn]] = {
    "send": send,
    "try": _try,
    "leaders": _leaders,
    "show": lambda s, _p, _now: preview(s),
    "whom": lambda s, _p, _now: ask_whom(_with(s, WHOM, dict(s.place.pending))),
    "text": lambda s, _p, _now: ask_text(_with(s, TEXT, dict(s.place.pending))),
    "when": lambda s, _p, _now: _ask_when(_with(s, WHEN, dict(s.place.pending))),
    "unfile": lambda s, _p, _now: preview(_with(s, PREVIEW, _without(s, "file"))),
    "undate": lambda s, _p, _now: preview(_with(s, PREVIEW, _without(s, "due"))),
}
