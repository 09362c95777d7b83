"""What the rounds say together: medians, ratios of neighbours, a small table."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.rounds import Measures

BASE, OURS = "thin", "product"


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: its name in Measures, how it is written, and what its ratio (or value) must be and should be."""

    name: str
    text: str
    shown: str
    must: float | None = None
    aim: float | None = None
    more_is_better: bool = False
    absolute: bool = False


ROWS = (
    Row("answers_per_s", "answers/s, 30 officers, no think time", "{:.0f}", 1.0, 2.0, more_is_better=True),
    Row("cpu_s_per_1000", "CPU s per 1,000 answers", "{:.2f}", 1.0, 0.45),
    Row("p50_ms", "p50, 30 officers, ms", "{:.1f}"),
    Row("p99_ms", "p99, 30 officers, ms", "{:.1f}", 0.5, 0.2),
    Row("alone_p50_ms", "p50, one officer alone, ms", "{:.2f}", 1.2, 0.8),
    Row("peak_mib", "peak memory, MiB", "{:.0f}", 1.2, 0.5),
    Row("first_answer_s", "start to first answer, s", "{:.2f}", 1.2, 0.5),
    Row("calls_per_press", "API calls per press", "{:.2f}", 2.0, 1.0, absolute=True),
    Row("calls_per_answer", "API calls per answer, typed ones included", "{:.2f}"),
    Row("driver_load", "share of its core the bench itself used", "{:.2f}"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of both: medians, and the median of the ratios of rounds that ran next to each other."""

    row: Row
    base: float
    ours: float
    ratio: float

    @property
    def met(self) -> bool | None:
        """Whether what must be is; None where nothing must."""
        if self.row.must is None:
            return None
        judged = self.ours if self.row.absolute else self.ratio
        return judged >= self.row.must if self.row.more_is_better else judged <= self.row.must + 0.005


def figures(rounds: Sequence[Measures], mode: str) -> tuple[Figure, ...]:
    """All measures of one mode. Rounds of both candidates come in pairs."""
    base = [one for one in rounds if (one.candidate, one.mode) == (BASE, mode)]
    ours = [one for one in rounds if (one.candidate, one.mode) == (OURS, mode)]
    return tuple(_figure(row, base, ours) for row in ROWS)


def _figure(row: Row, base: Sequence[Measures], ours: Sequence[Measures]) -> Figure:
    pairs = [(float(getattr(a, row.name)), float(getattr(b, row.name))) for a, b in zip(base, ours, strict=True)]
    ratio = statistics.median(b / a for a, b in pairs)
    return Figure(row, statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs), ratio)


def table(told: Mapping[str, Sequence[Figure]]) -> str:
    """The figures of every mode as plain text."""
    return "\n".join(line for mode, found in told.items() for line in _lines(mode, found))


def _lines(mode: str, found: Sequence[Figure]) -> Iterator[str]:
    yield f"\n{mode:<44}{'thin':>9}{'product':>9}{'ratio':>8}{'must':>8}{'aim':>7}"
    for figure in found:
        row = figure.row
        sign = ">=" if row.more_is_better else "<="
        must = "" if row.must is None else f"{sign}{row.must:g}"
        aim = "" if row.aim is None else f"{sign}{row.aim:g}"
        mark = "" if figure.met is None else "  ok" if figure.met else "  MISSED"
        shown = f"{row.shown.format(figure.base):>9}{row.shown.format(figure.ours):>9}"
        yield f"{row.text:<44}{shown}{figure.ratio:>8.2f}{must:>8}{aim:>7}{mark}"


def as_json(told: Mapping[str, Sequence[Figure]], rounds: Sequence[Measures]) -> dict[str, Any]:
    """The same for programs, with every round."""
    summary = {
        mode: {
            one.row.name: {"thin": one.base, "product": one.ours, "ratio": one.ratio, "met": one.met} for one in found
        }
        for mode, found in told.items()
    }
    return {"summary": summary, "rounds": [asdict(one) for one in rounds]}
