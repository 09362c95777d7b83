"""`tucham migrate`: the database gets the schema this program needs."""

from __future__ import annotations

import asyncio

from bot.cli.shape import command, tell
from bot.cli.start import configured, refusals
from bot.wording import say


@command("command.migrate")
def migrate() -> None:
    """Migrate; harmless when there is nothing to do."""
    from storage.migrate import migrate as bring_up_to_date

    settings = configured()
    with refusals():
        asyncio.run(bring_up_to_date(settings.database_url))
    tell(say("migrate.done"))
