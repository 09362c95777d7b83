"""Reads what was typed where an exemption is asked about, grounded, or an empty case explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.conversation import answering, asking, claiming, opening
from bot.conversation.reading.choice import OptionWords, read_option
from bot.conversation.reading.folding import split_words
from bot.conversation.reading.outcomes import Accepted, Doubtful, Refused
from bot.conversation.reading.text import read_note
from bot.conversation.session import Session
from bot.conversation.turn import Turn
from scoring.answers import Exempt, NoCases

CLAIM, KEEP = "claim", "no"
"""What the two buttons of an opening question carry."""


def yes_or_no(session: Session, text: str) -> str | None:
    """Whether a text says yes or no; None when it says neither for sure."""
    words = (OptionWords("yes", (), negative=False), OptionWords("no", (), negative=True))
    match read_option(text, words, session.words):
        case Accepted(choice):
            return choice
        case _:
            return None


def typed_opening(session: Session, text: str, now: datetime) -> Turn:
    """The answer to an opening question in words; what hardly says anything is asked again."""
    assessment, scope = session.opened, session.place.focus
    asked = {exemption.scope: exemption for exemption in opening.left(assessment, session.place)}
    if scope not in asked:
        return answering.settle_opening(session, scope, "later", _seen(session, scope), now)
    options = tuple(
        OptionWords(CLAIM if claims else KEEP, (label,), _says_no(session, label))
        for label, claims in asked[scope].opening.buttons
    )
    match read_option(text, options, session.words, numbered=True):
        case Accepted(choice) | Doubtful(choice):  # a claim is confirmed with its ground, what is kept is asked later
            return answering.settle_opening(session, scope, choice, _seen(session, scope), now)
        case Refused("maybe_exempt"):
            return claiming.ask_ground(session, scope)
        case Refused(hint, suggestion):
            told = {"code": hint, "typed": text, "suggestion": suggestion}
            return opening.ask(session, asked[scope], session.place, hint=told)


def typed_ground(session: Session, text: str, now: datetime) -> Turn:
    """The ground of an exemption. A mere yes is no ground, and a no claims nothing."""
    scope = session.place.focus
    if yes_or_no(session, text) == "no":
        return answering.settle_opening(session, scope, KEEP, _seen(session, scope), now)
    note, hint = _explanation(session, text)
    if hint:
        return _hinted(claiming.ask_ground(session, scope), hint)
    return answering.give(session, scope, Exempt(note), _seen(session, scope), now)


def typed_no_cases(session: Session, text: str, now: datetime) -> Turn:
    """Why there was no case at all; a no goes back to the question."""
    criterion_id = session.place.focus
    if yes_or_no(session, text) == "no":
        return asking.ask(session, criterion_id, session.place)
    note, hint = _explanation(session, text)
    if hint:
        return _hinted(claiming.explain_no_cases(session, criterion_id), hint)
    return answering.give(session, criterion_id, NoCases(note), _seen(session, criterion_id), now)


def _explanation(session: Session, text: str) -> tuple[str, str]:
    """The text as it is kept, or the hint why it cannot be: a number, a mark or a yes explains nothing."""
    match read_note(text):
        case Refused(hint, _):
            return "", hint
        case Doubtful():
            return "", "needs_words"
        case reading if yes_or_no(session, text) or not any(ch.isalpha() for ch in reading.value):
            return "", "needs_words"
        case reading:
            return reading.value, ""


def _hinted(turn: Turn, code: str) -> Turn:
    first = turn.replies[0]
    return replace(turn, replies=(replace(first, data={**first.data, "hint": {"code": code}}),))


def _says_no(session: Session, label: str) -> bool:
    return session.words.negation.at(split_words(label), 0) is not None


def _seen(session: Session, subject: str) -> int:
    return session.opened.revision_of(subject)
