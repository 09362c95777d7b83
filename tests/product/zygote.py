"""The product's process with its imports done: forks a fresh `python -m bot …` per line of standard input.

Importing the Bot API's types takes seconds, and a proof that kills the service a thousand times would do little else.
Only the imports are shared, and compiled templates if a folder for them is given; what a child does from there on is
what a cold start does.
"""

import gc
import importlib
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

IMPORTED = (
    *("bot.__main__", "bot.app", "bot.board.pages", "bot.channels.web", "bot.front", "bot.logs", "bot.site.doors"),
    *("bot.cli.cycle", "bot.cli.invite", "bot.cli.run", "bot.cli.score", "bot.cli.status", "bot.cli.units"),
    "bot.cli.verify",
    # what comes with the first use
    *("alembic.command", "bot.watching.metrics"),
    *("aiosqlite", "asyncpg", "sqlalchemy.dialects.postgresql.asyncpg", "sqlalchemy.dialects.sqlite.aiosqlite"),
)
TELEGRAM = ("bot.channels.telegram",)  # the Bot API's types: for who talks to it


def serve(templates: str = "") -> None:
    """Fork for each order until the input ends; tell `[pid, null]` at the start and `[pid, status]` at the end."""
    load(IMPORTED)
    if templates:
        from product.templates import keep_templates

        keep_templates(Path(templates))
    signal.signal(signal.SIGCHLD, lambda *_: reap())
    tell([0, None])
    while line := sys.stdin.buffer.readline():
        order = json.loads(line)
        if order["env"].get("TUCHAM_TELEGRAM_TOKEN"):
            load(TELEGRAM)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # its start is told before its end
        pid = os.fork()
        if pid == 0:
            become(order)
        tell([pid, None])
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def load(names: tuple[str, ...]) -> None:
    """Import what is not there yet, and leave it out of every child's garbage: looking at a page copies it."""
    if all(name in sys.modules for name in names):
        return
    gc.disable()
    for name in names:
        importlib.import_module(name)
    gc.freeze()
    gc.enable()


def tell(what: list[int | None]) -> None:
    """One line to whoever gave the orders."""
    os.write(1, (json.dumps(what) + "\n").encode())


def reap() -> None:
    """Tell of every child that ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        tell([pid, os.waitstatus_to_exitcode(status)])


def become(order: dict[str, Any]) -> None:
    """Be the product: its arguments, its settings, its folder, its output; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    for number, name in enumerate((order["stdin"], order["stdout"], order["stderr"])):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        handle = os.open(name, flags, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    sys.argv = ["bot", *order["arguments"]]
    status = 1
    try:
        from bot.__main__ import main

        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:  # noqa: BLE001 - this is the end of the process, as it is for the interpreter
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve(*sys.argv[1:])
