"""`tucham person`: who serves here, taken out or handed over; what is stored about somebody, told or forgotten."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.invite import links_of, spelled
from bot.cli.shape import Stopped, json_option, noun, option, tell, verb, write_private
from bot.cli.start import at_the_desk, configured, settle
from bot.wording import say, texts

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.house import Office

HANDED_OVER_FOR = timedelta(days=7)


@noun("person")
def person() -> None:
    """A noun."""


@verb(person, "list")
@option("--unit", key="command.person.list.unit", metavar="CODE")
@json_option
def list_(unit: str | None, as_json: bool) -> None:
    """Everyone who holds a role, with its number."""
    rows = at_the_desk(lambda office: office.store.read(_serving, unit))
    if as_json:
        tell(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in rows:
        place = one["unit"] or "-"
        role, name = say(f"role_name.{one['role']}"), one["name"]
        tell(say("person.line", role_id=f"{one['role_id']:>5}", unit=f"{place:<16}", role=role, name=name, **_ids(one)))
    tell(say("person.sum", people=len({one["person_id"] for one in rows})))


def _ids(one: dict[str, object]) -> dict[str, object]:
    return {"number": one["person_id"], "way": say(f"way.{one['way']}")}


def _serving(conn: Connection, unit: str | None) -> list[dict[str, object]]:
    from storage import addressees, units

    codes = {row.id: row.code for row in units.every_unit(conn)}
    found = []
    for unit_id, people in addressees.served(conn).items():
        code = codes.get(unit_id) if unit_id is not None else None
        for one in people:
            told = {"role_id": one.role_id, "person_id": one.person_id, "name": one.name, "role": one.role}
            found.append(told | {"unit": code, "way": one.way, "channel": one.channel})
    return [one for one in sorted(found, key=_order) if unit in (None, one["unit"])]


def _order(one: dict[str, object]) -> tuple[str, str, int]:
    return str(one["unit"] or ""), str(one["role"]), int(str(one["role_id"]))


@verb(person, "revoke")
@click.argument("role_id", metavar="ROLE_ID", type=click.IntRange(1))
@option("--force", key="command.person.revoke.force", is_flag=True)
def revoke(role_id: int, force: bool) -> None:
    """Take a role away at once."""
    from bot.conversation.office_events import RevokeRole

    at_the_desk(lambda office: settle(office, RevokeRole(role_id, force)))
    tell(say("person.revoked", number=role_id))


@verb(person, "handover")
@click.argument("role_id", metavar="ROLE_ID", type=click.IntRange(1))
def handover(role_id: int) -> None:
    """Put somebody new in a person's place."""
    from bot.conversation.codes import hash_code
    from bot.conversation.office_events import HandOver
    from bot.house import draw_code

    code, settings = draw_code(), configured()
    until = datetime.now(UTC) + HANDED_OVER_FOR  # noqa: TID251 - an edge
    at_the_desk(lambda office: settle(office, HandOver(role_id, hash_code(code), until)))
    tell(say("person.handed_over", number=role_id))
    tell(say("invite.code", code=spelled(code)))
    for channel, link in asyncio.run(links_of(settings, code, "officer")).items():
        if link:
            tell(say("invite.link", channel=channel, link=link))
    tell(say("invite.until", until=f"{until.astimezone(settings.zone):%H:%M %d/%m/%Y}", uses=1))


@verb(person, "merge")
@click.argument("keep", metavar="KEEP", type=click.IntRange(1))
@click.argument("gone", metavar="GONE", type=click.IntRange(1))
@option("--yes", key="command.person.merge.yes", is_flag=True)
def merge(keep: int, gone: int, yes: bool) -> None:
    """Make one person of two."""
    from bot.conversation.office_events import MergePeople

    if not yes:
        raise Stopped(say("person.merge_sure", keep=keep, gone=gone))
    at_the_desk(lambda office: settle(office, MergePeople(keep, gone)))
    tell(say("person.merged", keep=keep, gone=gone))


@verb(person, "export")
@click.argument("person_id", metavar="PERSON_ID", type=click.IntRange(1))
@option("--out", key="command.person.export.out", type=click.Path(path_type=Path), metavar="FILE")
def export(person_id: int, out: Path | None) -> None:
    """Everything that is stored about a person, for that person."""
    from bot.cli.dossier import readable
    from storage.erasure import dossier

    found = at_the_desk(lambda office: office.store.read(dossier, person_id))
    if not found["person"]:
        raise Stopped(say("refusal.unknown_person", person=person_id))
    told = {"_": texts("cli")["dossier"], **readable(found, configured().zone)}
    text = json.dumps(told, ensure_ascii=False, indent=2)
    if out is None:
        tell(text)
        return
    write_private(out, f"{text}\n".encode())
    tell(say("person.exported", file=out))


@verb(person, "erase")
@click.argument("person_id", metavar="PERSON_ID", type=click.IntRange(1))
@option("--with-notes", key="command.person.erase.with_notes", is_flag=True)
@option("--yes", key="command.person.erase.yes", is_flag=True)
def erase(person_id: int, with_notes: bool, yes: bool) -> None:
    """Forget a person; their answers stay under the unit."""
    if not yes:
        raise Stopped(say("person.erase_sure", number=person_id))
    at_the_desk(lambda office: _erase(office, person_id, with_notes))
    tell(say("person.erased", number=person_id))


async def _erase(office: Office, person_id: int, with_notes: bool) -> None:
    from bot.conversation.office_events import ErasePerson

    await settle(office, ErasePerson(person_id, with_notes))
