"""Where an answer sends a browser: on to another page, or away for a while."""

from __future__ import annotations

from aiohttp import web

from bot.site.guards import TooMany
from bot.site.limits import Guesses


def see_other(path: str) -> web.Response:
    """After a form, or instead of a page: look there. 303, so that a reload sends nothing twice."""
    return web.Response(status=303, headers={"Location": path})


def locked(guesses: Guesses, address: str) -> None:
    """TooMany when too many wrong codes came from this address; not even a right one is looked at then."""
    left = guesses.locked(address)
    if left is not None:
        raise TooMany(left.total_seconds())
