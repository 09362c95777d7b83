"""What a button carries: verb, assessment, criterion, argument and the revision it was made for, in 64 ASCII bytes."""

from __future__ import annotations

import re
from fractions import Fraction

from bot.values import value
from scoring.answers import Answer, ChosenOption, Counts, Exempt, NoCases, Percentage

LIMIT = 64
LONGEST_VALUE = 24
"""A longer value does not fit a button beside the rest; it waits in the person's place instead."""
_PLAIN = re.compile(r"[a-z]{2}(?::[0-9A-Za-z._/-]*){4}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_VALUE = re.compile(r"p(?P<n>[0-9]{1,20})(?:/(?P<d>[1-9][0-9]{0,20}))?|c(?P<a>[0-9]{1,9})/(?P<b>[0-9]{1,9})", re.ASCII)


@value(frozen=True, slots=True)
class Press:
    """One button's meaning. `subject` is a criterion, an exemption's scope or a section; revision 0: none stood."""

    verb: str
    assessment: int = 0
    subject: str = ""
    argument: str = ""
    revision: int = 0

    def encode(self) -> str:
        """The payload; ValueError when it would not fit, which is a bug of ours."""
        text = f"{self.verb}:{self.assessment}:{self.subject}:{self.argument}:{self.revision}"
        if len(text) > LIMIT or not _PLAIN.fullmatch(text):
            raise ValueError(f"a button cannot carry {text!r}")
        return text


def decode(payload: str) -> Press | None:
    """The press a payload stands for, None for anything a button of ours never carried."""
    if len(payload) > LIMIT or not _PLAIN.fullmatch(payload):
        return None
    verb, assessment, subject, argument, revision = payload.split(":")
    if not _NUMBER.fullmatch(assessment) or not _NUMBER.fullmatch(revision):
        return None
    return Press(verb, int(assessment), subject, argument, int(revision))


def encode_value(answer: Answer) -> str:
    """An answer as a button's argument: `oyes`, `p171/2`, `c45/50`, `n` (no cases), `x` (exempt)."""
    match answer:
        case ChosenOption(option):
            return f"o{option}"
        case Percentage(percent):
            return f"p{percent}"
        case Counts(numerator, denominator):
            return f"c{numerator}/{denominator}"
        case NoCases():
            return "n"
        case Exempt():
            return "x"


def decode_value(argument: str) -> Answer | None:
    """The answer an argument names, None when it names none; notes are never in a button."""
    if argument.startswith("o"):
        return ChosenOption(argument[1:])
    match = _VALUE.fullmatch(argument)
    if match is None:
        return NoCases() if argument == "n" else Exempt() if argument == "x" else None
    if match["a"]:
        return Counts(int(match["a"]), int(match["b"]))
    return Percentage(Fraction(int(match["n"]), int(match["d"] or 1)))
