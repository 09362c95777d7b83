"""Units as those see them who write to many, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.conversation.assessment import Unit
from bot.conversation.session import Addressee, Served

DUE = datetime(2026, 1, 14, 17, tzinfo=UTC)
AN, BINH, CUC = (
    Served(number, name, "officer", "chat", "telegram") for number, name in ((1, "An"), (2, "Bình"), (3, "Cúc"))
)
DUNG = Served(4, "Dũng", "leader", "page", "web")
EM = Served(5, "Em", "officer", "none", "")


def unit(number: int, state: str, *people: Served, kind: str = "so_ban_nganh", email: str = "") -> Addressee:
    """A unit of that number, its code U1, U2…"""
    of = Unit(number, f"U{number}", f"Sở số {number}", f"S{number}", kind)
    return Addressee(of, None, state, 0, 38, (), DUE, None, email, "", people)
