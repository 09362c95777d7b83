"""The documents tell the truth: their examples run, what they list is all there is, and every link leads somewhere."""

from __future__ import annotations

import importlib.util
import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest
from doc_examples.examples import ROOT, Call, Example, blocks, examples, missing_line, run

from bot.cli.entry import VERBS
from bot.cli.shape import Noun
from bot.conversation.commands import COMMANDS
from bot.conversation.menu import MENU
from bot.settings import variables
from bot.wording import texts

DOCUMENTS = ("README.md", "CHANGELOG.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
PEOPLE = ("docs/can-bo-dau-moi.md", "docs/so-tttt.md")
LARGEST_PICTURE = 80_000
WIDTHS = {720: "a page on a phone", 800: "a message", 1280: "a page on a desk"}


def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if examples(read(name))])
def test_the_examples_of_a_document_do_what_it_says(document: str, tmp_path: Path) -> None:
    text = read(document)
    shown = examples(text)
    told = run(text, shown, tmp_path)
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


def test_an_example_names_its_day_and_who_types_what() -> None:
    typed = "printf 'a\\na\\n' | LOGNAME=\"Trần Thị Hà\" tucham talk --as MÃ"
    text = f"<!--\n```console 05/01/2026\n$ {typed}\n$ tucham status\n```\n-->\n"
    first, second = (example.call for example in examples(text))
    assert first == Call("a\na\n", ["talk", "--as", "MÃ"], "Trần Thị Hà", "2026-01-05T09:00+07:00")
    assert second == Call("", ["status"])


def test_all_who_run_the_service_have_examples() -> None:
    shown = {name for name in DOCUMENTS if examples(read(name))}
    assert {"README.md", "docs/van-hanh.md", "docs/quan-tri.md"} <= shown


@pytest.mark.parametrize("name", variables())
def test_every_setting_has_its_row(name: str) -> None:
    assert f"| `{name}` |" in read("docs/van-hanh.md")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_setting_is_invented(document: str) -> None:
    """A name that ends with an underscore stands for all that begin so."""
    for found in set(re.findall(r"\bTUCHAM_[A-Z0-9_]+", read(document))):
        assert any(found == name or (found.endswith("_") and name.startswith(found)) for name in variables()), found


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
    assert set(re.findall(r"--[a-z-]+", row["rest"])) == options(command)


def test_no_shell_command_is_invented() -> None:
    known = set(shell_commands())
    for document in DOCUMENTS:
        for code in re.findall(r"`tucham ([a-z]+(?:[ -][a-z]+)*)", read(document)):
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
    (tree,) = (block for _, block in blocks(read("README.md"), "text") if block.startswith("scoring/"))
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
