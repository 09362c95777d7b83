"""What the linter sees in rules: holes, overlaps, steps never reached, pay off the maximum, undeclared cases."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from scoring.findings import Finding, Raw, found, maximum_of, number, rows, table, text

Edge = tuple[str, Fraction]

_ZERO, _ALL = Fraction(0), Fraction(100)


def lint_rules(raw: Raw) -> Iterator[Finding]:
    """Findings about the rules of all criteria, and about the class limits."""
    words = table(table(raw, "wording"), "edges")
    for criterion in rows(raw, "criteria"):
        own, rule = text(criterion, "id"), table(criterion, "rule")
        yield from _pay(own, criterion, rule)
        if text(rule, "kind") == "choice":
            yield from _options(own, rule)
            continue
        yield from _bands(own, criterion, rule, words)
        yield from _floor(own, rule)
        yield from _undeclared(own, criterion)
    for node in [*rows(raw, "headings"), *rows(raw, "criteria")]:
        yield from _exemption(raw, node)
    yield from _classes(raw)
    yield from _both_ways(raw, words)


def edge_of(row: Raw, words: Raw) -> Edge | None:
    """The operator and value of a band or floor; an operator in words is looked up in the set's wording."""
    op, value = text(row, "op"), number(row, "value")
    return None if value is None else (text(words, op) or op, value)


def _pay(own: str, criterion: Raw, rule: Raw) -> Iterator[Finding]:
    maximum, most = maximum_of(criterion), _most(rule)
    if maximum is None or most is None:
        return
    if most > maximum:
        yield found(own, "pays_more_than_maximum", pays=most, maximum=maximum)
    elif most < maximum:
        yield found(own, "maximum_unreachable", pays=most, maximum=maximum)


def _most(rule: Raw) -> Fraction | None:
    """The most a rule pays at 100 %. A cap does not excuse a formula that pays more: it cannot be meant."""
    kind = text(rule, "kind")
    if kind == "proportional_with_floor":
        return number(rule, "factor")
    if kind == "proportional_capped":
        return number(rule, "cap")
    points = [number(row, "points") for row in rows(rule, "options" if kind == "choice" else "bands")]
    return max((value for value in points if value is not None), default=None)


def _options(own: str, rule: Raw) -> Iterator[Finding]:
    ids = [text(option, "id") for option in rows(rule, "options")]
    for option in sorted({option for option in ids if ids.count(option) > 1}):
        yield found(own, "unreachable_option", option=option)


def _bands(own: str, criterion: Raw, rule: Raw, words: Raw) -> Iterator[Finding]:
    edges = [edge for row in rows(rule, "bands") if (edge := edge_of(row, words)) is not None]
    if not edges:
        return
    unbounded = table(criterion, "inputs").get("bounded") is False
    top = max(value for _, value in edges) * 2 if unbounded else _ALL
    yield from _coverage(own, edges, top, first_match=text(rule, "match") == "first")
    lower = {op for op, _ in edges if op in (">", ">=")}
    if len(lower) > 1:
        yield found(own, "unequal_edges", edges=tuple(f"{op} {value}" for op, value in edges))
    points = [number(row, "points") or _ZERO for row in rows(rule, "bands")]
    if any(above <= below for above, below in pairwise(points)):
        yield found(own, "points_not_descending", points=tuple(points))


def _coverage(where: str, edges: Sequence[Edge], top: Fraction, *, first_match: bool) -> Iterator[Finding]:
    matched = {point: [n for n, edge in enumerate(edges) if _meets(point, edge)] for point in _probes(edges, top)}
    holes = tuple(point for point, bands in matched.items() if not bands)
    if holes:
        yield found(where, "hole", at=holes)
    reached = {bands[0] for bands in matched.values() if bands}
    for n, (op, value) in enumerate(edges):
        if n not in reached:
            yield found(where, "unreachable_band", edge=f"{op} {value}")
    overlaps = tuple(point for point, bands in matched.items() if len(bands) > 1)
    if overlaps and not first_match:
        yield found(where, "bands_overlap", at=overlaps)


def _probes(edges: Sequence[Edge], top: Fraction) -> list[Fraction]:
    """Every edge and a point between each two: nothing changes anywhere else."""
    marks = sorted({_ZERO, top, *(value for _, value in edges)})
    between = [(low + high) / 2 for low, high in pairwise(marks)]
    return sorted(point for point in (*marks, *between) if point <= top)


def _meets(point: Fraction, edge: Edge) -> bool:
    op, value = edge
    sign = (point > value) - (point < value)
    return {">": sign > 0, ">=": sign >= 0, "<": sign < 0, "<=": sign <= 0, "=": sign == 0}.get(op, False)


def _floor(own: str, rule: Raw) -> Iterator[Finding]:
    floor, factor, below = number(table(rule, "floor"), "value"), number(rule, "factor"), number(rule, "below")
    if floor is not None and factor is not None and below is not None and floor * factor / 100 != below:
        yield found(own, "jump_at_floor", floor=floor, below=below, at_floor=floor * factor / 100)


def _undeclared(own: str, criterion: Raw) -> Iterator[Finding]:
    inputs = table(criterion, "inputs")
    if "when_zero" not in inputs:
        yield found(own, "zero_denominator_undeclared")
    if "bounded" not in inputs:
        yield found(own, "bound_undeclared")


def _exemption(raw: Raw, node: Raw) -> Iterator[Finding]:
    exemption = table(node, "exemption")
    if not exemption:
        return
    if not text(exemption, "scope"):
        yield found(text(node, "id"), "exemption_scope_undeclared")
    kinds, named = set(table(raw, "unit_kinds")), exemption.get("applies_to")
    left_out = sorted(kinds - set(named)) if isinstance(named, list) else []
    if left_out:
        yield found(text(node, "id"), "exemption_for_some_kinds", left_out=tuple(left_out))


def _classes(raw: Raw) -> Iterator[Finding]:
    edges = [edge for row in rows(raw, "classes") if (edge := edge_of(row, {})) is not None]
    yield from _coverage("classes", edges, number(raw, "total") or _ALL, first_match=True)


def _both_ways(raw: Raw, words: Raw) -> Iterator[Finding]:
    """An edge that is reached in one criterion and has to be passed in another: no constant may be shared."""
    used: dict[Fraction, dict[str, list[str]]] = {}
    for criterion in rows(raw, "criteria"):
        for row in rows(table(criterion, "rule"), "bands"):
            edge = edge_of(row, words)
            if edge and edge[0] in (">", ">="):
                used.setdefault(edge[1], {}).setdefault(edge[0], []).append(text(criterion, "id"))
    for value, ops in sorted(used.items()):
        if len(ops) > 1:
            yield found("set", "edge_used_both_ways", edge=value, passed=tuple(ops[">"]), reached=tuple(ops[">="]))
