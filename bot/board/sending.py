"""What goes out to many, on the board: a letter written, the reminders to come, what became of everything sent."""

from __future__ import annotations

from collections.abc import Iterable

from bot.board.acting import Acting
from bot.board.sending_calendar import CalendarPage
from bot.board.sending_look import Means
from bot.board.sending_truth import TruthPage
from bot.board.sending_write import WritingPage
from bot.site.route import Route
from bot.site.site import Site


class Sending:
    """The pages of sending: everybody of the office looks, admins write and decide."""

    def __init__(self, site: Site, means: Means) -> None:
        acting = Acting(site)
        truth = TruthPage(site, acting, means)
        # In this order: the address of one mailing would take the others for its number.
        self._pages = (WritingPage(site, acting, means, truth.listed), CalendarPage(site, means), truth)

    def routes(self) -> Iterable[Route]:
        """Every address of theirs, for `Site.guarded`."""
        for page in self._pages:
            yield from page.routes()
