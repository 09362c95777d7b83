"""Which commands each role is offered, in the channel's menu and in the help; their descriptions are messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MENU: Mapping[str, tuple[str, ...]] = {
    "none": ("start", "giupdo"),
    "officer": ("tieptuc", "xemlai", "conthieu", "diem", "chuanbi", "nop", "lichsu", "donvi", "dangnhap", "giupdo"),
    "leader": ("xemlai", "conthieu", "diem", "lichsu", "donvi", "dangnhap", "giupdo"),
    "colleague": ("dangnhap", "giupdo"),
    "reviewer": ("bang", "tonghop", "tralai", "giupdo"),
    "admin": ("bang", "tonghop", "phathanh", "giupdo"),
}
"""By role, in the order they are shown."""


def offered(roles: Iterable[str]) -> tuple[str, ...]:
    """The commands of somebody who holds these roles, each once, help last."""
    names = dict.fromkeys(name for role in MENU if role in set(roles) for name in MENU[role] if name != "giupdo")
    return (*names, "giupdo")
