"""How the tests run side by side, what their processes share, and how many seconds each suite took of its budget."""

from __future__ import annotations

import gc
from collections import defaultdict
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import settings
from product.templates import keep_templates
from side_by_side.counts import many
from side_by_side.schedule import ByPart, place_of

BUDGETS = {
    "blackbox": 165,
    "bot": 220,
    "browser": 105,
    "contract": 50,
    "docs": 20,
    "golden": 5,
    "messages": 10,
    "scoring": 10,
    "storage": 5,
    "transcripts": 10,
}
"""Seconds on a machine with two cores and two tests at a time, so half of their sum is what `make test` takes."""

_SPENT: defaultdict[str, float] = defaultdict(float)


def pytest_configure(config: pytest.Config) -> None:
    """Compiled templates outlive a process and a run; Jinja looks whether a template is still the same."""
    config.addinivalue_line("markers", "thorough: tries more examples with THOROUGH=1, as make soak does")
    settings.register_profile("counted", settings(), max_examples=many(40, 100))
    settings.load_profile("counted")
    if config.pluginmanager.hasplugin("cacheprovider"):
        keep_templates(config.cache.mkdir("templates"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByPart | None:
    """With `--dist loadfile` some suites stay together as well, and the long ones come first."""
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return ByPart(config, log)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whatever counts its examples, or leaves the counting to Hypothesis, is run once more where there is time."""
    test = getattr(item, "obj", None)
    if getattr(getattr(item, "module", None), "many", None) is many or getattr(test, "is_hypothesis_test", False):
        item.add_marker("thorough")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The order in which they are handed out."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: place_of(item.nodeid))


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # what tests leave is soon gone: looking for circles less often costs no memory


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
