"""Makes the pictures of the documents: the messages of story.txt as they are sent, and the pages of a running demo.

    .venv/bin/python docs/pictures/make.py

Needs the test environment (`make setup`, with Playwright in it) and a `chromium` or `chrome` on the path; `pngquant`
makes the files smaller when it is there. The product itself needs none of them.
"""

from __future__ import annotations

import asyncio
import html
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from talk.stage import Message, Stage, sqlite_of  # noqa: E402
from talk.transcript import Player  # noqa: E402

from bot.channels.plain_text import to_text  # noqa: E402
from bot.conversation.events import Event, Typed  # noqa: E402
from storage.migrate import migrate  # noqa: E402
from storage.rows import OutboxRow  # noqa: E402
from storage.store import Store  # noqa: E402

WIDTH, SCALE, LARGEST = 400, 2, 80_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_MARK = re.compile(r"= (?P<name>[\w-]+): (?P<who>.+)")

STYLE = """
* { box-sizing: border-box; }
body { margin: 0; padding: 12px; width: 400px; background: #F4F3EE; color: #16232A;
  font: 400 15px/1.5 "Noto Sans", "DejaVu Sans", system-ui, sans-serif; }
.mine { margin: 0 0 12px auto; width: fit-content; max-width: 80%; padding: 8px 14px; border-radius: 18px;
  background: #DFEDEF; color: #0B5563; overflow-wrap: anywhere; }
.card { background: #FFF; border: 1px solid #DCD9CF; border-radius: 18px; padding: 16px; overflow-wrap: anywhere; }
.text { white-space: pre-line; font-variant-numeric: tabular-nums; }
.text code { background: #ECEAE3; border-radius: 8px; padding: 0 4px; font: inherit; }
.row { display: flex; gap: 8px; margin-top: 8px; }
.row span { flex: 1; min-width: 0; min-height: 46px; border: 1px solid #82857F; border-radius: 14px; padding: 6px;
  text-align: center; font-weight: 700; font-size: 13px; line-height: 1.25; color: #0B5563;
  display: flex; align-items: center; justify-content: center; }
"""
MEASURE = "<script>document.title = 'height ' + Math.ceil(document.body.getBoundingClientRect().height)</script>"


@dataclass(frozen=True)
class Screen:
    """One message as it was put into the outbox, and what its reader had typed just before, if anything."""

    markup: str
    rows: tuple[tuple[str, ...], ...]
    typed: str = ""

    def page(self) -> str:
        """The screen as a web page of a phone's width."""
        mine = f'<div class="mine">{html.escape(self.typed)}</div>' if self.typed else ""
        rows = "".join(
            f'<div class="row">{"".join(f"<span>{html.escape(label)}</span>" for label in row)}</div>'
            for row in self.rows
        )
        head = f'<!doctype html><html lang="vi"><meta charset="utf-8"><style>{STYLE}</style>'
        return f'{head}<body>{mine}<div class="card"><div class="text">{self.markup}</div>{rows}</div>{MEASURE}'


@dataclass
class Camera(Stage):
    """A stage that remembers the last screen of everybody."""

    latest: dict[str, Screen] = field(default_factory=dict)
    saying: str = ""

    async def does(self, name: str, event: Event, key: str | None = None) -> list[Message]:
        """Remember what was typed, for the bubble above the answer."""
        self.saying = event.text if isinstance(event, Typed) else ""
        return await super().does(name, event, key)

    def _shown(self, row: OutboxRow, *, own: bool) -> Message:
        shown = super()._shown(row, own=own)
        labels = tuple(tuple(label for label, _ in line) for line in row.body["rows"])
        screen = Screen(row.body["html"], labels, self.saying if own else "")
        if self.actors[shown.to].plain:
            screen = replace(screen, markup=html.escape(to_text(screen.markup)), rows=())
        self.latest[shown.to] = screen
        return shown


async def play(story: str, database: Path) -> dict[str, Screen]:
    """The screens the story asks for, by name."""
    await migrate(sqlite_of(database))
    store = Store(sqlite_of(database))
    await store.open()
    try:
        camera = Camera(store)
        player, taken, part = Player(camera), {}, []
        for line in [*story.splitlines(), ""]:
            mark = _MARK.fullmatch(line)
            if mark is None:
                part.append(line)
                continue
            await player.play("\n".join(part))
            part = []
            taken[mark["name"]] = camera.latest[mark["who"]]
        return taken
    finally:
        await store.close()


def photograph(browser: str, screen: Screen, folder: Path, picture: Path) -> None:
    """The page is measured first, so that the picture ends where the message ends."""
    page = folder / f"{picture.stem}.html"
    page.write_text(screen.page(), encoding="utf-8")
    common = [
        browser,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={folder}/p",
    ]
    told = subprocess.run([*common, "--dump-dom", page.as_uri()], check=True, capture_output=True, text=True).stdout  # noqa: S603
    found = re.search(r"<title>height (\d+)</title>", told)
    if found is None:
        raise SystemExit(f"the browser did not measure {picture.name}")
    size = [f"--window-size={WIDTH},{found[1]}", f"--force-device-scale-factor={SCALE}", f"--screenshot={picture}"]
    subprocess.run([*common, *size, page.as_uri()], check=True, capture_output=True)  # noqa: S603


def shrink(picture: Path) -> None:
    """As many colours as fit; SystemExit when not even few make it small enough."""
    if smaller := shutil.which("pngquant"):
        for colours in ("128", "64", "32", "16"):
            subprocess.run([smaller, "--force", "--ext", ".png", colours, str(picture)], check=True)  # noqa: S603
            if picture.stat().st_size <= LARGEST:
                return
    if picture.stat().st_size > LARGEST:
        raise SystemExit(f"{picture.name} is larger than {LARGEST} bytes")


def main() -> None:
    """Make every picture anew."""
    from pages import NAMES, take_pages
    from playwright.sync_api import sync_playwright

    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise SystemExit(f"none of these is on the path: {', '.join(BROWSERS)}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        screens = asyncio.run(play((HERE / "story.txt").read_text(encoding="utf-8"), folder / "story.db"))
        for title, screen in screens.items():
            photograph(browser, screen, folder, folder / f"{title}.png")
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
            take_pages(started, folder)
            started.close()
        for old in HERE.glob("*.png"):
            old.unlink()
        for title in (*screens, *NAMES):
            shrink(folder / f"{title}.png")
            shutil.copy(folder / f"{title}.png", HERE)


if __name__ == "__main__":
    main()
