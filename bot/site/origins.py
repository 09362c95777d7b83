"""Whether a request was sent by a page of ours, as the browser itself says."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

OURS = frozenset({"same-origin", "none"})
"""What Sec-Fetch-Site says of our own pages, and of what a person asked for without any page (a reload)."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Knows the address the site is opened at."""

    public_url: str

    @property
    def https(self) -> bool:
        """Whether people come over https."""
        return self.public_url.startswith("https://")

    def same(self, request: web.Request) -> bool:
        """False when the browser says that another site sent this; True also for one that does not say."""
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None and site not in OURS:
            return False
        origin = request.headers.get("Origin")
        if origin is None or (origin == "null" and site == "same-origin"):
            return True
        return origin.lower() in self._known(request)

    def _known(self, request: web.Request) -> frozenset[str]:
        parts = urlsplit(self.public_url)
        public = f"{parts.scheme}://{parts.netloc}".lower()
        if self.https:
            return frozenset({public})
        # Without https the site is tried out on one machine, under whichever of its names.
        return frozenset({public, f"http://{request.host}".lower()})
