"""How a message looks as an e-mail: a subject, plain text and the same as HTML, with where to go and whom to call."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from messages.environment import cut
from messages.render import FOLDER

SUBJECT_LIMIT = 120
"""Characters of a subject without what stands before every one of them."""
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_TITLED = 3
"""Among so many first lines the one in bold type is looked for."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as an e-mail; the subject is one line."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Foot:
    """A line below the message, perhaps with an address at its end."""

    words: str
    link: str = ""


class Letters:
    """Writes letters. `names` is what every message may speak of: agency, contact_name, contact_phone, site_url."""

    def __init__(self, names: Mapping[str, str], folder: Path = FOLDER) -> None:
        self._words: Mapping[str, str] = tomllib.loads((folder / "mail.toml").read_text(encoding="utf-8"))
        self._names = names
        environment = Environment(
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            loader=FileSystemLoader(folder / "letters"),
        )
        self._template = environment.get_template("letter.j2")

    @property
    def sender(self) -> str:
        """The name letters come from."""
        return cut(self._names["agency"], SUBJECT_LIMIT)

    def letter(self, message: str, *, subject: str = "", buttons: bool = False, left_out: str = "") -> Letter:
        """A message (the small HTML subset, escaped) as a letter.

        `buttons`: there were some, which a letter cannot have; `left_out` names a file too large to go with it.
        """
        message = _CONTROL.sub("", message)
        foot = tuple(self._foot(buttons=buttons, left_out=_CONTROL.sub("", left_out)))
        titled = self._words["prefix"] + (cut(_CONTROL.sub(" ", subject) or self._title(message), SUBJECT_LIMIT))
        below = "\n".join(f"{line.words} {line.link}".rstrip() for line in foot)
        broken = Markup(message.replace("\n", "<br>\n"))  # noqa: S704 - rendered by our own templates, which escaped
        html = self._template.render(subject=titled, message=broken, foot=foot)
        return Letter(titled, f"{plain(message)}\n\n--\n{below}\n", html)

    def _title(self, message: str) -> str:
        """The first line, or the one near it that stands in bold type; marked where it was sent before."""
        lines = [line for line in message.split("\n") if line.strip()]
        chosen = next((line for line in lines[:_TITLED] if "<b>" in line), lines[0] if lines else "")
        again = self._words["again"] + " " if lines and plain(lines[0]) == self._words["again"] else ""
        return again + (plain(chosen).strip() or self._words["untitled"])

    def _foot(self, *, buttons: bool, left_out: str) -> Iterator[Foot]:
        words, names = self._words, self._names
        site = names["site_url"]
        if left_out:
            yield Foot(words["left_out"].format(name=cut(left_out, SUBJECT_LIMIT)))
        if site:
            yield Foot(words["act" if buttons else "see"], site)
        elif buttons:
            yield Foot(words["act_elsewhere"])
        whom = names["contact_name"] or names["agency"]
        if names["contact_phone"]:
            whom = words["contact"].format(name=whom, phone=names["contact_phone"])
        yield Foot(words["call"].format(contact=whom))
        yield Foot(words["automatic"].format(agency=names["agency"]))


def plain(message: str) -> str:
    """The small HTML subset as plain text; links show where they lead."""
    return unescape(_TAG.sub("", _LINK.sub(r"\2 (\1)", message)))
