"""What a decision issued anew changes: two sets compared criterion by criterion, by what they ask and what they pay."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scoring.criteria_parts import Exemption, Inputs
from scoring.criteria_set import CriteriaSet, Criterion

_ASIDE = {"rule": {"options": {"__all__": {"button", "negative"}}}}
"""How a criterion is shown, not what it says."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The criteria by id, in their set's order: only in the new one, only in the old one, in both but not the same,
    the same. `scopes` are the exemptions of the old set that do not stand as they were."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    scopes: tuple[str, ...] = ()

    @property
    def asked_again(self) -> frozenset[str]:
        """What a unit has to answer, whatever it answered before."""
        return frozenset((*self.added, *self.changed))

    @property
    def gone(self) -> frozenset[str]:
        """Criteria and exemptions under whose ids nothing that was answered counts any more."""
        return frozenset((*self.removed, *self.scopes))

    @property
    def nothing(self) -> bool:
        """Whether every answer means the same under both sets."""
        return not (self.asked_again or self.gone)


def changed_criteria(old: CriteriaSet, new: CriteriaSet, unit_kind: str | None = None) -> Changed:
    """Compare two sets; for units of one kind, exemptions count only as far as they concern that kind.

    A criterion stays the same with its id, title, rule, inputs, maximum, exemption and dependency; how the question is
    put, what proves it and where its figures come from may differ.
    """
    before = {leaf.id: _meaning(old, leaf, unit_kind) for leaf in old.leaves}
    after = {leaf.id: _meaning(new, leaf, unit_kind) for leaf in new.leaves}
    return Changed(
        added=tuple(one for one in after if one not in before),
        removed=tuple(one for one in before if one not in after),
        changed=tuple(one for one, meaning in after.items() if one in before and before[one] != meaning),
        unchanged=tuple(one for one, meaning in after.items() if one in before and before[one] == meaning),
        scopes=_scopes(old, new, unit_kind),
    )


def same_unit_kinds(old: CriteriaSet, new: CriteriaSet) -> bool:
    """Whether both sets know the same kinds of units; their names may differ."""
    return old.unit_kinds.keys() == new.unit_kinds.keys()


def _scopes(old: CriteriaSet, new: CriteriaSet, unit_kind: str | None) -> tuple[str, ...]:
    stands = {one.scope: _granted(one, unit_kind) for one in new.exemptions}
    return tuple(one.scope for one in old.exemptions if stands.get(one.scope) != _granted(one, unit_kind))


def _meaning(criteria: CriteriaSet, leaf: Criterion, unit_kind: str | None) -> tuple[object, ...]:
    """All that decides what an answer to a criterion says and what it pays."""
    said: Mapping[str, Any] = leaf.model_dump(include={"rule", "none_allowed", "depends_on"}, exclude=_ASIDE)
    return (
        leaf.title,
        leaf.maximum,
        said["rule"],
        said["none_allowed"],
        said["depends_on"],
        _counted(leaf.inputs),
        _granted(criteria.exemption_for(leaf.id), unit_kind),
    )


def _granted(exemption: Exemption | None, unit_kind: str | None) -> tuple[object, ...] | None:
    """What an exemption grants to whom; the words it is asked with may differ."""
    if exemption is None or (unit_kind is not None and not exemption.allows(unit_kind)):
        return None
    for_whom = frozenset(exemption.applies_to) if unit_kind is None else unit_kind
    return exemption.text, for_whom, exemption.scope, exemption.points


def _counted(inputs: Inputs | None) -> tuple[object, ...] | None:
    """What is counted; which shared figure is offered for it is convenience."""
    if inputs is None:
        return None
    return inputs.numerator, inputs.denominator, inputs.unit, inputs.bounded, inputs.when_zero, inputs.numerator_at_most
