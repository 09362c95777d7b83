"""Every look a reply may have on the page: the samples of all replies, made into cards."""

from collections.abc import Iterator
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
SHOW = """(html) => {
  document.getElementById('nay').innerHTML = html;
  document.querySelectorAll('#nay details').forEach((one) => { one.open = true; });
  scrollTo(0, 0);
}"""
TRAY = 12


def trays() -> Iterator[tuple[str, str]]:
    """All samples as (their names, their cards): several on one page, but those with fields each on its own."""
    renderer, names, html = Renderer(NAMES, ZoneInfo("Asia/Ho_Chi_Minh")), list[str](), list[str]()
    for template in renderer.templates():
        for number, sample in enumerate(renderer.sample(template), start=1):
            made = renderer.web_parts(template, sample.data, web_buttons(renderer, sample))
            whole = made["records"] + made["card"]
            if " id=" in whole:
                yield f"{template}-{number}", whole
                continue
            names.append(f"{template}-{number}")
            html.append(whole)
            if len(names) == TRAY:
                yield " ".join(names), "".join(html)
                names.clear()
                html.clear()
    if names:
        yield " ".join(names), "".join(html)
