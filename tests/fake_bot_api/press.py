"""A tap on a button that waits for the bot to answer it."""

import time
from dataclasses import dataclass, field

from fake_bot_api.errors import QUERY_TOO_OLD, bad_request
from fake_bot_api.markup import Button
from fake_bot_api.pulse import Pulse


@dataclass(slots=True)
class Press:
    """A callback query; it may be answered once, and only while it is young."""

    id: str
    update_id: int
    button: Button
    lifetime: float
    at: float = field(default_factory=time.monotonic)
    toast: str | None = None
    is_alert: bool = False
    pulse: Pulse = field(default_factory=Pulse)

    @property
    def is_answered(self) -> bool:
        """Whether the spinner on the button has stopped."""
        return self.toast is not None

    def settle(self, toast: str, is_alert: bool) -> None:
        """Stop the spinner; raise ApiError when it was too late or done before."""
        if self.is_answered or time.monotonic() - self.at > self.lifetime:
            raise bad_request(QUERY_TOO_OLD)
        self.toast, self.is_alert = toast, is_alert
        self.pulse.beat()

    async def answered(self, within: float = 10.0) -> str:
        """Wait for the answer and return its toast, often empty; raise SilenceError."""
        await self.pulse.until(lambda: self.is_answered, within, f"the press of {self.button.label!r} is unanswered")
        return self.toast or ""
