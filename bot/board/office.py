"""What an admin does on the board: units, people with their invites, the cycle; the pages joined."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from bot.board.acting import Acting
from bot.board.codes_page import CodesPage
from bot.board.cycle_page import CyclePage
from bot.board.people_page import PeoplePage
from bot.board.stationery import Stationery
from bot.board.units_page import UnitsPage
from bot.site.route import Route
from bot.site.site import Site


class Office:
    """The pages from which the office acts. They read the database; what they do goes through the one door."""

    def __init__(self, site: Site, stationery: Stationery, zone: tzinfo) -> None:
        acting = Acting(site)
        codes = CodesPage(site, acting, stationery, zone)
        self._pages = (UnitsPage(site, acting), PeoplePage(site, acting, codes), CyclePage(site, acting, zone))

    def routes(self) -> Iterable[Route]:
        """Every address of theirs, for `Site.guarded`."""
        for page in self._pages:
            yield from page.routes()
