"""Asks a person on a terminal for their word before something that many would notice."""

from __future__ import annotations

import sys

import click

from bot.wording import say


def on_word() -> bool:
    """Whether the word was typed; where there is no terminal, nobody has said so."""
    from bot.conversation.reading.folding import fold

    if not sys.stdin.isatty():
        return False
    answer: str = click.prompt(say("import.ask"), default="", show_default=False, prompt_suffix=" ")
    return fold(answer) == fold(say("import.word"))
