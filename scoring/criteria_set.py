"""A criteria set: everything a decision says about how units are scored, as one frozen value read from TOML."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field

from scoring.criteria_parts import (
    ClassLimit,
    Condition,
    Contradiction,
    CycleDefaults,
    Dependency,
    Exemption,
    Figure,
    Group,
    Inputs,
    Opening,
    Section,
    Wording,
)
from scoring.exact import Exact
from scoring.rules import Choice, Option, Part, Rule, meets

__all__ = [
    "ClassLimit",
    "Condition",
    "Contradiction",
    "CriteriaSet",
    "Criterion",
    "CycleDefaults",
    "Dependency",
    "Exemption",
    "Figure",
    "Group",
    "Inputs",
    "Opening",
    "Option",
    "Section",
    "Wording",
    "id_key",
]


def id_key(id: str) -> tuple[int, ...]:  # noqa: A002 - the domain's word
    """What ids are sorted by: "2.10" comes after "2.9" and is never the number 2.1. ValueError when it is no id."""
    return tuple(int(part) for part in id.split("."))


class Criterion(Part):
    """One criterion: what the decision prints, how it is asked, and the rule that gives its points.

    `none_allowed`: "nothing of the kind arose" is offered for its ratio; recorded anyway, it counts 0 and is flagged.
    `accepts`: the findings of the linter that the reading has settled.
    """

    id: str
    printed_id: str
    parent: str
    title: str
    display_title: str
    short_title: str
    maximum: Exact
    question: str
    rule: Rule
    rule_text: str
    rule_plain: str = ""
    inputs: Inputs | None = None
    none_allowed: bool = False
    exemption: Exemption | None = None
    depends_on: Dependency | None = None
    evidence: tuple[str, ...]
    evidence_holder: str
    clause: str
    interpretation: str = ""
    accepts: tuple[str, ...] = ()

    @property
    def kind(self) -> Literal["choice", "ratio"]:
        """Whether one of fixed options is chosen or a ratio is given."""
        return "choice" if isinstance(self.rule, Choice) else "ratio"

    @property
    def options(self) -> tuple[Option, ...]:
        """The options in the decision's printed order; none for a ratio."""
        return self.rule.options if isinstance(self.rule, Choice) else ()

    def option(self, id: str) -> Option:  # noqa: A002 - the domain's word
        """The option of that id; KeyError when there is none."""
        for option in self.options:
            if option.id == id:
                return option
        raise KeyError(id)


class CriteriaSet(Part):
    """One year's criteria. Ids are strings; maxima, points and limits are exact."""

    id: str
    title: str
    legal_basis: str
    total: Exact
    unit_kinds: dict[str, str]
    cycle: CycleDefaults
    classes: Annotated[tuple[ClassLimit, ...], Field(min_length=1)]
    holders: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    wording: Wording = Wording()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    headings: tuple[Group, ...] = ()
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    contradictions: tuple[Contradiction, ...] = ()

    @cached_property
    def judged(self) -> dict[Any, Any]:
        """Lines already judged, for whoever scores: nearly all answers are the same as a moment ago."""
        return {}

    @cached_property
    def _criteria_by_id(self) -> Mapping[str, Criterion]:
        return {leaf.id: leaf for leaf in self.criteria}

    @cached_property
    def _groups_by_id(self) -> Mapping[str, Group]:
        return {group.id: group for group in self.groups}

    @cached_property
    def _sections_by_id(self) -> Mapping[str, Section]:
        return {section.id: section for section in self.sections}

    @cached_property
    def _leaves_under(self) -> Mapping[str, tuple[Criterion, ...]]:
        under: dict[str, list[Criterion]] = {group.id: [] for group in self.groups}
        for leaf in self.criteria:
            under[leaf.id] = [leaf]
            above: str | None = leaf.parent
            while above is not None:
                under[above].append(leaf)
                above = self.group(above).parent
        return {above: tuple(leaves) for above, leaves in under.items()}

    @cached_property
    def _groups_above(self) -> Mapping[str, tuple[str, ...]]:
        above: dict[str, tuple[str, ...]] = {}
        for node in self.nodes:  # groups come before what is under them
            above[node.id] = (node.parent, *above[node.parent]) if node.parent else ()
        return above

    @cached_property
    def _directly_under(self) -> Mapping[str, tuple[str, ...]]:
        return {group.id: tuple(node.id for node in self.nodes if node.parent == group.id) for group in self.groups}

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {node.id: place for place, node in enumerate(self.nodes)}

    @cached_property
    def _exemptions(self) -> Mapping[str, Exemption | None]:
        found: dict[str, Exemption | None] = {}
        for node in self.nodes:
            inherited = found.get(node.parent) if node.parent else None
            found[node.id] = node.exemption or inherited
        return found

    @property
    def leaves(self) -> tuple[Criterion, ...]:
        """The criteria in the decision's order."""
        return self.criteria

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Every node above the criteria that has a maximum, sections included, in order."""
        return tuple(sorted((*self.sections, *self.headings), key=lambda group: id_key(group.id)))

    @cached_property
    def nodes(self) -> tuple[Group | Criterion, ...]:
        """Every row of the decision's table, groups before what is under them."""
        rows: list[Group | Criterion] = [*self.sections, *self.headings, *self.criteria]
        return tuple(sorted(rows, key=lambda row: id_key(row.id)))

    @property
    def maximum(self) -> Fraction:
        """The most a unit can have in all."""
        return self.total

    def criterion(self, id: str) -> Criterion:  # noqa: A002 - the domain's word
        """The criterion of that id; KeyError when there is none."""
        return self._criteria_by_id[id]

    def group(self, id: str) -> Group:  # noqa: A002 - the domain's word
        """The section or heading of that id; KeyError when there is none."""
        return self._groups_by_id[id]

    def section_of(self, id: str) -> Section:  # noqa: A002 - the domain's word
        """The section a criterion or group stands in; KeyError when there is none."""
        section = id
        while section not in self._sections_by_id:
            node = self._groups_by_id.get(section) or self._criteria_by_id[section]
            section = node.parent or ""
        return self._sections_by_id[section]

    def find(self, id: str) -> Criterion | Group | None:  # noqa: A002 - the domain's word
        """The criterion or group of that id, if there is one."""
        return self._criteria_by_id.get(id) or self._groups_by_id.get(id)

    def position(self, id: str) -> int:  # noqa: A002 - the domain's word
        """Where an id stands in the decision's table, groups before what is under them; unknown ids come last."""
        return self._positions.get(id, len(self._positions))

    @cached_property
    def ratios(self) -> tuple[Criterion, ...]:
        """The criteria that ask for a ratio, in order."""
        return tuple(leaf for leaf in self.criteria if leaf.kind == "ratio")

    def directly_under(self, id: str) -> tuple[str, ...]:  # noqa: A002 - the domain's word
        """The ids of the criteria and headings right below a group, in order."""
        return self._directly_under[id]

    def leaves_under(self, id: str) -> tuple[Criterion, ...]:  # noqa: A002 - the domain's word
        """The criteria under a group, in order; a criterion stands under itself; KeyError when the id is unknown."""
        return self._leaves_under[id]

    def groups_above(self, id: str) -> tuple[str, ...]:  # noqa: A002 - the domain's word
        """The ids of the groups a criterion stands in, the nearest first; KeyError when the id is unknown."""
        return self._groups_above[id]

    @cached_property
    def dependents(self) -> tuple[Criterion, ...]:
        """The criteria that hang on others, in order: each comes after the one it hangs on."""
        return tuple(leaf for leaf in self.criteria if leaf.depends_on)

    def exemption_for(self, id: str) -> Exemption | None:  # noqa: A002 - the domain's word
        """The exemption of a criterion or group: its own, or that of a group it stands in."""
        return self._exemptions[id]

    def exemption_scope(self, id: str) -> str | None:  # noqa: A002 - the domain's word
        """The id under which the exemption of a criterion is claimed ("2.3" for 2.3.1); None when it has none."""
        exemption = self.exemption_for(id)
        return exemption.scope if exemption else None

    @cached_property
    def exemptions(self) -> tuple[Exemption, ...]:
        """Every exemption, in the decision's order."""
        found = {exemption.scope: exemption for exemption in self._exemptions.values() if exemption}
        return tuple(found[scope] for scope in sorted(found, key=id_key))

    def opening_questions(self, unit_kind: str) -> tuple[Exemption, ...]:
        """The exemptions whose opening question is put to units of this kind, in order."""
        return tuple(exemption for exemption in self.exemptions if exemption.allows(unit_kind))

    def figure(self, id: str) -> Figure:  # noqa: A002 - the domain's word
        """The shared figure of that id; KeyError when there is none."""
        return {figure.id: figure for figure in self.figures}[id]

    def class_of(self, total: Fraction) -> str:
        """The class of an exact total (art. 2 clause 1)."""
        for limit in self.classes:
            if meets(total, limit.op, limit.value):
                return limit.letter
        raise ValueError(f"no class for {total}")

    def as_json(self) -> dict[str, Any]:
        """The whole set for JSON, numbers as text; every criterion lists its kind and its options."""
        dumped: dict[str, Any] = self.model_dump(mode="json")
        for leaf, row in zip(self.criteria, dumped["criteria"], strict=True):
            row["kind"] = leaf.kind
            row["options"] = [option.model_dump(mode="json") for option in leaf.options]
            row["section"] = self.section_of(leaf.id).id
            row["exemption_scope"] = self.exemption_scope(leaf.id)
        dumped["groups"] = [group.model_dump(mode="json") for group in self.groups]
        return dumped
