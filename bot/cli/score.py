"""`tucham score`: answers in, scorecards out, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import click

from bot.cli.figures import coded
from bot.cli.shape import FAILED, command, lines_of, tell
from scoring.answers import Answer, decode
from scoring.criteria_set import CriteriaSet
from scoring.display import class_limits, round_for_display
from scoring.errors import AnswerInvalid, CriteriaSetInvalid, UnknownUnitKind
from scoring.library import load_set
from scoring.scorecard import Scorecard
from scoring.scorecard import score as score_answers


class BadLine(Exception):
    """A line that cannot be scored."""

    def __init__(self, code: str, **args: object) -> None:
        super().__init__(code)
        self.code = code
        self.args_of_text = args


@command("command.score")
@click.argument("file", default="-", metavar="FILE")
def score(file: str) -> int:
    """Score each line; returns 1 when any line was bad."""
    failed = False
    with lines_of(file) as lines:
        for number, line in enumerate(lines, start=1):
            if line is not None and not line.strip():
                continue
            try:
                result = score_line(line)
            except BadLine as bad:
                failed = True
                text = coded("bad_line", bad.code, bad.args_of_text)
                result = {"error": text, "code": bad.code, "line": number}
            tell(json.dumps(result, ensure_ascii=False))
    return FAILED if failed else 0


def score_line(line: str | None) -> dict[str, Any]:
    """The scorecard of one line of JSON; BadLine when it cannot be read."""
    asked = read_object(line)
    for key, kind in (("criteria_set", str), ("unit_kind", str), ("answers", dict)):
        if key not in asked:
            raise BadLine("missing_key", key=key)
        if not isinstance(asked[key], kind):
            raise BadLine("wrong_type", key=key)
    try:
        criteria = _set(asked["criteria_set"])
    except CriteriaSetInvalid:
        raise BadLine("set_unknown", name=asked["criteria_set"]) from None
    try:
        return as_json(score_answers(criteria, asked["unit_kind"], _answers(asked["answers"])))
    except UnknownUnitKind as error:
        raise BadLine("unknown_unit_kind", kind=error.unit_kind, known=error.known) from None


def as_json(card: Scorecard) -> dict[str, Any]:
    """A scorecard in exact text."""
    return {
        "points": {criterion: str(points) for criterion, points in card.points.items()},
        "groups": {group: str(points) for group, points in card.groups.items()},
        "total": str(card.total),
        "total_display": round_for_display(card.total, class_limits(card.criteria)).replace(".", ","),
        "class": card.class_letter,
        "class_floor": card.class_floor,
        "class_ceiling": card.class_ceiling,
        "missing": list(card.missing),
        "can_still_reach": str(card.can_still_reach),
        "problems": [
            {"id": problem.id, "code": problem.code, "message": coded("problem", problem.code, problem.args)}
            for problem in card.problems
        ],
    }


def read_object(line: str | None) -> dict[str, Any]:
    """The JSON object of a line; BadLine when it is none, or names a key twice."""
    if line is None:
        raise BadLine("not_utf8")
    try:
        value = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise BadLine("not_json") from None
    if not isinstance(value, dict):
        raise BadLine("not_an_object")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise BadLine("key_twice", key=next(name for name in names if names.count(name) > 1))
    return found


def _answers(given: Mapping[str, Any]) -> dict[str, Answer]:
    answers = {}
    for criterion, value in given.items():
        try:
            answers[criterion] = decode(value)
        except AnswerInvalid as error:
            reason = coded("answer", error.code, error.details)
            raise BadLine("bad_answer", id=criterion, reason=reason) from None
    return answers


@lru_cache(maxsize=8)
def _set(name: str) -> CriteriaSet:
    return load_set(name)
