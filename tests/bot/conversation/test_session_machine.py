"""The whole session as a state machine, through the real door on a real file: what is stored is what was answered.

Checked once against: `answering.give` without its look at the revision (an old press overwrote), `can_undo` that
ignores a newer answer, `put_progress` with a wrong total, a second delivery that is not noticed: each failed.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from collections.abc import Coroutine
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from product_store.databases import migrated_sqlite
from side_by_side.counts import many
from talk.stage import SDL, SYT, Message, Stage, criteria, sqlite_of
from talk.watch import WRITERS, Answers, answers_of, assert_books_agree, assert_wrote_only_its_own, bare, changed

from bot.conversation.asking import editable
from bot.conversation.assessment import Assessment
from bot.conversation.events import Pressed
from scoring.answers import Answer, ChosenOption, Counts, Exempt, Percentage
from storage.store import Store

T = TypeVar("T")

MEMORY = Path("/dev/shm")  # noqa: S108 - thousands of commits, none of which has to survive
OFFICERS = ("An", "Bảo")
REVIEWER = "Giang"
CHOICES = ("1.1", "1.2.1", "1.2.2", "1.4.4", "2.3.1", "2.4.2", "2.7", "2.8.1")
RATIOS = ("2.1.1", "2.3.2", "2.5.1", "2.5.2", "2.9", "3.2")
"""Few enough that officers get in each other's way, with every dependency, exemption and shared figure among them."""
EXEMPTABLE = {exemption.scope: criteria().leaves_under(exemption.scope)[0].id for exemption in criteria().exemptions}
PLAIN: dict[str, Answer] = {
    "87,5": Percentage(Fraction(175, 2)),
    "0%": Percentage(Fraction(0)),
    "50": Percentage(Fraction(50)),
    "99,99%": Percentage(Fraction(9999, 100)),
    "100": Percentage(Fraction(100)),
    "45/50": Counts(45, 50),
    "0/60": Counts(0, 60),
    "1 trên 3": Counts(1, 3),
}
ODD = ("khoảng 85", "0,85", "abc", "120%", "420/400", "không", "có", "dự thảo", "?", "/diem", "bỏ qua", "quay lại", "2")

officers = st.sampled_from(OFFICERS)
chance = st.integers(0, 2**32)


class Talk(RuleBasedStateMachine):
    """Two officers of one unit and a reviewer; `model` is what should be stored."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="talk-", dir=MEMORY if MEMORY.is_dir() else None))
        shutil.copy(self.template, self.folder / "t.db")
        self.runner = asyncio.Runner()
        self.stage = self.run(self._open())
        self.model: dict[str, Answer] = {}
        self.last: dict[str, dict[str, Answer | None]] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _open(self) -> Stage:
        store = Store(sqlite_of(self.folder / "t.db"))
        await store.open()
        return Stage(store)

    @initialize()
    def people_join(self) -> None:
        self.run(self.stage.open_office(SDL, SYT))
        for code, who, role, unit in (
            ("A7Q29XPM", OFFICERS[0], "officer", "SDL"),
            ("B7Q29XPM", OFFICERS[1], "officer", "SDL"),
            ("R7Q29XPM", REVIEWER, "reviewer", None),
        ):
            self.run(self.stage.invite(code, role, unit))
            self.run(self.stage.joins(who, code))

    def now(self) -> Assessment:
        return self.run(self.stage.assessment("SDL"))

    def one(self, answered: list[Message]) -> Message:
        """Every update of a private chat is answered, once."""
        assert len(answered) == 1
        return answered[0]

    def says(self, who: str, text: str) -> Message:
        return self.one(self.run(self.stage.says(who, text)))

    def presses(self, who: str, payload: str) -> Message:
        return self.one(self.run(self.stage.payload(who, payload)))

    def expect(self, who: str, key: str, answer: Answer) -> None:
        """The model after an answer; an exemption over it is withdrawn."""
        before = dict(self.model)
        scope = criteria().exemption_scope(key)
        if scope and scope != key and isinstance(self.model.get(scope), Exempt):
            del self.model[scope]
        self.model[key] = answer
        self.last[who] = {one: before.get(one) for one in before.keys() | {key} if one in (key, scope)}

    @rule(who=officers, criterion=st.sampled_from(CHOICES), chance=chance)
    def answers_by_button(self, who: str, criterion: str, chance: int) -> None:
        leaf = criteria().criterion(criterion)
        may = editable(self.now(), leaf.id)
        card = self.says(who, f"sửa {leaf.id}")
        if not may:
            assert not any(payload.startswith("an:") for _, payload in card.buttons)
            return
        option = leaf.options[chance % len(leaf.options)]
        payload = next(p for _, p in card.buttons if p.startswith(f"an:1:{leaf.id}:o{option.id}:"))
        self.presses(who, payload)
        self.expect(who, leaf.id, ChosenOption(option.id))

    @rule(who=officers, criterion=st.sampled_from(RATIOS), text=st.sampled_from(sorted(PLAIN)))
    def answers_by_text(self, who: str, criterion: str, text: str) -> None:
        may = editable(self.now(), criterion)
        self.says(who, f"sửa {criterion}")
        if may:
            self.says(who, text)
            self.expect(who, criterion, PLAIN[text])

    @rule(who=officers, scope=st.sampled_from(sorted(EXEMPTABLE)))
    def claims_an_exemption(self, who: str, scope: str) -> None:
        first = EXEMPTABLE[scope]
        if not editable(self.now(), first) or not editable(self.now(), scope):
            return
        self.says(who, f"sửa {first}")
        ground = self.says(who, "không áp dụng")
        self.presses(who, ground.payload("Dùng căn cứ gợi ý"))
        before = self.model.get(scope)
        self.model[scope] = Exempt()
        self.last[who] = {scope: before}

    @rule(who=officers, text=st.sampled_from(ODD), criterion=st.sampled_from([*RATIOS, "1.1", "2.4.2"]))
    def says_something_odd(self, who: str, text: str, criterion: str) -> None:
        before = answers_of(self.now())
        self.says(who, f"sửa {criterion}")
        self.says(who, text)
        after = answers_of(self.now())
        assert changed(before, after) <= {criterion}
        self.follow(who, before, after)

    @rule(who=officers, text=st.sampled_from(["85", "58%", "có", "abc"]))
    def edits_an_old_text(self, who: str, text: str) -> None:
        self.one(self.run(self.stage.edits(who, text)))

    @rule(who=officers, text=st.sampled_from(["quay lại", "bỏ qua", "/tieptuc", "/xemlai", "/conthieu", "/start"]))
    def wanders(self, who: str, text: str) -> None:
        self.says(who, text)

    @rule(who=st.sampled_from((*OFFICERS, REVIEWER)), chance=chance)
    def presses_something_old(self, who: str, chance: int) -> None:
        dice = random.Random(chance)
        shown = [p for actor in self.stage.actors.values() for m in actor.seen for _, p in m.buttons]
        writing = [payload for payload in shown if payload[:2] in WRITERS]
        payload = dice.choice(writing if writing and dice.random() < 0.7 else shown)
        before = self.now()
        self.presses(who, payload)
        after = self.now()
        assert_wrote_only_its_own(payload, before, after)
        assert who in OFFICERS or answers_of(before) == answers_of(after)
        self.follow(who, answers_of(before), answers_of(after))

    @rule(who=officers)
    def takes_the_last_answer_back(self, who: str) -> None:
        held = self.now().answers
        before = answers_of(self.now())
        self.says(who, "hoàn tác")
        after = answers_of(self.now())
        touched = changed(before, after)
        previous = self.last.pop(who, {})
        assert touched <= previous.keys()
        for key in touched:
            assert key not in held or held[key].by_name == who
            was = previous[key]
            assert (after.get(key) and bare(after[key])) == (was and bare(was))
        self.model = dict(after)

    @rule(who=officers, criterion=st.sampled_from(CHOICES))
    def takes_back_what_a_colleague_changed(self, who: str, criterion: str) -> None:
        if not editable(self.now(), criterion):
            return
        colleague = next(one for one in OFFICERS if one != who)
        for officer, option in ((who, 0), (colleague, 1)):
            card = self.says(officer, f"sửa {criterion}")
            self.presses(officer, card.buttons[option][1])
            self.expect(officer, criterion, ChosenOption(criteria().criterion(criterion).options[option].id))
        self.says(who, "hoàn tác")

    @rule(who=officers, text=st.sampled_from(["Số liệu đến 31/12/2025", "85", "thôi", "/huy"]))
    def writes_a_note(self, who: str, text: str) -> None:
        self.says(who, "ghi chú")
        self.says(who, text)

    @rule(who=officers, criterion=st.sampled_from(CHOICES))
    def is_delivered_twice(self, who: str, criterion: str) -> None:
        if not editable(self.now(), criterion):
            return
        payload = self.says(who, f"sửa {criterion}").buttons[0][1]
        key = f"twice {self.stage.updates}"
        self.one(self.run(self.stage.does(who, Pressed(payload), key=key)))
        first = self.now()
        assert self.run(self.stage.does(who, Pressed(payload), key=key)) == []
        assert self.now().seq == first.seq
        self.expect(who, criterion, ChosenOption(criteria().criterion(criterion).options[0].id))

    @rule(who=officers)
    def fills_in_the_rest(self, who: str) -> None:
        if self.now().state != "open":
            return
        while missing := self.now().card.missing:
            leaf = criteria().criterion(missing[0])
            self.says(who, f"sửa {leaf.id}")
            self.says(who, "1" if leaf.options else "90%")
            self.expect(who, leaf.id, ChosenOption(leaf.options[0].id) if leaf.options else Percentage(Fraction(90)))

    @rule(who=officers)
    def hands_in(self, who: str) -> None:
        before = self.now()
        shown = self.says(who, "/nop")
        labels = [label for label, _ in shown.buttons]
        ready = before.state != "submitted" and not before.card.missing
        assert ("Xác nhận nộp" in labels) == ready
        if ready:
            self.presses(who, shown.payload("Xác nhận nộp"))
            after = self.now()
            assert (after.state, after.submissions) == ("submitted", before.submissions + 1)

    @precondition(lambda self: self.now().state == "submitted")
    @rule(ids=st.sets(st.sampled_from([leaf.id for leaf in criteria().leaves]), min_size=1, max_size=3))
    def gives_back(self, ids: set[str]) -> None:
        asked = self.says(REVIEWER, f"/tralai SDL {', '.join(sorted(ids))}: xem lại")
        self.presses(REVIEWER, asked.payload("Xác nhận trả lại"))
        assert self.now().reopened == ids

    @rule()
    def restarts(self) -> None:
        self.stage.intake = self.stage.door()

    @invariant()
    def the_books_agree(self) -> None:
        if "An" in self.stage.actors and self.stage.actors["An"].seen:
            self.run(assert_books_agree(self.stage, "SDL", self.model))

    def follow(self, who: str, before: Answers, after: Answers) -> None:
        """Take over what an act changed, once it was seen to be that act's own."""
        touched = changed(before, after)
        if touched:
            self.last[who] = {key: before.get(key) for key in touched}
        self.model = dict(after)

    def teardown(self) -> None:
        assert self.run(self.stage.differences()) == ()
        self.run(self.stage.store.close())
        self.runner.close()
        shutil.rmtree(self.folder)


def test_what_is_stored_is_what_was_answered(tmp_path_factory: pytest.TempPathFactory) -> None:
    Talk.template = migrated_sqlite(tmp_path_factory.mktemp("machine") / "template.db")
    run_state_machine_as_test(
        Talk,
        settings=settings(
            max_examples=many(5, 10),
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=(Phase.explicit, Phase.generate),  # shrinking through a database takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
