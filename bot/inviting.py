"""Invites for many units at once: codes drawn, the act that issues them, the sheets that are printed from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.conversation.codes import hash_code
from bot.conversation.office_events import IssueInvite, IssueInvites
from bot.house import draw_code
from bot.wording import say
from messages.documents import InviteSheet, invite_sheets, sheet_link

LinksOf = Callable[[str], Mapping[str, str]]
"""The joining link of a code per channel (telegram, zalo, web); channels that have none are left out."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A code drawn for a unit (or for the office), known in full only here and now."""

    code: str
    unit_code: str | None
    unit_name: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Codes of one role that are issued, and printed, together. `year` is that of the open cycle."""

    drawn: tuple[Drawn, ...]
    role: str
    expires_at: datetime
    made_at: datetime
    year: int | None

    def event(self) -> IssueInvites:
        """The act that makes them valid; unused ones for the same role and unit end with it."""
        return IssueInvites(
            tuple(
                IssueInvite(self.role, hash_code(one.code), one.unit_code, expires_at=self.expires_at, replaces=True)
                for one in self.drawn
            )
        )

    def pdf(self, links: LinksOf, names: Mapping[str, str], zone: tzinfo) -> bytes:
        """One page for each code, in order; MessageBroken when something cannot be printed."""
        return invite_sheets([self._sheet(one, links(one.code), zone) for one in self.drawn], names)

    def _sheet(self, one: Drawn, links: Mapping[str, str], zone: tzinfo) -> InviteSheet:
        return InviteSheet(
            unit=one.unit_name,
            role_label=say(f"role_name.{self.role}"),
            code=one.code,
            links=tuple(sheet_link(channel, url) for channel, url in links.items()),
            expires=_spelled(self.expires_at, zone),
            made=_spelled(self.made_at, zone),
            cycle_year=self.year,
        )


def draw(
    places: Sequence[tuple[str | None, str]], role: str, made_at: datetime, expires_at: datetime, year: int | None
) -> Batch:
    """A code for each place, as (unit code, name); None for the office."""
    return Batch(tuple(Drawn(draw_code(), code, name) for code, name in places), role, expires_at, made_at, year)


def _spelled(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return say("cycle.until", at=f"{local:%H:%M}", day=f"{local:%d/%m/%Y}")
