"""How exact numbers and the arguments of coded findings are written on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from bot.wording import find, say
from scoring.display import round_for_display


def number(value: Fraction) -> str:
    """An exact number with a decimal comma, at most two decimals, none where it is whole."""
    shown = round_for_display(value)
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown).replace(".", ",")


def coded(table: str, code: str, args: Mapping[str, object]) -> str:
    """The sentence of a code out of a table of cli.toml; codes without a sentence are shown with what they carry."""
    shown = {name: plain(value) for name, value in args.items()}
    key = f"{table}.{code}"
    if find(key) is None:
        listed = ", ".join(f"{name}: {value}" for name, value in shown.items())
        return say(f"{table}.other", code=code, args=listed)
    return say(key, **shown)


def plain(value: object) -> str:
    """One argument of a finding as text."""
    if isinstance(value, Fraction):
        return number(value)
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(plain(one) for one in value)
    return str(value)
