"""What goes out to many becomes rows: the mailing, everyone it is for, and a late outbox row for each of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import office_facts as o
from bot.conversation.mailing import STEPS
from bot.conversation.reminding import KIND as REMINDER
from bot.conversation.turn import Holders, Reply, UnitOfficers
from bot.intake.detours import move_over, send_instead
from bot.intake.keep import kept_body
from bot.intake.late import AGAIN, OF_MANY, Asked, Late, NotNow
from bot.intake.load import Loaded
from bot.intake.mailbox import mailbox_of
from bot.intake.moments import from_ms, to_ms
from bot.intake.post import Pen, Posted, send_again
from storage import files, mailings, outbox, recipients
from storage.recipients import Way
from storage.rows import JsonObject, NewOutboxRow
from storage.rows.mailings import MailingRow, NewMailing

log = logging.getLogger(__name__)


def post_mailing(conn: Connection, pen: Pen, loaded: Loaded, fact: o.MailingFact, now: datetime) -> Posted:
    """The rows that one fact about mailings changes; returns what waits to be sent."""
    late = Late(pen.renderer, loaded.session.rules.zone, lambda: now, pen.home)
    person = loaded.session.person
    by = person.id if person else None
    match fact:
        case o.MailingStarted():
            cycle = loaded.session.cycle
            return _start(conn, pen, late, _new(fact, cycle.id if cycle else None, by, now), fact.recipients, now)
        case o.MailingSteered():
            return _steer(conn, pen, late, fact, by, now)
        case o.RecipientsTriedAgain(mailing_id, ids):
            return _again(conn, pen, mailing_id, ids, now)
        case o.MailingsTold(ids):
            for one in ids:
                mailings.note_told(conn, one, to_ms(now))
            return Posted()
        case o.DoubtsSettled() | o.NoticesDiverted() | o.ChannelGivenUp():
            return Posted(notices=_another_way(conn, pen, fact, now))


def _another_way(
    conn: Connection, pen: Pen, fact: o.DoubtsSettled | o.NoticesDiverted | o.ChannelGivenUp, now: datetime
) -> int:
    """The new rows for what did not arrive, or may not have; returns how many."""
    match fact:
        case o.DoubtsSettled(last, again):
            return send_again(conn, pen, last, now, again=again)
        case o.NoticesDiverted(ids):
            return send_instead(conn, pen, ids, now)
        case o.ChannelGivenUp(channel, ids):
            return move_over(conn, pen, channel, ids, now)


def keep_pages(conn: Connection, late: Late, mailing_id: int, now: datetime) -> frozenset[int]:
    """Put a mailing on the pages of those who look at one; returns the chats that show something new.

    Nothing can be pushed there, so it is rendered when the mailing goes. Who is not meant any more is left alone.
    """
    row = mailings.mailing_by_id(conn, mailing_id)
    if row is None:
        return frozenset()
    at = to_ms(now)
    kept: list[tuple[int, NewOutboxRow]] = []
    lost = []
    for way in recipients.unshown(conn, mailing_id):
        if way.chat_id is None:
            lost.append(way.recipient_id)
            continue
        said = late.say(conn, Asked(row.kind, _row_body(row, way), way.person_id, from_ms(row.due_at)), now)
        if not isinstance(said, NotNow):
            kept.append((way.recipient_id, _kept(late, way.chat_id, said, mailing_id, at)))
    recipients.lose(conn, lost)
    _put(conn, kept)
    return frozenset(new.chat_id for _recipient, new in kept if new.state == "kept")


def _new(fact: o.MailingStarted, cycle_id: int | None, by: int | None, now: datetime) -> NewMailing:
    return NewMailing(
        kind=fact.kind,
        state=fact.state,
        cycle_id=cycle_id,
        audience=fact.audience,
        body=dict(fact.body),
        size=len(fact.recipients),
        created_by=by,
        created_at=to_ms(now),
        due_at=to_ms(fact.due_at),
        key=fact.key or None,
    )


def _start(conn: Connection, pen: Pen, late: Late, new: NewMailing, to: Iterable[o.Recipient], now: datetime) -> Posted:
    """The same thing started twice (another phone, another tab) is started once."""
    mailing_id = mailings.add_mailing(conn, new)
    if mailing_id is None:
        return Posted()
    file = new.body.get("file")
    if isinstance(file, Mapping):
        files.put_file(conn, str(file["digest"]), str(file["media"]), int(file.get("size", 0)), to_ms(now))
    mailings.add_recipients(conn, mailing_id, [(one.unit_id, one.person_id, one.way) for one in to])
    return _go(conn, pen, late, mailing_id, now) if new.state == "going" else Posted()


def _go(conn: Connection, pen: Pen, late: Late, mailing_id: int, now: datetime) -> Posted:
    """A row for everybody who can be written to, due when the mailing is."""
    row = mailings.mailing_by_id(conn, mailing_id)
    if row is None:
        return Posted()
    found, lost = _rows(conn, pen, row, recipients.ways(conn, mailing_id), row.due_at, now)
    recipients.lose(conn, lost)
    _put(conn, found)
    if row.kind == REMINDER and not found and not recipients.unshown(conn, mailing_id):
        log.warning("the reminder %s reaches nobody: no chat, no page, no mailbox", row.audience)
    pages = keep_pages(conn, late, mailing_id, now) if row.due_at <= to_ms(now) else frozenset()
    return Posted(notices=len(found), pages=pages)


def _steer(conn: Connection, pen: Pen, late: Late, fact: o.MailingSteered, by: int | None, now: datetime) -> Posted:
    """Do what was decided, unless somebody else has decided meanwhile."""
    state = mailings.lock(conn, fact.mailing_id)
    if fact.word not in STEPS.get(state, frozenset()):
        return Posted()
    at = to_ms(now)
    match fact.word:
        case "approve":
            mailings.approve(conn, fact.mailing_id, by, at, to_ms(fact.due_at))
            return _go(conn, pen, late, fact.mailing_id, now)
        case "pause":
            mailings.pause(conn, fact.mailing_id)
        case "resume":
            return Posted(notices=mailings.resume(conn, fact.mailing_id))
        case _:
            mailings.cancel(conn, fact.mailing_id, at)
            if state == "proposed":  # nothing was tried: there are no totals to tell
                mailings.note_told(conn, fact.mailing_id, at)
    return Posted()


def _again(conn: Connection, pen: Pen, mailing_id: int, ids: Iterable[int], now: datetime) -> Posted:
    """A new row, marked as sent again, for each of those who are still open; the old one is resolved."""
    at = to_ms(now)
    row = mailings.mailing_by_id(conn, mailing_id)
    if row is None or mailings.lock(conn, mailing_id) != "going":
        return Posted()
    tried = dict(recipients.open_recipients(conn, mailing_id))
    wanted = [one for one in ids if one in tried]
    found, _lost = _rows(conn, pen, row, recipients.ways(conn, mailing_id, wanted), at, now, again=True)
    for recipient, _new_row in found:
        outbox.resolve(conn, tried[recipient], "dropped", at)
    _put(conn, found)
    return Posted(notices=len(found))


def _rows(
    conn: Connection, pen: Pen, row: MailingRow, ways: Iterable[Way], due_at: int, now: datetime, *, again: bool = False
) -> tuple[list[tuple[int, NewOutboxRow]], list[int]]:
    """The late rows, each with its recipient, and the recipients who can be written to nowhere any more."""
    found, lost = [], []
    for way in ways:
        chat_id = way.chat_id if way.way == "chat" else _mailbox(conn, pen, way, now)
        if chat_id is None:
            lost.append(way.recipient_id)
            continue
        body = _row_body(row, way) | ({AGAIN: True} if again else {})
        new = NewOutboxRow(chat_id, "notice", "message", body, due_at, late=row.kind, mailing_id=row.id)
        found.append((way.recipient_id, new))
    return found, lost


def _row_body(row: MailingRow, way: Way) -> JsonObject:
    """What is needed to render one recipient's message; a letter's text stands with the mailing, once for all."""
    mine = {OF_MANY: row.id, "unit": way.unit_id}
    return row.body | mine if row.kind == REMINDER else mine


def _mailbox(conn: Connection, pen: Pen, way: Way, now: datetime) -> int | None:
    """The mailbox of the unit; of the agency, where the office itself is written to."""
    to = Holders("reviewer") if way.unit_id is None else UnitOfficers(way.unit_id)
    box = mailbox_of(conn, pen.mail, to, now)
    return None if box is None else box.id


def _kept(late: Late, chat_id: int, said: Reply | None, mailing_id: int, at: int) -> NewOutboxRow:
    """What stands on a page; a row that says nothing where nothing is to be said any more."""
    if said is None:
        return NewOutboxRow(chat_id, "reply", "message", {}, at, state="dropped", settled_at=at, mailing_id=mailing_id)
    body = kept_body(late.renderer, said, {**said.data, "home": None})
    return NewOutboxRow(chat_id, "reply", "message", body, at, state="kept", settled_at=at, mailing_id=mailing_id)


def _put(conn: Connection, found: list[tuple[int, NewOutboxRow]]) -> None:
    ids = outbox.put(conn, [new for _recipient, new in found]) if found else ()
    pairs = [(recipient, row) for (recipient, _new), row in zip(found, ids, strict=True) if row is not None]
    mailings.attach(conn, pairs)
