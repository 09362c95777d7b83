"""The pictures of the pages: starts the demo, answers as its officer on a phone-sized screen, shows both sides."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent.parent
OFFICER, REVIEWER, ADMIN = "Trần Thị Hà", "Nguyễn Thị Quỳnh Hương", "Lê Văn Minh"
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "vi-VN",
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "locale": "vi-VN"}
ON_PHONE = ("01-tham-gia", "02-cau-hoi", "03-ty-le", "04-hoi-lai", "05-xem-lai", "06-bien-nhan")
ON_DESK = {
    "09-tien-do": "/bang",
    "10-ma-tran": "/bang/ma-tran",
    "11-xep-hang": "/bang/xep-hang",
    "12-don-vi": "/bang/don-vi/{unit}",
}
DARK = "13-tien-do-toi"
BY_ADMIN = "14-gui-tin"
NAMES = (*ON_PHONE, *ON_DESK, DARK, BY_ADMIN)
LETTER = (
    "Kính gửi anh/chị, [Tên đơn vị] đã trả lời [Đã xong] tiêu chí, hạn nộp [Hạn nộp]. "
    "Anh/chị có thể tiếp tục ngay tại đây."
)
MOST_STEPS = 80


@contextmanager
def demo(folder: Path) -> Iterator[list[str]]:
    """The links of a demo of its own, while it runs."""
    command = [sys.executable, "-P", "-m", "bot", "demo", "--dir", str(folder / "demo"), "--port", "8180"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TUCHAM_")}
    process = subprocess.Popen(  # noqa: S603
        command, cwd=folder, env=kept | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, encoding="utf-8"
    )
    try:
        links: list[str] = []
        while process.stdout and len(links) < 3:
            line = process.stdout.readline()
            if not line:
                raise SystemExit("the demo did not start")
            links += re.findall(r"http://\S+", line)
        yield links
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def take_pages(browser: Browser, folder: Path) -> None:
    """Put every picture of the pages into the folder."""
    with demo(folder) as (officer, reviewer, admin):
        _as_officer(browser, officer, folder)
        _as_reviewer(browser, reviewer, folder)
        _as_admin(browser, admin, folder)


def _as_officer(browser: Browser, link: str, folder: Path) -> None:
    """Without scripts every press is a page of its own, which needs no waiting; the pictures show them with scripts."""
    walking = browser.new_context(**PHONE, java_script_enabled=False)
    page = walking.new_page()
    page.goto(link)
    _shoot(browser, page, folder / "01-tham-gia.png")
    page.fill("[name=name]", OFFICER)
    page.click("main form .main")
    for name in ("02-cau-hoi", "03-ty-le", "05-xem-lai"):
        _walk_to(page, name)
        _shoot(browser, page, folder / f"{name}.png", {"#f-n": "350", "#f-d": "400"} if name == "03-ty-le" else {})
        if name == "03-ty-le":
            _type_ratio(page, "0,85")
            _shoot(browser, page, folder / "04-hoi-lai.png")
            page.locator("#nay button[value^='an:']").last.click()
    page.click("#nay button[value^='sb:']")
    page.click("#nay button[value^='ok:']")
    _shoot(browser, page, folder / "06-bien-nhan.png")
    walking.close()


def _walk_to(page: Page, name: str) -> None:
    """Answer whatever is asked until the screen stands there that the picture shows."""
    for _ in range(MOST_STEPS):
        card = page.locator("#nay")
        ratio, review = page.locator("#f-p").count(), card.locator("button[value^='sb:']").count()
        answered = page.locator("text=1.2.1.").count()
        if (name == "02-cau-hoi" and answered) or (name == "03-ty-le" and ratio) or (name == "05-xem-lai" and review):
            return
        if ratio:
            _type_ratio(page, "96,5")
        else:
            card.locator("button[value^='op:'], button[value^='an:'], button[value^='st:']").first.click()
    raise SystemExit(f"{name} was not reached")


def _type_ratio(page: Page, text: str) -> None:
    page.fill("#f-p", text)
    page.click("button[form=figures]")


def _shoot(browser: Browser, page: Page, picture: Path, fill: dict[str, str] | None = None) -> None:
    """The same page as its reader sees it, scripts included."""
    seeing = browser.new_context(**PHONE, storage_state=page.context.storage_state(), color_scheme="light")
    _picture(seeing.new_page(), page.url, picture, fill)
    seeing.close()


def _as_reviewer(browser: Browser, link: str, folder: Path) -> None:
    site = link.partition("/moi/")[0]
    joined = browser.new_context(**DESK, color_scheme="light")
    page = joined.new_page()
    page.goto(link)
    page.fill("[name=name]", REVIEWER)
    page.click("main form .main")
    page.goto(f"{site}/bang")
    submitted = page.locator("tr.submitted th a").first.get_attribute("href") or ""
    unit = submitted.partition("/bang/don-vi/")[2].partition("?")[0]
    for name, path in ON_DESK.items():
        _picture(page, site + path.format(unit=unit), folder / f"{name}.png")
    night = browser.new_context(**DESK, storage_state=joined.storage_state(), color_scheme="dark")
    _picture(night.new_page(), f"{site}/bang", folder / f"{DARK}.png")


def _as_admin(browser: Browser, link: str, folder: Path) -> None:
    page = browser.new_context(**DESK, color_scheme="light").new_page()
    page.goto(link)
    page.fill("[name=name]", ADMIN)
    page.click("main form .main")
    _picture(page, link.partition("/moi/")[0] + "/bang/gui-tin", folder / f"{BY_ADMIN}.png", {"textarea": LETTER})


def _picture(page: Page, address: str, picture: Path, fill: dict[str, str] | None = None) -> None:
    """Open, wait until the live line stands, photograph; an error page is no picture."""
    answer = page.goto(address)
    if answer is None or not answer.ok:
        raise SystemExit(f"{picture.name}: {address} failed")
    for field, text in (fill or {}).items():
        page.fill(field, text)
    page.wait_for_timeout(1500 if fill else 300)  # what is typed is looked at before it is sent
    page.screenshot(path=picture)
