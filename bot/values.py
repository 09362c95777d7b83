"""Values: frozen for whoever writes and checks the code, plain for the interpreter, which makes hundreds in a turn.

A frozen dataclass sets each field by a call of its own; over a turn that is a twelfth of its time. So the type checker
sees the standard decorator here, and with `frozen=True` forbids every assignment, while at run time nothing is in the
way. Such values are compared and hashed like frozen ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import dataclass

    def value(*, frozen, slots=False):
        """`dataclass`, for classes that a turn makes many of. `frozen` is always true and stands there to be read."""
        return dataclass(slots=slots, unsafe_hash=frozen)


__all__ = ["value"]
