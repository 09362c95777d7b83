"""Every look a reply may have on the page: the samples of all replies, made into cards."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from messages.preview import web_buttons
from messages.render import Renderer

NAMES = {
    "agency": "Sở Thông tin và Truyền thông",
    "agency_short": "Sở TTTT",
    "province": "Quảng Bình",
    "contact_name": "Phòng Công nghệ thông tin, Sở TTTT",
    "contact_phone": "0232 3000 000",
    "site_url": "https://tucham.quangbinh.gov.vn",
}
SHOW = """(made) => {
  document.getElementById('nay').innerHTML = made.records + made.card;
  document.querySelectorAll('#nay details').forEach((one) => { one.open = true; });
  scrollTo(0, 0);
}"""


@dataclass(frozen=True, slots=True)
class SampleCard:
    """One sample of a reply, as the page shows it."""

    name: str
    parts: dict[str, str]


def sample_cards() -> Iterator[SampleCard]:
    """All of them."""
    renderer = Renderer(NAMES, ZoneInfo("Asia/Ho_Chi_Minh"))
    for template in renderer.templates():
        for number, sample in enumerate(renderer.sample(template), start=1):
            parts = renderer.web_parts(template, sample.data, web_buttons(renderer, sample))
            yield SampleCard(f"{template}-{number}", parts)
