"""What can be wrong with a criteria set file, an answer or a request to score, as data for whoever words it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Detail = Mapping[str, object]


class ScoringError(Exception):
    """Anything the scoring package refuses."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing wrong with a criteria set file: where it stands, what is wrong (a code) and what cures it (a code)."""

    source: str
    key: str
    code: str
    cure: str
    args: Detail = field(default_factory=dict)

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.args.items())
        return f"{self.source}: {self.key}: {self.code}{f' ({shown})' if shown else ''}; cure: {self.cure}"


class CriteriaSetInvalid(ScoringError):
    """A criteria set cannot be used; `problems` lists everything found, not only the first."""

    def __init__(self, problems: tuple[FileProblem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class AnswerInvalid(ScoringError):
    """An answer cannot be understood: `code` says why, `details` with what."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(f"{code} {details}" if details else code)
        self.code = code
        self.details: Detail = details


class UnknownUnitKind(ScoringError):
    """The unit kind is not one the criteria set names."""

    def __init__(self, unit_kind: str, known: tuple[str, ...]) -> None:
        super().__init__(f"{unit_kind!r} is none of {', '.join(known)}")
        self.unit_kind = unit_kind
        self.known = known
