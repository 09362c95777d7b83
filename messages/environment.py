"""How the template language is set up: strict, escaping, with our filters and the phrases that templates share."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError, Undefined
from markupsafe import Markup

from messages import numbers
from messages.dates import Dates
from messages.errors import MessageBroken

PARTS = {
    "say": "parts/say.j2",
    "told": "parts/recorded.j2",
    "hints": "parts/hints.j2",
    "flagged": "parts/flags.j2",
    "sent": "parts/mailings.j2",
}
"""The phrases that templates share, as modules of macros."""
ELLIPSIS = "…"

_SPACE = re.compile(r"\s+")


class DictFirst(Environment):
    """Jinja's own looks for an attribute first, which on a dict is slow and finds methods (`items`) instead of keys."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What `obj.attribute` means in a template."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class Part:
    """The macros of one file of phrases, as attributes. It is compiled when the first of them is asked for: compiling
    them all would be most of a start's time that is ours, and many a process never needs some of them."""

    def __init__(self, environment: Environment, path: str) -> None:
        self._environment = environment
        self._path = path

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(load(self._environment, self._path).module, name)
        setattr(self, name, found)  # the next one is found without asking
        return found


def make_environment(folder: Path, known: Mapping[str, Any], dates: Dates, *, escape: bool) -> Environment:
    """An environment in which every template may use what is `known`, our filters and, when it escapes, the parts."""
    environment = DictFirst(
        autoescape=escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FileSystemLoader(folder),
        auto_reload=False,
        cache_size=-1,
    )
    # Jinja has a filter of its own called `count`; ours writes a number.
    filters = (
        *(numbers.points, numbers.points2, numbers.percent, numbers.shown, numbers.count, numbers.two),
        *(dates.when, dates.moment, dates.day, dates.hour, dates.short_day, dates.due),
        *(cut, bare, capital),
    )
    environment.filters.update({one.__name__: _naming_what_is_missing(one) for one in filters})
    environment.globals.update(known)
    if escape:
        for name, path in PARTS.items():
            environment.globals[name] = Part(environment, path)
    return environment


def _naming_what_is_missing(write: Callable[..., str]) -> Callable[..., str]:
    """The same filter; what is not defined fails under its own name, not as a value of a strange type."""

    def filtered(value: object, *args: object) -> str:
        if isinstance(value, Undefined):
            str(value)  # raises, with the name
        return write(value, *args)

    return filtered


def load(environment: Environment, path: str) -> Template:
    """A compiled template; MessageBroken when it is missing or broken."""
    try:
        return flattened(environment.get_template(path))
    except TemplateError as error:
        raise MessageBroken(f"template {path}: {type(error).__name__}: {error}") from error


def flattened(compiled: Template) -> Template:
    """The same template with its globals in one dict: Jinja keeps a chain of mappings and flattens it at every
    rendering, which is a third of the time of a card."""
    compiled.globals = dict(compiled.globals)
    return compiled


def cut(text: object, limit: int) -> str:
    """One line of text, at most `limit` characters long, what is too much replaced by an ellipsis."""
    if not isinstance(text, str):
        raise TypeError(f"a text is needed, not {type(text).__name__}")
    # A macro's output is escaped already and would break when cut: it is made plain, and escaped again as it goes out.
    plain = text.unescape() if isinstance(text, Markup) else text
    line = _SPACE.sub(" ", plain).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + ELLIPSIS


def capital(text: object) -> str:
    """A text with a capital letter first; the other letters stay, names among them."""
    line = cut(text, 1000)
    return line[:1].upper() + line[1:]


def bare(text: object) -> str:
    """A text without the brackets around the whole of it and without a closing stop, to stand inside a sentence."""
    line = cut(text, 1000)
    if line.startswith("(") and line.endswith(")"):
        line = line[1:-1]
    return line.rstrip(".;:").strip()
