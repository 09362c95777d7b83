"""Replies become outbox rows: rendered inside the transaction, the person's own already claimed by this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.conversation.menu import MENU
from bot.conversation.session import Place
from bot.conversation.turn import Groups, Holders, Myself, OnePerson, Recipient, Reply, UnitOfficers
from bot.intake.keep import keep, stamp
from bot.intake.late import AGAIN, OF_MANY
from bot.intake.load import Loaded
from bot.intake.mailbox import MailPolicy, for_whom, letters
from bot.intake.moments import to_ms
from bot.intake.record_office import Recorded
from bot.views.progress import UnitProgress, picture
from messages.render import Renderer
from scoring.answers import Exempt, encode
from storage import chats, outbox, progress
from storage.rows import ChatRow, JsonObject, NewOutboxRow, OutboxKind, OutboxRow, ProgressRow

LEASE_MS = 60_000


def _no_home(_channel: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Pen:
    """What rendering and posting need: the templates, and which process owns the rows."""

    renderer: Renderer
    owner: str
    home: Callable[[str], str | None] = _no_home
    """The link to the private chat on a channel, None where there is none; groups are shown it."""
    mail: MailPolicy = field(default_factory=MailPolicy)


@dataclass(frozen=True, slots=True)
class Posted:
    """The person's own replies, claimed, to be sent after the commit; how many notices wait for the sender; and the
    chats on whose pages something new stands."""

    own: tuple[OutboxRow, ...] = ()
    notices: int = 0
    pages: frozenset[int] = frozenset()

    def joined(self, other: Posted) -> Posted:
        """Both together."""
        return Posted(self.own + other.own, self.notices + other.notices, self.pages | other.pages)


def post(
    conn: Connection,
    pen: Pen,
    loaded: Loaded,
    replies: Iterable[Reply],
    recorded: Recorded,
    now: datetime,
    place: Place | None = None,
) -> Posted:
    """Render and store every reply. `place` is where the person stands after the turn."""
    own: list[OutboxRow] = []
    notices = 0
    pages: set[int] = set()
    about = stamp(loaded.session, place or loaded.session.place)
    for reply in replies:
        data = {**reply.data, "ledger_head": recorded.head} | (_view(conn, loaded, now) if reply.view else {})
        if not isinstance(reply.to, Myself):
            newcomer = recorded.person_id if recorded.joined_role else None
            waiting, shown = _notify(conn, pen, reply, data, now, newcomer)
            notices += waiting
            pages |= shown
        elif loaded.arrival is not None and loaded.arrival.chat.pulled:
            keep(conn, pen.renderer, loaded.arrival.chat, reply, data, about, now)
            pages.add(loaded.arrival.chat.id)
        elif loaded.arrival is not None:
            menu = {"menu_role": _menu(recorded.joined_role)} if recorded.joined_role else {}
            body = _body(pen.renderer, reply, data)
            own.append(_reply(conn, pen, loaded.arrival.chat, reply, body | menu, now))
    return Posted(tuple(own), notices, frozenset(pages))


def send_again(conn: Connection, pen: Pen, last: int, now: datetime, *, again: bool) -> int:
    """End the doubts up to number `last`; with `again` each message goes out once more, marked as such.

    What belongs to something that went to many is left alone: there it is counted, and sent again from there.
    """
    at = to_ms(now)
    mark = pen.renderer.render("resent", {})
    rows = []
    for row in outbox.uncertain(conn):
        if row.id > last or OF_MANY in row.body:
            continue
        if outbox.resolve(conn, row.id, "dropped", at) and again:
            more = {AGAIN: True} if row.late else {"html": f"{mark}\n{row.body['html']}"}
            rows.append(NewOutboxRow(row.chat_id, "notice", "message", row.body | more, at, late=row.late))
    if rows:
        outbox.put(conn, rows)
    return len(rows)


def _body(renderer: Renderer, reply: Reply, data: JsonObject) -> JsonObject:
    """The stored form of a message: its text and its buttons with the words they show."""
    rows = [[[renderer.label(one.label, one.args), one.press] for one in row] for row in reply.rows if row]
    return {"html": renderer.render(reply.template, data), "rows": rows}


def _view(conn: Connection, loaded: Loaded, now: datetime) -> dict[str, object]:
    cycle = loaded.session.cycle
    if cycle is None:
        return {}
    rows = progress.assessment_rows(conn, cycle.id)
    exempting = progress.count_holding(conn, cycle.id, encode(Exempt()))
    return picture([_unit(row) for row in rows], cycle, now) | {"exempting": exempting}


def _unit(row: ProgressRow) -> UnitProgress:
    return UnitProgress(
        name=row.unit_name,
        state=row.state or "open",
        decided=row.decided,
        total=row.total,
        class_letter=row.class_letter,
        receipt=row.receipt,
        submitted_at=row.submitted_at,
        late=bool(row.late),
        officers=row.officers,
    )


def _reply(conn: Connection, pen: Pen, chat: ChatRow, reply: Reply, body: JsonObject, now: datetime) -> OutboxRow:
    at = to_ms(now)
    kind: OutboxKind = "card" if reply.card else "message"
    if reply.card:
        outbox.replace_cards(conn, chat.id, at)
    row = NewOutboxRow(chat.id, "reply", kind, body, at, owner=pen.owner, not_before=at + LEASE_MS, first_try_at=at)
    (row_id,) = outbox.put(conn, [row])
    return OutboxRow(
        id=row_id or 0,
        key=None,
        chat_id=chat.id,
        lane="reply",
        kind=kind,
        body=body,
        late=None,
        state="queued",
        owner=pen.owner,
        tries=1,
        due_at=at,
        not_before=at + LEASE_MS,
        first_try_at=at,
        settled_at=None,
        message_id=None,
        last_error=None,
        channel=chat.channel,
        address=chat.address,
        chat_kind=chat.kind,
        person_id=chat.person_id,
        card_message_id=chat.card_message_id,
        card_is_last=chat.card_is_last,
        blocked_at=chat.blocked_at,
    )


def _notify(
    conn: Connection, pen: Pen, reply: Reply, data: JsonObject, now: datetime, newcomer: int | None = None
) -> tuple[int, set[int]]:
    """Notices wait in the outbox for the sender; `key` keeps the same notice from standing there twice. What no chat
    can deliver becomes a letter.

    Who has just joined needs no notice of it, though they hold the role already. Returns how many wait, and on which
    pages one stands.
    """
    at = to_ms(now)
    rows = []
    pages = set()
    fallback = for_whom(pen.mail, reply.to, newcomer)
    for chat in _chats(conn, reply.to):
        if newcomer is not None and chat.person_id == newcomer:
            continue
        if chat.pulled:
            if keep(conn, pen.renderer, chat, reply, data | {"home": None}, "", now):
                pages.add(chat.id)
            continue
        body = _body(pen.renderer, reply, data | {"home": pen.home(chat.channel)}) | fallback
        key = f"{reply.key}:{chat.id}" if reply.key else None
        rows.append(NewOutboxRow(chat.id, "notice", "message", body, at, key=key))
    text = partial(_body, pen.renderer, reply, data | {"home": None})
    rows.extend(letters(conn, pen.mail, reply, newcomer, text, now))
    if rows:
        outbox.put(conn, rows)
    return len(rows), pages


def _chats(conn: Connection, to: Recipient) -> tuple[ChatRow, ...]:
    match to:
        case Holders(role):
            return chats.chats_of_role(conn, role)
        case Groups(role):
            return chats.groups_of_role(conn, role)
        case UnitOfficers(unit_id, but):
            return tuple(chat for chat in chats.chats_of_unit(conn, unit_id, "officer") if chat.person_id != but)
        case OnePerson(person_id):
            return chats.chats_of_person(conn, person_id)
        case Myself():
            return ()


def _menu(role: str) -> str:
    return role if role in MENU else "none"
