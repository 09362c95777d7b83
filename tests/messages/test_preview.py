"""The page that shows every screen."""

from html.parser import HTMLParser

from messages.preview import preview_page
from messages.render import Renderer


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.figures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "figure":
            self.figures.append(dict(attrs)["id"] or "")


def test_the_page_shows_every_sample_and_runs_no_script(renderer: Renderer) -> None:
    html = preview_page(renderer)
    page = Page()
    page.feed(html)
    wanted = [f"{name}-{n}" for name in renderer.templates() for n in range(1, len(renderer.sample(name)) + 1)]
    assert sorted(page.figures) == sorted(wanted)
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert "prefers-color-scheme: dark" in html
    assert '="http' not in html


def test_markup_of_messages_stands_and_typed_markup_does_not(renderer: Renderer) -> None:
    html = preview_page(renderer)
    assert "<b>4,38/5 điểm</b>" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script" not in html
