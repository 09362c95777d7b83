"""One person on several channels: a code given in one chat and sent from another links the two; chats taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation import joining, proposing, resuming
from bot.conversation.access import Action, may
from bot.conversation.codes import hash_code
from bot.conversation.facts import ChatLinked, ChatUnlinked, PassIssued
from bot.conversation.passing import CHAT
from bot.conversation.presses import Press
from bot.conversation.session import Link, LinkedChat, Session
from bot.conversation.turn import Button, EveryChat, OneChat, Reply, Rows, Turn

CODE_LIVES = timedelta(minutes=15)
MOST_SHOWN = 8
"""Whoever has more chats than that sees those used last."""


def give(session: Session) -> Turn:
    """A code that links another chat, and the chats that are linked already."""
    person = session.person
    if person is None:
        return joining.welcome(session)
    fact = PassIssued(CHAT, person.id, hash_code(session.code), CODE_LIVES)
    return Turn(session.place, facts=(fact,), replies=(_shown(session, code=session.code),))


def offer(session: Session, now: datetime) -> Turn:
    """A code was sent that may link this chat; wrong, used and expired ones are answered as those of invites are."""
    link = session.link
    if link is None or not link.usable or joining.is_locked(session, now):
        return joining.offer(session, now)
    if session.person is None:
        return _linked(session, link, now)
    known = "link_known" if session.person.id == link.person.id else "link_two_people"
    return Turn(session.place, replies=(Reply(known),))


def unlink(session: Session, press: Press) -> Turn:
    """A chat of one's own is nobody's from now on; the one that is written from stays."""
    person = session.person
    other = next((one for one in session.linked if str(one.id) == press.argument and one.id != session.chat.id), None)
    if person is None or other is None:
        return Turn(session.place, replies=(_shown(session),))
    left = replace(session, linked=tuple(one for one in session.linked if one.id != other.id))
    told = Reply("unlinked", {"channel": session.chat.channel}, to=OneChat(other.id))
    replies = (_shown(left, unlinked=other), told)
    return Turn(session.place, facts=(ChatUnlinked(other.id, person.id),), replies=replies)


def _linked(session: Session, link: Link, now: datetime) -> Turn:
    """The chat is the person's now, and shows at once what they stand at."""
    person = link.person
    known = replace(session, person=person, place=link.place)
    unit = session.assessment.unit if session.assessment else None
    if session.assessment is not None and may(person, Action.READ_OWN, unit):
        turn = resuming.welcome_back(known, now)
    elif proposing.serves(person):
        turn = proposing.resume(known)
    else:
        turn = Turn(link.place, replies=(joining.greeting(replace(known, assessment=None)),))
    first, *others = turn.replies
    shown = replace(first, above="linked", data={**first.data, "linked_name": person.name})
    undo = Button("unlink", Press("ul", argument=str(session.chat.id)).encode(), _named(session.chat.channel))
    told = Reply(
        "link_made",
        {"channel": session.chat.channel, "at": now},
        ((undo,),),
        to=EveryChat(person.id, but=session.chat.id),
        key=f"linked:{link.id}",
    )
    return Turn(turn.place, (ChatLinked(link.id, person.id), *turn.facts), (shown, *others, told))


def _shown(session: Session, *, code: str = "", unlinked: LinkedChat | None = None) -> Reply:
    data = {
        "code": code,
        "minutes": int(CODE_LIVES.total_seconds() // 60),
        "chats": tuple(
            {"channel": one.channel, "at": one.last_used_at, "here": one.id == session.chat.id}
            for one in session.linked[:MOST_SHOWN]
        ),
        "unlinked": unlinked.channel if unlinked else "",
    }
    return Reply("link", data, _buttons(session, code), card=True)


def _buttons(session: Session, code: str) -> Rows:
    others = [one for one in session.linked[:MOST_SHOWN] if one.id != session.chat.id]
    several = {one.channel for one in others if sum(other.channel == one.channel for other in others) > 1}
    rows = [
        (Button("unlink", Press("ul", argument=str(one.id)).encode(), _named(one.channel, at)),)
        for one in others
        for at in [one.last_used_at if one.channel in several else None]
    ]
    again = () if code else ((Button("link_code", Press("lk").encode()),),)
    assessment = session.assessment
    mine = assessment is not None and may(session.person, Action.ANSWER, assessment.unit)
    on = ((Button("continue", Press("rs", assessment.id).encode()),),) if assessment is not None and mine else ()
    return (*again, *rows, *on)


def _named(channel: str, at: datetime | None = None) -> Mapping[str, object]:
    """What the button that unlinks a chat says of it; when it was used last only where that tells two apart."""
    return {"channel": channel, "at": at}
