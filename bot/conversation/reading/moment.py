"""Reads when something is to happen: an hour with a day, in figures or in words ("8h mai" in Vietnamese)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.conversation.reading.folding import fold, without_invisible

Words = Mapping[str, tuple[str, ...]]
"""The folded words by what they say: hour, minute, today, tomorrow, day_after, morning … evening, filler."""

_LONGEST = 60
_DATE = re.compile(r"(?<![0-9])(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})(?:[/.-](?P<y>[0-9]{4}))?(?![0-9])")
_DAYS = {"today": 0, "tomorrow": 1, "day_after": 2}
_PARTS = {"morning": time(8), "noon": time(11, 30), "afternoon": time(14), "evening": time(19)}
"""What hour a part of the day means when none is said."""
_LATE_PARTS = frozenset({"noon", "afternoon", "evening"})


def read_moment(text: str, words: Words, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment (aware, UTC) a text names in that zone, past ones included; None when it names none for sure.

    A day without an hour names none, an hour without a day means today.
    """
    rest = fold(without_invisible(text)).strip(" .,;")
    if not rest or len(rest) > _LONGEST:
        return None
    today = now.astimezone(zone).date()
    dated = _DATE.search(rest)
    rest = rest if dated is None else f"{rest[: dated.start()]} {rest[dated.end() :]}"
    timed = _time_pattern(words).search(rest)
    rest = rest if timed is None else f"{rest[: timed.start()]} {rest[timed.end() :]}"
    said = _said(rest, words)
    if said is None:
        return None
    day = _day(dated, said & _DAYS.keys(), today)
    hour = _hour(timed, said & _PARTS.keys())
    if day is None or hour is None:
        return None
    return datetime.combine(day, hour, zone).astimezone(UTC)


def _time_pattern(words: Words) -> re.Pattern[str]:
    hours, minutes = ("|".join(re.escape(one) for one in words[name]) for name in ("hour", "minute"))
    return re.compile(
        rf"(?<![0-9])(?P<h>[0-9]{{1,2}})\s*(?:(?::|(?:{hours})(?![a-z]))\s*(?P<n>[0-9]{{2}})?)\s*(?:(?:{minutes})(?![a-z]))?"
    )


def _said(rest: str, words: Words) -> frozenset[str] | None:
    """What the words beside the figures say; None when one of them is unknown."""
    meanings = {phrase: name for name, phrases in words.items() for phrase in phrases}
    longest = max(len(phrase.split()) for phrase in meanings)
    tokens, said = re.sub(r"[.,;]", " ", rest).split(), set()
    while tokens:
        for length in range(min(longest, len(tokens)), 0, -1):
            name = meanings.get(" ".join(tokens[:length]))
            if name is not None and name not in ("hour", "minute"):
                said.add(name)
                tokens = tokens[length:]
                break
        else:
            return None
    return frozenset(said)


def _day(dated: re.Match[str] | None, said: frozenset[str], today: date) -> date | None:
    if len(said) + (dated is not None) > 1:
        return None
    if dated is None:
        return today + timedelta(days=_DAYS[next(iter(said))] if said else 0)
    try:
        if dated["y"]:
            return date(int(dated["y"]), int(dated["m"]), int(dated["d"]))
        here = date(today.year, int(dated["m"]), int(dated["d"]))
        return here if here >= today else here.replace(year=today.year + 1)
    except ValueError:
        return None


def _hour(timed: re.Match[str] | None, said: frozenset[str]) -> time | None:
    if len(said) > 1 or (timed is None and not said):
        return None
    part = next(iter(said), "")
    if timed is None:
        return _PARTS[part]
    hour, minute = int(timed["h"]), int(timed["n"] or 0)
    if part in _LATE_PARTS and hour < 12 and (part != "noon" or hour < 10):
        hour += 12
    if hour > 23 or minute > 59 or (part == "morning" and hour > 11):
        return None
    return time(hour, minute)
