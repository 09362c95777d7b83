"""The card somebody looks at, read off the page the way its reader would: what it asks, what it offers."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

READ = """() => {
  const card = document.getElementById('nay'), one = (at) => card && card.querySelector(at);
  const words = (it) => it ? it.innerText.replace(/\\s+/g, ' ').trim() : '';
  const all = (at) => card ? [...card.querySelectorAll(at)].map(words) : [];
  const article = one('article'), form = document.getElementById('press');
  return {
    key: form.elements.key.value, about: form.elements.about.value,
    id: words(one('h2 .id')).replace(/\\.$/, ''), title: words(one('h2')) || words(one('.text, p')),
    looks: article ? [...article.classList] : [], text: words(card),
    options: all('button.option'), buttons: all('button'),
    boxes: ['f-n', 'f-d', 'f-p'].filter((id) => document.getElementById(id)),
    history: [...document.querySelectorAll('#p-log li:not(.live)')].map(words),
  };
}"""


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on the page: the live card, and the history above it."""

    key: str
    about: str
    id: str
    title: str
    looks: tuple[str, ...]
    text: str
    options: tuple[str, ...]
    buttons: tuple[str, ...]
    boxes: tuple[str, ...]
    history: tuple[str, ...]

    @property
    def face(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """What must be the same after a reload and on another device."""
        return self.text, self.buttons, self.history

    @property
    def asks(self) -> bool:
        """Whether it is a question of the decision, and not one back about an answer."""
        return bool(self.id) and "doubt" not in self.looks and bool(self.options or self.boxes)


async def read_card(page: Page) -> Card:
    """The card on the page."""
    found: dict[str, Any] = await page.evaluate(READ)
    read: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in found.items()}
    return Card(**read)
