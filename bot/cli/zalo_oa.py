"""`tucham zalo-oa …`: an admin of the Official Account lets the service act for it, and looks how that goes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from bot.cli.shape import FAILED, Stopped, noun, tell, verb
from bot.cli.start import at_the_desk, configured
from bot.settings import Settings
from bot.wording import say

if TYPE_CHECKING:
    from bot.channels.checked import Checked
    from bot.house import Office

_TOLD = frozenset({"refused", "busy", "unwritable"})


@noun("zalo-oa")
def zalo_oa() -> None:
    """What only this channel has."""


@verb(zalo_oa, "authorize")
def authorize() -> None:
    """Show the platform's page, ask for what came back, and keep the tokens it is worth."""
    from bot.channels.zalo_oa import RETURN_PATH
    from bot.channels.zalo_oa.authorising import NoCode, code_in, draw_proof, permission_url

    settings = _set_up()
    proof = draw_proof()
    back = settings.public_url + RETURN_PATH
    tell(say("zalo_oa.open", back=back))
    tell(permission_url(settings.zalo_oa_oauth_base, settings.zalo_oa_app_id, back, proof))
    try:
        code = code_in(click.prompt(say("zalo_oa.paste"), type=str), proof)
    except NoCode as error:
        raise Stopped(say("zalo_oa.foreign" if error.foreign else "zalo_oa.no_code")) from None
    at_the_desk(lambda office: _exchange(office, code, proof.verifier))
    tell(say("zalo_oa.done"))


@verb(zalo_oa, "check")
def check() -> int:
    """Ask the platform for the account; 1 when something is bad."""
    from bot.logs import configure_logs
    from bot.watching.found import found, title

    settings = _set_up()
    configure_logs("ERROR", settings.secrets())
    bad = False
    for one in asyncio.run(_looked(settings)):
        told = found(f"zalo_oa_{one.part}", one.state, one.code, **one.args)
        tell(say("doctor.line", state=say(f"doctor.{one.state}"), title=title(told.name), what=told.what))
        if told.cure:
            tell(say("doctor.cure", cure=told.cure))
        bad = bad or one.state == "bad"
    return FAILED if bad else 0


def _set_up() -> Settings:
    settings = configured()
    if not settings.zalo_oa_app_id:
        raise Stopped(say("zalo_oa.unset"))
    return settings


async def _exchange(office: Office, code: str, verifier: str) -> None:
    from bot.channels.keeping import Away
    from bot.channels.zalo_oa.refreshing import NoAccess
    from bot.connect import journal_of
    from bot.connect import zalo_oa as made
    from bot.house import epoch_ms, new_owner
    from bot.vault import keeping_in

    channel = made(office.settings, keeping_in(office.store, new_owner(), epoch_ms))
    if channel is None:
        raise Stopped(say("zalo_oa.unset"))
    try:
        await channel.keys.authorised(code, verifier)
    except NoAccess as error:
        told = f"zalo_oa.{error.code}" if error.code in _TOLD else "zalo_oa.unanswered"
        raise Stopped(say(told, folder=journal_of(office.settings), reason=error.code)) from None
    except Away:
        raise Stopped(say("start.unavailable")) from None
    finally:
        await channel.close()


async def _looked(settings: Settings) -> tuple[Checked, ...]:
    from bot.connect import zalo_oa as made

    channel = made(settings)
    if channel is None:
        raise Stopped(say("zalo_oa.unset"))
    try:
        return await channel.check()
    finally:
        await channel.close()
