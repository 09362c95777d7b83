"""What a failed call means for a message, told apart once: the table of errors of the Zalo Bot Platform."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from bot.channels.contract import Failure, SendFailed
from bot.channels.zalo_bot.wire import Refused, Unanswered

RETRY_SECONDS = 1.0
NO_ENTRY_SECONDS = 60.0
NO_ENTRY, THROTTLED = 401, 429
_TABLE = {
    400: Failure.REJECTED,
    NO_ENTRY: Failure.RETRY,
    403: Failure.UNCERTAIN,  # documented as "Internal server error": has nothing to do with who may what
    404: Failure.REJECTED,
    408: Failure.UNCERTAIN,
    THROTTLED: Failure.RETRY,
}
# The platform has no code of its own for it; the documents name none of its descriptions either.
_GONE = re.compile(
    r"\bblock(ed|s)?\b"
    r"|\b(chat|user|recipient|conversation|member)\b.*\b(not found|not exist|no longer|deactivated|deleted|banned)\b"
    r"|\b(bot|user) (was|has been) (kicked|removed)\b",
    re.IGNORECASE | re.DOTALL,
)


class Throttle:
    """How long to keep still after a 429. The platform never says it, so the pauses grow, and a success ends them."""

    def __init__(
        self, first: float = 30.0, longest: float = 900.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._first = first
        self._longest = longest
        self._clock = clock
        self._pause = first
        self._until = 0.0

    def left(self) -> float:
        """Seconds still to keep still, 0 when there is nothing to wait for."""
        return max(0.0, self._until - self._clock())

    def refused(self) -> float:
        """Note a 429; seconds to keep still. Those that were on their way together count as one."""
        if not self.left():
            self._until = self._clock() + self._pause
            self._pause = min(2 * self._pause, self._longest)
        return self.left()

    def passed(self) -> None:
        """Note a success."""
        self._pause = self._first


def failed(error: Refused | Unanswered, throttle: Throttle) -> SendFailed:
    """Translate a failed call; a 429 is noted in the throttle."""
    if isinstance(error, Unanswered):
        if error.may_have_arrived:
            return SendFailed(Failure.UNCERTAIN, error.reason)
        return SendFailed(Failure.RETRY, error.reason, after=RETRY_SECONDS)
    failure, detail = _kind(error), str(error)
    if error.code == THROTTLED:
        return SendFailed(failure, detail, after=throttle.refused(), hold_all=True, throttled=True)
    if failure is Failure.RETRY:  # a wrong token: no message of ours is to blame, and none goes out
        return SendFailed(failure, detail, after=NO_ENTRY_SECONDS, hold_all=True)
    return SendFailed(failure, detail)


def _kind(refused: Refused) -> Failure:
    if refused.code in {400, 404} and _GONE.search(refused.said):
        return Failure.UNREACHABLE
    explicit = Failure.REJECTED if 400 <= refused.code < 500 else Failure.UNCERTAIN
    return _TABLE.get(refused.code, explicit)
