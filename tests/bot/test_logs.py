"""Logs: JSON lines from whoever writes them, and no secret in any of them."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import HIDDEN, configure_logs, redaction

CANARY = "987654321:CANARY-canary-CANARY-canary-0123456"
SECRET = 'hook"secret\\with-marks'


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook, logging.raiseExceptions)
    stream = io.StringIO()
    configure_logs("DEBUG", [CANARY, SECRET], stream)
    yield stream
    root.handlers[:], root.level, sys.excepthook, logging.raiseExceptions = before
    root.setLevel(before[1])
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_line_is_json_whoever_writes_it(written: io.StringIO) -> None:
    structlog.get_logger("bot.app").info("started", unit="Sở Du lịch")
    logging.getLogger("aiohttp.server").warning("odd %s", "request")
    own, foreign = lines(written)
    assert own["event"] == "started"
    assert own["unit"] == "Sở Du lịch"
    assert foreign["event"] == "odd request"
    assert foreign["level"] == "warning"
    assert foreign["logger"] == "aiohttp.server"


def test_a_token_appears_in_no_message_argument_or_exception(written: io.StringIO) -> None:
    log = logging.getLogger("x")
    log.info("calling %s", f"https://api.telegram.org/bot{CANARY}/getMe")
    log.info("other token /bot%s/x", "1:short")
    structlog.get_logger().info("pressed", data={"nested": [CANARY, SECRET]}, url=f"https://x/?t={SECRET}")
    try:
        raise ValueError(f"404 for /file/bot{CANARY}/photo")
    except ValueError as error:
        log.exception("failed")
        structlog.get_logger().exception("failed too", error=error)
    try:
        raise RuntimeError("wrapped") from ValueError(CANARY)
    except RuntimeError:
        log.exception("chained")
    text = written.getvalue()
    assert len(lines(written)) == 6
    for secret in (CANARY, CANARY.split(":")[1], "1:short", "hook", "with-marks"):
        assert secret not in text
    assert HIDDEN in text


def test_a_record_that_cannot_be_formatted_says_nothing_raw(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("x").info("%d items", CANARY)
    assert CANARY not in capsys.readouterr().err
    assert CANARY not in written.getvalue()


def test_the_last_words_of_a_dying_process_are_redacted_too(written: io.StringIO) -> None:
    try:
        raise OSError(f"/bot{CANARY}/getUpdates")
    except OSError as error:
        sys.excepthook(OSError, error, error.__traceback__)
    assert CANARY not in written.getvalue()
    assert lines(written)[0]["event"] == "uncaught"


@pytest.mark.parametrize("text", ["lúc 08:09:10 ngày 14/01/2026", "https://x.example/healthz", "a:b@c"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert redaction([CANARY])(text) == text


def test_passwords_in_addresses_are_hidden() -> None:
    assert redaction([])("postgresql+asyncpg://tucham:s3cret@db/x") == f"postgresql+asyncpg://tucham:{HIDDEN}@db/x"
