"""Messages for plain chats: their buttons written out in words, and remembered, so that what is typed finds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from bot.conversation import unit_question
from bot.conversation.events import Event, Incoming, Pressed, Typed
from bot.conversation.offering import BY_ID, HELP, Offer, codes, meant, of_card, of_notice
from bot.conversation.reading.words import Words
from bot.conversation.turn import Reply, Rows
from bot.intake.worded import html_of
from messages.render import Renderer
from storage import chats
from storage.rows import ChatRow, JsonObject

CHOICES = "choices"


def heard(incoming: Incoming, chat: ChatRow, words: Words, *, stranger: bool) -> Event:
    """The event; in a plain chat a text that stands for a button is that button."""
    event = incoming.event
    if chat.plain and chat.kind == "private" and isinstance(event, Typed):
        press = meant(chat.offers, event.text)
        if press is None:
            press = unit_question.answered(chat.offers, event.text, words, stranger=stranger)
        if press is not None:
            return Pressed(press)
    return event


def in_words(conn: Connection, renderer: Renderer, chat: ChatRow, said: Sequence[tuple[Reply, JsonObject]]) -> str:
    """Everything a turn says to its own plain chat as one message: each costs there. Remembers its buttons."""
    texts = [html_of(renderer, reply, data, plain=True) for reply, data in said]
    rows = tuple(line for reply, _ in said for line in reply.rows)
    if not rows:
        if any(reply.card for reply, _ in said):  # what the card before offered stands there no more
            chats.put_offers(conn, chat.id, of_card(chats.offers_of(conn, chat.id), ()))
        return "\n\n".join(texts)
    number = any(reply.number for reply, _ in said)
    coded = [
        (button.label, Offer(code, renderer.label(button.label, button.args), button.press))
        for button, code in codes(rows, number=number)
    ]
    known = chats.offers_of(conn, chat.id)  # a notice of this very turn may stand there too
    chats.put_offers(conn, chat.id, of_card(known, (offer for _, offer in coded)))
    listed = {
        "listed": sorted(
            (_shown(one) for name, one in coded if one.code and one.code != HELP and name != "back"), key=_place
        ),
        "back": any(name == "back" for name, _ in coded),
        "help": any(one.code == HELP for _, one in coded),
        "words": [one.label for name, one in coded if not one.code and name not in BY_ID and name != "back"],
        "ids": [one.label for name, one in coded if name in BY_ID],
        "number": number,
    }
    return "\n\n".join((*texts, renderer.render(CHOICES, listed, plain=True)))


def notice_in_words(
    conn: Connection, renderer: Renderer, chat_id: int, offers: JsonObject | None, html: str, rows: Rows
) -> str:
    """The text of a notice with what to type for each of its buttons. Remembers them."""
    buttons = [(renderer.label(one.label, one.args), one.press) for line in rows for one in line]
    return listed_in_words(conn, renderer, chat_id, offers, html, buttons)


def listed_in_words(
    conn: Connection,
    renderer: Renderer,
    chat_id: int,
    offers: JsonObject | None,
    html: str,
    buttons: Sequence[tuple[str, str]],
) -> str:
    """The same with buttons as they stand in the outbox: their words, and what each carries."""
    if not buttons:
        return html
    kept, given = of_notice(offers, (press for _label, press in buttons))
    chats.put_offers(conn, chat_id, kept)
    shown = [{"code": code, "label": label} for (label, _press), code in zip(buttons, given, strict=True)]
    listed: Mapping[str, object] = {
        "listed": shown, "back": False, "help": False, "words": [], "ids": [], "number": False,
    }  # fmt: skip
    return f"{html}\n\n{renderer.render(CHOICES, listed, plain=True)}"


def _place(shown: Mapping[str, str]) -> int:
    return int(shown["code"]) if shown["code"].isdigit() else 0


def _shown(offer: Offer) -> dict[str, str]:
    """A label that begins with its own number says it once."""
    return {"code": offer.code, "label": offer.label.removeprefix(f"{offer.code}. ")}
