"""Conversations: who writes from where, and where a person or a role can be reached."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, delete, func, or_, select, update

from storage.dialect import PerDialect, from_json, gathered, is_sqlite, to_json
from storage.rows import Arrival, ChatKind, ChatRow, JsonObject, PersonRow, RoleRow
from storage.schema import chats, outbox, people, roles, units

_CHAT = (
    chats.c.id,
    chats.c.channel,
    chats.c.address,
    chats.c.kind,
    chats.c.person_id,
    chats.c.role,
    chats.c.card_message_id,
    chats.c.card_is_last,
    chats.c.blocked_at,
    chats.c.wrong_codes,
    chats.c.locked_until,
    chats.c.last_used_at,
    chats.c.pulled,
    chats.c.plain,
    chats.c.offers,
)
_WIDTH = len(_CHAT)
_PERSON = (people.c.name, people.c.created_at, people.c.accepted_at, people.c.assessment_id, people.c.place)
_ROLE = (
    roles.c.id,
    roles.c.person_id,
    roles.c.role,
    roles.c.unit_id,
    units.c.code,
    units.c.name,
    units.c.kind,
    roles.c.granted_at,
)
_HERE = (chats.c.channel == bindparam("channel"), chats.c.address == bindparam("address"))
_ROLES_HERE = gathered(
    lambda rows: (
        select(rows)
        .select_from(roles.outerjoin(units, units.c.id == roles.c.unit_id))
        .where(roles.c.person_id == chats.c.person_id, roles.c.revoked_at.is_(None))
        .correlate(chats)
    ),
    *_ROLE,
)
_ARRIVE = (
    select(*_CHAT, *_PERSON, _ROLES_HERE)
    .select_from(chats.outerjoin(people, people.c.id == chats.c.person_id))
    .where(*_HERE)
)
_CREATE = PerDialect(chats, lambda insert: insert.on_conflict_do_nothing(index_elements=["channel", "address"]))
_LOCK_PERSON = (
    select(people.c.id)
    .where(people.c.id == select(chats.c.person_id).where(*_HERE).scalar_subquery())
    .with_for_update()
)
_LOCK_CHAT = select(chats.c.person_id).where(*_HERE).with_for_update()
_BY_ID: ColumnElement[bool] = chats.c.id == bindparam("chat_id")
_BIND = update(chats).where(_BY_ID).values(person_id=bindparam("person"), wrong_codes=0, locked_until=None)
_BIND_GROUP = update(chats).where(_BY_ID).values(role=bindparam("new_role"))
_TOUCH = update(chats).where(_BY_ID).values(last_used_at=bindparam("at"), blocked_at=None)
_TOUCH_CARD = _TOUCH.values(
    card_is_last=bindparam("is_last"), passed_at=case((bindparam("is_last"), chats.c.passed_at), else_=bindparam("at"))
)
_OFFERS = select(chats.c.offers).where(_BY_ID).with_for_update(key_share=True)
_OFFER = update(chats).where(_BY_ID).values(offers=bindparam("offered"))
_BLOCK = update(chats).where(_BY_ID).values(blocked_at=bindparam("at"))
_WRONG = update(chats).where(_BY_ID).values(wrong_codes=bindparam("wrong"), locked_until=bindparam("until"))
_GROUPS: Select[Any] = (
    select(*_CHAT)
    .where(chats.c.kind == "group", chats.c.role == bindparam("role"), chats.c.blocked_at.is_(None))
    .order_by(chats.c.id)
)


def _last_used(*conditions: ColumnElement[bool], rather_not: tuple[ColumnElement[int], ...] = ()) -> Select[Any]:
    """Each matching person's last used private chat that is not blocked, and the last used one that they look at:
    what waits on a page has reached nobody. Chats that are `rather_not` written to come last."""
    ranked = (
        select(
            *_CHAT,
            func.row_number()
            .over(
                partition_by=(chats.c.person_id, chats.c.pulled),
                order_by=(*rather_not, chats.c.last_used_at.desc(), chats.c.id.desc()),
            )
            .label("place_in_use"),
        )
        .where(chats.c.kind == "private", chats.c.blocked_at.is_(None), *conditions)
        .subquery()
    )
    columns = [ranked.c[column.name] for column in _CHAT]
    return select(*columns).where(ranked.c.place_in_use == 1).order_by(ranked.c.person_id, ranked.c.pulled)


def _holding(*conditions: ColumnElement[bool], ended_with: ColumnElement[int] | None = None) -> ColumnElement[bool]:
    held: ColumnElement[bool] = roles.c.revoked_at.is_(None)
    if ended_with is not None:
        held = or_(held, roles.c.revoked_at == ended_with)
    return chats.c.person_id.in_(select(roles.c.person_id).where(held, *conditions))


_MAIL = "mail"
_AT_ADDRESS: Select[Any] = select(*_CHAT).where(*_HERE)
_MAIL_OF_UNIT = select(units.c.email).where(units.c.id == bindparam("unit_id"))
_OF_ROLE = _last_used(_holding(roles.c.role == bindparam("role")))
_OF_ROLE_RATHER = _last_used(
    _holding(roles.c.role == bindparam("role")),
    rather_not=(case((chats.c.channel.in_(bindparam("down", expanding=True)), 1), else_=0),),
)
_OF_UNIT = _last_used(
    _holding(
        roles.c.unit_id == bindparam("unit_id"),
        or_(bindparam("any_role"), roles.c.role == bindparam("role")),
        # Of a unit that is no more, those who served it to its end: they are told.
        ended_with=select(units.c.valid_to).where(units.c.id == bindparam("unit_id")).scalar_subquery(),
    )
)
_OF_PERSON = _last_used(chats.c.person_id == bindparam("person"))


def arrive(
    conn: Connection,
    channel: str,
    address: str,
    kind: ChatKind,
    at: int,
    *,
    pulled: bool = False,
    plain: bool = False,
) -> Arrival:
    """Lock and load who writes from this address; the chat is created when it is new.

    On PostgreSQL the person's row (or, while the chat belongs to nobody, the chat's row) is locked before loading.
    """
    here = {"channel": channel, "address": address}
    locked = _lock(conn, here)
    row = conn.execute(_ARRIVE, here).first()
    if row is None:
        conn.execute(_CREATE(conn), here | {"kind": kind, "last_used_at": at, "pulled": pulled, "plain": plain})
        locked = _lock(conn, here)
        row = conn.execute(_ARRIVE, here).one()
    if not is_sqlite(conn) and row.person_id != locked:  # somebody else's chat, or nobody's, since we began to wait
        _lock(conn, here)
        row = conn.execute(_ARRIVE, here).one()
    return _arrival(row)


def look(conn: Connection, channel: str, address: str) -> Arrival | None:
    """Load who is at this address without locking or creating anything."""
    row = conn.execute(_ARRIVE, {"channel": channel, "address": address}).first()
    return None if row is None else _arrival(row)


def _lock(conn: Connection, here: dict[str, str]) -> int | None:
    """Whose row is locked; None for nobody's chat, and on SQLite, where one writer is alone."""
    if is_sqlite(conn):
        return None
    found = conn.execute(_LOCK_PERSON, here).scalar()
    if found is None:
        chat = conn.execute(_LOCK_CHAT, here).first()
        if chat is not None and chat[0] is not None:  # bound to a person while we waited for the chat
            found = conn.execute(_LOCK_PERSON, here).scalar()
    return found


def _arrival(row: Sequence[Any]) -> Arrival:
    values = tuple(row)
    chat = _chat(values[:_WIDTH])
    if chat.person_id is None:
        return Arrival(chat, None, ())
    name, created_at, accepted_at, assessment_id, place = values[_WIDTH : _WIDTH + 5]
    person = PersonRow(chat.person_id, name, created_at, accepted_at, assessment_id, from_json(place))
    held = sorted(from_json(values[_WIDTH + 5]))
    return Arrival(chat, person, tuple(RoleRow(*role) for role in held))


def _chat(row: Sequence[Any]) -> ChatRow:
    values = list(row)
    values[-1] = None if values[-1] is None else from_json(values[-1])
    return ChatRow(*values)


def offers_of(conn: Connection, chat_id: int) -> JsonObject | None:
    """What can be typed in a plain chat, and which button it stands for; None where nothing was offered yet. Whoever
    adds to it meanwhile waits: nobody else's codes are lost."""
    stored = conn.execute(_OFFERS, {"chat_id": chat_id}).scalar()
    return None if stored is None else from_json(stored)


def put_offers(conn: Connection, chat_id: int, offers: JsonObject) -> None:
    """Note what can be typed in a plain chat, and which button it stands for."""
    conn.execute(_OFFER, {"chat_id": chat_id, "offered": to_json(offers)})


def bind_chat(conn: Connection, chat_id: int, person_id: int) -> None:
    """Give the chat to a person; wrong codes are forgotten."""
    conn.execute(_BIND, {"chat_id": chat_id, "person": person_id})


def bind_group(conn: Connection, chat_id: int, role: str | None) -> None:
    """Make a group the group of a role, or (None) of nobody."""
    conn.execute(_BIND_GROUP, {"chat_id": chat_id, "new_role": role})


def touch_chat(conn: Connection, chat_id: int, at: int, card_is_last: bool | None = None) -> None:
    """Note that the chat was used, which also unblocks it; ``card_is_last`` says whether the card is still the last
    message, None leaves that as it is."""
    if card_is_last is None:
        conn.execute(_TOUCH, {"chat_id": chat_id, "at": at})
    else:
        conn.execute(_TOUCH_CARD, {"chat_id": chat_id, "at": at, "is_last": card_is_last})


def set_blocked(conn: Connection, chat_id: int, at: int | None) -> None:
    """Note that the platform refuses messages to this chat since ``at``, or (None) takes them again."""
    conn.execute(_BLOCK, {"chat_id": chat_id, "at": at})


def note_wrong_code(conn: Connection, chat_id: int, wrong_codes: int, locked_until: int | None) -> None:
    """Set the count of wrong invite codes and until when no more are read."""
    conn.execute(_WRONG, {"chat_id": chat_id, "wrong": wrong_codes, "until": locked_until})


def mailbox(conn: Connection, address: str, at: int) -> ChatRow:
    """The mailbox with this (checked) address as a chat; it is created when it is new, and is nobody's own."""
    here = {"channel": _MAIL, "address": address}
    row = conn.execute(_AT_ADDRESS, here).first()
    if row is None:
        conn.execute(_CREATE(conn), here | {"kind": "mailbox", "last_used_at": at, "pulled": False, "plain": False})
        row = conn.execute(_AT_ADDRESS, here).one()
    return _chat(row)


def mail_of_unit(conn: Connection, unit_id: int) -> str:
    """The address of the unit's mailbox as the list of units has it; "" where it has none."""
    return conn.execute(_MAIL_OF_UNIT, {"unit_id": unit_id}).scalar() or ""


def move_chat(conn: Connection, channel: str, old_address: str, new_address: str) -> bool:
    """Follow a group to its new address (it became a supergroup); False when it moved before.

    When the new address was heard of already, that young chat is merged into the old one, its messages included.
    """
    found = select(chats.c.id, chats.c.address, chats.c.role).where(
        chats.c.channel == channel, chats.c.address.in_([old_address, new_address])
    )
    at_address = {row.address: row for row in conn.execute(found.order_by(chats.c.id).with_for_update())}
    old, young = at_address.get(old_address), at_address.get(new_address)
    if old is None or old_address == new_address:
        return False
    if young is not None:
        conn.execute(update(outbox).where(outbox.c.chat_id == young.id).values(chat_id=old.id))
        conn.execute(delete(chats).where(chats.c.id == young.id))
    role = old.role if old.role is not None or young is None else young.role
    moved = {"address": new_address, "role": role, "card_message_id": None, "card_is_last": False, "blocked_at": None}
    conn.execute(update(chats).where(chats.c.id == old.id).values(moved))
    return True


def chats_of_role(conn: Connection, role: str, down: Collection[str] = ()) -> tuple[ChatRow, ...]:
    """Where each person who holds the role is written to: a chat not blocked, and the page they look at; on a channel
    that is ``down`` only who has no chat elsewhere."""
    if down:
        return tuple(_chat(row) for row in conn.execute(_OF_ROLE_RATHER, {"role": role, "down": list(down)}))
    return tuple(_chat(row) for row in conn.execute(_OF_ROLE, {"role": role}))


def groups_of_role(conn: Connection, role: str) -> tuple[ChatRow, ...]:
    """The groups bound to the role that can be written to."""
    return tuple(_chat(row) for row in conn.execute(_GROUPS, {"role": role}))


def chats_of_unit(conn: Connection, unit_id: int, role: str | None = None) -> tuple[ChatRow, ...]:
    """Where each person who holds a role (or that role) in the unit is written to: a chat not blocked, their page."""
    asked = {"unit_id": unit_id, "role": role or "", "any_role": role is None}
    return tuple(_chat(row) for row in conn.execute(_OF_UNIT, asked))


def chats_of_person(conn: Connection, person_id: int) -> tuple[ChatRow, ...]:
    """Where the person is written to: a chat not blocked, and the page they look at."""
    return tuple(_chat(row) for row in conn.execute(_OF_PERSON, {"person": person_id}))
