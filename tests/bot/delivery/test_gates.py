"""Gates space messages evenly, wait out what the platform wants, and forget chats."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.delivery.gates import Gate, Gates, Limits


@dataclass
class Clock:
    """Seconds that pass only when told."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def test_no_second_holds_more_than_the_rate_and_one() -> None:
    clock, gate, passed = Clock(), Gate(25, Clock()), list[float]()
    gate = Gate(25, clock)
    for _ in range(200):
        passed.append(clock.now + gate.take())
    assert max(sum(start <= at < start + 1 for at in passed) for start in passed) <= 26


def test_a_quiet_time_saves_up_no_burst() -> None:
    clock = Clock()
    gate = Gate(10, clock)
    gate.take()
    clock.now += 60
    assert [round(gate.take(), 3) for _ in range(3)] == [0, 0.1, 0.2]


def test_a_hold_is_never_shortened() -> None:
    clock = Clock()
    gate = Gate(10, clock)
    gate.hold(9)
    gate.hold(1)
    assert gate.opens_in() == 9
    clock.now += 9
    assert gate.opens_in() == 0


def test_a_chat_gets_one_notice_a_second_and_a_group_twenty_a_minute() -> None:
    clock = Clock()
    gates = Gates(Limits(), clock)
    gates.take_notice(1, is_group=False)
    gates.take_notice(2, is_group=True)
    assert gates.notice_opens_in(1) == pytest.approx(1.0)
    assert gates.notice_opens_in(2) == pytest.approx(3.0 + 0.04)
    assert gates.notice_opens_in(3) == 0


def test_a_hold_of_the_platform_holds_replies_and_notices() -> None:
    clock = Clock()
    gates = Gates(Limits(), clock)
    gates.hold(7)
    gates.hold(9, chat_id=1)
    assert gates.held_for() == gates.held_for(2) == gates.notices.opens_in() == 7
    assert gates.held_for(1) == gates.notice_opens_in(1) == 9


def test_a_notice_does_not_hold_a_reply_to_the_same_chat() -> None:
    gates = Gates(Limits(), Clock())
    gates.take_notice(1, is_group=False)
    assert gates.held_for(1) == 0


def test_chats_that_stand_open_again_are_forgotten() -> None:
    clock = Clock()
    gates = Gates(Limits(), clock)
    for chat in range(5000):
        gates.take_notice(chat, is_group=False)
        gates.hold(1, chat_id=chat)
        clock.now += 0.1
    assert len(gates) < 600
