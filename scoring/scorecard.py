"""The scorecard: every criterion's points, sums, what is missing, what can still be reached, and the class."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from scoring.answers import Answer, Exempt
from scoring.checks import TOGETHER, contradictions, figure_problems
from scoring.criteria_set import CriteriaSet, Criterion
from scoring.errors import UnknownUnitKind
from scoring.exact import exact_sum
from scoring.judging import (
    CODES,
    ZERO,
    Code,
    Line,
    NextStep,
    Problem,
    State,
    derived,
    exempted,
    judge,
    missing,
    settles,
)

Judged = dict[tuple[str, str, Answer | None], tuple[Line, Problem | None]]
MOST_JUDGED = 20_000

__all__ = ["CODES", "Code", "GroupState", "Line", "NextStep", "Problem", "Scorecard", "State", "score", "score_again"]


@dataclass(frozen=True, slots=True)
class GroupState:
    """How far a section or group is: points so far of the maximum, decided criteria of all."""

    id: str
    points: Fraction
    maximum: Fraction
    decided: int
    total: int


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The answers of one unit, scored. All points are exact; `groups` and `total` are points so far."""

    lines: Mapping[str, Line]
    groups: Mapping[str, Fraction]
    total: Fraction
    decided: int
    missing: tuple[str, ...]
    can_still_reach: Fraction
    class_letter: str | None
    class_floor: str
    class_ceiling: str
    problems: tuple[Problem, ...]
    criteria: CriteriaSet = field(repr=False, compare=False)

    @property
    def points(self) -> dict[str, Fraction]:
        """The points of every decided criterion."""
        return {line.id: line.points for line in self.lines.values() if line.points is not None}

    def group_state(self, id: str) -> GroupState:  # noqa: A002 - the domain's word
        """How far a section or group is; KeyError when there is none of that id."""
        group, leaves = self.criteria.group(id), self.criteria.leaves_under(id)
        decided = sum(self.lines[leaf.id].decided for leaf in leaves)
        return GroupState(id, self.groups[id], group.maximum, decided, len(leaves))

    def problems_of(self, id: str) -> tuple[Problem, ...]:  # noqa: A002 - the domain's word
        """What is to be said where one criterion stands, that of a whole group at its first criterion."""
        return tuple(problem for problem in self.problems if self.place_of(problem.id) == id)

    def place_of(self, id: str) -> str:  # noqa: A002 - the domain's word
        """The criterion where what is said of `id` stands: that criterion, of a group its first one."""
        return self.criteria.leaves_under(id)[0].id if id in self.groups else id


def score(criteria: CriteriaSet, unit_kind: str, answers: Mapping[str, Answer]) -> Scorecard:
    """The scorecard of one unit's answers; keys are criterion ids and, for exemptions of a group, group ids.

    Nothing in the answers raises: what does not fit becomes a problem. UnknownUnitKind when the set has no such kind.
    """
    if unit_kind not in criteria.unit_kinds:
        raise UnknownUnitKind(unit_kind, tuple(criteria.unit_kinds))
    problems: list[Problem] = []
    claims = _claims(criteria, unit_kind, answers, problems)
    lines: dict[str, Line] = {}
    judged = criteria.judged
    for criterion in criteria.criteria:
        lines[criterion.id], problem = _line(criterion, unit_kind, answers, claims.get(criterion.id), lines, judged)
        if problem is not None:
            problems.append(problem)
    return _add_up(criteria, lines, problems, {})


def score_again(
    before: Scorecard, unit_kind: str, answers: Mapping[str, Answer], changed: Collection[str]
) -> Scorecard:
    """The same as `score`, made from a scorecard of the same set and kind of unit whose answers differed in `changed`
    only: what those do not touch is taken over. An exemption touches much, so with one everything is scored."""
    criteria, lines = before.criteria, dict(before.lines)
    if any(one not in lines or lines[one].state == "exempt" or isinstance(answers.get(one), Exempt) for one in changed):
        return score(criteria, unit_kind, answers)
    touched = set(changed)
    for child in criteria.dependents:
        if child.depends_on and child.depends_on.on in touched and lines[child.id].state != "exempt":
            touched.add(child.id)
    problems = [one for one in before.problems if not _is_stale(one, touched, changed)]
    for one in sorted(touched, key=criteria.position):
        lines[one], problem = _line(criteria.criterion(one), unit_kind, answers, None, lines, criteria.judged)
        if problem is not None:
            problems.append(problem)
    above = {group for one in touched for group in criteria.groups_above(one)}
    return _add_up(criteria, lines, problems, {group: of for group, of in before.groups.items() if group not in above})


def _is_stale(problem: Problem, touched: Collection[str], changed: Collection[str]) -> bool:
    """Whether a problem has to be found anew; an exemption that is not allowed is one of the answer alone."""
    if problem.code in TOGETHER:
        return True
    return problem.id in (changed if problem.code == "exemption_not_allowed" else touched)


def _claims(
    criteria: CriteriaSet, unit_kind: str, answers: Mapping[str, Answer], problems: list[Problem]
) -> dict[str, str]:
    """The criteria an allowed exemption covers -> the id it was claimed under; what cannot be claimed is a problem."""
    claims: dict[str, str] = {}
    for id, answer in answers.items():  # noqa: A001 - the domain's word
        node = criteria.find(id)
        if node is None:
            problems.append(Problem(id, "unknown_criterion"))
        elif isinstance(answer, Exempt):
            exemption = criteria.exemption_for(id)
            if exemption is not None and exemption.allows(unit_kind):
                for leaf in criteria.leaves_under(id):
                    claims.setdefault(leaf.id, id)
            else:
                applies_to = exemption.applies_to if exemption else ()
                problems.append(Problem(id, "exemption_not_allowed", {"applies_to": applies_to}))
        elif not isinstance(node, Criterion):
            problems.append(Problem(id, "wrong_answer_kind", {"expected": "exempt"}))
    return claims


def _line(
    criterion: Criterion,
    unit_kind: str,
    answers: Mapping[str, Answer],
    claim: str | None,
    lines: Mapping[str, Line],
    judged: Judged,
) -> tuple[Line, Problem | None]:
    own = answers.get(criterion.id)
    answered = own is not None and not isinstance(own, Exempt)
    if claim is not None:
        line = exempted(criterion, answers[claim], shadowed=answered)
        return line, Problem(criterion.id, "shadowed", {"by": claim}) if answered else None
    dependency = criterion.depends_on
    if dependency is not None and settles(lines[dependency.on], dependency):
        args = {"parent": dependency.on, "shadowed": answered}
        return derived(criterion, shadowed=answered), Problem(criterion.id, "derived", args)
    key = (criterion.id, unit_kind, own)
    found = judged.get(key)
    if found is None:
        if len(judged) >= MOST_JUDGED:
            judged.clear()
        found = judged[key] = judge(criterion, own, unit_kind) if answered and own else (missing(criterion), None)
    return found


def _add_up(
    criteria: CriteriaSet, lines: dict[str, Line], problems: list[Problem], sums: dict[str, Fraction]
) -> Scorecard:
    """The scorecard of all lines; `sums` are the groups' that are known already."""
    problems.extend(contradictions(criteria, lines))
    problems.extend(figure_problems(criteria, lines))
    open_ids = tuple(line.id for line in lines.values() if line.points is None)
    for group in reversed(criteria.groups):  # headings come after their section, so here they come first
        if group.id not in sums:
            below = criteria.directly_under(group.id)
            sums[group.id] = exact_sum([sums[row] if row in sums else lines[row].points or ZERO for row in below])
    total = exact_sum([sums[section.id] for section in criteria.sections])
    reachable = exact_sum((total, *(lines[open_id].maximum for open_id in open_ids))) if open_ids else total
    floor, ceiling = criteria.class_of(total), criteria.class_of(reachable)
    if len(problems) > 1:
        problems.sort(key=lambda problem: (criteria.position(problem.id), problem.id))
    return Scorecard(
        lines=lines,
        groups={group.id: sums[group.id] for group in criteria.groups},
        total=total,
        decided=len(lines) - len(open_ids),
        missing=open_ids,
        can_still_reach=reachable,
        class_letter=None if open_ids else floor,
        class_floor=floor,
        class_ceiling=ceiling,
        problems=tuple(problems),
        criteria=criteria,
    )
