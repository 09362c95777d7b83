"""What the linter sees in the tree of a set: ids, their order, and maxima that have to add up."""

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from scoring.findings import Finding, Raw, found, maximum_of, number, rows, table, text

_ID = re.compile(r"[1-9][0-9]*(\.[1-9][0-9]*)*", re.ASCII)


def lint_tree(raw: Raw) -> Iterator[Finding]:
    """Findings about ids and maxima."""
    yield from _ids(raw)
    yield from _order(raw)
    yield from _maxima(raw)
    yield from _sums(raw)


def _ids(raw: Raw) -> Iterator[Finding]:
    nodes = [*rows(raw, "sections"), *rows(raw, "headings"), *rows(raw, "criteria")]
    for id, times in Counter(text(node, "id") for node in nodes).items():  # noqa: A001 - the domain's word
        if not _ID.fullmatch(id):
            yield found(id or "set", "id_malformed")
        if times > 1:
            yield found(id, "duplicate_id", times=times)
    for node in nodes:
        own, parent, printed = text(node, "id"), text(node, "parent"), text(node, "printed_id")
        if parent and own.rpartition(".")[0] != parent:
            yield found(own, "id_not_under_parent", parent=parent)
        if printed and printed != own:
            yield found(own, "printed_id_differs", printed=printed)


def _order(raw: Raw) -> Iterator[Finding]:
    for key in ("sections", "headings", "criteria"):
        ids = [text(node, "id") for node in rows(raw, key)]
        for before, after in pairwise(ids):
            if _ID.fullmatch(before) and _ID.fullmatch(after) and _key(before) > _key(after):
                yield found(after, "out_of_order", after=before)


def _key(id: str) -> tuple[int, ...]:  # noqa: A002 - the domain's word
    return tuple(map(int, id.split(".")))


def _maxima(raw: Raw) -> Iterator[Finding]:
    for criterion in rows(raw, "criteria"):
        misplaced = number(table(criterion, "rule"), "maximum")
        if misplaced is not None:
            yield found(text(criterion, "id"), "maximum_on_rule_row", maximum=misplaced)
        elif number(criterion, "maximum") is None:
            yield found(text(criterion, "id"), "maximum_missing")


def _sums(raw: Raw) -> Iterator[Finding]:
    headings, criteria = rows(raw, "headings"), rows(raw, "criteria")
    for group in [*rows(raw, "sections"), *headings]:
        own, maximum = text(group, "id"), number(group, "maximum")
        below = [node for node in [*headings, *criteria] if text(node, "parent") == own]
        total = sum((maximum_of(node) or Fraction(0) for node in below), start=Fraction(0))
        if maximum is None:
            yield found(own, "maximum_missing")
        elif not below:
            yield found(own, "group_empty")
        elif total != maximum:
            yield found(own, "maxima_do_not_add_up", maximum=maximum, sum=total)
    total = sum((number(section, "maximum") or Fraction(0) for section in rows(raw, "sections")), start=Fraction(0))
    if total != number(raw, "total"):
        yield found("set", "maxima_do_not_add_up", maximum=number(raw, "total"), sum=total)
