"""How a reply looks on a web page: the lines of what was recorded, which stay, and the card, which is replaced."""

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, TemplateError
from markupsafe import Markup, escape

from messages.environment import Part, load
from messages.errors import MessageBroken

CARDS = "cards"
STAYING = frozenset({"receipt"})
"""Replies of which a line stays in the history when the next card replaces them."""
GAP = 1
"""Between the parts of a bar, in percent of its width."""
_SHARED = frozenset({"parts", "records"})
_LINES = re.compile(r"\n+")
_GAP = re.compile(r"\n{2,}")
_MISUSE = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError)

Shown = Mapping[str, Any]
"""One button: the name of its label, the words it shows, the payload it sends, and what the label was filled with."""


class Pad:
    """The buttons of one reply, to be placed one by one; a card shows in `others` what it has no place for."""

    def __init__(self, rows: Sequence[Sequence[Shown]]) -> None:
        self.rows = tuple(tuple(row) for row in rows if row)

    def one(self, name: str) -> Shown | None:
        """The first button of that name, None when the reply has none."""
        return next((button for row in self.rows for button in row if button["name"] == name), None)

    def all(self, *names: str) -> tuple[Shown, ...]:
        """The buttons of these names, in the reply's order."""
        return tuple(button for row in self.rows for button in row if button["name"] in names)

    def others(self, *names: str) -> tuple[Shown, ...]:
        """The buttons of any other name, in the reply's order."""
        return tuple(button for row in self.rows for button in row if button["name"] not in names)


class Cards:
    """The looks of replies; `render` makes the plain message where a reply has no look of its own."""

    def __init__(self, environment: Environment, folder: Path, render: Callable[[str, Mapping[str, Any]], str]) -> None:
        environment.filters.update(lines=lines, paragraphs=paragraphs, parted=parted, of_many=of_many)
        environment.globals["ui"] = Part(environment, f"{CARDS}/parts.j2")
        self._environment = environment
        self._render = render
        self.names = frozenset(path.stem for path in (folder / CARDS).glob("*.j2")) - _SHARED
        self._compiled: dict[str, Template] = {}

    def parts(self, template: str, data: Mapping[str, Any], rows: Sequence[Sequence[Shown]]) -> dict[str, str]:
        """The lines of what was recorded (or "") and the card; MessageBroken when either cannot be made."""
        pad = Pad(rows)
        look = template if template in self.names else "plain"
        more = {"plain_text": Markup(self._render(template, data))} if look == "plain" else {}  # noqa: S704
        told = data.get("recorded") or data.get("saved") or template in STAYING
        return {
            "records": self._made("records", {**data, "pad": pad, "stays": template in STAYING}) if told else "",
            "card": self._made(look, {**data, **more, "pad": pad}),
        }

    def compile_all(self) -> None:
        """Compile every look now; MessageBroken when one is broken."""
        for name in (*self.names, "records"):
            self._template(name)

    def _template(self, name: str) -> Template:
        compiled = self._compiled.get(name)
        if compiled is None:
            compiled = self._compiled[name] = load(self._environment, f"{CARDS}/{name}.j2")
        return compiled

    def _made(self, name: str, data: Mapping[str, Any]) -> str:
        try:
            return self._template(name).render(data).strip()
        except _MISUSE as error:
            raise MessageBroken(f"card {name}: {type(error).__name__}: {error}") from error


def lines(text: object) -> Markup:
    """A message's text on a page: every line of it on a line of its own, none of them empty."""
    return Markup("<br>").join(Markup(one) for one in _LINES.split(_escaped(text)) if one)  # noqa: S704


def paragraphs(text: object) -> Markup:
    """A message's text as paragraphs: an empty line parts them."""
    return Markup("").join(Markup("<p>{}</p>").format(lines(Markup(one))) for one in _GAP.split(_escaped(text)) if one)  # noqa: S704


def parted(sections: Sequence[Mapping[str, Any]], done: str = "done", total: str = "total") -> tuple[Shown, ...]:
    """A bar in as many parts as there are sections: where each begins, how wide it is and how much of it is filled,
    in percent of the whole bar, written for SVG."""
    whole = sum((Fraction(one[total]) for one in sections), Fraction(0)) or Fraction(1)
    room = 100 - GAP * (len(sections) - 1)
    made, begins = [], Fraction(0)
    for one in sections:
        wide, full = (Fraction(one[key]) * room / whole for key in (total, done))
        made.append({"x": _drawn(begins), "wide": _drawn(wide), "full": _drawn(full), "begun": full > 0})
        begins += wide + GAP
    return tuple(made)


def of_many(percent: object) -> Mapping[str, Any] | None:
    """A percentage (decimal text) as so many of ten or of a hundred: `exact`, or more than that, or (`less`) less.
    None when that would say no more than the number does."""
    if not isinstance(percent, str):
        return None
    exact = Fraction(percent)
    if not 0 < exact < 100:
        return None
    if exact < 1:
        return {"n": 1, "of": 100, "exact": False, "less": True}
    whole = int(exact)
    of = 10 if exact % 10 == 0 else 100
    return {"n": whole * of // 100, "of": of, "exact": exact == whole, "less": False}


def _escaped(text: object) -> str:
    return str(escape(text)).strip()


def _drawn(value: Fraction) -> str:
    hundredths = int(value * 100)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
