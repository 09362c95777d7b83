"""`tucham demo`: a throw-away database with a sample season, served on this machine, with three links into it."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.run import serve
from bot.cli.shape import Stopped, command, option, tell
from bot.cli.start import configured, refusals
from bot.wording import say

if TYPE_CHECKING:
    from bot.cli.season.opening import Sample
    from bot.settings import Settings

FOLDER = Path("var/demo")
SAMPLES = Path(__file__).resolve().parents[2] / "demo"
SAMPLE_UNIT = "SDL"
HOST, PORT, PORTS = "127.0.0.1", 8080, 50


@command("command.demo")
@option("--dir", "folder", key="command.demo.dir", type=click.Path(path_type=Path), default=FOLDER, metavar="DIR")
@option("--samples", key="command.demo.samples", type=click.Path(path_type=Path), default=SAMPLES, metavar="DIR")
@option("--unit", key="command.demo.unit", default=SAMPLE_UNIT, metavar="CODE")
@option("--port", key="command.demo.port", type=click.IntRange(1, 65535), default=PORT, metavar="N")
def demo(folder: Path, samples: Path, unit: str, port: int) -> int:
    """Make the sample season when there is none, then serve it until told to stop."""
    from bot.logs import configure_logs

    settings = settings_of(folder, free_port(port))
    configure_logs("WARNING", settings.secrets())  # the links are to stand on a quiet screen
    sample = sample_in(settings, folder, samples, unit)
    with refusals():
        return asyncio.run(serve(settings, lambda: _show(sample, settings, folder)))


def settings_of(folder: Path, port: int | None = None) -> Settings:
    """The settings of a demo: its own database and files, and with a port its own pages; the rest as configured."""
    changed = {
        "database_url": f"sqlite:///{folder.resolve() / 'tucham.db'}",
        "files_dir": "",
        "telegram_mode": "polling",
        "web": True,
        "trusted_proxies": 0,
        "listen": f"{HOST}:{port}" if port else "",
        "public_url": f"http://{HOST}:{port}" if port else "",
    }
    return configured().model_copy(update=changed)


def sample_in(settings: Settings, folder: Path, samples: Path = SAMPLES, unit: str = SAMPLE_UNIT) -> Sample:
    """The sample of this folder, made now when there is none."""
    from bot.cli.season.opening import make_sample, read_note
    from bot.cli.season.person import SeasonBroken

    found = read_note(folder)
    if found is not None and (folder / "tucham.db").exists():
        return found
    tell(say("demo.making"))
    with refusals():
        try:
            return asyncio.run(make_sample(settings, folder, samples, unit))
        except SeasonBroken as error:
            raise Stopped(say("demo.broken", reason=error)) from None


def free_port(wanted: int) -> int:
    """The wanted port, or the next one that nobody listens at; Stopped when there is none near."""
    for port in range(wanted, min(wanted + PORTS, 65536)):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((HOST, port))
            except OSError:
                continue
            return port
    raise Stopped(say("demo.no_port", port=wanted))


def _show(sample: Sample, settings: Settings, folder: Path) -> None:
    tell(say("demo.ready", dir=folder, units=sample.units, year=sample.year, due=sample.due))
    tell()
    for role, code in sample.codes.items():
        link = f"{settings.site_url}/moi/{code}"
        tell(say(f"demo.link.{role}", link=link, unit=sample.unit_name, agency=settings.agency_short))
    tell()
    tell(say("demo.stop"))
