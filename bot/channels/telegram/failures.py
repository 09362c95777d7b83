"""What a failed call means for a message, told apart once: the table of errors of the Bot API."""

from __future__ import annotations

from bot.channels.contract import Failure, SendFailed
from bot.channels.telegram.wire import Refused, Unanswered

RETRY_SECONDS = 1.0
THROTTLED_SECONDS = 5.0
NO_ENTRY_SECONDS = 60.0

_NOT_MODIFIED = "message is not modified"
_CANNOT_EDIT = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "message not found",
)
_GONE = (
    "chat not found",
    "peer_id_invalid",
    "user not found",
    "user is deactivated",
    "bot was blocked",
    "bot was kicked",
    "group chat was deactivated",
    "group chat was deleted",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "bot can't initiate conversation",
)


def is_unchanged(refused: Refused) -> bool:
    """Say whether an edit was refused because the message already says exactly that: a success."""
    return refused.code == 400 and _NOT_MODIFIED in refused.said.lower()


def cannot_be_edited(refused: Refused) -> bool:
    """Say whether an edit was refused because the message is gone or too old: a new one must be sent."""
    said = refused.said.lower()
    return refused.code == 400 and any(words in said for words in _CANNOT_EDIT)


def is_late_callback(refused: Refused) -> bool:
    """Say whether a press can no longer be acknowledged, which harms nobody."""
    return refused.code == 400 and "query is too old" in refused.said.lower()


def failed(error: Refused | Unanswered, *, address: str = "", again_is_harmless: bool = False) -> SendFailed:
    """Translate a failed call. `again_is_harmless` marks calls (edits) that may be repeated whatever became of them."""
    if isinstance(error, Unanswered):
        surely_not = not error.may_have_arrived
        if surely_not or again_is_harmless:
            return SendFailed(Failure.RETRY, error.reason, after=RETRY_SECONDS)
        return SendFailed(Failure.UNCERTAIN, error.reason)
    return _refusal(error, address)


def _refusal(error: Refused, address: str) -> SendFailed:
    if error.moved_to is not None:
        return SendFailed(Failure.MOVED, error.moved_to)
    detail = f"{error.code} {error.said}"
    if error.code == 429 or error.retry_after is not None:
        wait = THROTTLED_SECONDS if error.retry_after is None else max(error.retry_after, RETRY_SECONDS)
        # a group has a limit of its own (20 a minute), which says nothing about everybody else
        return SendFailed(Failure.RETRY, detail, after=wait, hold_all=not address.startswith("-"), throttled=True)
    if error.code in {401, 404}:  # a wrong token: no message of ours is to blame, and none goes out
        return SendFailed(Failure.RETRY, detail, after=NO_ENTRY_SECONDS, hold_all=True)
    if error.code == 403 or any(words in error.said.lower() for words in _GONE):
        return SendFailed(Failure.UNREACHABLE, detail)
    return SendFailed(Failure.REJECTED, detail)
