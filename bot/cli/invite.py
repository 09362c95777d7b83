"""`tucham invite`: a code is drawn, shown once, and only its digest is kept."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from bot.cli.shape import MISUSED, Stopped, command, json_option, option, tell
from bot.cli.start import at_the_desk, configured, settle
from bot.conversation.roles import INVITED_TO_OFFICE, OF_UNIT
from bot.wording import say

if TYPE_CHECKING:
    from bot.house import Office
    from bot.settings import Settings

LIFETIME = timedelta(hours=72)


@command("command.invite")
@option("--unit", key="command.invite.unit", metavar="CODE")
@option("--role", key="command.invite.role", type=click.Choice(INVITED_TO_OFFICE + OF_UNIT), metavar="ROLE")
@option("--uses", key="command.invite.uses", type=click.IntRange(1, 1000), default=1, metavar="N")
@option("--printed", key="command.invite.printed", is_flag=True)
@json_option
def invite(unit: str | None, role: str | None, uses: int, printed: bool, as_json: bool) -> None:
    """Issue an invite."""
    role = role or ("officer" if unit else None)
    if role is None or (role in OF_UNIT) != (unit is not None):
        raise Stopped(say("refusal.unit_or_role"), MISUSED)
    now = datetime.now(UTC)  # noqa: TID251 - an edge
    expires_at = None if printed else now + LIFETIME
    code = at_the_desk(lambda office: issue(office, role, unit, uses=uses, printed=printed, expires_at=expires_at))
    settings = configured()
    links = asyncio.run(links_of(settings, code, role))
    if as_json:
        expires = expires_at.isoformat(timespec="seconds") if expires_at else None
        told = {"code": code, "role": role, "unit": unit, "links": links, "expires_at": expires}
        tell(json.dumps(told, ensure_ascii=False))
        return
    until = f"{expires_at.astimezone(settings.zone):%H:%M %d/%m/%Y}" if expires_at else say("invite.until_close")
    tell(say("invite.code", code=spelled(code)))
    tell(say("invite.role", role=say(f"role.{role}"), unit=unit or ""))
    for channel, link in links.items():
        tell(say("invite.link", channel=channel, link=link) if link else say("invite.no_link", channel=channel))
    tell(say("invite.until", until=until, uses=uses))


def spelled(code: str) -> str:
    """A code as it is read out: in two groups."""
    return f"{code[:4]}-{code[4:]}"


async def issue(
    office: Office, role: str, unit: str | None, *, uses: int, printed: bool, expires_at: datetime | None
) -> str:
    """Draw a code and let the office issue it; Stopped when it was refused."""
    from bot.conversation.codes import hash_code
    from bot.conversation.office_events import IssueInvite
    from bot.house import draw_code

    code = draw_code()
    await settle(office, IssueInvite(role, hash_code(code), unit, uses, printed, expires_at))
    return code


async def links_of(settings: Settings, code: str, role: str) -> dict[str, str | None]:
    """The joining link per channel; None where the code has to be typed or the platform does not answer just now."""
    zalo = {"zalo": settings.zalo_link} if settings.zalo_link and role != "group" else {}
    at_home = f"{settings.site_url}/moi/{code}" if settings.site_url and role != "group" else None
    web: dict[str, str | None] = {**zalo, "web": at_home}
    if settings.telegram_token is None:
        return {"telegram": None, **web}
    from bot.channels.telegram_name import ask_bot_name, join_link

    proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else None
    name = await ask_bot_name(settings.telegram_token.get_secret_value(), settings.telegram_api_base, proxy)
    return {"telegram": join_link(name, code) if name else None, **web}
