"""Whether the parts of a criteria set that name each other agree: ids, options, figures, holders, kinds, points."""

from collections.abc import Iterator

from scoring.criteria_parts import Condition, Exemption
from scoring.criteria_set import CriteriaSet, Criterion
from scoring.errors import FileProblem


def incoherences(criteria: CriteriaSet, source: str) -> tuple[FileProblem, ...]:
    """Every reference of the set that leads nowhere or disagrees with what it refers to."""
    found = [*_parents(criteria)]
    if found:  # nothing below can be followed through a broken tree
        return tuple(FileProblem(source, *problem) for problem in found)
    for leaf in criteria.criteria:
        found += _of_criterion(criteria, leaf)
    for node in criteria.nodes:
        if node.exemption:
            maximum = node.maximum
            found += _of_exemption(criteria, node.id, node.exemption, agrees=node.exemption.points == maximum)
    for contradiction in criteria.contradictions:
        for side in (contradiction.first, contradiction.second):
            if not _condition_holds_together(criteria, side):
                found.append((f"contradictions.{contradiction.id}", "unknown_reference", "name_existing"))
    known = set(criteria.holders)
    found += [
        (f"figures.{f.id}.holder", "unknown_holder", "name_existing") for f in criteria.figures if f.holder not in known
    ]
    return tuple(FileProblem(source, *problem) for problem in found)


Found = tuple[str, str, str]


def _parents(criteria: CriteriaSet) -> Iterator[Found]:
    sections = {section.id for section in criteria.sections}
    headings = {heading.id for heading in criteria.headings}
    for heading in criteria.headings:
        if heading.parent not in sections:
            yield f"headings.{heading.id}.parent", "unknown_parent", "name_existing"
    for leaf in criteria.criteria:
        if leaf.parent not in sections | headings:
            yield f"criteria.{leaf.id}.parent", "unknown_parent", "name_existing"


def _of_criterion(criteria: CriteriaSet, leaf: Criterion) -> Iterator[Found]:
    where = f"criteria.{leaf.id}"
    if (leaf.inputs is None) != (leaf.kind == "choice"):
        yield f"{where}.inputs", "inputs_do_not_fit_rule", "fit_inputs"
    if leaf.evidence_holder not in criteria.holders:
        yield f"{where}.evidence_holder", "unknown_holder", "name_existing"
    if leaf.inputs:
        figures = {figure.id for figure in criteria.figures}
        named = (leaf.inputs.numerator_figure, leaf.inputs.denominator_figure, leaf.inputs.numerator_at_most)
        for name in named:
            if name is not None and name not in figures:
                yield f"{where}.inputs", "unknown_figure", "name_existing"
    yield from _of_dependency(criteria, leaf)


def _of_dependency(criteria: CriteriaSet, leaf: Criterion) -> Iterator[Found]:
    if leaf.depends_on is None:
        return
    where = f"criteria.{leaf.id}.depends_on"
    order = [other.id for other in criteria.criteria]
    if leaf.depends_on.on not in order[: order.index(leaf.id)]:
        yield where, "parent_not_before", "name_earlier_criterion"
        return
    parent = criteria.criterion(leaf.depends_on.on)
    by_option = leaf.depends_on.option is not None
    if by_option == leaf.depends_on.zero or by_option != (parent.kind == "choice"):
        yield where, "dependency_does_not_fit", "fit_dependency"
    elif by_option and leaf.depends_on.option not in {option.id for option in parent.options}:
        yield where, "unknown_option", "name_existing"


def _of_exemption(criteria: CriteriaSet, id: str, exemption: Exemption, *, agrees: bool) -> Iterator[Found]:  # noqa: A002
    where = f"{id}.exemption"
    if exemption.scope != id:
        yield f"{where}.scope", "scope_is_not_own_id", "write_own_id"
    if not agrees:
        yield f"{where}.points", "exemption_is_not_the_maximum", "write_maximum"
    for kind in exemption.applies_to:
        if kind not in criteria.unit_kinds:
            yield f"{where}.applies_to", "unknown_unit_kind", "name_existing"


def _condition_holds_together(criteria: CriteriaSet, side: Condition) -> bool:
    named = (side.option is not None) + (side.above is not None) + side.exempt
    if named != 1:
        return False
    if side.exempt:
        known = {exemption.scope for exemption in criteria.exemptions}
        return side.criterion in known
    if side.criterion not in {leaf.id for leaf in criteria.criteria}:
        return False
    leaf = criteria.criterion(side.criterion)
    return side.above is not None if leaf.kind == "ratio" else side.option in {option.id for option in leaf.options}
