"""What a channel can tell about itself when it is asked how it does: by the doctor, and by the watch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

State = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing a channel found out about itself. `part` (token, webhook, login) and `code` name the words for it in
    messages/vi/doctor.toml, `args` fill them; no secret among them."""

    part: str
    state: State
    code: str
    args: Mapping[str, object] = field(default_factory=dict)


@runtime_checkable
class Checkable(Protocol):
    """A channel that can be asked whether its platform takes it as it is set up."""

    async def check(self) -> tuple[Checked, ...] | None:
        """Ask the platform; nothing is sent to anybody. None where all that can be asked is well; raises SendFailed
        where that alone is to be said."""
        ...


@runtime_checkable
class Dated(Protocol):
    """A channel that remembers what its platform's clock showed."""

    @property
    def dated(self) -> tuple[str, float] | None:
        """The Date of the platform's last answer as it came ("" for none), and when that was by `time.monotonic`."""
        ...


@runtime_checkable
class Hearing(Protocol):
    """A channel that knows when it last heard its platform."""

    async def unheard_s(self) -> float:
        """For how many seconds nothing could be received though it should; small or 0 when all is well."""
        ...
