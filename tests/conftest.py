"""Prints how many seconds each suite took beside its budget, so that a slow suite is seen before it hurts."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePosixPath

import pytest

BUDGETS = {
    "blackbox": 200,
    "bot": 170,
    "browser": 140,
    "contract": 45,
    "docs": 15,
    "golden": 5,
    "messages": 10,
    "scoring": 15,
    "storage": 15,
    "transcripts": 15,
}
"""Seconds on a machine with two cores and two tests at a time, so half of their sum is what `make test` takes."""

_SPENT: defaultdict[str, float] = defaultdict(float)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add what a test took, its fixtures included, to its suite."""
    parts = PurePosixPath(report.nodeid.split("::")[0]).parts
    if len(parts) > 1:
        _SPENT[parts[1]] += report.duration


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line a suite: seconds spent, the budget, and a word where it is exceeded."""
    for suite, spent in sorted(_SPENT.items()):
        budget = BUDGETS.get(suite)
        told = f"{suite}: {spent:.0f} s" + (f" of {budget} s" if budget else "")
        terminalreporter.write_line(told + (", over budget" if budget and spent > budget else ""))
