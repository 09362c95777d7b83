"""The shape all commands share: loaded only when called, explained in the words of cli.toml, refused in one line."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from bot.wording import find, say

F = TypeVar("F", bound=Callable[..., Any])
FAILED, MISUSED = 1, 2


class Stopped(Exception):
    """A command cannot go on; `text` says why and what to do, `status` ends the process."""

    def __init__(self, text: str, status: int = FAILED) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class _Explained:
    """Help pages whose own words stand in cli.toml too."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line of a help page."""
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), f"{say('help.usage')} ")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """--help, explained in Vietnamese."""
        option: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = say("help.option")
        return option

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of options."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]  # type: ignore[attr-defined]
        rows = [row for option in options if (row := option.get_help_record(ctx))]
        if rows:
            with formatter.section(say("help.options")):
                formatter.write_dl(rows)
        if isinstance(self, Noun):
            self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The examples, each on its own line, as they are typed."""
        example = find(f"{self.key}.example")  # type: ignore[attr-defined]
        if example:
            with formatter.section(say("help.example")):
                for line in example.strip().splitlines():
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")


def _texts(key: str) -> dict[str, str]:
    return {"help": say(f"{key}.help"), "short_help": say(f"{key}.short")}


class Command(_Explained, click.Command):
    """One command; its texts stand in cli.toml under `key`."""

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | _texts(key))
        self.key = key


class Noun(_Explained, click.Group):
    """A noun with its verbs, or the program itself: `verbs` names the module each is loaded from when it is called."""

    def __init__(self, *args: Any, key: str, verbs: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | _texts(key))
        self.key = key
        self._verbs = dict(verbs or {})

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs, in the order they are written down."""
        return [*self._verbs, *(name for name in self.commands if name not in self._verbs)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a verb; None when there is none of that name."""
        if cmd_name in self._verbs and cmd_name not in self.commands:
            module, _, attribute = self._verbs[cmd_name].partition(":")
            self.commands[cmd_name] = getattr(import_module(module), attribute)
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs, told without loading them."""
        rows = [(name, say(f"{self._key_of(name)}.short")) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section(say("help.commands")):
                formatter.write_dl(rows)

    def _key_of(self, name: str) -> str:
        command = self.commands.get(name)
        return command.key if isinstance(command, Command | Noun) else f"command.{name}"


def command(key: str, **kwargs: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a command whose texts stand under `key`; its name is the last word of the key."""
    return click.command(key.rpartition(".")[2], cls=Command, key=key, **kwargs)


def noun(name: str) -> Callable[[Callable[..., Any]], Noun]:
    """Make a noun: a group of verbs."""
    return click.group(name, cls=Noun, key=f"command.{name}")


def verb(group: Noun, name: str, **kwargs: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a verb of a noun."""
    make = click.command(name, cls=Command, key=f"{group.key}.{name}", **kwargs)

    def add(callback: Callable[..., Any]) -> Command:
        made = make(callback)
        group.add_command(made)
        return made

    return add


def option(*names: str, key: str, **kwargs: Any) -> Callable[[F], F]:
    """An option, explained under `key`."""
    return click.option(*names, help=say(key), **kwargs)


json_option = option("--json", "as_json", key="help.json", is_flag=True)
"""Print JSON for programs instead of text for people."""


def reason_of(error: OSError) -> str:
    """Why the system would not read or write: in our words where there are any, else in its own."""
    return find(f"reason.{errno.errorcode.get(error.errno or 0)}") or error.strerror or ""


def write_private(file: Path, data: bytes) -> None:
    """Write what holds names, codes or numbers; a new file is for this account alone. Stopped when it cannot be."""
    try:
        file.touch(mode=0o600, exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        raise Stopped(say("refusal.write", file=file, reason=reason_of(error))) from None


def tell(text: str = "") -> None:
    """Print one text for a person."""
    click.echo(text)


@contextmanager
def lines_of(file: str) -> Iterator[Iterator[str | None]]:
    """The lines of a file, of standard input for "-"; None stands for a line that is no UTF-8."""
    try:
        source: IO[bytes] = sys.stdin.buffer if file == "-" else click.open_file(file, "rb")
    except OSError as error:
        raise Stopped(say("refusal.file", file=file, reason=reason_of(error))) from None
    try:
        yield (_decoded(line, first=number == 0) for number, line in enumerate(source))
    finally:
        if file != "-":
            source.close()


def _decoded(line: bytes, *, first: bool) -> str | None:
    try:
        return line.decode("utf-8-sig" if first else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        return None
