"""The parts a criteria set is made of besides its rules: headings, exemptions, dependencies, inputs, dates, classes."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from scoring.exact import Exact
from scoring.rules import Op, Part

Month = Annotated[int, Field(ge=1, le=12)]
Day = Annotated[int, Field(ge=1, le=31)]


class ClassLimit(Part):
    """A class and the total it asks for, as printed in `text`."""

    letter: str
    op: Op
    value: Exact
    text: str


class CycleDefaults(Part):
    """The dates the decision sets for the year after the assessed one; a cycle may choose others."""

    deadline_text: str
    deadline_short: str
    deadline_month: Month
    deadline_day: Day
    publication_text: str
    publication_month: Month
    publication_day: Day

    def too_late_from(self, year: int) -> date:
        """The first day that is too late for assessed year `year` ("before 15/01": the last instant is 14/01 24:00)."""
        return date(year + 1, self.deadline_month, self.deadline_day)

    def publication_before(self, year: int) -> date:
        """The day before which the ranking of assessed year `year` is published (art. 2 clause 3)."""
        return date(year + 1, self.publication_month, self.publication_day)


class Opening(Part):
    """The question asked at the start from which an exemption may follow, put positively; `keep` claims nothing."""

    question: str
    keep: str
    claim: str

    @property
    def buttons(self) -> tuple[tuple[str, bool], tuple[str, bool]]:
        """(label, whether it claims the exemption), the one that claims nothing first."""
        return (self.keep, False), (self.claim, True)


class Exemption(Part):
    """A case in which the decision gives the full points: for whom, under which id, how it is asked and grounded."""

    text: str
    applies_to: Annotated[tuple[str, ...], Field(min_length=1)]
    scope: str
    points: Exact
    question: str
    opening: Opening
    usual_ground: str
    evidence: str

    def allows(self, unit_kind: str) -> bool:
        """Whether units of this kind may claim it."""
        return unit_kind in self.applies_to


class Group(Part):
    """A node of the decision's table that has a maximum and criteria under it."""

    id: str
    parent: str | None = None
    title: str
    display_title: str
    short_title: str
    maximum: Exact
    exemption: Exemption | None = None


class Section(Group):
    """One of the sections at the top of the table."""

    parent: None = None


class Dependency(Part):
    """A hard dependency: when the parent has this answer, the child scores 0 and is not asked."""

    on: str
    option: str | None = None
    zero: bool = False


class Inputs(Part):
    """What a ratio is made of: the two counts in words, what they count, whether it may pass 100 %, what 0/0 means."""

    numerator: str
    denominator: str
    unit: str
    bounded: bool
    when_zero: Literal["ask", "exempt"]
    numerator_figure: str | None = None
    denominator_figure: str | None = None
    numerator_at_most: str | None = None


class Figure(Part):
    """A count that several criteria use: asked once, offered again."""

    id: str
    label: str
    unit: str
    holder: str


class Condition(Part):
    """An answer of one criterion: this option, a ratio above so many percent, or its exemption claimed."""

    criterion: str
    option: str | None = None
    above: Exact | None = None
    exempt: bool = False


class Contradiction(Part):
    """Two answers that hardly go together; only warned of, the points stay as they are."""

    id: str
    first: Condition
    second: Condition
    text: str


class Wording(Part):
    """How the printed text says its edges and its negations, so that the linter can compare it with the rules."""

    edges: dict[str, str] = Field(default_factory=dict)
    negations: tuple[str, ...] = ()
