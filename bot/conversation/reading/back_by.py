"""Reads the date that ends a reason: until when what is given back is expected again."""

import re
from datetime import date, datetime, time, timedelta, tzinfo

from bot.conversation.reading.folding import split_words
from bot.conversation.reading.phrases import PhraseBook

FARTHEST = timedelta(days=200)
"""Further ahead nobody means it: most likely the year, or the month, is wrong."""
_ONE_DAY = timedelta(days=1)
_DATE = re.compile(r"(?<![0-9/.-])(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})(?:[/.-](?P<y>[0-9]{4}))?\s*\.?\s*\Z")
_WORD = re.compile(r"[^\s,;.:()\u2013-]+")
_BETWEEN = " \t\n\r,;:(\u2013-"


def read_back_by(text: str, book: PhraseBook[str], now: datetime, zone: tzinfo) -> tuple[str, datetime | None] | None:
    """The reason without its date, and the first instant too late (aware UTC is for the caller to make).

    "before" excludes its day, "until" includes it; a day without a year is the next one of that name. A text that ends
    without such words, or speaks of a past day with "before", is a reason as it stands. None for a date that cannot be.
    """
    found = _DATE.search(text)
    tail = _phrase(text[: found.start()], book) if found else None
    if found is None or tail is None:
        return text, None
    start, kind = tail
    today = now.astimezone(zone).date()
    day = _day(int(found["d"]), int(found["m"]), int(found["y"]) if found["y"] else None, today)
    if day is None:
        return None
    end = day if kind == "before" else day + _ONE_DAY
    due_at = datetime.combine(end, time(), zone)
    if due_at <= now:
        return (text, None) if kind == "before" else None
    if due_at - now > FARTHEST:
        return None
    return text[:start].rstrip(_BETWEEN), due_at


def _phrase(head: str, book: PhraseBook[str]) -> tuple[int, str] | None:
    """Where the longest phrase that ends the text begins, and its meaning."""
    words = list(_WORD.finditer(head))
    for length in range(min(book.longest, len(words)), 0, -1):
        start = words[-length].start()
        meaning = book.find(split_words(head[start:]))
        if meaning is not None:
            return start, meaning
    return None


def _day(day: int, month: int, year: int | None, today: date) -> date | None:
    try:
        if year is not None:
            return date(year, month, day)
        this = date(today.year, month, day)
        return this if this >= today else date(today.year + 1, month, day)
    except ValueError:
        return None
