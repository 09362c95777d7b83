"""`tucham run`: the service in the foreground, until a signal or a death."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable

from bot.cli.shape import Stopped, command
from bot.cli.start import configured, refusals
from bot.settings import Settings
from bot.wording import say


@command("command.run")
def run() -> int:
    """Run until SIGTERM or SIGINT (0), or until a part dies for good (1)."""
    from bot.logs import configure_logs

    gc.disable()  # thousands of classes are about to be made, none of them garbage; App enables it again
    settings = configured()
    configure_logs(settings.log_level, settings.secrets())
    with refusals():
        return asyncio.run(serve(settings))


async def serve(settings: Settings, ready: Callable[[], None] = lambda: None) -> int:
    """Serve until a signal or a death; `ready` is called once everything is open."""
    from bot.app import App
    from bot.http import ListenFailed

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        async with App(settings) as app:
            ready()
            return await app.run_until(stop)
    except ListenFailed as error:
        raise Stopped(say("start.address", address=error.address, reason=error.reason)) from None
