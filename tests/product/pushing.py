"""An office that is served by webhook."""

import contextlib
import socket
from collections.abc import AsyncIterator

from product.office import Office, Open

SECRET = "canary_webhook_secret_7f3a"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def webhook_office(office: Open) -> AsyncIterator[tuple[Office, str]]:
    """An office whose service is served by pushes; and the address of the service."""
    url = f"http://127.0.0.1:{free_port()}"
    settings = {
        "TUCHAM_TELEGRAM_MODE": "webhook",
        "TUCHAM_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "TUCHAM_PUBLIC_URL": url,
        "TUCHAM_LISTEN": url.removeprefix("http://"),
    }
    async with office(start=False, **settings) as here:
        await here.product.start(ready=lambda: here.fake.webhook)
        yield here, url
