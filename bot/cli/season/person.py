"""Somebody of the sample season at their page: looks at the question that stands there and does what they intend."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from random import Random

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
        for label, payload, press in await self.buttons():
            if press.verb == verb:
                return await self.does(Pressed(payload), label)
        raise SeasonBroken(f"{self.name}: no button {verb}")

    async def does(self, event: Event, said: str = "") -> Outcome:
        """Hand in what happened at this page."""
        key = secrets.token_hex(16)
        extra = {"said": said} if said else {}
        incoming = Incoming(CHANNEL, BOT, key, self.address, event, "private", self.name, pulled=True, extra=extra)
        outcome = await self.intake.settle(incoming)
        if outcome.answer is not Answer.TAKEN or outcome.refusal is not None:
            raise SeasonBroken(f"{self.name}: {outcome}")
        return outcome

    async def card(self) -> HistoryRow | None:
        """The card that stands open."""
        arrival = await self.store.read(chats.look, CHANNEL, self.address)
        return await self.store.read(history.live_card, arrival.chat.id) if arrival else None

    async def buttons(self) -> list[tuple[str, str, Press]]:
        """The buttons of the open card: label, payload, meaning."""
        card = await self.card()
        return _buttons(card) if card else []


@dataclass(slots=True)
class Officer(Person):
    """A person of a unit. The plan of its answers, and what was written beside criteria by now, are the unit's."""

    plan: Plan = field(kw_only=True)
    written: set[str] = field(kw_only=True)

    async def step(self) -> frozenset[str] | None:
        """Do the next thing; returns which criteria it settled, None when there is nothing left to answer."""
        card = await self.card()
        if card is None:
            return _settled(await self.says("/start"))
        _, step, focus, *_ = [*str(card.body.get("about", "")).split(":"), "", "", ""]
        found = {press.verb: (label, payload, press) for label, payload, press in reversed(_buttons(card))}
        for verb in ("rs", "st"):  # welcomed back, or just let in
            if verb in found:
                return _settled(await self.does(Pressed(found[verb][1]), found[verb][0]))
        match step:
            case "opening":
                choice = "claim" if focus in self.plan.exempt else "no"
                return await self._press(card, "op", choice)
            case "ground":
                return await self._ground(card, focus)
            case "note" | "evidence":
                self.written.add(focus)
                return _settled(await self.says(self.plan.beside[focus][1]))
            case "no_cases":
                answer = self.plan.answers[focus]
                return _settled(await self.says(answer.note if isinstance(answer, NoCases) else ""))
            case "confirm":  # two readings at most, the likelier one first
                return await self._press(card, "an" if "an" in found else "tp", None)
            case "review" if "sb" in found:
                return None
            case "question":
                return await self._answer(card, focus, skippable="sk" in found)
        return _settled(await self.says("/tieptuc"))

    async def submit(self) -> bool:
        """Hand the result in; False when something is missing still."""
        await self.says("/nop")
        outcome = await self.presses("ok")
        return any(isinstance(fact, Submitted) for fact in outcome.facts)

    async def _answer(self, card: HistoryRow, focus: str, *, skippable: bool) -> frozenset[str]:
        if focus in self.plan.beside and focus not in self.written:
            kind = self.plan.beside[focus][0]
            return await self._press(card, "nt" if kind == "note" else "ev", None)
        if skippable and self.dice.random() < LATER:
            return await self._press(card, "sk", None)
        answer = self.plan.answers[focus]
        if isinstance(answer, Counts | Percentage):
            return _settled(await self.says(typed(answer)))
        return await self._press(card, "an", encode_value(answer))

    async def _ground(self, card: HistoryRow, scope: str) -> frozenset[str]:
        answer = self.plan.answers[scope]
        if isinstance(answer, Exempt) and answer.note:
            return _settled(await self.says(answer.note))
        return await self._press(card, "gr", None)

    async def _press(self, card: HistoryRow, verb: str, argument: str | None) -> frozenset[str]:
        """Press a button of the card, of this argument when one is named."""
        for label, payload, press in _buttons(card):
            if press.verb == verb and argument in (None, press.argument):
                return _settled(await self.does(Pressed(payload), label))
        raise SeasonBroken(f"{self.name}: no button {verb} {argument} on {card.body.get('about')}")


def _buttons(card: HistoryRow) -> list[tuple[str, str, Press]]:
    shown = [(str(label), str(payload)) for row in card.body["rows"] for label, payload in row]
    return [(label, payload, press) for label, payload in shown if (press := decode(payload))]


def _settled(outcome: Outcome) -> frozenset[str]:
    return frozenset(fact.criterion for fact in outcome.facts if isinstance(fact, AnswerGiven))
