"""Everything the site itself answers: its files, its doors, and what is not there."""

from __future__ import annotations

from aiohttp import web

from bot.site.entering import Entering
from bot.site.route import OpenRoute, Route
from bot.site.signing import Signing
from bot.site.site import Site


def doors(site: Site) -> tuple[Route | OpenRoute, ...]:
    """The addresses of the site itself, for `site.guarded`. The last one is every address nobody answers."""
    return (
        site.assets.route(),
        *Entering(site).routes(),
        *Signing(site).routes(),
        *(OpenRoute(method, "/{missing:.*}", _missing) for method in ("GET", "POST")),
    )


async def _missing(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPNotFound
