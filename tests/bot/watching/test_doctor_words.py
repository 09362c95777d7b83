"""Every finding of the doctor has words, every sickness a cure, and no words stand there unused.

Checked once against: a code renamed in doctor.toml, a cure left out: each failed here.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import bot
from bot.watching.found import title
from bot.wording import texts
from messages.render import FOLDER


def called(path: Path, name: str, *places: int) -> Iterator[tuple[str, ...]]:
    """The constant arguments at these places of every call of that name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name and len(node.args) > max(places):
            yield tuple(text for place in places for text in spelled(node.args[place]))


def spelled(node: ast.expr) -> tuple[str, ...]:
    match node:
        case ast.Constant(str(text)):
            return (text,)
        case ast.IfExp(_, then, other):
            return (*spelled(then), *spelled(other))
        case _:
            return ("?",)


def said() -> set[tuple[str, str]]:
    """Every finding that the program can make, by name and code."""
    folder = Path(bot.__file__ or "").parent
    pairs: set[tuple[str, str]] = set()
    for path in (*(folder / "watching").glob("*.py"), folder / "cli/doctor.py"):
        pairs |= {(name, code) for name, *codes in called(path, "found", 0, 2) for code in codes}
    for channel in ("telegram", "zalo_bot", "zalo_oa"):
        for path in (folder / "channels" / channel).glob("*.py"):
            pairs |= {(f"{channel}_{part}", code) for part, *codes in called(path, "Checked", 0, 2) for code in codes}
    return pairs


def test_every_finding_has_words_and_no_words_are_left_over() -> None:
    tables = texts("doctor")
    written = {(name, code) for name, table in tables.items() for code in table if isinstance(table[code], dict)}
    dynamic = {("telegram_token", "unknown"), ("telegram_token", "refused"),
               ("zalo_bot_token", "unknown"), ("zalo_bot_token", "refused"), ("listener", "taken"),
               ("listener", "impossible"), ("mail_login", "ok"), ("mail_login", "failed")}  # fmt: skip
    spoken = {pair for pair in said() if "?" not in pair} | dynamic
    assert spoken <= written
    assert written - spoken == {("disk", "words"), ("quota", "words")}
    assert all(title(name) for name in tables)


def test_every_sickness_has_a_cure_and_every_cure_a_command_or_a_place() -> None:
    tables = tomllib.loads((FOLDER / "doctor.toml").read_text(encoding="utf-8"))
    well = {"ok", "polling", "running", "outside", "replicas", "off", "free", "server", "unasked", "used", "words"}
    for name, table in tables.items():
        for code, words in table.items():
            if code != "title":
                assert ("cure" in words) == (code not in well), f"{name}.{code}"
