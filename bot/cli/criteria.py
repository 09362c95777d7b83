"""`tucham criteria`: look into a criteria set, and let the linter look."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click

from bot.cli.figures import coded, number, plain
from bot.cli.shape import FAILED, Stopped, json_option, noun, tell, verb
from bot.wording import say
from scoring.criteria_set import CriteriaSet, Criterion
from scoring.errors import CriteriaSetInvalid
from scoring.findings import Finding
from scoring.library import available, load_set, parse_toml, read_set
from scoring.lint import lint as lint_raw


@noun("criteria")
def criteria() -> None:
    """A noun."""


@verb(criteria, "show")
@click.argument("name", default="", metavar="SET|FILE")
@json_option
def show(name: str, as_json: bool) -> None:
    """Print a criteria set."""
    try:
        found = load_set(name or available()[-1])
    except CriteriaSetInvalid as error:
        raise Stopped(told(error)) from None
    if as_json:
        tell(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return
    for line in _lines(found):
        tell(line)


@verb(criteria, "lint")
@click.argument("name", default="", metavar="SET|FILE")
@json_option
def lint(name: str, as_json: bool) -> int:
    """Print what the linter finds; returns 1 when there is an error."""
    source = name or available()[-1]
    try:
        findings = lint_raw(parse_toml(read_set(source), source))
    except CriteriaSetInvalid as error:
        raise Stopped(told(error)) from None
    unusable = _unusable(source, findings)
    if as_json:
        tell(json.dumps([_as_json(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            tell(say("lint.line", severity=say(f"lint.{finding.severity}"), where=finding.where, text=_text(finding)))
        if unusable:
            tell(say("lint.unusable", problems=unusable, name=source))
        tell(say("lint.sum", **_counts(findings)))
    return FAILED if unusable or any(finding.severity == "error" for finding in findings) else 0


def told(error: CriteriaSetInvalid) -> str:
    """Everything wrong with a criteria set, a line each."""
    lines = [
        say(
            "lint.problem",
            where=problem.key or problem.source,
            text=coded("finding", problem.code, problem.args),
            cure=coded("cure", problem.cure, problem.args),
        )
        for problem in error.problems
    ]
    return "\n".join(lines)


def _unusable(source: str, findings: Sequence[Finding]) -> int:
    """In how many places the set is wrong beside what the linter found: its shape, references that lead nowhere."""
    try:
        load_set(source)
    except CriteriaSetInvalid as error:
        known = {(finding.where, finding.code) for finding in findings}
        return sum((problem.key, problem.code) not in known for problem in error.problems)
    return 0


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "where": finding.where,
        "code": finding.code,
        "message": _text(finding),
        "args": {name: plain(value) for name, value in finding.args.items()},
    }


def _text(finding: Finding) -> str:
    return coded("finding", finding.code, finding.args)


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    counted = dict.fromkeys(("error", "warning", "info"), 0)
    for finding in findings:
        counted[finding.severity] += 1
    return counted


def _lines(found: CriteriaSet) -> Iterator[str]:
    yield say("show.head", id=found.id, title=found.title, total=number(found.total), leaves=len(found.leaves))
    for limit in found.classes:
        yield say("show.class", letter=limit.letter, text=limit.text)
    for node in found.nodes:
        indent = "  " * node.id.count(".")
        yield say("show.node", id=node.id, title=node.display_title, maximum=number(node.maximum)).join(
            ("\n" * (not indent) + indent, "")
        )
        if isinstance(node, Criterion):
            for option in node.options:
                yield f"{indent}    " + say(
                    "show.option", id=option.id, label=option.printed, points=number(option.points)
                )
            if not node.options:
                yield f"{indent}    " + say("show.rule", text=node.rule_plain or node.rule_text)
