"""Whatever the conversation names stands in the messages: templates, labels, the menu; and nothing stands there unused.

Checked once against: a misspelt template in `reviewing`, a label renamed in buttons.toml, a command added to the menu
without words: each failed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from talk.stage import renderer

import bot
from bot.conversation.menu import MENU, offered

BOT = Path(bot.__file__ or "").parent
CONVERSATION = sorted((BOT / "conversation").glob("*.py"))
BUTTON_LABEL = {"Button": 0, "button": 2}
"""Where the label stands among the arguments of whoever makes a button."""


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Every call of a function of one of these names, however it is reached."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in names:
                yield node


def texts(node: ast.expr, tree: ast.AST) -> set[str]:
    """The texts an expression can stand for: constants, one of two, or what a local name is set to."""
    match node:
        case ast.Constant(str(value)):
            return {value}
        case ast.IfExp(_, then, other):
            return texts(then, tree) | texts(other, tree)
        case ast.Name(name):
            return {text for value in assigned(name, tree) for text in texts(value, tree)}
        case _:
            return set()


def assigned(name: str, tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            yield node.value


def named_templates(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {text for call in calls(tree, "Reply") for text in texts(call.args[0], tree)}


def named_labels(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        text
        for name, place in BUTTON_LABEL.items()
        for call in calls(tree, name)
        if len(call.args) > place
        for text in texts(call.args[place], tree)
    }


@pytest.mark.parametrize("path", CONVERSATION, ids=lambda path: path.stem)
def test_every_template_and_label_a_module_names_exists_and_can_be_shown(path: Path) -> None:
    assert named_templates(path) - set(renderer().templates()) == set()
    assert named_labels(path) - set(renderer().labels()) == set()
    assert all(renderer().sample(name) for name in named_templates(path))


def test_what_is_looked_for_is_found() -> None:
    templates = {name for path in CONVERSATION for name in named_templates(path)}
    labels = {name for path in CONVERSATION for name in named_labels(path)}
    assert {"question", "note_ask", "evidence_ask", "summary_group", "code_locked"} <= templates
    assert {"option", "undo", "submit_yes", "rows", "resend"} <= labels


def test_no_template_stands_there_unused() -> None:
    """Named anywhere in the trunk counts: the intake apologises, the delivery reminds."""
    constants = {
        node.value
        for path in BOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(renderer().templates()) - constants == set()
    assert set(renderer().labels()) - constants == set()


@pytest.mark.parametrize("role", MENU)
def test_every_command_of_a_menu_has_words(role: str) -> None:
    assert all(renderer().command(name) for name in MENU[role])
    assert all(renderer().command(name) for name in offered([role]))
