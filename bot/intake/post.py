"""Replies become outbox rows: rendered inside the transaction, the person's own already claimed by this process."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.conversation.menu import MENU
from bot.conversation.place import Place
from bot.conversation.turn import Myself, Reply
from bot.intake.keep import keep, stamp
from bot.intake.late import AGAIN, OF_MANY
from bot.intake.load import Loaded
from bot.intake.mailbox import SAID, URGENT, MailPolicy, for_whom, letters
from bot.intake.moments import to_ms
from bot.intake.offers import in_words, notice_in_words
from bot.intake.reached import chats_for
from bot.intake.record_office import Recorded
from bot.intake.worded import html_of
from bot.views.progress import UnitProgress, picture
from messages.render import Renderer
from scoring.answers import Exempt, encode
from storage import chats, outbox, progress
from storage.rows import ChatRow, JsonObject, NewOutboxRow, OutboxKind, OutboxRow, ProgressRow

LEASE_MS = 60_000


def _no_home(_channel: str) -> str | None:
    return None


def _none_down() -> frozenset[str]:
    return frozenset()


def _no_links(_code: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Pen:
    """What rendering and posting need: the templates, and which process owns the rows."""

    renderer: Renderer
    owner: str
    home: Callable[[str], str | None] = _no_home
    """The link to the private chat on a channel, None where there is none; groups are shown it."""
    mail: MailPolicy = field(default_factory=MailPolicy)
    down: Callable[[], frozenset[str]] = _none_down
    """The channels through which nothing can be sent just now."""
    links: Callable[[str], Mapping[str, str]] = _no_links
    """The links that lead somebody with an invite code in, by channel; some only open it, for the code to be typed."""


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
    said: list[tuple[Reply, JsonObject]] = []
    notices = 0
    pages: set[int] = set()
    about = stamp(loaded.session, place or loaded.session.place)
    for reply in replies:
        data = {**reply.data, "ledger_head": recorded.head} | (_view(conn, loaded, now) if reply.view else {})
        data |= {"links": dict(pen.links(reply.joins))} if reply.joins else {}
        if not isinstance(reply.to, Myself):
            newcomer = recorded.person_id if recorded.joined_role else None
            waiting, shown = _notify(conn, pen, reply, data, now, newcomer)
            notices += waiting
            pages |= shown
        elif loaded.arrival is not None and loaded.arrival.chat.pulled:
            keep(conn, pen.renderer, loaded.arrival.chat, reply, data, about, now)
            pages.add(loaded.arrival.chat.id)
        elif loaded.arrival is not None and _is_plain(loaded.arrival.chat):
            said.append((reply, data))
        elif loaded.arrival is not None:
            menu = {"menu_role": _menu(recorded.menu)} if recorded.menu else {}
            body = _body(pen.renderer, reply, data)
            own.append(_reply(conn, pen, loaded.arrival.chat, reply, body | menu, now))
    if said and loaded.arrival is not None:
        own.append(_in_words(conn, pen, loaded.arrival.chat, said, now))
    return Posted(tuple(own), notices, frozenset(pages))


def _is_plain(chat: ChatRow) -> bool:
    return chat.plain and chat.kind == "private"


def _in_words(
    conn: Connection, pen: Pen, chat: ChatRow, said: Sequence[tuple[Reply, JsonObject]], now: datetime
) -> OutboxRow:
    """All that is said to a plain chat in one turn is one message; its buttons go along for what can carry a few."""
    rows = [row for reply, _ in said for row in _labelled(pen.renderer, reply)]
    file = next((dict(reply.file) for reply, _ in said if reply.file), None)
    body: JsonObject = {"html": in_words(conn, pen.renderer, chat, said), "rows": rows}
    whole = next((reply for reply, _ in said if reply.card), said[-1][0])
    return _reply(conn, pen, chat, whole, body | ({"file": file} if file else {}), now)


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
    return {"html": html_of(renderer, reply, data), "rows": _labelled(renderer, reply)}


def _labelled(renderer: Renderer, reply: Reply) -> list[list[list[str]]]:
    return [[[renderer.label(one.label, one.args), one.press] for one in row] for row in reply.rows if row]


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
        awaiting=row.awaiting_since is not None,
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
    name = reply.key or f"once:{secrets.token_hex(6)}"
    down = pen.down() if reply.template in URGENT else frozenset()
    for chat in chats_for(conn, reply.to, down):
        if newcomer is not None and chat.person_id == newcomer:
            continue
        if chat.pulled:
            if keep(conn, pen.renderer, chat, reply, data | {"home": None}, "", now):
                pages.add(chat.id)
            continue
        body = _body(pen.renderer, reply, data | {"home": pen.home(chat.channel)}) | fallback
        if _is_plain(chat):
            body[SAID] = body["html"]
            offers = chats.offers_of(conn, chat.id) if reply.rows else None
            body["html"] = notice_in_words(conn, pen.renderer, chat.id, offers, body["html"], reply.rows)
        rows.append(NewOutboxRow(chat.id, "notice", "message", body, at, key=f"{name}:{chat.id}"))
    text = partial(_body, pen.renderer, reply, data | {"home": None})
    rows.extend(letters(conn, pen.mail, reply, newcomer, text, now))
    if rows:
        outbox.put(conn, rows)
    return len(rows), pages


def _menu(role: str) -> str:
    return role if role in MENU else "none"
