"""The forms of the cycle's page, read: dates as people choose them, lists of days, a word typed once more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from bot.board.acting import ActRefused, number, written
from bot.conversation.office_events import ExtendCycle, OpenCycle, PlanReminders, ReopenCycle, SetApproval
from bot.conversation.plan_values import DAYS
from scoring.errors import CriteriaSetInvalid
from scoring.library import available, digest, parse_set, set_text

FIRST_YEAR, LAST_YEAR = 2000, 2100
_SEPARATED = re.compile(r"[\s,;]+")
_DAY = re.compile(r"(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4})")


def too_late_after(text: str, zone: tzinfo) -> datetime:
    """The first instant that is too late when `text` is the last good day; ActRefused when it is no day."""
    day = _day(text)
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ActRefused("date", {"value": text[:40]})
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def extension(form: Any, zone: tzinfo) -> ExtendCycle:
    """More time: for everybody, or for the units ticked, and why."""
    due_at = too_late_after(written(form, "until"), zone)
    codes = tuple(str(one) for one in form.getall("unit", ())) if written(form, "whom") != "all" else ()
    if written(form, "whom") != "all" and not codes:
        raise ActRefused("nobody_chosen")
    return ExtendCycle(due_at, codes, _reason(form))


def reopening(form: Mapping[str, Any], zone: tzinfo) -> ReopenCycle:
    """The closed cycle again, with another last day where one was chosen."""
    until = written(form, "until")
    return ReopenCycle(_reason(form), too_late_after(until, zone) if until else None)


def opening(form: Mapping[str, Any], zone: tzinfo) -> tuple[OpenCycle, str]:
    """A new cycle, and the text of its set."""
    year = number(form, "year", FIRST_YEAR, LAST_YEAR, "year")
    name = written(form, "set")
    if name not in available():
        raise ActRefused("set_unknown")
    try:
        text = set_text(name)
        found = parse_set(text, name)
    except CriteriaSetInvalid:
        raise ActRefused("set_unknown") from None
    publish_at = datetime.combine(found.cycle.publication_before(year), time(), zone).astimezone(UTC)
    due_at, approval = too_late_after(written(form, "until"), zone), written(form, "approval") == "1"
    return OpenCycle(year, found.id, digest(text), due_at, publish_at, approval), text


def approval_of(form: Mapping[str, Any]) -> SetApproval:
    """Whether leaders are to approve from now on."""
    return SetApproval(written(form, "approval") == "1")


def confirmed(form: Mapping[str, Any], word: str) -> None:
    """ActRefused unless the word that confirms was typed."""
    if written(form, "word") != word:
        raise ActRefused("word", {"word": word})


def planned(form: Mapping[str, Any]) -> PlanReminders:
    """The schedule as it was written down; what cannot be read in it is refused by the turn, all at once."""
    plan: dict[str, object] = {name: _numbers(written(form, name)) for name in DAYS}
    escalate = written(form, "escalate_at")
    plan |= {
        "at": written(form, "at")[:5],
        "quiet": [written(form, "quiet_from")[:5], written(form, "quiet_until")[:5]],
        "holidays": [_iso(line) for line in _SEPARATED.split(written(form, "holidays")) if line],
        "weekends_off": written(form, "weekends_off") == "1",
        "escalate_at": int(escalate) if _is_number(escalate) else escalate,
    }
    return PlanReminders(plan)


def _reason(form: Mapping[str, Any]) -> str:
    reason = written(form, "reason")
    if not reason:
        raise ActRefused("no_reason")
    return reason


def _numbers(text: str) -> object:
    parts = [one for one in _SEPARATED.split(text) if one]
    return [int(one) for one in parts] if all(_is_number(one) for one in parts) else text


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 6


def _iso(text: str) -> str:
    day = _day(text)
    return day.isoformat() if day else text


def _day(text: str) -> date | None:
    """A day as a date field sends it, or as people write it."""
    found = _DAY.fullmatch(text)
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])) if found else date.fromisoformat(text)
    except ValueError:
        return None
