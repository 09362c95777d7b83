"""`tucham invites`: who was invited and who came; sheets to print; an invite taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.invite import links_of
from bot.cli.shape import Stopped, json_option, noun, option, tell, verb, write_private
from bot.cli.start import at_the_desk, configured, settle
from bot.conversation.roles import OF_UNIT
from bot.wording import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.house import Office
    from bot.inviting import Batch
    from bot.settings import Settings
    from storage.rows import ClaimRow, InviteRow

DAYS = 30


@noun("invites")
def invites() -> None:
    """A noun."""


@verb(invites, "sheet")
@option("--unit", "codes", key="command.invites.sheet.unit", metavar="CODE", multiple=True)
@option("--all", "everyone", key="command.invites.sheet.all", is_flag=True)
@option("--role", key="command.invites.sheet.role", type=click.Choice(OF_UNIT), default="officer", metavar="ROLE")
@option("--days", key="command.invites.sheet.days", type=click.IntRange(1, 366), default=DAYS, metavar="N")
@option("--out", key="command.invites.sheet.out", type=click.Path(path_type=Path), required=True, metavar="FILE")
def sheet(codes: tuple[str, ...], everyone: bool, role: str, days: int, out: Path) -> None:
    """Issue an invite for each unit and print the sheets; unused ones of before end."""
    if bool(codes) == everyone:
        raise Stopped(say("refusal.unit_or_all"))
    now = datetime.now(UTC)  # noqa: TID251 - an edge

    async def work(office: Office) -> None:
        batch = await _drawn(office, codes, role, now, now + timedelta(days=days))
        links = await links_of(office.settings, batch.drawn[0].code, batch.role)
        write_private(out, _printed(office.settings, batch, links))  # on paper first: nobody could read the codes later
        await settle(office, batch.event())
        tell(say("invites.printed", pages=len(batch.drawn), file=out))
        if office.settings.telegram_token is not None and not links["telegram"]:
            tell(say("invites.without_telegram"))

    at_the_desk(work)


def _printed(settings: Settings, batch: Batch, links: Mapping[str, str | None]) -> bytes:
    """The sheets, with the links of the first one's code (a platform is asked once, not for every unit); Stopped when
    something on them cannot be printed."""
    from messages.errors import MessageBroken

    first = batch.drawn[0].code

    def links_for(code: str) -> dict[str, str]:
        return {channel: link.replace(first, code) for channel, link in links.items() if link}

    try:
        return batch.pdf(links_for, settings.names, settings.zone)
    except MessageBroken as error:
        raise Stopped(say("refusal.not_printable", reason=error)) from None


async def _drawn(office: Office, codes: tuple[str, ...], role: str, now: datetime, until: datetime) -> Batch:
    from bot.intake.moments import to_ms
    from bot.inviting import draw
    from storage import cycles, units

    known = await office.store.read(units.list_units, to_ms(now))
    missing = sorted(set(codes) - {row.code for row in known})
    if missing:
        raise Stopped(say("refusal.unknown_unit", unit=", ".join(missing)))
    cycle = await office.store.read(cycles.open_cycle)
    places = [(row.code, row.name) for row in known if not codes or row.code in codes]
    if not places:
        raise Stopped(say("refusal.no_units_yet"))
    return draw(places, role, now, until, cycle.year if cycle else None)


@verb(invites, "list")
@json_option
def list_(as_json: bool) -> None:
    """Every invite, what became of it, and who used it."""
    from bot.house import epoch_ms
    from bot.intake.moments import from_ms

    now = epoch_ms()
    zone = configured().zone
    rows = at_the_desk(lambda office: office.store.read(_look))
    if as_json:
        tell(json.dumps([_told(row, claims, now) for row, claims in rows], ensure_ascii=False, indent=2))
        return
    for row, claims in rows:
        used = ", ".join(f"{one.person_name} ({from_ms(one.at).astimezone(zone):%H:%M %d/%m/%Y})" for one in claims)
        until = f"{from_ms(row.expires_at).astimezone(zone):%d/%m/%Y}" if row.expires_at else say("invite.until_close")
        state = row.state(now)
        word = say("invite_state.open", left=row.uses_left) if state == "unused" and claims else ""
        tell(
            say(
                "invites.line",
                number=f"{row.id:>5}",
                unit=f"{row.unit_code or '-':<16}",
                role=f"{say('role_name.' + row.role):<20}",
                state=f"{word or say(f'invite_state.{state}'):<20}",
                until=until,
                used=used,
            )
        )
    tell(say("invites.sum", invites=len(rows), usable=sum(row.state(now) == "unused" for row, _ in rows)))


@verb(invites, "revoke")
@click.argument("number", metavar="NUMBER", type=click.IntRange(1))
def revoke(number: int) -> None:
    """Take an invite back."""
    from bot.conversation.office_events import RevokeInvite

    at_the_desk(lambda office: settle(office, RevokeInvite(number)))
    tell(say("invites.revoked", number=number))


def _look(conn: Connection) -> tuple[tuple[InviteRow, tuple[ClaimRow, ...]], ...]:
    from storage import invites as stored

    claims = stored.all_claims(conn)
    return tuple((row, claims.get(row.id, ())) for row in stored.list_invites(conn))


def _told(row: InviteRow, claims: tuple[ClaimRow, ...], now: int) -> dict[str, object]:
    used = [{"person": one.person_name, "at": one.at} for one in claims]
    told: dict[str, object] = {"id": row.id, "unit": row.unit_code, "role": row.role, "state": row.state(now)}
    return told | {"used": used, "uses_left": row.uses_left, "expires_at": row.expires_at, "created_at": row.created_at}
