"""What no page may ever do, noted while a test goes on: console errors, broken policies, calls to other hosts."""

from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, ConsoleMessage, Dialog, Request, Response, WebError

LOUD = ("error", "warning")


@dataclass
class Watch:
    """Keeps an eye on everything one person's browser does. `allowed` are parts of console lines a test provokes.

    It has no slots: the browser's driver notes things of its own on whoever listens.
    """

    home: str
    allowed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    pages_asked: list[str] = field(default_factory=list)
    """The addresses of whole pages that were asked for: a live page asks for none."""

    def follow(self, context: BrowserContext) -> None:
        """Begin."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("dialog", self._dialog)
        context.on("request", self._request)
        context.on("response", self._response)

    def check(self) -> None:
        """Raise AssertionError for anything that was noted."""
        noted = [one for one in self.problems if not any(part in one for part in self.allowed)]
        assert noted == [], noted

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in LOUD:
            self.problems.append(f"console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.problems.append(f"script: {error.error}")

    async def _dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"a script ran: {dialog.type} {dialog.message}")
        await dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", "data:")):
            self.problems.append(f"another host was asked: {request.url}")
        if request.resource_type == "document":
            self.pages_asked.append(request.url)

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"answered {response.status}: {response.request.method} {response.url}")
