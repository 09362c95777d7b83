"""The files a fresh clone is set up with."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.mark.parametrize("name", LOCKS)
def test_locks_pin_everything_by_hash_and_name_no_place(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    requirements = re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip())
    assert len(requirements) > 20
    for requirement in requirements:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,-]+\])?==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


def test_what_runs_is_pinned_alike_in_both_locks() -> None:
    run, develop = (set(re.findall(r"^[a-z0-9._-]+==\S+", (ROOT / name).read_text(), re.MULTILINE)) for name in LOCKS)
    assert run <= develop


@pytest.mark.parametrize("name", ["Makefile", ".ci/run", "pyproject.toml", *LOCKS, "docs/van-hanh.md"])
def test_no_package_registry_is_named(name: str) -> None:
    assert not re.search(r"pypi\.|pythonhosted|index-url|find-links", (ROOT / name).read_text(encoding="utf-8"))


def test_bare_make_prints_every_recipe_with_what_it_does() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    for recipe in phony[1].split():
        assert re.search(rf"^  make {recipe} +\S", shown, re.MULTILINE), recipe


def test_ci_runs_the_check() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "exec make check" in script.read_text(encoding="utf-8")
