"""`tucham read`: how typed replies to a criterion would be read, for tuning the word lists on real ones."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import click

from bot.cli.figures import coded
from bot.cli.score import BadLine, read_object
from bot.cli.shape import FAILED, Stopped, command, lines_of, option, tell
from bot.conversation.reading.choice import read_option
from bot.conversation.reading.outcomes import CountsValue, Doubtful, PercentValue, Refused
from bot.conversation.reading.percent import read_percent
from bot.conversation.reading.words import Words
from bot.conversation.typing import option_words
from bot.wording import say, texts
from scoring.criteria_set import CriteriaSet, Criterion
from scoring.errors import CriteriaSetInvalid
from scoring.library import available, load_set

Value = str | PercentValue | CountsValue


@command("command.read")
@click.argument("criterion", metavar="CRITERION")
@click.argument("file", default="-", metavar="FILE")
@option("--criteria", "set_name", key="command.read.criteria", metavar="SET")
def read(criterion: str, file: str, set_name: str | None) -> int:
    """Read each line's text as a reply to the criterion; returns 1 when any line was bad."""
    words = Words.from_mapping(texts("words"))
    leaf = _criterion(set_name or available()[-1], criterion)
    failed = False
    with lines_of(file) as lines:
        for number, line in enumerate(lines, start=1):
            if line is not None and not line.strip():
                continue
            try:
                result = read_reply(leaf, _text(line), words)
            except BadLine as bad:
                failed = True
                result = {"error": coded("bad_line", bad.code, bad.args_of_text), "code": bad.code, "line": number}
            tell(json.dumps(result, ensure_ascii=False))
    return FAILED if failed else 0


def read_reply(leaf: Criterion, text: str, words: Words) -> dict[str, Any]:
    """What the conversation would make of this reply: accept, confirm or reject, and the exact value."""
    if leaf.kind == "choice":
        reading: Any = read_option(text, option_words(leaf), words, numbered=True)
    else:
        reading = read_percent(text, words, bounded=leaf.inputs.bounded if leaf.inputs else True)
    match reading:
        case Doubtful(value, alternative, why):
            told = {"outcome": "confirm", "value": _exact(value), "hint": why or None, **_counts(value)}
            return told if alternative is None else {**told, "alternative": _exact(alternative)}
        case Refused(hint, suggestion):
            told = {"outcome": "reject", "value": None, "hint": hint}
            return told if suggestion is None else {**told, "suggestion": suggestion}
    return {"outcome": "accept", "value": _exact(reading.value), "hint": reading.warning, **_counts(reading.value)}


def _exact(value: Value) -> str:
    return value if isinstance(value, str) else str(Fraction(value.percent))


def _counts(value: Value) -> dict[str, str]:
    if not isinstance(value, CountsValue):
        return {}
    return {"numerator": str(value.numerator), "denominator": str(value.denominator)}


def _text(line: str | None) -> str:
    asked = read_object(line)
    if "text" not in asked:
        raise BadLine("missing_key", key="text")
    if not isinstance(asked["text"], str):
        raise BadLine("wrong_type", key="text")
    return asked["text"]


def _criterion(set_name: str, asked: str) -> Criterion:
    """The criterion of that id, or of that number as it is printed in the decision where it is no other's id."""
    try:
        criteria: CriteriaSet = load_set(set_name)
    except CriteriaSetInvalid:
        raise Stopped(say("refusal.set_unknown", name=set_name, known=", ".join(available()))) from None
    by_id = {leaf.printed_id: leaf for leaf in criteria.leaves} | {leaf.id: leaf for leaf in criteria.leaves}
    if asked not in by_id:
        raise Stopped(say("refusal.criterion_unknown", id=asked))
    return by_id[asked]
