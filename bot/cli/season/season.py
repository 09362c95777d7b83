"""Plays the sample season: a third of the units submitted, a third under way, a third not started."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from bot.cli.invite import issue
from bot.cli.season.calendar import Calendar, Clock
from bot.cli.season.person import Officer, Person, SeasonBroken
from bot.cli.season.plan import draw_plan
from bot.cli.season.samples import Samples
from bot.conversation.office_events import UnitRow
from bot.house import Office
from scoring.criteria_set import CriteriaSet

Act = Callable[[], Awaitable[None]]
CLASSES = "ABCADBABAC"
"""The classes the units come to, over and over; most did well, and all four are there."""
PAUSE_S = (9, 65)
"""How long people look at a question, in seconds."""
MOST_STEPS = 400


@dataclass(slots=True)
class _Unit:
    """A unit of the season: its people, and what was settled by now."""

    row: UnitRow
    officers: tuple[Officer, ...]
    settled: set[str] = field(default_factory=set)
    steps: int = 0


@dataclass(frozen=True, slots=True)
class _Visit:
    """Somebody sits down until so many criteria of their unit are settled; the last time they hand in,
    and perhaps a reviewer gives it back."""

    unit: _Unit
    officer: Officer
    goal: int
    submits: bool
    returns: Person | None


class Season:
    """One season at one office. `play` is done once, on an open cycle without any answers."""

    def __init__(
        self, office: Office, criteria: CriteriaSet, samples: Samples, clock: Clock, calendar: Calendar, dice: Random
    ) -> None:
        self._office = office
        self._criteria = criteria
        self._samples = samples
        self._clock = clock
        self._calendar = calendar
        self._dice = dice
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._numbers = count()

    async def play(self, rows: Sequence[UnitRow]) -> None:
        """Let everybody do what they did, in the order of time; SeasonBroken when somebody cannot go on."""
        known = [row for row in rows if row.code in self._samples.officers]
        reviewers = [self._person(name) for name in self._samples.reviewers]
        for person in reviewers:
            await self._joins(person, "reviewer", None, 28)
        third = len(rows) // 3
        for number, row in enumerate(self._dice.sample(known, len(known))):
            unit = self._unit(row, CLASSES[number % len(CLASSES)])
            for officer in unit.officers:
                await self._joins(officer, "officer", row.code, self._dice.randint(23, 27))
            if number <= third:  # one more than a third: that one is given back
                returns = reviewers[0] if number == third and reviewers else None
                self._answers(unit, self._dice.randint(2, 4), self._dice.randint(2, 12), 1.0, returns)
            elif number <= 2 * third:
                self._answers(unit, self._dice.randint(1, 3), self._dice.randint(0, 9), self._dice.uniform(0.08, 0.96))
        while self._waiting:
            self._clock.now, _, act = heapq.heappop(self._waiting)
            await act()

    def _at(self, moment: datetime, act: Act) -> None:
        heapq.heappush(self._waiting, (moment, next(self._numbers), act))

    def _person(self, name: str) -> Person:
        return Person(self._office.intake, self._office.store, self._dice, name)

    def _unit(self, row: UnitRow, letter: str) -> _Unit:
        plan = draw_plan(self._dice, self._criteria, row.kind, letter, self._samples)
        written: set[str] = set()
        intake, store = self._office.intake, self._office.store
        names = self._samples.officers[row.code]
        officers = tuple(Officer(intake, store, self._dice, name, plan=plan, written=written) for name in names)
        return _Unit(row, officers)

    async def _joins(self, person: Person, role: str, unit: str | None, days_ago: int) -> None:
        """The invite goes out when the cycle opens, and is used some days later."""
        code = await issue(self._office, role, unit, uses=1, printed=True, expires_at=None)
        self._at(self._calendar.sitting(days_ago), partial(person.join, code))

    def _answers(self, unit: _Unit, visits: int, last: int, share: float, returns: Person | None = None) -> None:
        """The unit answers that share of all criteria in so many visits, the last of them `last` days ago."""
        days = self._calendar.sittings(visits, 19, last)
        for number, day in enumerate(days, start=1):
            done = number == len(days) and share == 1.0
            goal = max(1, int(len(self._criteria.leaves) * share * number / len(days)))
            officer = unit.officers[number % len(unit.officers)]
            visit = _Visit(unit, officer, MOST_STEPS if done else goal, done, returns)
            self._at(day, partial(self._sits_down, visit))

    async def _sits_down(self, visit: _Visit) -> None:
        await visit.officer.says("/tieptuc" if visit.unit.settled else "/start")
        self._soon(partial(self._goes_on, visit))

    async def _goes_on(self, visit: _Visit) -> None:
        """One thing after the other, until this visit's goal is reached."""
        unit = visit.unit
        unit.steps += 1
        if unit.steps > MOST_STEPS:
            raise SeasonBroken(unit.row.code)
        settled = await visit.officer.step()
        unit.settled |= settled or set()
        if settled is not None and len(unit.settled) < visit.goal:
            self._soon(partial(self._goes_on, visit))
        elif visit.submits:
            self._soon(partial(self._hands_in, visit))

    async def _hands_in(self, visit: _Visit) -> None:
        if not await visit.officer.submit():
            raise SeasonBroken(visit.unit.row.code)
        if visit.returns:
            self._at(self._clock.now + timedelta(hours=3), partial(self._gives_back, visit))

    async def _gives_back(self, visit: _Visit) -> None:
        """A reviewer wants two criteria looked at again."""
        reviewer, unit = visit.returns, visit.unit
        answered = [leaf.id for leaf in self._criteria.ratios if leaf.id in unit.settled]
        ids = self._dice.sample(answered, min(2, len(answered)))
        if reviewer is not None:
            reason = self._samples.any("return", self._dice)
            await reviewer.says(f"/tralai {unit.row.code} {', '.join(ids)}: {reason}")
            await reviewer.presses("rc")

    def _soon(self, act: Act) -> None:
        self._at(self._clock.now + timedelta(seconds=self._dice.randint(*PAUSE_S)), act)
