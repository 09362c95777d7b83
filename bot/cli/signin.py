"""`tucham signin`: a one-time link lets somebody back in to their own page; only its digest is kept."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cli.shape import Stopped, command, json_option, option, tell
from bot.cli.start import at_the_desk, configured, settle
from bot.wording import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.house import Office

CODE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who holds roles: (role, unit code), "" for the office."""

    person_id: int
    name: str
    roles: tuple[tuple[str, str], ...]


@command("command.signin")
@option("--person", "wanted", key="command.signin.person", required=True, metavar="NAME|NUMBER")
@option("--unit", key="command.signin.unit", metavar="CODE")
@json_option
def signin(wanted: str, unit: str | None, as_json: bool) -> None:
    """Make a link for the one person that is meant."""
    from bot.conversation.signing import LINK_LIVES

    settings = configured()
    if not settings.site_url:
        raise Stopped(say("signin.no_site"))
    code = secrets.token_urlsafe(CODE_BYTES)
    person = at_the_desk(lambda office: _issue(office, wanted, unit, code))
    link = f"{settings.site_url}/vao/{code}"
    minutes = int(LINK_LIVES.total_seconds() // 60)
    if as_json:
        told = {"person": person.person_id, "name": person.name, "link": link, "minutes": minutes}
        tell(json.dumps(told, ensure_ascii=False))
        return
    tell(say("signin.person", name=person.name, roles=_spelled(person)))
    tell(say("signin.link", link=link))
    tell(say("signin.until", minutes=minutes))


def meant(people: Sequence[Candidate], wanted: str) -> tuple[Candidate, ...]:
    """Whom a number or a name means, with or without marks: the whole name, else words of it, else a part of it."""
    from bot.conversation.reading.folding import fold

    if wanted.strip().isdecimal():
        return tuple(one for one in people if one.person_id == int(wanted))
    name = fold(wanted)
    names = [(fold(one.name), one) for one in people]
    whole = tuple(one for folded, one in names if folded == name)
    words = tuple(one for folded, one in names if name and set(name.split()) <= set(folded.split()))
    return whole or words or tuple(one for folded, one in names if name and name in folded)


async def _issue(office: Office, wanted: str, unit: str | None, code: str) -> Candidate:
    """Find the person and let the office make the link; Stopped when nobody or several are meant."""
    from bot.conversation.codes import hash_code
    from bot.conversation.office_events import IssueSignIn

    found = meant(await office.store.read(_people, unit), wanted)
    if not found:
        raise Stopped(say("signin.nobody", person=wanted[:60]))
    if len(found) > 1:
        listed = [say("signin.one", number=one.person_id, name=one.name, roles=_spelled(one)) for one in found]
        raise Stopped("\n".join([say("signin.several", person=wanted[:60]), *listed]))
    await settle(office, IssueSignIn(found[0].person_id, hash_code(code)))
    return found[0]


def _people(conn: Connection, unit: str | None) -> tuple[Candidate, ...]:
    """Everybody who holds a role, or holds one in this unit; Stopped when there is no such unit."""
    from bot.house import epoch_ms
    from storage import people, units

    known = {row.code: row.id for row in units.list_units(conn, epoch_ms())}
    if unit is not None and unit not in known:
        raise Stopped(say("refusal.unknown_unit", unit=unit))
    places = {"": None, **known} if unit is None else {unit: known[unit]}
    found: dict[int, Candidate] = {}
    for code, unit_id in places.items():
        for row in people.people_of_unit(conn, unit_id):
            before = found.get(row.person_id)
            held = (*(before.roles if before else ()), (row.role, code))
            found[row.person_id] = Candidate(row.person_id, row.name, held)
    return tuple(found.values())


def _spelled(person: Candidate) -> str:
    return ", ".join(f"{say(f'role.{role}')} {code}".strip() for role, code in person.roles)
