"""`tucham preview`: every screen on one page."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.shape import Stopped, command, option, reason_of, tell
from bot.cli.start import configured
from bot.wording import say


@command("command.preview")
@option("--out", key="command.preview.out", type=click.Path(path_type=Path), metavar="FILE")
def preview(out: Path | None) -> None:
    """Render every sample of every template."""
    from messages.errors import MessageBroken
    from messages.preview import preview_page
    from messages.render import Renderer

    settings = configured()
    try:
        page = preview_page(Renderer(settings.names, settings.zone))
    except MessageBroken as error:
        raise Stopped(say("refusal.template", reason=error)) from None
    if out is None:
        tell(page)
        return
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise Stopped(say("refusal.write", file=out, reason=reason_of(error))) from None
    tell(say("preview.done", file=out))
