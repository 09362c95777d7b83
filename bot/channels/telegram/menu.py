"""The command menu: one list for everybody and one per role, set for a chat when its role changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Commands = Sequence[tuple[str, str]]
"""(command without slash, description) in the order shown."""

REMEMBERED = 10_000


class Menus:
    """Which chat shows which menu, as far as this process has set it; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._by_role: Mapping[str, Commands] = {}
        self._shown: dict[str, str] = {}

    def learn(self, by_role: Mapping[str, Commands]) -> None:
        """Set what each role is to be shown."""
        self._by_role = dict(by_role)
        self._shown.clear()

    def change(self, address: str, role: str) -> dict[str, Any] | None:
        """The call that gives the chat the role's menu; None when it has it or the role has none of its own."""
        if role not in self._by_role or self._shown.get(address) == role:
            return None
        if len(self._shown) >= REMEMBERED:
            del self._shown[next(iter(self._shown))]
        self._shown[address] = role
        return {"commands": listed(self._by_role[role]), "scope": {"type": "chat", "chat_id": int(address)}}

    def forget(self, address: str) -> None:
        """The chat did not get its menu: try again with the next message."""
        self._shown.pop(address, None)


def listed(commands: Commands) -> list[dict[str, str]]:
    """Commands as the platform wants them."""
    return [{"command": command, "description": description} for command, description in commands]
