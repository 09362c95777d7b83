"""`tucham broadcast`: something goes to many, after a look at it; what went out, how far it is, who was not reached."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.figures import coded
from bot.cli.sent import line, told, write_list
from bot.cli.shape import Stopped, json_option, noun, option, reason_of, tell, verb
from bot.cli.start import at_the_desk, configured, settle
from bot.wording import say

if TYPE_CHECKING:
    from bot.conversation.mailing import Draft
    from bot.conversation.office_events import Broadcast
    from bot.conversation.session import Session
    from bot.house import Office

_NUMBER = click.argument("number", metavar="ID", type=click.IntRange(1))


@noun("broadcast")
def broadcast() -> None:
    """A noun."""


@verb(broadcast, "send")
@option("--to", "audience", key="command.broadcast.send.to", required=True, metavar="AUDIENCE")
@option("--leaders", key="command.broadcast.send.leaders", is_flag=True)
@option("--text-file", key="command.broadcast.send.text_file", required=True, metavar="FILE", type=Path)
@option("--at", key="command.broadcast.send.at", metavar="WHEN")
@option("--attach", key="command.broadcast.send.attach", metavar="FILE", type=Path)
@option("--yes", key="command.broadcast.send.yes", is_flag=True)
def send(audience: str, leaders: bool, text_file: Path, at: str | None, attach: Path | None, yes: bool) -> None:
    """Show what would go out and to whom; let it go on a person's word."""
    from dataclasses import replace

    from bot.conversation.audience import WITH_LEADERS
    from bot.conversation.mailing import ALONE, previewed
    from bot.conversation.office_events import Broadcast
    from bot.house import utcnow

    file = _attached(attach) if attach is not None else None
    event = Broadcast(_text_of(text_file), audience + (WITH_LEADERS if leaders else ""), 0, file, _moment(at))

    async def work(office: Office) -> None:
        session, draft = await _drafted(office, event, utcnow())
        shown = previewed(session, draft)
        tell(_as_text(office, "broadcast_preview", shown))
        count = draft.reach.count
        alone = shown["needed"] == ALONE
        if not yes and not _confirmed(count, alone=alone):
            tell(say("broadcast.nothing_yet"))
            return
        outcome = await settle(office, replace(event, seen=count, count=count if alone else None))
        started: Any = outcome.facts[0]
        row = await office.store.read(_by_key, started.key)
        tell(say(f"broadcast.{started.state}", number=row.id, count=count, at=_when(row.due_at)))

    at_the_desk(work)


@verb(broadcast, "list")
@json_option
def list_(as_json: bool) -> None:
    """Print what went out last."""
    from bot.intake.mailed import known
    from storage import mailings

    def look(conn: Any) -> list[dict[str, Any]]:
        return [told(row, known(conn, row).counts) for row in mailings.list_mailings(conn)]

    found = at_the_desk(lambda office: office.store.read(look))
    if as_json:
        tell(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        tell(say("broadcast.line", state=f"{say('broadcast.state.' + one['state']):<14}", **line(one)))
    tell(say("broadcast.sum", count=len(found)))


@verb(broadcast, "show")
@_NUMBER
@option("--phone-list", key="command.broadcast.show.phone_list", metavar="FILE", type=Path)
@json_option
def show(number: int, phone_list: Path | None, as_json: bool) -> None:
    """Print how far one is, everybody's state or the list to telephone by."""
    from bot.intake.phone_lists import phone_rows
    from storage import mailings

    zone = configured().zone

    def look(conn: Any) -> tuple[dict[str, Any], tuple[Any, ...], tuple[Any, ...]]:
        row = mailings.mailing_by_id(conn, number)
        if row is None:
            raise Stopped(coded("refusal", "unknown_mailing", {"mailing": number}))
        about = told(row, mailings.counts_of(conn, number))
        return about, phone_rows(conn, number, zone, everybody=True), phone_rows(conn, number, zone)

    about, everybody, unreached = at_the_desk(lambda office: office.store.read(look))
    if phone_list is not None:
        write_list(phone_list, about, unreached)
        tell(say("broadcast.phone_list", file=phone_list, count=len(unreached)))
        return
    if as_json:
        people = [{name: getattr(one, name) for name in one.__slots__} for one in everybody]
        tell(json.dumps(about | {"recipients": people}, ensure_ascii=False, indent=2))
        return
    tell(say("broadcast.line", state=say("broadcast.state." + about["state"]), **line(about)))
    for state, count in about["counts"].items():
        tell(say("broadcast.count", count=f"{count:>6}", state=say(f"broadcast.recipient.{state}")))
    for one in unreached:
        who = f"{one.unit} {one.person}".strip()
        tell(say("broadcast.one", who=who, state=say(f"broadcast.recipient.{one.state}")))


@verb(broadcast, "pause")
@_NUMBER
def pause(number: int) -> None:
    """Hold one back."""
    _steer(number, "pause")


@verb(broadcast, "resume")
@_NUMBER
def resume(number: int) -> None:
    """Let one go on."""
    _steer(number, "resume")


@verb(broadcast, "cancel")
@_NUMBER
def cancel(number: int) -> None:
    """Send nothing more of one."""
    _steer(number, "cancel")


@verb(broadcast, "resend")
@_NUMBER
def resend(number: int) -> None:
    """Send one again to those it may not have reached."""
    from bot.conversation.office_events import Resend
    from storage import recipients

    async def work(office: Office) -> int:
        found = await office.store.read(recipients.open_recipients, number)
        await settle(office, Resend(number, tuple(one for one, _row in found)))
        return len(found)

    tell(say("broadcast.resent", number=number, count=at_the_desk(work)))


def _steer(number: int, word: str) -> None:
    from bot.conversation.office_events import SteerMailing

    at_the_desk(lambda office: settle(office, SteerMailing(number, word)))
    tell(say(f"broadcast.done.{word}", number=number))


async def _drafted(office: Office, event: Broadcast, now: datetime) -> tuple[Session, Draft]:
    """What the event would send now, seen through the same eyes as the door; Stopped when it cannot go out."""
    from bot.conversation.events import Incoming
    from bot.conversation.mailing import drafted
    from bot.conversation.reading.words import Words
    from bot.conversation.turn import Refusal
    from bot.house import rules_of
    from bot.intake.load import load
    from bot.intake.office import BOT, SHELL
    from bot.intake.shelf import Shelf
    from bot.wording import texts

    words, rules = Words.from_mapping(texts("words")), rules_of(office.settings)
    incoming = Incoming(SHELL, BOT, "", "shell", event)
    loaded = await office.store.run(load, incoming, words, Shelf(), "", rules, now)
    draft = drafted(loaded.session, event, now)
    if isinstance(draft, Refusal):
        raise Stopped(coded("refusal", draft.code, draft.args))
    if not draft.reach.count:
        raise Stopped(coded("refusal", "nobody_reached", {}))
    return loaded.session, draft


def _as_text(office: Office, template: str, data: Mapping[str, object]) -> str:
    """A screen of the chat as a terminal shows it."""
    from bot.channels.plain_text import to_text
    from bot.house import build_renderer

    return to_text(build_renderer(office.settings).render(template, data))


def _confirmed(count: int, *, alone: bool) -> bool:
    """Ask on a terminal, by the number of people where one admin alone decides; elsewhere nobody has said so."""
    from bot.conversation.reading.folding import fold

    if not sys.stdin.isatty():
        return False
    asked, wanted = ("ask_count", str(count)) if alone else ("ask", say("broadcast.word"))
    answer: str = click.prompt(say(f"broadcast.{asked}"), default="", show_default=False, prompt_suffix=" ")
    return fold(answer).replace(".", "") == fold(wanted)


def _moment(text: str | None) -> datetime | None:
    from bot.conversation.reading.moment import read_moment
    from bot.conversation.reading.words import Words
    from bot.house import utcnow
    from bot.wording import texts

    if text is None:
        return None
    at = read_moment(text, Words.from_mapping(texts("words")).moments, utcnow(), configured().zone)
    if at is None:
        raise Stopped(say("refusal.moment", at=text))
    return at


def _attached(file: Path) -> tuple[str, str, str]:
    """Check a file and keep it, as one that comes by a messenger."""
    from bot.evidence.room import Evidence, FileRefused
    from storage.blobs import Blobs

    try:
        kept = Evidence(Blobs(configured().files), say("files.nameless")).keep(file.name, _bytes_of(file))
    except FileRefused as error:
        raise Stopped(say("refusal.attachment", file=file, reason=say(f"attachment.{error.code}"))) from None
    except OSError as error:
        raise Stopped(say("refusal.file", file=file, reason=reason_of(error))) from None
    return kept.digest, kept.name, kept.media


def _text_of(file: Path) -> str:
    try:
        return _bytes_of(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Stopped(say("refusal.not_utf8", file=file)) from None


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Stopped(say("refusal.file", file=file, reason=reason_of(error))) from None


def _by_key(conn: Any, key: str) -> Any:
    from storage import mailings

    return mailings.mailing_by_key(conn, key)


def _when(due_at: int) -> str:
    from bot.intake.moments import from_ms

    return f"{from_ms(due_at).astimezone(configured().zone):%H:%M:%S %d/%m/%Y}"
