"""Which commands each role is offered, in the channel's menu and in the help; their descriptions are messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MENU: Mapping[str, tuple[str, ...]] = {
    "none": ("start", "giupdo"),
    "officer": (
        *("tieptuc", "xemlai", "conthieu", "diem", "nhieucau", "chuanbi", "nop"),
        *("lichsu", "donvi", "dangnhap", "lienket", "giupdo"),
    ),
    "leader": ("xemlai", "conthieu", "diem", "lichsu", "donvi", "dangnhap", "lienket", "giupdo"),
    "colleague": ("tieptuc", "dangnhap", "lienket", "giupdo"),
    "reviewer": ("bang", "tonghop", "tralai", "lienket", "giupdo"),
    "admin": ("bang", "tonghop", "phathanh", "lienket", "giupdo"),
}
"""By role, in the order they are shown."""


def offered(roles: Iterable[str]) -> tuple[str, ...]:
    """The commands of somebody who holds these roles, each once, help last."""
    names = dict.fromkeys(name for role in MENU if role in set(roles) for name in MENU[role] if name != "giupdo")
    return (*names, "giupdo")
