"""What a list of units would change, as lines for a person, before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.conversation.restructuring import Changes, Renamed
from bot.lists.refused import column_name
from bot.wording import say


def preview(changes: Changes, skipped: Sequence[int], *, close_missing: bool) -> list[str]:
    """The lines: what is added, renamed, merged, closed; what stays; what the list does not name."""
    return [*_changed(changes), *_staying(changes, skipped, close_missing=close_missing)]


def _changed(changes: Changes) -> Iterator[str]:
    if changes.nothing:
        yield say("import.no_change")
    if changes.added:
        yield say("import.added", units=len(changes.added))
        yield from (say("import.unit", code=one.code, name=one.name, kind=one.kind) for one in changes.added)
    if changes.renamed:
        yield say("import.renamed", units=len(changes.renamed))
        for renamed in changes.renamed:
            yield from _renamed(renamed)
    if changes.merged:
        yield say("import.merged", units=len(changes.merged))
        yield from (say("import.merge", code=code, into=into) for code, into in changes.merged)
    if changes.closed:
        yield say("import.closed", units=len(changes.closed))
        yield from (say("import.code", code=code) for code in changes.closed)


def _renamed(renamed: Renamed) -> Iterator[str]:
    for column in renamed.columns:
        before, after = (getattr(one, column) or say("import.empty") for one in (renamed.before, renamed.after))
        name = column_name(column)
        yield say("import.change", code=renamed.after.code, column=name, before=before, after=after)


def _staying(changes: Changes, skipped: Sequence[int], *, close_missing: bool) -> Iterator[str]:
    if changes.missing and not close_missing:
        yield say("import.missing", units=len(changes.missing), codes=", ".join(changes.missing))
    if changes.unchanged:
        yield say("import.unchanged", units=len(changes.unchanged))
    if skipped:
        yield say("import.skipped", rows=", ".join(map(str, skipped)))
