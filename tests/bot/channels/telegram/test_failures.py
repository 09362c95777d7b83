"""The table of errors: what the Bot API says, and what it means for a message."""

from __future__ import annotations

import pytest

from bot.channels.contract import Failure
from bot.channels.telegram.failures import cannot_be_edited, failed, is_late_callback, is_unchanged
from bot.channels.telegram.wire import Refused, Unanswered

REFUSALS = [
    (403, "Forbidden: bot was blocked by the user", Failure.UNREACHABLE),
    (403, "Forbidden: user is deactivated", Failure.UNREACHABLE),
    (403, "Forbidden: bot was kicked from the supergroup chat", Failure.UNREACHABLE),
    (403, "Forbidden: bot can't initiate conversation with a user", Failure.UNREACHABLE),
    (400, "Bad Request: chat not found", Failure.UNREACHABLE),
    (400, "Bad Request: PEER_ID_INVALID", Failure.UNREACHABLE),
    (400, "Bad Request: not enough rights to send text messages to the chat", Failure.UNREACHABLE),
    (400, "Bad Request: can't parse entities", Failure.REJECTED),
    (400, "Bad Request: message is too long", Failure.REJECTED),
    (400, "Bad Request: BUTTON_DATA_INVALID", Failure.REJECTED),
    (413, "Request Entity Too Large", Failure.REJECTED),
]


@pytest.mark.parametrize(("code", "said", "expected"), REFUSALS)
def test_a_refusal_is_told_by_its_code_and_words(code: int, said: str, expected: Failure) -> None:
    assert failed(Refused(code, said)).failure is expected


def test_a_throttle_names_its_wait_and_holds_everybody() -> None:
    error = failed(Refused(429, "Too Many Requests: retry after 7", retry_after=7), address="1001")
    assert (error.failure, error.after, error.hold_all) == (Failure.RETRY, 7, True)


def test_a_throttled_group_holds_only_itself() -> None:
    error = failed(Refused(429, "Too Many Requests: retry after 31", retry_after=31), address="-400")
    assert (error.failure, error.after, error.hold_all) == (Failure.RETRY, 31, False)


@pytest.mark.parametrize("code", [401, 404])
def test_a_wrong_token_is_no_fault_of_the_message(code: int) -> None:
    error = failed(Refused(code, "Unauthorized"))
    assert (error.failure, error.hold_all) == (Failure.RETRY, True)


def test_a_move_names_the_new_address() -> None:
    error = failed(Refused(400, "Bad Request: group chat was upgraded to a supergroup chat", moved_to="-1001"))
    assert (error.failure, error.detail) == (Failure.MOVED, "-1001")


def test_what_never_left_is_tried_again_and_what_may_have_arrived_is_not() -> None:
    assert failed(Unanswered("ClientConnectorError", may_have_arrived=False)).failure is Failure.RETRY
    assert failed(Unanswered("TimeoutError", may_have_arrived=True)).failure is Failure.UNCERTAIN


def test_an_edit_may_always_be_repeated() -> None:
    error = failed(Unanswered("TimeoutError", may_have_arrived=True), again_is_harmless=True)
    assert error.failure is Failure.RETRY


def test_the_harmless_refusals_are_known_by_their_words_only() -> None:
    unchanged = Refused(400, "Bad Request: message is not modified")
    assert is_unchanged(unchanged)
    assert not cannot_be_edited(unchanged)
    assert cannot_be_edited(Refused(400, "Bad Request: message to edit not found"))
    assert cannot_be_edited(Refused(400, "Bad Request: message can't be edited"))
    assert is_late_callback(Refused(400, "Bad Request: query is too old and response timeout expired"))
    assert not is_late_callback(Refused(400, "Bad Request: chat not found"))
