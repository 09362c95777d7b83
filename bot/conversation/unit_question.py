"""What is typed in a plain chat that asks whether an invite is for the right unit: yes and no, in any words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversation import presses
from bot.conversation.codes import digest_in
from bot.conversation.offering import on_card
from bot.conversation.presses import Press
from bot.conversation.reading.agreeing import yes_or_no
from bot.conversation.reading.words import Words

YES, NO, AGAIN = "jn", "jx", "ja"
"""The verbs of its two buttons, and of asking it once more."""


def answered(stored: Mapping[str, object] | None, text: str, words: Words, *, stranger: bool) -> str | None:
    """The button of the card that a text means; None where no such question stands open, or the text is about
    something else. A stranger has nothing else to talk about: short of a code or a command they are asked again."""
    offered = {press[:2]: press for press in on_card(stored)}
    invite = presses.decode(offered.get(YES, ""))
    if invite is None:
        return None
    match yes_or_no(text, words):
        case "yes":
            return offered[YES]
        case "no":
            return offered.get(NO)
    if not stranger or text.lstrip().startswith("/") or digest_in(text):
        return None
    return Press(AGAIN, argument=invite.argument).encode()
