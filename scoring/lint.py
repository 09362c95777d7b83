"""The linter of criteria sets: works on raw TOML, so that it also reads what could never be scored with."""

from collections.abc import Iterator
from dataclasses import replace

from scoring.findings import Finding, Raw, found, rows, text
from scoring.lint_rules import lint_rules
from scoring.lint_tree import lint_tree
from scoring.lint_wording import lint_wording

__all__ = ["Finding", "lint"]


def lint(raw: Raw) -> tuple[Finding, ...]:
    """Everything found in a set's raw mapping, errors first. A warning a criterion names in `accepts` is a remark, for
    its reading is settled there. Errors cannot be accepted; a set with one is not loaded."""
    accepted = {(own, code) for row in rows(raw, "criteria") for own, code in _accepts(row)}
    findings: list[Finding] = []
    for finding in _all(raw):
        if finding not in findings:
            findings.append(finding)
    settled = [
        replace(finding, severity="info")
        if finding.severity == "warning" and (finding.where, finding.code) in accepted
        else finding
        for finding in findings
    ]
    seen = {(finding.where, finding.code) for finding in findings}
    settled += [found(own, "accepts_nothing", accepts=code) for own, code in sorted(accepted - seen)]
    return tuple(sorted(settled, key=lambda finding: ("error", "warning", "info").index(finding.severity)))


def _all(raw: Raw) -> Iterator[Finding]:
    yield from lint_tree(raw)
    yield from lint_rules(raw)
    yield from lint_wording(raw)


def _accepts(row: Raw) -> list[tuple[str, str]]:
    named = row.get("accepts")
    return [(text(row, "id"), code) for code in named if isinstance(code, str)] if isinstance(named, list) else []
