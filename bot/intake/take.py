"""take(): one thing somebody did, one transaction; only then is it confirmed, answered and sent."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import Connection

from bot.conversation.access import Action, may
from bot.conversation.advance import advance
from bot.conversation.events import Event, Filed, Incoming, Pressed, Typed, Unreadable
from bot.conversation.facts import Fact
from bot.conversation.office_events import AmendCycle, OpenCycle
from bot.conversation.office_facts import MailingFact
from bot.conversation.reading.words import Words
from bot.conversation.session import Chat, Rules, Session
from bot.conversation.turn import Myself, Refusal, Reply, Turn
from bot.intake.answer import Answer
from bot.intake.keep import echo, stamp
from bot.intake.load import Loaded, load
from bot.intake.moments import to_ms
from bot.intake.office import OFFICE_CHANNELS
from bot.intake.post import Pen, Posted, post
from bot.intake.record import record
from bot.intake.record_mailings import post_mailing
from bot.intake.record_office import Recorded
from bot.intake.shelf import Shelf
from storage import chats, cycles, people, updates
from storage.errors import StoreFailed, StoreUnavailable
from storage.rows import ChatRow
from storage.store import Store

log = logging.getLogger(__name__)


APOLOGY = "apology"
TOUCHED_EVERY_MS = 60_000
BY_PAGE = "by_page"
"""In `extra`: the person did it on a page for one thing, not in the chat, which was not used by that."""
WRITTEN = (Typed, Filed, Unreadable)
"""What stands in the chat below our last message, which therefore is not its last any more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one update: whether to confirm it, why an office event was refused, and the facts."""

    answer: Answer
    refusal: Refusal | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class _Taken:
    outcome: Outcome
    posted: Posted = field(default_factory=Posted)


def _unwatched(_answer: Answer, _seconds: float) -> None:
    """Nobody counts."""


class Intake:
    """The door. `hand_over` is told after each commit what is to be sent; `prefix` begins receipt numbers; `timed`,
    when somebody sets it, how each update was answered and after how many seconds."""

    def __init__(
        self,
        *,
        store: Store,
        words: Words,
        pen: Pen,
        clock: Callable[[], datetime],
        prefix: str,
        hand_over: Callable[[Posted, bool], None],
        rules: Rules,
    ) -> None:
        self._store = store
        self._words = words
        self._pen = pen
        self._clock = clock
        self._prefix = prefix
        self._hand_over = hand_over
        self._rules = rules
        self.timed: Callable[[Answer, float], None] = _unwatched
        self._shelf = Shelf()

    async def take(self, incoming: Incoming) -> Answer:
        """Take one update in; see Answer for what its channel does next. Never raises but when cancelled."""
        return (await self.settle(incoming)).answer

    async def settle(self, incoming: Incoming) -> Outcome:
        """The same, telling also why an office event was refused."""
        begun = perf_counter()
        outcome = await self._settle(incoming)
        self.timed(outcome.answer, perf_counter() - begun)
        return outcome

    async def _settle(self, incoming: Incoming) -> Outcome:
        now = self._clock()
        try:
            taken = await self._store.run(self._unit, incoming, now)
        except (StoreUnavailable, StoreFailed):
            log.warning("update not taken, the database is out", extra=_key(incoming))
            return Outcome(Answer.UNAVAILABLE)
        except Exception as error:  # noqa: BLE001 - the one place that wraps a turn: a bug must neither loop nor vanish
            log.error("a bug, the update is kept as poison: %s", _frames(error), extra=_key(incoming))  # noqa: TRY400
            return Outcome(await self._set_aside(incoming, error, now))
        self._hand_over(taken.posted, isinstance(incoming.event, Typed))
        return taken.outcome

    async def keep_poison(self, channel: str, bot: str, update_key: str, error: str, raw: str) -> Answer:
        """Keep an update that could not even be decoded, so that it neither loops nor vanishes."""
        at = to_ms(self._clock())
        try:
            await self._store.run(updates.mark_poison, channel, bot, update_key, at, error, raw)
        except (StoreUnavailable, StoreFailed):
            return Answer.UNAVAILABLE
        return Answer.TAKEN

    def _unit(self, conn: Connection, incoming: Incoming, now: datetime) -> _Taken:
        at = to_ms(now)
        if not updates.note_update(conn, incoming.channel, incoming.bot, incoming.update_key, at):
            return _Taken(Outcome(Answer.TAKEN))
        if isinstance(incoming.event, OpenCycle | AmendCycle):
            cycles.put_set(conn, incoming.event.set_digest, incoming.event.set_name, incoming.extra["set_text"])
        loaded = load(conn, incoming, self._words, self._shelf, self._prefix, self._rules, now)
        turn = advance(loaded.session, _as_seen(incoming, loaded), now)
        recorded = record(conn, loaded, turn.facts, now)
        _keep_place(conn, loaded, _shown(loaded, turn), recorded)
        if loaded.arrival is not None and loaded.arrival.chat.pulled:
            _echo(conn, loaded.arrival.chat, incoming, turn, now)
        posted = post(conn, self._pen, loaded, turn.replies, recorded, now, turn.place)
        for fact in turn.facts:
            if isinstance(fact, MailingFact):
                posted = posted.joined(post_mailing(conn, self._pen, loaded, fact, now))
        if loaded.arrival is not None and BY_PAGE not in incoming.extra:
            _touch(conn, loaded.arrival.chat, at, typed=isinstance(incoming.event, WRITTEN))
        return _Taken(Outcome(Answer.TAKEN, turn.refusal, turn.facts), posted)

    async def _set_aside(self, incoming: Incoming, error: Exception, now: datetime) -> Answer:
        try:
            posted = await self._store.run(self._apologise, incoming, _place(error), now)
        except (StoreUnavailable, StoreFailed):
            return Answer.UNAVAILABLE
        except Exception as second:  # noqa: BLE001 - where even the apology fails, the poison is still kept
            log.error("a bug in the apology: %s", _frames(second), extra=_key(incoming))  # noqa: TRY400
            return await self.keep_poison(
                incoming.channel, incoming.bot, incoming.update_key, _place(error), _raw(incoming)
            )
        self._hand_over(posted, isinstance(incoming.event, Typed))
        return Answer.TAKEN

    def _apologise(self, conn: Connection, incoming: Incoming, error: str, now: datetime) -> Posted:
        at = to_ms(now)
        updates.mark_poison(conn, incoming.channel, incoming.bot, incoming.update_key, at, error, _raw(incoming))
        if incoming.channel in OFFICE_CHANNELS or incoming.chat_kind != "private":
            return Posted()
        arrival = chats.arrive(
            conn, incoming.channel, incoming.address, "private", at, pulled=incoming.pulled, plain=incoming.plain
        )
        return post(conn, self._pen, Loaded(_nobody(self._words), arrival), (Reply(APOLOGY),), Recorded(None), now)


def _as_seen(incoming: Incoming, loaded: Loaded) -> Event:
    """The event; a text typed below a question that stands there no more counts as an old button."""
    session, about = loaded.session, incoming.extra.get("about")
    if isinstance(incoming.event, Typed) and about is not None and about != stamp(session, session.place):
        return Pressed("")
    return loaded.event or incoming.event


def _echo(conn: Connection, chat: ChatRow, incoming: Incoming, turn: Turn, now: datetime) -> None:
    """Show on the page what the person said there; a press only where it made something true."""
    match incoming.event:
        case Typed(text) if not text.startswith("/"):
            echo(conn, chat, text, now)
        case Pressed() if turn.facts and incoming.extra.get("said"):
            echo(conn, chat, incoming.extra["said"], now)
        case Filed(name=name):
            echo(conn, chat, name, now)


def _touch(conn: Connection, chat: ChatRow, at: int, *, typed: bool) -> None:
    """Note that the chat was used; presses in quick succession need not each say so."""
    if typed or chat.blocked_at is not None or at - chat.last_used_at >= TOUCHED_EVERY_MS:
        chats.touch_chat(conn, chat.id, at, False if typed else None)


def _keep_place(conn: Connection, loaded: Loaded, turn: Turn, recorded: Recorded) -> None:
    """Store where the person stands now, if that changed; joining puts a new person at the turn's place."""
    if recorded.person_id is None:
        return
    session, arrival = _whose(loaded.session), loaded.arrival
    stored = arrival.person.assessment_id if arrival and arrival.person else _linked_at(loaded.session)
    mine = session.assessment is not None and may(session.person, Action.READ_OWN, session.assessment.unit)
    active = session.assessment.id if session.assessment and mine else stored
    if turn.place != session.place or active != stored or recorded.joined_role:
        people.put_place(conn, recorded.person_id, turn.place.to_json(), active)


def _whose(session: Session) -> Session:
    """The session of the person whom a turn made the chat's."""
    link = session.link
    return session if session.person or link is None else replace(session, person=link.person, place=link.place)


def _linked_at(session: Session) -> int | None:
    return session.link.assessment_id if session.link and session.person is None else None


def _shown(loaded: Loaded, turn: Turn) -> Turn:
    """The turn; where it put a card into this chat, its place says so."""
    if loaded.arrival is None or not any(reply.card and isinstance(reply.to, Myself) for reply in turn.replies):
        return turn
    here = loaded.arrival.chat.id
    return turn if turn.place.shown_in == here else replace(turn, place=replace(turn.place, shown_in=here))


def _nobody(words: Words) -> Session:
    return Session(Chat(0, ""), words)


def _frames(error: BaseException) -> str:
    """Where a bug happened, without the exception's text: that may quote what a person wrote."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


def _place(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return type(error).__name__ + "".join(f" at {Path(frame.filename).name}:{frame.lineno}" for frame in last)


def _raw(incoming: Incoming) -> str:
    """What is kept of an update that failed: its kind, never what somebody wrote."""
    return json.dumps({"event": type(incoming.event).__name__, "chat_kind": incoming.chat_kind})


def _key(incoming: Incoming) -> dict[str, str]:
    return {"channel": incoming.channel, "bot": incoming.bot, "update_key": incoming.update_key}
