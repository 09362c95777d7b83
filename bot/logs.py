"""Logs: JSON lines on stderr, one formatter for our own and every library's records, with all secrets taken out."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote

import structlog

HIDDEN = "[hidden]"
Redact = Callable[[str], str]
_SHAPES = (
    # A Telegram token, bare or inside an address; no time of day has that many characters after its colon.
    (re.compile(r"\b((?:bot)?)[0-9]{3,}(?::|%3A)[A-Za-z0-9_-]{20,}", re.IGNORECASE), r"\1" + HIDDEN),
    (re.compile(r"(/bot)[^/\s\"'\\]+?(?::|%3A)[^/\s\"'\\]+", re.IGNORECASE), r"\1" + HIDDEN),
    # The password of any address.
    (re.compile(r"(\w://[^/@\s:\"']*:)[^/@\s\"']+@"), r"\1" + HIDDEN + "@"),
)


def redaction(secrets: Iterable[str]) -> Redact:
    """A function that takes these secrets, and everything shaped like a token or a password, out of a text."""
    spellings = {spelling for secret in secrets if len(secret) >= 4 for spelling in _spellings(secret)}
    ordered = sorted(spellings, key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def redact(text: str) -> str:
        if known is not None:
            text = known.sub(HIDDEN, text)
        for shape, replacement in _SHAPES:
            text = shape.sub(replacement, text)
        return text

    return redact


def _spellings(secret: str) -> tuple[str, ...]:
    """As it is, as an address spells it, as JSON and repr spell it."""
    return secret, quote(secret, safe=""), quote(secret), secret.replace("\\", "\\\\").replace('"', '\\"')


class RedactedFormatter(structlog.stdlib.ProcessorFormatter):
    """Formats a record, then takes the secrets out of the finished line: message, arguments, exception text and all."""

    def __init__(self, redact: Redact, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The finished JSON line."""
        return self._redact(super().format(record))


def configure_logs(level: str, secrets: Iterable[str], stream: TextIO | None = None) -> Redact:
    """Send every log record of this process as a JSON line to `stream` (stderr); returns the redaction in force."""
    redact = redaction(secrets)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    formatter = RedactedFormatter(
        redact,
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=_shown),
        ],
        use_get_message=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("aiosqlite").setLevel(max(logging.INFO, root.level))  # it logs every row it reads
    logging.getLogger("alembic").setLevel(max(logging.WARNING, root.level))  # it introduces itself at every start
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a record that cannot be formatted must not be printed raw
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _log_uncaught
    return redact


def _shown(value: object) -> str:
    return repr(value)


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last word of a dying process passes the same redaction as every other line."""
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("tucham").critical("uncaught", exc_info=(kind, error, trace))
