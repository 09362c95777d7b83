"""Files made to break whoever opens them: refused in a sentence, soon, and the service lives on.

Checked against: the spreadsheet opened in this process (it ended at "two cells, far apart"), and sizes believed as
they are said ("lies about its size").
"""

import os
import subprocess
import time
from contextlib import suppress
from typing import Any

import pytest
from odd_lists.bombs import BOMBS, flipped
from odd_lists.making import HEADING, spreadsheet

from bot.lists import isolated
from bot.lists.refused import ListRefused
from bot.lists.units import read_list

SOON = 2.0 * isolated.SECONDS
"""Seconds of this process and its children; the clock on the wall may run on while others work. A reader that goes
in a circle is ended by the system after one, and what it and we did before that comes on top."""


def spent() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_a_sentence(bomb: str) -> None:
    name, make, told = BOMBS[bomb]
    data = make()
    before = spent()
    with pytest.raises(ListRefused) as refused:
        read_list(data, name)
    assert spent() - before < SOON
    (problem,) = refused.value.problems
    assert told in problem
    assert problem.endswith(".")


def test_a_damaged_file_is_read_or_refused_never_an_error() -> None:
    for where, data in flipped():
        with suppress(ListRefused):
            assert read_list(data, "a.xlsx").units, where


def test_a_reader_that_dawdles_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "PATIENCE", 0.0001)
    began = time.monotonic()
    with pytest.raises(ListRefused, match="quá lớn"):
        read_list(spreadsheet(HEADING), "a.xlsx")
    assert time.monotonic() - began < SOON * 5


def test_the_reader_is_handed_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[object] = []
    run = subprocess.run

    def watched(*args: Any, **more: Any) -> Any:
        handed.append(more["env"])
        return run(*args, **more)

    monkeypatch.setenv("TUCHAM_TELEGRAM_TOKEN", "1:canary")
    monkeypatch.setattr(subprocess, "run", watched)
    read_list(spreadsheet(HEADING, ("A", "Sở Nội vụ", "", "sở")), "a.xlsx")
    assert handed
    assert "canary" not in str(handed)
