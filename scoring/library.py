"""The shelf of criteria sets: which there are, how one is read from TOML, and all that is wrong with a wrong one."""

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scoring.coherence import incoherences
from scoring.criteria_set import CriteriaSet
from scoring.errors import CriteriaSetInvalid, FileProblem
from scoring.lint import lint

_SHELF = Path(__file__).parent / "criteria_sets"
_NAME = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)?", re.ASCII)

# What pydantic calls a fault -> what cures it; anything else: the value has to be written another way.
_CURES = {"missing": "add_key", "extra_forbidden": "remove_key", "union_tag_invalid": "name_rule_kind"}


def available() -> tuple[str, ...]:
    """The names of the sets that can be scored with."""
    return tuple(sorted(path.stem for path in _SHELF.glob("*.toml")))


def set_text(name: str) -> str:
    """The text of a set on the shelf ("qd-3270-2020", "as-printed/qd-3270-2020"), or CriteriaSetInvalid."""
    path = _SHELF / f"{name}.toml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise CriteriaSetInvalid(
            (FileProblem(name, "", "set_unknown", "name_available_set", {"available": available()}),)
        )
    return path.read_text(encoding="utf-8")


def load_set(name_or_path: str) -> CriteriaSet:
    """The set of that name, or in the file at that path; CriteriaSetInvalid with every problem found."""
    return parse_set(read_set(name_or_path), name_or_path)


def read_set(name_or_path: str) -> str:
    """The text of a set given by name or path, not yet looked at; CriteriaSetInvalid when it cannot be read."""
    if not name_or_path.endswith(".toml"):
        return set_text(name_or_path)
    try:
        return Path(name_or_path).read_text(encoding="utf-8")
    except OSError as error:
        problem = FileProblem(name_or_path, "", "file_unreadable", "check_path", {"reason": error.strerror})
        raise CriteriaSetInvalid((problem,)) from error
    except UnicodeDecodeError as error:
        problem = FileProblem(name_or_path, "", "not_utf8", "save_as_utf8", {"at": error.start})
        raise CriteriaSetInvalid((problem,)) from error


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """The raw mapping a set's text holds, for the linter; CriteriaSetInvalid when it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = FileProblem(source, "", "toml_syntax", "fix_syntax", {"reason": str(error)})
        raise CriteriaSetInvalid((problem,)) from error


def parse_set(text: str, source: str) -> CriteriaSet:
    """The set written in `text`; `source` names it in problems. CriteriaSetInvalid with every problem found."""
    raw = parse_toml(text, source)
    problems = [
        FileProblem(source, finding.where, finding.code, "correct_rule", finding.args)
        for finding in lint(raw)
        if finding.severity == "error"
    ]
    try:
        criteria = CriteriaSet.model_validate(raw)
    except ValidationError as error:
        shaped = [_shape_problem(source, raw, fault) for fault in error.errors(include_url=False)]
        raise CriteriaSetInvalid((*shaped, *problems)) from None
    problems = [*incoherences(criteria, source), *problems]
    if problems:
        raise CriteriaSetInvalid(tuple(problems))
    return criteria


def digest(text: str) -> str:
    """The SHA-256 of a set's text, in hex: what a cycle stores, so that old years stay computable."""
    return hashlib.sha256(text.encode()).hexdigest()


def _shape_problem(source: str, raw: object, fault: Any) -> FileProblem:
    steps: list[str] = []
    at = raw
    for step in fault["loc"]:
        at = _inside(at, step)
        named = isinstance(step, int) and isinstance(at, dict) and isinstance(at.get("id"), str)
        steps.append(at["id"] if named and isinstance(at, dict) else str(step))
    args = {"reason": fault["msg"]}
    return FileProblem(source, ".".join(steps), fault["type"], _CURES.get(fault["type"], "correct_value"), args)


def _inside(at: object, step: int | str) -> object:
    if isinstance(at, dict):
        # A step that is no key is the name of the rule kind pydantic took; the mapping stays the same.
        return at.get(step, at)
    if isinstance(at, list) and isinstance(step, int) and step < len(at):
        return at[step]
    return None
