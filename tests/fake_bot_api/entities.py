"""Telegram's HTML parse mode, strict enough to refuse what Telegram refuses."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from html import escape, unescape

from fake_bot_api.errors import ApiError, malformed

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
}
TAGS = {kind: tag for tag, kind in reversed(KINDS.items())}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot));?")
_PLAIN = re.compile(r"[^<&]+")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]*)\s*(=?)\s*("[^"]*"|'[^']*'|["'].*|[^\s>"']*)""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entity:
    """A styled stretch of text; offset and length are in UTF-16 units."""

    kind: str
    offset: int
    length: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Styled:
    """Plain text, its entities and the stray ampersands found while reading it."""

    text: str
    entities: tuple[Entity, ...] = ()
    stray: int = 0

    @property
    def length(self) -> int:
        """Length as Telegram counts it."""
        return utf16_length(self.text)

    @property
    def html(self) -> str:
        """The text as HTML, the same for every way of saying the same thing."""
        return render_html(self)


def utf16_length(text: str) -> int:
    """Count UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> Styled:
    """Read HTML as Telegram does; raise ApiError "can't parse entities: …" for what it refuses."""
    reader = _Reader(source)
    while reader.at < len(source):
        reader.step()
    return reader.finish()


def render_html(styled: Styled) -> str:
    """Write text and entities back as HTML with the shortest tag names."""
    marks: dict[int, list[str]] = defaultdict(list)
    tagged = sorted((e for e in styled.entities if e.kind in TAGS), key=lambda e: (e.offset, -e.length))
    for entity in tagged:
        href = f' href="{escape(entity.url)}"' if entity.url else ""
        marks[entity.offset].append(f"<{TAGS[entity.kind]}{href}>")
    for entity in reversed(tagged):
        # inner entities close first, and a closing tag stands before the next opening one
        end = entity.offset + entity.length
        closing = [mark for mark in marks[end] if mark.startswith("</")]
        marks[end].insert(len(closing), f"</{TAGS[entity.kind]}>")
    out, before = [], 0
    units = styled.text.encode("utf-16-le", "surrogatepass")
    for place in sorted(marks):
        out += [_escape_units(units[2 * before : 2 * place]), *marks[place]]
        before = place
    return "".join([*out, _escape_units(units[2 * before :])])


def _escape_units(units: bytes) -> str:
    return escape(units.decode("utf-16-le", "surrogatepass"), quote=False)


@dataclass(slots=True)
class _Reader:
    source: str
    at: int = 0
    offset: int = 0
    stray: int = 0
    parts: list[str] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    nested: list[tuple[str, int, str | None]] = field(default_factory=list)

    def step(self) -> None:
        if self.source[self.at] == "&":
            self._reference()
        elif self.source.startswith("</", self.at):
            self._end_tag()
        elif self.source[self.at] == "<":
            self._start_tag()
        else:
            found = _PLAIN.match(self.source, self.at)
            assert found is not None
            self._add(found.group(), found.end())

    def finish(self) -> Styled:
        if self.nested:
            raise self._wrong(f'Can\'t find end tag corresponding to start tag "{self.nested[-1][0]}"')
        # the outer of two equal stretches closes last and comes first
        self.entities.reverse()
        entities = sorted(self.entities, key=lambda e: (e.offset, -e.length))
        return Styled("".join(self.parts), tuple(entities), self.stray)

    def _wrong(self, told: str) -> ApiError:
        return malformed(f"can't parse entities: {told}")

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def _add(self, text: str, until: int) -> None:
        self.parts.append(text)
        self.offset += utf16_length(text)
        self.at = until

    def _reference(self) -> None:
        found = _REFERENCE.match(self.source, self.at)
        if found is None:  # Telegram lets it stand; a bot that escapes never sends it
            self.stray += 1
            self._add("&", self.at + 1)
            return
        hexadecimal, decimal, name = found.groups()
        code = int(hexadecimal, 16) if hexadecimal else int(decimal) if decimal else 0
        if not name and not 0 < code <= 0x10FFFF:
            self.stray += 1
            self._add("&", self.at + 1)
            return
        self._add(NAMED[name] if name else chr(code), found.end())

    def _start_tag(self) -> None:
        begin = self.at
        found = _NAME.match(self.source, begin + 1)
        assert found is not None
        tag, at = found.group().lower(), found.end()
        if at >= len(self.source):
            raise self._wrong(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag not in KINDS and tag not in {"span", "tg-emoji"}:
            raise self._wrong(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        attributes, self.at = self._attributes(tag, at, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self.nested.append((tag, self.offset, attributes.get("href")))

    def _attributes(self, tag: str, at: int, begin: int) -> tuple[dict[str, str], int]:
        attributes: dict[str, str] = {}
        while True:
            while at < len(self.source) and self.source[at].isspace():
                at += 1
            if at >= len(self.source):
                raise self._wrong(f"Unclosed start tag at byte offset {self._byte(begin)}")
            if self.source[at] == ">":
                return attributes, at + 1
            found = _ATTRIBUTE.match(self.source, at)
            assert found is not None
            name, equals, value = found.groups()
            if not name:
                raise self._wrong(f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(at)}')
            if not equals and not (tag == "blockquote" and name == "expandable"):
                raise self._wrong(
                    f'Expected equal sign in declaration of an attribute of the tag "{tag}"'
                    f" at byte offset {self._byte(at)}"
                )
            if found.end() == at or (value[:1] in {'"', "'"} and value[1:][-1:] != value[0]):
                raise self._wrong(f"Unclosed start tag at byte offset {self._byte(begin)}")
            attributes[name.lower()] = unescape(value.strip("\"'")) if equals else ""
            at = found.end() if equals else at + len(name)

    def _end_tag(self) -> None:
        begin = self.at
        if not self.nested:
            raise self._wrong(f"Unexpected end tag at byte offset {self._byte(begin)}")
        close = self.source.find(">", begin)
        if close < 0 or len(self.source[begin + 2 : close].split()) > 1:
            raise self._wrong(f"Unclosed end tag at byte offset {self._byte(begin)}")
        tag, start, href = self.nested.pop()
        name = self.source[begin + 2 : close].strip().lower()
        if name and name != tag:
            raise self._wrong(
                f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{tag}>", found "</{name}>"'
            )
        if self.offset > start:
            kind = "spoiler" if tag == "span" else KINDS.get(tag, "custom_emoji")
            self.entities.append(Entity(kind, start, self.offset - start, href))
        self.at = close + 1
