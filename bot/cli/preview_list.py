"""What a list of units would change, as lines for a person, before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.conversation.restructuring import Changes, Renamed
from bot.lists.between import kind_name
from bot.lists.refused import column_name
from bot.wording import say


def preview(changes: Changes, skipped: Sequence[int], known: Mapping[str, str], *, close_missing: bool) -> list[str]:
    """The lines: what is added, renamed, merged, closed; what stays; what the list does not name. `known` are the
    names of the units as they stand, by code."""
    return [*_changed(changes, known), *_staying(changes, skipped, close_missing=close_missing)]


def _changed(changes: Changes, known: Mapping[str, str]) -> Iterator[str]:
    after = {**known, **{one.code: one.name for one in changes.units}}
    if changes.nothing:
        yield say("import.no_change")
    if changes.added:
        yield say("import.added", units=len(changes.added))
        for one in changes.added:
            yield say("import.unit", code=one.code, name=one.name, kind=kind_name(one.kind))
    if changes.renamed:
        yield say("import.renamed", units=len(changes.renamed))
        for renamed in changes.renamed:
            yield from _renamed(renamed)
    if changes.merged:
        yield say("import.merged", units=len(changes.merged))
        for code, into in changes.merged:
            yield say("import.merge", code=code, name=known[code], into=into, into_name=after[into])
    if changes.closed:
        yield say("import.closed", units=len(changes.closed))
        yield from (say("import.code", code=code, name=known[code]) for code in changes.closed)


def _renamed(renamed: Renamed) -> Iterator[str]:
    for column in renamed.columns:
        before, after = (_shown(column, getattr(one, column)) for one in (renamed.before, renamed.after))
        name = column_name(column)
        yield say("import.change", code=renamed.after.code, column=name, before=before, after=after)


def _shown(column: str, value: str) -> str:
    return (kind_name(value) if column == "kind" else value) or say("import.empty")


def _staying(changes: Changes, skipped: Sequence[int], *, close_missing: bool) -> Iterator[str]:
    if changes.missing and not close_missing:
        yield say("import.missing", units=len(changes.missing), codes=", ".join(changes.missing))
    if changes.unchanged:
        yield say("import.unchanged", units=len(changes.unchanged))
    if skipped:
        yield say("import.skipped", rows=", ".join(map(str, skipped)))
