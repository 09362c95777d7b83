"""A letter to many as the form on the board carries it from step to step: read from its fields, put back into them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from aiohttp import web

from bot.board.acting import ActRefused, written
from bot.board.sealed import seal, unseal
from bot.conversation.audience import ALL, UNITS, Audience, AudienceUnreadable
from bot.conversation.office_events import Broadcast
from bot.site.forms import form_text

LONGEST = 8000
"""Code points of a text as it is sent: a thousand letters take several where a device composes none of them."""
_KEY = re.compile(r"[0-9a-f]{32}")
_CODES = 2000


@dataclass(frozen=True, slots=True)
class File:
    """What goes with the letter: a file that was checked and is kept."""

    digest: str
    name: str
    media: str
    size: int


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the form, as it was written; `key` is what the letter goes out under, once."""

    key: str
    choice: str = ALL
    codes: tuple[str, ...] = ()
    leaders: bool = False
    text: str = ""
    later: bool = False
    day: str = ""
    hour: str = ""
    file: File | None = None
    shown_to: str = ""
    """The unit whose letter is looked at; "" for the first one."""

    def audience(self) -> Audience:
        """Whom it is for; ActRefused when that cannot be read, or no unit is ticked."""
        if self.choice == UNITS and not self.codes:
            raise ActRefused("no_units_chosen")
        text = f"{UNITS}:{','.join(self.codes)}" if self.choice == UNITS else self.choice
        try:
            return replace(Audience.from_text(text), leaders=self.leaders)
        except AudienceUnreadable:
            raise ActRefused("audience_unreadable", {"audience": text[:60]}) from None

    def due_at(self, zone: tzinfo) -> datetime | None:
        """When it is to go, None for at once; ActRefused when that is no moment."""
        if not self.later:
            return None
        try:
            day, hour = date.fromisoformat(self.day), time.fromisoformat(self.hour)
        except ValueError:
            raise ActRefused("moment") from None
        return datetime.combine(day, hour.replace(tzinfo=None), zone).astimezone(UTC)

    def event(self, zone: tzinfo, seen: int = 0, count: int | None = None, *, trial: bool = False) -> Broadcast:
        """The act; ActRefused as above."""
        file = (self.file.digest, self.file.name, self.file.media) if self.file else None
        return Broadcast(self.text, self.audience().to_text(), seen, file, self.due_at(zone), count, trial)

    def fields(self, secret: str) -> tuple[tuple[str, str], ...]:
        """The same as hidden fields of the next form."""
        one_each = {
            "draft": self.key,
            "to": self.choice,
            "leaders": "1" if self.leaders else "",
            "text": self.text,
            "when": "later" if self.later else "now",
            "day": self.day,
            "hour": self.hour,
            "kept": self.sealed(secret),
            "shown": self.shown_to,
        }
        return (*((name, value) for name, value in one_each.items() if value), *(("unit", one) for one in self.codes))

    def sealed(self, secret: str) -> str:
        """The file as the form carries it: what is kept is only ever named by us."""
        return seal(secret, [self.file.digest, self.file.name, self.file.media, self.file.size]) if self.file else ""

    def next(self) -> Written:
        """The same after a refusal: its form was used up, so that it goes on under another key, always the same one."""
        return replace(self, key=hashlib.sha256(f"next:{self.key}".encode()).hexdigest()[:32])


def read_form(form: Any, secret: str) -> Written:
    """What a form says. HTTPBadRequest when it was not made by us."""
    key = written(form, "draft")
    if not _KEY.fullmatch(key):
        raise web.HTTPBadRequest
    sealed = form_text(form, "kept")
    return Written(
        key=key,
        choice=written(form, "to"),
        codes=tuple(
            dict.fromkeys(str(one) for one in form.getall("unit", ())[:_CODES] if isinstance(one, str) and one)
        ),
        leaders=written(form, "leaders") == "1",
        text=form_text(form, "text")[:LONGEST].replace("\x00", "").strip(),
        later=written(form, "when") == "later",
        day=written(form, "day")[:10],
        hour=written(form, "hour")[:5],
        file=File(*unseal(secret, sealed)) if sealed and written(form, "unfile") != "1" else None,
        shown_to=written(form, "shown"),
    )


def begun(key: str, query: Mapping[str, str]) -> Written:
    """A new letter, for whom its address says, where it says so."""
    try:
        asked = Audience.from_text(query.get("cho", ALL))
    except AudienceUnreadable:
        asked = Audience()
    by_name = asked.choice == UNITS
    plain = UNITS if by_name else replace(asked, leaders=False).to_text()
    return Written(key, plain, asked.values if by_name else (), asked.leaders)
