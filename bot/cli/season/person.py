"""Somebody of the sample season at their page: looks at the question that stands there and does what they intend."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import Connection

from bot.cli.season.plan import Plan, typed
from bot.conversation.codes import hash_code
from bot.conversation.events import Agreed, Event, Incoming, Pressed, Typed
from bot.conversation.facts import AnswerGiven, Submitted
from bot.conversation.presses import Press, decode, encode_value
from bot.intake.answer import Answer
from bot.intake.take import Intake, Outcome
from scoring.answers import Counts, Exempt, NoCases, Percentage
from storage import chats, history
from storage.rows import HistoryRow
from storage.store import Store

CHANNEL, BOT = "web", "site"
BROWSERS = ("Chrome/Android", "Safari/iPhone", "Chrome/Windows", "Edge/Windows")
LATER = 0.03
"""How often a question is put off."""


class SeasonBroken(Exception):
    """The sample season came to a point where nobody could go on: a bug, or a database that is away."""


Doing = tuple[Event, str]
"""What somebody does, and the words on the button where it is a press."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The card that stands open on a page: which step of which criterion it is about, and its buttons."""

    step: str
    focus: str
    buttons: tuple[tuple[str, str, Press], ...]

    def button(self, *verbs: str, argument: str | None = None) -> Doing | None:
        """The press of the first button with one of these verbs, of this argument when one is named."""
        for label, payload, press in self.buttons:
            if press.verb in verbs and argument in (None, press.argument):
                return Pressed(payload), label
        return None


@dataclass(slots=True)
class Person:
    """One person at one page. Acts by what stands there, never by what they remember of the service."""

    intake: Intake
    store: Store
    dice: Random
    name: str
    address: str = field(default_factory=lambda: secrets.token_hex(16))

    async def join(self, code: str) -> None:
        """Open the invite's page and agree."""
        await self.does(Agreed(hash_code(code), secrets.token_hex(32), self.dice.choice(BROWSERS)))

    async def says(self, text: str) -> Outcome:
        """Type something."""
        return await self.does(Typed(text))

    async def presses(self, verb: str) -> Outcome:
        """Press the first button of that meaning on the open card; SeasonBroken when there is none."""
        shown = await self.look()
        return await self.does(*_sure(shown.button(verb) if shown else None, f"{self.name}: no button {verb}"))

    async def does(self, event: Event, said: str = "") -> Outcome:
        """Hand in what happened at this page; SeasonBroken when it was not taken."""
        key = secrets.token_hex(16)
        extra = {"said": said} if said else {}
        incoming = Incoming(CHANNEL, BOT, key, self.address, event, "private", self.name, pulled=True, extra=extra)
        outcome = await self.intake.settle(incoming)
        if outcome.answer is not Answer.TAKEN or outcome.refusal is not None:
            raise SeasonBroken(f"{self.name}: {outcome}")
        return outcome

    async def look(self) -> Shown | None:
        """The card that stands open."""
        card = await self.store.read(_live_card, self.address)
        if card is None:
            return None
        _, step, focus, *_ = [*str(card.body.get("about", "")).split(":"), "", ""]
        labelled = [(str(label), str(payload)) for row in card.body["rows"] for label, payload in row]
        return Shown(step, focus, tuple((*one, press) for one in labelled if (press := decode(one[1]))))


@dataclass(slots=True)
class Officer(Person):
    """A person of a unit. The plan of its answers, and what was written beside criteria by now, are the unit's."""

    plan: Plan = field(kw_only=True)
    written: set[str] = field(kw_only=True)

    async def step(self) -> frozenset[str] | None:
        """Do the next thing; returns which criteria it settled, None when there is nothing left to answer."""
        shown = await self.look()
        if shown is not None and shown.step == "review" and shown.button("sb"):
            return None
        outcome = await self.does(*self._next(shown))
        return frozenset(fact.criterion for fact in outcome.facts if isinstance(fact, AnswerGiven))

    async def submit(self) -> bool:
        """Hand the result in; False when something is missing still."""
        await self.says("/nop")
        outcome = await self.presses("ok")
        return any(isinstance(fact, Submitted) for fact in outcome.facts)

    def _next(self, shown: Shown | None) -> Doing:
        if shown is None:
            return Typed("/start"), ""
        begun = shown.button("rs", "st")  # welcomed back, or just let in
        known = {
            "opening": self._opening,
            "ground": self._ground,
            "no_cases": self._explanation,
            "note": self._beside,
            "evidence": self._beside,
            "confirm": self._confirmed,
            "question": self._answer,
        }.get(shown.step)
        return begun or (known(shown) if known else (Typed("/tieptuc"), ""))

    def _opening(self, shown: Shown) -> Doing:
        choice = "claim" if shown.focus in self.plan.exempt else "no"
        return _sure(shown.button("op", argument=choice), shown.focus)

    def _ground(self, shown: Shown) -> Doing:
        answer = self.plan.answers[shown.focus]
        if isinstance(answer, Exempt) and answer.note:
            return Typed(answer.note), ""
        return _sure(shown.button("gr"), shown.focus)

    def _explanation(self, shown: Shown) -> Doing:
        answer = self.plan.answers[shown.focus]
        return Typed(answer.note if isinstance(answer, NoCases) else ""), ""

    def _beside(self, shown: Shown) -> Doing:
        self.written.add(shown.focus)
        return Typed(self.plan.beside[shown.focus][1]), ""

    def _confirmed(self, shown: Shown) -> Doing:
        """A doubt is asked back: the likelier reading stands first."""
        return _sure(shown.button("an", "tp"), shown.focus)

    def _answer(self, shown: Shown) -> Doing:
        focus = shown.focus
        if focus in self.plan.beside and focus not in self.written:
            return _sure(shown.button("nt" if self.plan.beside[focus][0] == "note" else "ev"), focus)
        put_off = shown.button("sk")
        if put_off and self.dice.random() < LATER:
            return put_off
        answer = self.plan.answers[focus]
        if isinstance(answer, Counts | Percentage):
            return Typed(typed(answer)), ""
        return _sure(shown.button("an", argument=encode_value(answer)), f"{focus} {answer}")


def _live_card(conn: Connection, address: str) -> HistoryRow | None:
    arrival = chats.look(conn, CHANNEL, address)
    return history.live_card(conn, arrival.chat.id) if arrival else None


def _sure(doing: Doing | None, about: str) -> Doing:
    if doing is None:
        raise SeasonBroken(about)
    return doing
