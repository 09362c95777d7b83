"""The table of errors, and pauses after a 429 that grow until something succeeds.

Checked against: 403 read as a person who blocked us, each of several 429 at once doubling the pause, a success that
does not end it: each failed here.
"""

from __future__ import annotations

import pytest

from bot.channels.contract import Failure
from bot.channels.zalo_bot.failures import Throttle, failed
from bot.channels.zalo_bot.wire import Refused, Unanswered


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("code", "said", "failure", "hold_all"),
    [
        (400, "Bad Request: text too long", Failure.REJECTED, False),
        (400, "Bad Request: wrong API name", Failure.REJECTED, False),
        (400, "Bad Request: invalid user_id format", Failure.REJECTED, False),
        (400, "Bad Request: chat not found", Failure.UNREACHABLE, False),
        (400, "User does not exist", Failure.UNREACHABLE, False),
        (400, "user has blocked the bot", Failure.UNREACHABLE, False),
        (404, "Not Found", Failure.REJECTED, False),
        (404, "User not found", Failure.UNREACHABLE, False),
        (401, "Unauthorized", Failure.RETRY, True),
        (403, "Internal server error", Failure.UNCERTAIN, False),
        (403, "user has blocked the bot", Failure.UNCERTAIN, False),
        (408, "Request timeout", Failure.UNCERTAIN, False),
        (413, "Payload too large", Failure.REJECTED, False),
        (429, "Quota exceeded", Failure.RETRY, True),
        (500, "x", Failure.UNCERTAIN, False),
        (503, "user has blocked the bot", Failure.UNCERTAIN, False),
        (0, "", Failure.UNCERTAIN, False),
    ],
)
def test_a_refusal_is_settled_by_its_code(code: int, said: str, failure: Failure, hold_all: bool) -> None:
    found = failed(Refused(code, said), Throttle())
    assert (found.failure, found.hold_all, found.after > 0) == (failure, hold_all, failure is Failure.RETRY)
    assert found.throttled is (code == 429)


def test_no_answer_is_uncertain_unless_nothing_left() -> None:
    gone, may = (failed(Unanswered("x", may_have_arrived=may), Throttle()).failure for may in (False, True))
    assert (gone, may) == (Failure.RETRY, Failure.UNCERTAIN)


def test_pauses_grow_to_a_quarter_of_an_hour_and_end_with_a_success() -> None:
    clock = Clock()
    throttle = Throttle(clock=clock)
    pauses = []
    for _ in range(7):
        pauses.append(failed(Refused(429, ""), throttle).after)
        clock.now += pauses[-1]
        assert throttle.left() == 0
    assert pauses == [30, 60, 120, 240, 480, 900, 900]
    throttle.passed()
    assert failed(Refused(429, ""), throttle).after == 30


def test_refusals_that_were_on_their_way_together_count_as_one() -> None:
    clock = Clock()
    throttle = Throttle(clock=clock)
    assert throttle.refused() == 30
    clock.now += 10
    assert throttle.refused() == 20
    clock.now += 20
    assert throttle.refused() == 60
