"""One web page with every screen, as a message and as a card, for whoever has to judge the words."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from messages.render import Renderer
from messages.samples import Sample
from messages.web import Shown


@dataclass(frozen=True, slots=True)
class Screen:
    """One sample, rendered."""

    template: str
    title: str
    when: str
    anchor: str
    html: Markup
    rows: tuple[tuple[str, ...], ...]
    records: Markup
    card: Markup


ASSETS = Path(__file__).parent / "assets"
STYLES = ("tokens.css", "chat.css")


def preview_page(renderer: Renderer) -> str:
    """The whole page: phone-wide cards, light and dark, no script. MessageBroken when any sample does not render."""
    groups = [
        {"title": group.title, "screens": [screen for name in group.templates for screen in _screens(renderer, name)]}
        for group in renderer.sample_groups()
    ]
    style = "".join((ASSETS / name).read_text(encoding="utf-8") for name in STYLES)
    return renderer.page("preview", {"groups": groups, "web_style": Markup(style)})  # noqa: S704 - a file of ours


def _screens(renderer: Renderer, template: str) -> Iterator[Screen]:
    for number, sample in enumerate(renderer.sample(template), start=1):
        web = renderer.web_parts(template, sample.data, web_buttons(renderer, sample))
        yield Screen(
            template=template,
            title=sample.title,
            when=sample.when,
            anchor=f"{template}-{number}",
            # render() has escaped everything that is not our own markup
            html=Markup(renderer.render(template, sample.data)),  # noqa: S704
            rows=tuple(tuple(renderer.label(button.label, button.args) for button in row) for row in sample.rows),
            records=Markup(web["records"]),  # noqa: S704
            card=Markup(web["card"]),  # noqa: S704
        )


def web_buttons(renderer: Renderer, sample: Sample) -> tuple[tuple[Shown, ...], ...]:
    """A sample's buttons as a page's card takes them; their payloads are told apart, and mean nothing."""
    made = []
    for number, row in enumerate(sample.rows):
        labels = [renderer.label(button.label, button.args) for button in row]
        made.append(
            tuple(
                {"name": button.label, "label": label, "press": f"zz:{number}:{place}::0", "args": button.args}
                for place, (button, label) in enumerate(zip(row, labels, strict=True))
            )
        )
    return tuple(made)
