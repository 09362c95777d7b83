"""What stands on a chat page as a person reads it: the entries' text, each piece of markup taken for what it is."""

from __future__ import annotations

from html.parser import HTMLParser


class _Entries(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[str]]] = []
        self._inside = False
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        look = dict(attrs).get("class") or ""
        if tag == "li" and look in ("mine", "said"):
            self.found.append((look, []))
            self._inside = True
        elif tag == "span":
            self._hidden = look == "unseen"
        elif tag in ("br", "p") and self._inside:
            self.found[-1][1].append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "li":
            self._inside = False
        elif tag == "span":
            self._hidden = False

    def handle_data(self, data: str) -> None:
        if self._inside and not self._hidden:
            self.found[-1][1].append(data)


def entries(page: str, kind: str) -> list[str]:
    """The texts the person wrote ("mine") or was told ("said"), oldest first, without hidden words."""
    reader = _Entries()
    reader.feed(page)
    reader.close()
    return ["".join(pieces).strip() for look, pieces in reader.found if look == kind]
