"""Replies become text here: a template's name and data go in, a message in the small HTML subset comes out."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, Template, TemplateError
from markupsafe import escape

from messages.dates import Dates
from messages.environment import PARTS, cut, flattened, load, make_environment
from messages.errors import MessageBroken
from messages.samples import Sample, SampleGroup, Samples
from messages.web import Cards, Shown

FOLDER = Path(__file__).parent / "vi"
NAMES = frozenset({"agency", "agency_short", "province", "contact_name", "contact_phone", "site_url"})
LABEL_LIMIT = 64
OFTEN = ("question", "review", "confirm_reading")
OFTEN_PARTS = ("say", "told", "hints")
"""What nearly every turn of an officer shows."""

_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_MISUSE = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError)


class Renderer:
    """Makes messages and labels. Each template is compiled once, when it is first needed (a few milliseconds); a
    Renderer may be used from several threads."""

    def __init__(self, names: Mapping[str, str], zone: ZoneInfo, folder: Path = FOLDER) -> None:
        """`names` holds at least NAMES, which every template may use; MessageBroken when one is missing."""
        if missing := NAMES - names.keys():
            raise MessageBroken(f"names missing: {', '.join(sorted(missing))}")
        self._dates = Dates(_read_toml(folder / "formats.toml"), zone)
        self._folder = folder
        self._commands = _read_toml(folder / "commands.toml")
        self._known = {**names, "commands": self._commands}
        self._html = make_environment(folder, self._known | {"plain": False}, self._dates, escape=True)
        self._plain = make_environment(folder, names, self._dates, escape=False)
        self._compiled: dict[str, Template] = {}
        self._worded: dict[str, Template] = {}
        self._cards = Cards(self._html, folder, self.render)
        buttons = _read_toml(folder / "buttons.toml")
        self._fixed_labels = {name: text for name, text in buttons.items() if "{" not in text}
        self._labels = {name: text for name, text in buttons.items() if "{" in text}
        self._compiled_labels: dict[str, Template] = {}
        self._made_label: Callable[[str, tuple[tuple[str, object], ...]], str]
        self._made_label = lru_cache(maxsize=2048)(self._make_label)  # everybody is shown the same options

    def render(self, template: str, data: Mapping[str, object], *, plain: bool = False) -> str:
        """The message, escaped, no blanks around it, never more than one empty line; MessageBroken otherwise.

        `plain` is for chats without buttons, where nothing can be pressed.
        """
        kept = self._worded if plain else self._compiled
        compiled = kept.get(template) or self._compile(template, plain=plain)
        try:
            text = compiled.render(data)
        except _MISUSE as error:
            raise MessageBroken(f"template {template}: {type(error).__name__}: {error}") from error
        return _tidy(text)

    def web_parts(
        self, template: str, data: Mapping[str, object], buttons: Sequence[Sequence[Shown]]
    ) -> dict[str, str]:
        """The same reply for a page: `records`, the lines of what was recorded (or ""), and `card`, with its buttons.

        A button is a mapping of `name`, `label`, `press` and `args`. MessageBroken when the look cannot be made.
        """
        return self._cards.parts(template, data, buttons)

    def label(self, name: str, args: Mapping[str, object]) -> str:
        """A button's label: plain text of at most 64 characters; MessageBroken otherwise."""
        if name in self._fixed_labels:
            return self._fixed_labels[name]
        if name not in self._labels:
            raise MessageBroken(f"no label {name!r}")
        try:
            return self._made_label(name, tuple(args.items()))
        except _MISUSE as error:
            raise MessageBroken(f"label {name}: {type(error).__name__}: {error}") from error

    def _make_label(self, name: str, args: tuple[tuple[str, object], ...]) -> str:
        compiled = self._compiled_labels.get(name) or self._compile_label(name)
        return cut(compiled.render(args), LABEL_LIMIT)

    def command(self, name: str) -> str:
        """What a command does, in a few plain words for a channel's menu; MessageBroken when nobody wrote them."""
        if name not in self._commands:
            raise MessageBroken(f"no words for command {name!r}")
        return self._commands[name]

    def templates(self) -> tuple[str, ...]:
        """The names of all templates."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.j2")))

    def labels(self) -> tuple[str, ...]:
        """The names of all labels."""
        return (*self._fixed_labels, *self._labels)

    def warm_up(self) -> None:
        """Compile what nearly every turn shows: a tenth of a second that the first who answer need not wait."""
        for name in OFTEN:
            if name not in self._compiled:
                self._compile(name)
        for part in OFTEN_PARTS:
            _ = load(self._html, PARTS[part]).module

    def compile_all(self) -> None:
        """Compile everything now; MessageBroken when something is broken."""
        for name in self._labels:
            self._compile_label(name)
        for name in self.templates():
            self._compile(name)
        self._cards.compile_all()

    def sample(self, name: str) -> tuple[Sample, ...]:
        """The samples of a template; MessageBroken when there are none."""
        return Samples(self._folder / "samples").of(name)

    def sample_groups(self) -> tuple[SampleGroup, ...]:
        """The screens in the order a person meets them."""
        return Samples(self._folder / "samples").groups()

    def page(self, name: str, data: Mapping[str, object]) -> str:
        """A whole web page from pages/; MessageBroken when there is none of that name."""
        return load(self._html, f"pages/{name}.j2").render(data)

    @cached_property
    def _in_words(self) -> Environment:
        """For chats without buttons, which many an installation does not have."""
        return make_environment(self._folder, self._known | {"plain": True}, self._dates, escape=True)

    def _compile(self, name: str, *, plain: bool = False) -> Template:
        kept, environment = (self._worded, self._in_words) if plain else (self._compiled, self._html)
        compiled = kept[name] = load(environment, f"{name}.j2")
        return compiled

    def _compile_label(self, name: str) -> Template:
        try:
            compiled = flattened(self._plain.from_string(self._labels[name]))
        except TemplateError as error:
            raise MessageBroken(f"label {name}: {error}") from error
        self._compiled_labels[name] = compiled
        return compiled


def spellings(name: str) -> tuple[str, ...]:
    """How a name may stand in what was rendered: as it is, in labels and plain text, and as HTML has it."""
    return name, str(escape(name))


def _tidy(text: str) -> str:
    """Without blanks around the whole and at the ends of lines, and never more than one empty line."""
    if " \n" in text or "\t" in text:
        text = _TRAILING.sub("", text)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


def _read_toml(path: Path) -> dict[str, str]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise MessageBroken(f"{path.name}: {error}") from error
