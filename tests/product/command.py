"""How a command ended and what it printed, wherever it ran."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Printed:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output read as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output read as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines() if line.strip()]


Tucham = Callable[..., Printed]
"""The fixture of that name: `tucham("score", stdin="…")`."""
