"""The platform's own rate limits: off unless a test names them, and a memory of who was told to wait."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from fake_bot_api.errors import ApiError, too_many

COUNTED = {"sendMessage", "sendDocument", "sendPhoto"}


@dataclass(slots=True)
class Limits:
    """How many messages are taken: per chat and second, per group and minute, over all and second."""

    per_chat: int | None = None
    per_group_minute: int | None = None
    overall: int | None = None
    retry_after: int = 1
    held: dict[str | int, float] = field(default_factory=dict)
    _sent: dict[str | int, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def is_early(self, who: str | int, now: float) -> bool:
        """Whether a 429 to this chat or method still runs."""
        return now < self.held.get(who, 0.0)

    def hold(self, who: str | int, now: float, seconds: float) -> ApiError:
        """Remember a 429 and make it."""
        self.held[who] = now + seconds
        return too_many(max(1, round(seconds)))

    def check(self, method: str, chat_id: int, now: float) -> None:
        """Count one call; raise ApiError 429 when it is one too many."""
        if method not in COUNTED:
            return
        is_group = chat_id < 0
        windows: list[tuple[str | int, int | None, float]] = [
            (chat_id, self.per_chat, 1.0),
            (f"group {chat_id}", self.per_group_minute if is_group else None, 60.0),
            ("overall", self.overall, 1.0),
        ]
        for who, most, seconds in windows:
            sent = self._sent[who]
            while sent and sent[0] <= now - seconds:
                sent.popleft()
            if most is not None and len(sent) >= most:
                raise self.hold(chat_id, now, self.retry_after)
        for who, _most, _seconds in windows:
            self._sent[who].append(now)
