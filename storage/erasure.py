"""Forgetting a person, and telling everything that is stored about one; answers and the ledger stay as they are."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, or_, select, update

from storage.dialect import from_json, to_json
from storage.schema import (
    answers,
    assessments,
    chats,
    inquiries,
    invite_claims,
    ledger,
    outbox,
    passes,
    people,
    roles,
    sessions,
    sign_ins,
    submissions,
    texts,
    units,
)

Spelled: TypeAlias = Callable[[str], Iterable[str]]
"""A name in every spelling in which messages may have it."""

_WHO: ColumnElement[int] = bindparam("who")
_THEIR_CHATS = select(chats.c.id).where(chats.c.person_id == _WHO)
_NAME = select(people.c.name).where(people.c.id == _WHO)
_SAME = select(people.c.id).where(people.c.merged_into == _WHO).order_by(people.c.id)
_CHAT_IDS = _THEIR_CHATS.order_by(chats.c.id)
_FORGET = (
    update(people)
    .where(people.c.id == _WHO)
    .values(name=bindparam("nameless"), place="{}", assessment_id=None, snoozed_until=None, erased_at=bindparam("at"))
)
_REVOKE = (
    update(roles).where(roles.c.person_id == _WHO, roles.c.revoked_at.is_(None)).values(revoked_at=bindparam("at"))
)
_END = (
    update(sessions)
    .where(sessions.c.chat_id.in_(_THEIR_CHATS), sessions.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
)
_UNLABEL = update(sessions).where(sessions.c.chat_id.in_(_THEIR_CHATS)).values(label="")
_VOID = (
    update(sign_ins).where(sign_ins.c.person_id == _WHO, sign_ins.c.used_at.is_(None)).values(used_at=bindparam("at"))
)
_END_PASSES = delete(passes).where(passes.c.person_id == _WHO)
_DROP = (
    update(outbox)
    .where(outbox.c.chat_id.in_(_THEIR_CHATS), outbox.c.state.in_(("queued", "paused")))
    .values(state="dropped", settled_at=bindparam("at"), owner=None)
)
_EMPTY = update(outbox).where(outbox.c.chat_id.in_(_THEIR_CHATS)).values(body="{}", late=None)
_UNADDRESS = (
    update(chats)
    .where(chats.c.id == bindparam("chat"))
    .values(
        address=bindparam("dead"), blocked_at=bindparam("at"), card_message_id=None, card_is_last=False, offers=None
    )
)
_NAMING = select(outbox.c.id, outbox.c.body, outbox.c.settled_at).where(
    outbox.c.body.contains(bindparam("name"), autoescape=False),
    or_(outbox.c.settled_at.is_not(None), outbox.c.late.is_(None)),  # what is rendered late names nobody yet
)
_READ = ("html", "said")
"""The parts of a message's body that people read."""
_REWRITE = update(outbox).where(outbox.c.id == bindparam("row")).values(body=bindparam("new_body"))
_ERASE_TEXTS = update(texts).where(texts.c.by_person == _WHO).values(body=None)
_ERASE_PROPOSED = update(inquiries).where(inquiries.c.colleague_id == _WHO).values(note=None)


def erase_person(
    conn: Connection, person_id: int, nameless: str, at: int, *, with_notes: bool, spelled: Spelled
) -> None:
    """Forget who a person is: name, addresses, sign-ins, what was said to them; their roles end.

    ``with_notes`` also forgets the free texts they wrote; frozen submissions keep what was handed in. Whoever was
    found to be the same person is forgotten with them. ``spelled`` is how messages write a name.
    """
    for one in (person_id, *conn.execute(_SAME, {"who": person_id}).scalars().all()):
        name = _erase(conn, one, nameless, at, with_notes=with_notes)
        for spelling in set(spelled(name)) if name and name != nameless else ():
            _unname(conn, spelling, nameless)


def _erase(conn: Connection, person_id: int, nameless: str, at: int, *, with_notes: bool) -> str | None:
    """Forget one number's person; returns the name they had."""
    who = {"who": person_id, "at": at}
    name: str | None = conn.execute(_NAME, {"who": person_id}).scalar()
    for statement in (_REVOKE, _END, _VOID, _DROP):
        conn.execute(statement, who)
    conn.execute(_UNLABEL, {"who": person_id})
    conn.execute(_END_PASSES, {"who": person_id})
    conn.execute(_EMPTY, {"who": person_id})
    for chat_id in list(conn.execute(_CHAT_IDS, {"who": person_id}).scalars()):
        conn.execute(_UNADDRESS, {"chat": chat_id, "dead": f"erased:{secrets.token_hex(16)}", "at": at})
    if with_notes:
        conn.execute(_ERASE_TEXTS, {"who": person_id})
        conn.execute(_ERASE_PROPOSED, {"who": person_id})
    conn.execute(_FORGET, who | {"nameless": nameless})
    return name


def end_everything(conn: Connection, person_id: int, at: int) -> None:
    """End a person's sessions, one-time links and passes: they may do nothing here any more."""
    conn.execute(_END, {"who": person_id, "at": at})
    conn.execute(_VOID, {"who": person_id, "at": at})
    conn.execute(_END_PASSES, {"who": person_id})


def _unname(conn: Connection, name: str, nameless: str) -> None:
    """Take a name, spelled so, out of what was said to others, or is to be."""
    found = conn.execute(_NAMING, {"name": json.dumps(name, ensure_ascii=False)[1:-1]}).all()
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")  # "An" is no part of "Anh"
    rows = [{"row": row.id, "new_body": _unnamed(row.body, word, nameless, row.settled_at)} for row in found]
    if rows:
        conn.execute(_REWRITE, rows)


def _unnamed(body: str, word: re.Pattern[str], nameless: str, settled_at: int | None) -> str:
    """A message's body without the name; of one still to be sent only what people read is changed: the rest is what the
    sender needs."""
    said = from_json(body)
    parts = said if settled_at is not None else [one for one in _READ if one in said]
    return to_json({**said, **{part: _without(said[part], word, nameless) for part in parts}})


def _without(value: Any, word: re.Pattern[str], nameless: str) -> Any:
    if isinstance(value, str):
        return word.sub(lambda _: nameless, value)
    if isinstance(value, list):
        return [_without(one, word, nameless) for one in value]
    return {key: _without(one, word, nameless) for key, one in value.items()} if isinstance(value, dict) else value


def _of(*columns: Any, where: ColumnElement[bool], source: Any = None) -> Select[Any]:
    asked = select(*columns).where(where)
    return asked if source is None else asked.select_from(source)


_DOSSIER: dict[str, Select[Any]] = {
    "person": _of(people.c.id, people.c.name, people.c.created_at, people.c.accepted_at, where=people.c.id == _WHO),
    "roles": _of(
        roles.c.role,
        units.c.name.label("unit"),
        roles.c.granted_at,
        roles.c.revoked_at,
        where=roles.c.person_id == _WHO,
        source=roles.outerjoin(units, units.c.id == roles.c.unit_id),
    ).order_by(roles.c.id),
    "chats": _of(
        chats.c.channel, chats.c.address, chats.c.last_used_at, chats.c.blocked_at, where=chats.c.person_id == _WHO
    ).order_by(chats.c.id),
    "sessions": _of(
        sessions.c.label,
        sessions.c.created_at,
        sessions.c.seen_at,
        sessions.c.ended_at,
        where=sessions.c.chat_id.in_(_THEIR_CHATS),
    ).order_by(sessions.c.id),
    "invites": _of(invite_claims.c.invite_id, invite_claims.c.at, where=invite_claims.c.person_id == _WHO),
    "answers": _of(
        units.c.name.label("unit"),
        answers.c.criterion,
        answers.c.value,
        answers.c.at,
        where=answers.c.by_person == _WHO,
        source=answers.join(assessments, assessments.c.id == answers.c.assessment_id).join(
            units, units.c.id == assessments.c.unit_id
        ),
    ).order_by(answers.c.at, answers.c.criterion),
    "texts": _of(texts.c.criterion, texts.c.kind, texts.c.body, texts.c.at, where=texts.c.by_person == _WHO).order_by(
        texts.c.id
    ),
    "inquiries": _of(
        inquiries.c.criterion,
        inquiries.c.state,
        inquiries.c.answer,
        inquiries.c.note,
        inquiries.c.asked_at,
        inquiries.c.answered_at,
        where=(inquiries.c.colleague_id == _WHO) | (inquiries.c.asked_by == _WHO),
    ).order_by(inquiries.c.id),
    "submissions": _of(
        submissions.c.receipt, submissions.c.at, submissions.c.total, where=submissions.c.by_person == _WHO
    ).order_by(submissions.c.id),
    "messages": _of(
        outbox.c.body, outbox.c.state, outbox.c.settled_at, where=outbox.c.chat_id.in_(_THEIR_CHATS)
    ).order_by(outbox.c.id),
    "acts": _of(ledger.c.stream, ledger.c.kind, ledger.c.at, where=ledger.c.by_person == _WHO).order_by(
        ledger.c.at, ledger.c.stream, ledger.c.seq
    ),
}


def dossier(conn: Connection, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything stored about a person, by what it is; empty lists for somebody unknown. What was stored under
    another number, before it was found to be the same person, stands with it."""
    known_as = (person_id, *conn.execute(_SAME, {"who": person_id}).scalars().all())
    return {
        name: [dict(row) for one in known_as for row in conn.execute(asked, {"who": one}).mappings()]
        for name, asked in _DOSSIER.items()
    }
