"""The documents tell the truth: their examples run, what they list is all there is, and every link leads somewhere."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from bot.cli.entry import VERBS
from bot.cli.shape import Noun
from bot.conversation.commands import COMMANDS
from bot.conversation.menu import MENU
from bot.settings import variables
from bot.wording import texts

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "CHANGELOG.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
PEOPLE = ("docs/can-bo-dau-moi.md", "docs/so-tttt.md")
ANYTHING = "…"
LARGEST_PICTURE = 80_000
WIDTHS = {720: "a page on a phone", 800: "a message", 1280: "a page on a desk"}

# Runs the commands one after the other in one process, which saves a second for each.
DRIVER = """
import contextlib, io, json, sys
from bot.cli.entry import run_command
told = []
for typed, arguments in json.load(sys.stdin):
    sys.stdin = io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8")
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = run_command(arguments)
    told.append((status, out.buffer.getvalue().decode()))
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Example:
    """One command of a console block, and the lines that its output must hold, in this order."""

    command: str
    expected: tuple[str, ...]

    @property
    def call(self) -> tuple[str, list[str]]:
        """What is typed into the command, and its arguments."""
        words = shlex.split(self.command)
        if words[0] == "tucham":
            return "", words[1:]
        echo, typed, pipe, program, *arguments = words
        assert (echo, pipe, program) == ("echo", "|", "tucham"), self.command
        return typed + "\n", arguments


def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def blocks(text: str, mark: str) -> Iterator[str]:
    """The fenced blocks of that mark; those inside a list are indented."""
    for match in re.finditer(
        rf"^(?P<indent> *)```{mark}\n(?P<body>.*?)^(?P=indent)```", text, re.MULTILINE | re.DOTALL
    ):
        yield "\n".join(line.removeprefix(match["indent"]) for line in match["body"].splitlines())


def examples(text: str) -> list[Example]:
    found: list[Example] = []
    for block in blocks(text, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *expected = part.splitlines()
            found.append(Example(command, tuple(line for line in expected if line.strip())))
    return found


def missing_line(output: str, expected: tuple[str, ...]) -> str | None:
    """The first expected line that the rest of the output does not hold."""
    at = 0
    for line in expected:
        pieces = [re.escape(piece.strip()) for piece in line.split(ANYTHING)]
        match = re.compile("[^\n]*".join(pieces)).search(output, at)
        if match is None:
            return line
        at = match.end()
    return None


def run(calls: list[tuple[str, list[str]]], home: Path) -> list[tuple[int, str]]:
    """Run the commands in a folder that holds nothing but the sample units."""
    shutil.copytree(ROOT / "demo", home / "demo")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TUCHAM_")}
    ran = subprocess.run(
        [sys.executable, "-P", "-c", DRIVER],
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
        cwd=home,
        env=kept | {"PYTHONPATH": str(ROOT), "HOME": str(home)},
    )
    told: list[tuple[int, str]] = json.loads(ran.stdout)
    return told


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if examples(read(name))])
def test_the_examples_of_a_document_do_what_it_says(document: str, tmp_path: Path) -> None:
    shown = examples(read(document))
    told = run([example.call for example in shown], tmp_path)
    for example, (status, output) in zip(shown, told, strict=True):
        assert status == 0, f"$ {example.command}\n{output}"
        missing = missing_line(output, example.expected)
        assert missing is None, f"$ {example.command}\n{output}\ndoes not say: {missing}"


def test_an_example_that_says_too_much_is_found_out() -> None:
    (example,) = examples("   ```console\n   $ tucham status\n   Năm … đang mở\n   Đã nộp 3/29\n   ```\n")
    assert example == Example("tucham status", ("Năm … đang mở", "Đã nộp 3/29"))
    assert missing_line("Năm 2025, đợt đang mở.\nĐã nộp 3/29 đơn vị.", example.expected) is None
    assert missing_line("Năm 2025, đợt đang mở.\nĐã nộp 0/29 đơn vị.", example.expected) == "Đã nộp 3/29"
    assert missing_line("Đã nộp 3/29 đơn vị.\nNăm 2025, đợt đang mở.", example.expected) == "Đã nộp 3/29"


def test_both_entrances_have_examples() -> None:
    assert {"README.md", "docs/van-hanh.md"} <= {name for name in DOCUMENTS if examples(read(name))}


@pytest.mark.parametrize("name", variables())
def test_every_setting_has_its_row(name: str) -> None:
    assert f"| `{name}` |" in read("docs/van-hanh.md")


def shell_commands() -> list[str]:
    """Every command of the shell, nouns with their verbs."""
    tables = texts("cli")["command"]
    said = []
    for name in VERBS:
        verbs = [key for key, value in tables[name].items() if isinstance(value, dict)]
        said += [f"{name} {verb}" for verb in verbs] or [name]
    return said


def options(command: str) -> set[str]:
    """The options of a shell command."""
    found: click.Command | None = Noun("tucham", key="program", verbs=VERBS)
    for word in command.split():
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), word)
    assert found is not None
    return {param.opts[0] for param in found.params if isinstance(param, click.Option)}


@pytest.mark.parametrize("command", shell_commands())
def test_every_shell_command_has_its_row_with_all_its_options(command: str) -> None:
    row = re.search(rf"^\| `tucham {command}(?P<rest>[ `].*)", read("docs/van-hanh.md"), re.MULTILINE)
    assert row is not None
    assert set(re.findall(r"--[a-z]+", row["rest"])) == options(command)


def test_no_shell_command_is_invented() -> None:
    known = set(shell_commands())
    for document in DOCUMENTS:
        for code in re.findall(r"`tucham ([a-z][a-z ]*)", read(document)):
            words = code.split()
            assert words[0] in VERBS, f"{document}: tucham {code}"
            assert {words[0], " ".join(words[:2])} & known or words == words[:1], f"{document}: tucham {code}"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_chat_command_is_told_to_people(name: str) -> None:
    spellings = {name, *texts("words")["requests"]["commands"].get(name, ())}
    told = {found for document in PEOPLE for found in re.findall(r"`/([a-z]+)", read(document))}
    assert spellings & told


def test_no_chat_command_is_invented() -> None:
    aliases = texts("words")["requests"]["commands"]
    known = {*COMMANDS, *(one for names in aliases.values() for one in names)}
    for document in ("README.md", *PEOPLE):
        for found in re.findall(r"`/([a-z]+)[` ]", read(document)):
            assert found in known, f"{document}: /{found}"


@pytest.mark.parametrize("role", sorted(MENU))
def test_a_menu_shows_only_what_the_people_of_that_role_can_read_about(role: str) -> None:
    document = "docs/can-bo-dau-moi.md" if role in ("none", "officer", "leader", "colleague") else "docs/so-tttt.md"
    assert {name for name in MENU[role] if f"`/{name}`" not in read(document)} == set()


def anchors(text: str) -> set[str]:
    """The anchors that headings get, as the usual viewers make them."""
    titles = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    text = re.sub(r"```.*?```", "", read(document), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    for target in targets:
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        found = (ROOT / document).parent / path if path else ROOT / document
        assert found.exists(), f"{document}: {target}"
        if anchor:
            assert anchor in anchors(found.read_text(encoding="utf-8")), f"{document}: {target}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_recipe_exists(document: str) -> None:
    recipes = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^ *)make ([a-z-]+)", read(document), re.MULTILINE)) <= recipes


def test_the_tree_of_the_readme_is_the_tree() -> None:
    (tree,) = (block for block in blocks(read("README.md"), "text") if block.startswith("scoring/"))
    folder, named = "", set()
    for line in tree.splitlines():
        name = line.split()[0]
        folder = folder if line.startswith(" ") else name
        path = folder + name if line.startswith(" ") else name
        assert (ROOT / path).exists(), path
        assert len(line.split()) > 3, f"{path}: what is it for?"
        named.add(path)
    rooms = {f"{path.parent.name}/{path.name}/" for path in (ROOT / "bot").iterdir() if (path / "__init__.py").exists()}
    assert rooms <= named


def test_every_picture_is_shown_and_small() -> None:
    shown = {src for document in DOCUMENTS for src in re.findall(r'src="(?:docs/)?pictures/([^"]+)"', read(document))}
    pictures = list((ROOT / "docs/pictures").glob("*.png"))
    assert shown == {picture.name for picture in pictures}
    for picture in pictures:
        head = picture.read_bytes()[:24]
        assert head.startswith(b"\x89PNG"), picture.name
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name
        assert int.from_bytes(head[16:20]) in WIDTHS, f"{picture.name} has another width"


@contextmanager
def script(name: str) -> Iterator[Any]:
    """A script of docs/pictures, as a module."""
    spec = importlib.util.spec_from_file_location(f"pictures_{name}", ROOT / f"docs/pictures/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[spec.name]


async def test_the_story_of_the_pictures_can_still_be_told(tmp_path: Path) -> None:
    with script("make") as make, script("pages") as pages:
        screens = await make.play(read("docs/pictures/story.txt"), tmp_path / "story.db")
        taken = {f"{name}.png" for name in (*screens, *pages.NAMES)}
    assert taken == {path.name for path in (ROOT / "docs/pictures").glob("*.png")}
    assert all(screen.markup for screen in screens.values())


def test_every_picture_says_what_it_shows() -> None:
    for document in DOCUMENTS:
        for image in re.findall(r"<img [^>]*>", read(document)):
            assert re.search(r'alt="[^"]{10,}"', image), f"{document}: {image}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_text_is_composed_unicode(document: str) -> None:
    assert unicodedata.is_normalized("NFC", read(document))
