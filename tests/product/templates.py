"""Templates compiled once for all processes of a test run: each of hundreds of short lives would do it anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket

folder: Path | None = None
"""Where this process keeps them, to be told to the processes it starts; None when it keeps none."""


class ByEscape(FileSystemBytecodeCache):
    """What Jinja keeps by a template's path and content, kept apart for environments that escape and that do not."""

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """The compiled template, or an empty place for it."""
        return super().get_bucket(environment, f"{name} {environment.autoescape}", filename, source)


def keep_templates(where: Path) -> None:
    """From now on every environment of this process keeps what it compiles in this folder, and looks there first."""
    global folder  # noqa: PLW0603 - it is the process that keeps them
    folder = where
    kept, made = ByEscape(str(where)), Environment.__init__

    def make(self: Environment, *args: Any, **options: Any) -> None:
        made(self, *args, **options)
        self.bytecode_cache = kept

    Environment.__init__ = make  # type: ignore[method-assign]
