"""The two tokens of an Official Account: one to send with for a day, one that is good for exactly one renewal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

USUAL_S = 90_000
"""For how long the access token is good when the platform does not say."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Both tokens as the platform gave them at `at`; `expires_at` is the access token's end, `refused_at` when the
    platform would not renew them. Moments in milliseconds since 1970."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    at: int
    expires_at: int
    refused_at: int | None = None

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any], at: int) -> Self:
        """The tokens in an answer of the platform, which writes numbers as strings. Raises ValueError."""
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
            raise ValueError("the answer holds no tokens")
        try:
            seconds = int(answer.get("expires_in", USUAL_S))
        except (TypeError, ValueError):
            seconds = USUAL_S
        return cls(access, refresh, at, at + 1000 * max(seconds, 0))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` wrote. Raises ValueError."""
        try:
            return cls(**json.loads(text))
        except TypeError:
            raise ValueError("no tokens are written there") from None

    def to_json(self) -> str:
        """As they are stored: always the same text for the same tokens."""
        return json.dumps(asdict(self), sort_keys=True)

    def left_s(self, now: int) -> float:
        """For how many seconds the access token is good."""
        return (self.expires_at - now) / 1000

    def refused(self, now: int) -> Self:
        """The same, marked as refused."""
        return replace(self, refused_at=now)


def digest(token: str) -> str:
    """By what a token is known where the token itself must not stand."""
    return hashlib.sha256(token.encode()).hexdigest()
