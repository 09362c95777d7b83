"""What a failed call means for a message, told apart once: the table of codes of the OpenAPI."""

from __future__ import annotations

from datetime import datetime

from bot.channels.contract import Failure, SendFailed
from bot.channels.zalo_oa.refreshing import NoAccess
from bot.channels.zalo_oa.wire import Refused, Unanswered

RETRY_SECONDS = 1.0
AWAY_SECONDS = 5.0
ADMIN_SECONDS = 300.0
TOKEN = frozenset({-216, -220})
"""The access token is wrong or over."""
SHUT = frozenset({-209, -211, -212, -219, -221, -223, -224})
"""App, account or package are not as they must be, or the quota is used up: only an admin can change that."""
UNREACHABLE = frozenset({-213, -218, -227, -230, -232, -244})
"""Nothing reaches this person: no follower, inactive, silent for seven days, or tired of us."""
THROTTLED = -32


def failed(error: Refused | Unanswered, now: datetime) -> SendFailed:
    """Translate a failed call; what is in none of the tables is refused for good and told to an admin."""
    if isinstance(error, Unanswered):
        if error.may_have_arrived:
            return SendFailed(Failure.UNCERTAIN, error.reason)
        return SendFailed(Failure.RETRY, error.reason, after=RETRY_SECONDS)
    detail = str(error)
    if error.code == THROTTLED:  # counted by the minute
        return SendFailed(Failure.RETRY, detail, after=61.0 - now.second, hold_all=True, throttled=True)
    if error.code in TOKEN | SHUT:
        return SendFailed(Failure.RETRY, detail, after=ADMIN_SECONDS, hold_all=True)
    if error.code in UNREACHABLE:
        return SendFailed(Failure.UNREACHABLE, detail)
    return SendFailed(Failure.REJECTED, detail)


def without_access(error: NoAccess) -> SendFailed:
    """No token to send with: surely nothing was sent, and nothing can be as yet."""
    return SendFailed(Failure.RETRY, f"no access: {error.code}", after=error.after, hold_all=True)


def store_away() -> SendFailed:
    """The tokens cannot be read."""
    return SendFailed(Failure.RETRY, "the tokens cannot be read", after=AWAY_SECONDS, hold_all=True)
