"""Asks the platform for new tokens, in a process of its own that outlives the one that asked for them.

A refresh token is good for one answer. This process writes that answer to the disk before it ends, so that nobody's
sudden death loses it. Started as a bare script (see exchanging.py): it imports nothing of ours.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import ssl
import sys
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOM = 16_384
"""Bytes that are taken on the disk before the platform is asked: a full disk is found out while nothing is lost yet."""
MOST = 1 << 20


class Unreached(Exception):
    """The request surely never left."""


def main() -> None:
    """The task as JSON on standard input, what became of it as JSON on standard output, without any token."""
    task = json.loads(sys.stdin.buffer.read())
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(one, signal.SIG_IGN)  # the service is told to stop together with its whole group
    signal.alarm(int(task["seconds"]))
    with suppress(OSError):
        sys.stdout.write(json.dumps(exchanged(task)))
        sys.stdout.flush()


def exchanged(task: dict[str, Any]) -> dict[str, Any]:
    """Ask once. `kept` means that the answer lies in the journal."""
    path = os.path.join(task["folder"], f"{task['name']}.{time.time_ns():020d}.{secrets.token_hex(4)}")  # noqa: PTH118
    try:
        place = _reserve(f"{path}.part")
    except OSError as error:
        return {"outcome": "unwritable", "reason": type(error).__name__}
    with os.fdopen(place, "r+b") as file:
        outcome, answer = _asked(task)
        if answer is not None:
            at = time.time_ns() // 1_000_000
            entry = {"answer": answer, "at": at, "replaces": task["replaces"]}
            try:
                file.write(json.dumps(entry).encode())
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
                os.replace(f"{path}.part", f"{path}.json")  # noqa: PTH105
                _settle(task["folder"])
            except OSError:
                outcome = {"outcome": "loose", "entry": entry}
    if outcome["outcome"] != "kept":
        with suppress(OSError):
            os.unlink(f"{path}.part")  # noqa: PTH108
    return outcome


def _asked(task: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What became of the request, and the answer if it holds new tokens."""
    try:
        status, body = _post(task["url"], task["headers"], task["form"], float(task["patience"]))
    except Unreached as error:
        return {"outcome": "unreached", "reason": str(error)}, None
    except (OSError, http.client.HTTPException) as error:
        return {"outcome": "unanswered", "reason": type(error).__name__}, None
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or status >= 500:
        return {"outcome": "unanswered", "reason": f"HTTP {status}"}, None
    if answer.get("access_token") and answer.get("refresh_token"):
        return {"outcome": "kept"}, answer
    said = str(answer.get("error_name") or answer.get("message") or "")[:80]
    return {"outcome": "refused", "reason": f"{answer.get('error', status)} {said}".strip()}, None


def _post(url: str, headers: dict[str, str], form: dict[str, str], patience: float) -> tuple[int, bytes]:
    parts = urlsplit(url)
    port = parts.port
    if parts.scheme == "https":
        tls = ssl.create_default_context()
        line: http.client.HTTPConnection = http.client.HTTPSConnection(
            parts.hostname or "", port, timeout=patience, context=tls
        )
    else:
        line = http.client.HTTPConnection(parts.hostname or "", port, timeout=patience)
    try:
        try:
            line.connect()
        except OSError as error:
            raise Unreached(type(error).__name__) from None
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST", parts.path or "/", urlencode(form).encode(), headers | kind)
        answer = line.getresponse()
        return answer.status, answer.read(MOST)
    finally:
        line.close()


def _reserve(path: str) -> int:
    """A new file that only this account reads, with its room taken on the disk."""
    place = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(place, bytes(ROOM))
        os.fsync(place)
        os.lseek(place, 0, os.SEEK_SET)
    except OSError:
        os.close(place)
        os.unlink(path)  # noqa: PTH108
        raise
    return place


def _settle(folder: str) -> None:
    """Let the new name in the folder outlive a power cut."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


if __name__ == "__main__":
    main()
