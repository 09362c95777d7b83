"""Reads what was typed where an exemption is asked about, grounded, or an empty case explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.conversation import answering, asking, claiming, going, opening, together
from bot.conversation.facts import AssessmentFact, OpeningSettled
from bot.conversation.naming import names
from bot.conversation.reading import agreeing
from bot.conversation.reading.batch import read_batch, read_numbered
from bot.conversation.reading.choice import OptionWords, read_option
from bot.conversation.reading.folding import split_words
from bot.conversation.reading.outcomes import Accepted, Doubtful, Refused
from bot.conversation.reading.percent import read_percent
from bot.conversation.reading.text import read_note
from bot.conversation.session import Session
from bot.conversation.turn import Turn
from scoring.answers import Exempt, NoCases
from scoring.criteria_set import Exemption

CLAIM, KEEP = "claim", "no"
"""What the two buttons of an opening question carry."""


def yes_or_no(session: Session, text: str) -> str | None:
    """Whether a text says yes or no; None when it says neither for sure."""
    return agreeing.yes_or_no(text, session.words)


def typed_opening(session: Session, text: str, now: datetime) -> Turn:
    """The answer to an opening question in words; what hardly says anything is asked again."""
    assessment, scope = session.opened, session.place.focus
    asked = {exemption.scope: exemption for exemption in opening.left(assessment, session.place)}
    if scope not in asked:
        return answering.settle_opening(session, scope, "later", _seen(session, scope), now)
    said = _said_of(session, asked[scope], text)
    if said is None:
        told = {"code": "not_understood", "typed": text, "suggestion": None}
        return opening.ask(session, asked[scope], session.place, hint=told)
    match read_option(said, _options(session, asked[scope]), session.words, numbered=True):
        case Accepted(choice) | Doubtful(choice):  # a claim is confirmed with its ground, what is kept is asked later
            return answering.settle_opening(session, scope, choice, _seen(session, scope), now)
        case Refused("maybe_exempt"):
            return claiming.ask_ground(session, scope)
        case Refused(hint, suggestion):
            told = {"code": hint, "typed": text, "suggestion": suggestion}
            return opening.ask(session, asked[scope], session.place, hint=told)


def typed_openings(session: Session, text: str, now: datetime) -> Turn:
    """Answers to all opening questions in one message; what was not understood is asked again. A claim takes the usual
    ground, which the message spelled out."""
    asked = opening.left(session.opened, session.place)
    if not asked:
        return going.begin(session)
    choices, anew = _choices(session, text, asked)
    if anew:
        return opening.ask_all(session, session.place, hint={"typed": text, "settled": anew})
    kept = tuple(OpeningSettled(scope, claims=False) for scope, choice in choices.items() if choice == KEEP)
    claimed = [(one.scope, Exempt(one.usual_ground)) for one in asked if choices.get(one.scope) == CLAIM]
    if not kept and not claimed:
        return opening.ask_all(session, session.place, hint={"typed": text})
    assessment, person = session.opened, session.person
    for fact in kept:
        assessment = assessment.apply(fact, person.id if person else None, person.name if person else "", now)
    settled = replace(session, assessment=assessment)
    told: tuple[Mapping[str, object], ...] = ()
    facts: tuple[AssessmentFact, ...] = kept
    if claimed:
        given = together.give(settled, claimed, now)
        settled, told, facts = given.session, given.told, (*kept, *given.facts)
    return replace(going.go_on(settled, "", settled.place, told), facts=facts)


def _choices(
    session: Session, text: str, asked: tuple[Exemption, ...]
) -> tuple[dict[str, str | None], tuple[Mapping[str, object], ...]]:
    """What a text says of each opening question by scope; and those it would answer anew, which are not asked any
    more. Every question has the number it had in the first list."""
    assessment, numbered = session.opened, opening.numbers(session.opened)
    questions, said = asked, read_numbered(text, [numbered[one.scope] for one in asked], session.words)
    if said is None and any(ch.isdigit() for ch in text):
        questions = assessment.criteria.opening_questions(assessment.unit.kind)
        said = read_numbered(text, tuple(numbered.values()), session.words)
    choices = {
        one.scope: _chosen(session, one, answer) for one, answer in zip(questions, said or (), strict=False) if answer
    }
    anew = tuple(
        {"n": numbered[one.scope], "ids": tuple(leaf.id for leaf in assessment.criteria.leaves_under(one.scope))}
        for one in questions
        if one not in asked and one.scope in choices and choices[one.scope] != _settled(session, one)
    )
    return {scope: choice for scope, choice in choices.items() if scope in {one.scope for one in asked}}, anew


def _settled(session: Session, exemption: Exemption) -> str | None:
    claims = session.opened.opening.get(exemption.scope)
    return None if claims is None else CLAIM if claims else KEEP


def _said_of(session: Session, exemption: Exemption, text: str) -> str | None:
    """What a text says of the one opening question that is asked, without the question's number; None where its
    numbers are those of other questions."""
    if not any(ch.isdigit() for ch in text):
        return text
    options, spoken = _options(session, exemption), split_words(text)
    copied = any(spoken in (split_words(f"{n} {label}") for label in one.labels) for n, one in enumerate(options, 1))
    numbered = opening.numbers(session.opened)
    said = None if copied else read_numbered(text, tuple(numbered.values()), session.words)
    if said is None:
        return text
    choices, anew = _choices(session, text, (exemption,))
    return None if anew or exemption.scope not in choices else said[numbered[exemption.scope] - 1]


def _chosen(session: Session, exemption: Exemption, answer: str) -> str | None:
    match read_option(answer, _options(session, exemption), session.words, numbered=False):
        case Accepted(choice):
            return choice
        case _:
            return None


def _options(session: Session, exemption: Exemption) -> tuple[OptionWords, ...]:
    return tuple(
        OptionWords(CLAIM if claims else KEEP, (label,), _says_no(session, label))
        for label, claims in exemption.opening.buttons
    )


def typed_ground(session: Session, text: str, now: datetime) -> Turn:
    """The ground of an exemption. A mere yes is no ground, and a no claims nothing."""
    scope = session.place.focus
    if yes_or_no(session, text) == "no":
        return answering.settle_opening(session, scope, KEEP, _seen(session, scope), now)
    note, hint = explanation(session, text, scope)
    if hint:
        return _hinted(claiming.ask_ground(session, scope), hint)
    return answering.give(session, scope, Exempt(note), _seen(session, scope), now)


def typed_no_cases(session: Session, text: str, now: datetime) -> Turn:
    """Why there was no case at all; a no goes back to the question."""
    criterion_id = session.place.focus
    if yes_or_no(session, text) == "no":
        return asking.ask(session, criterion_id, session.place)
    note, hint = explanation(session, text, criterion_id)
    if hint:
        return _hinted(claiming.explain_no_cases(session, criterion_id), hint)
    return answering.give(session, criterion_id, NoCases(note), _seen(session, criterion_id), now)


def explanation(session: Session, text: str, asked: str = "") -> tuple[str, str]:
    """The text as it is kept, or the hint why it cannot be: a number, a mark, a yes or an answer explains nothing.

    `asked`: the criterion, or the exemption's scope, that the words are asked for; "" where they stand in a batch.
    """
    match read_note(text):
        case Refused(hint, _):
            return "", hint
        case Doubtful():
            return "", "needs_words"
        case reading if yes_or_no(session, text) or not any(ch.isalpha() for ch in reading.value):
            return "", "needs_words"
        case _ if _counts(session, text) or (asked and _answers(session, text, asked)):
            return "", "needs_words"
        case reading:
            return reading.value, ""


def _counts(session: Session, text: str) -> bool:
    """Whether a text as a whole is a percentage or two counts, for sure or not."""
    match read_percent(text, session.words, bounded=False):
        case Refused(hint, _):
            return hint == "zero_denominator"
        case _:
            return True


def _answers(session: Session, text: str, asked: str) -> bool:
    """Whether a text as a whole answers criteria or opening questions by their numbers. The words that are asked for
    may begin with the number they are asked for."""
    match read_batch(text, names(session.opened), session.words):
        case ():
            return _answers_opening(session, text)
        case (entry,) if entry.id and asking.covers(asked, entry.id):
            return explanation(session, entry.text)[1] != ""
        case _:
            return True


def _answers_opening(session: Session, text: str) -> bool:
    """Whether a text answers opening questions by their numbers ("4 no"), and each with a word that is an answer."""
    assessment = session.opened
    questions = assessment.criteria.opening_questions(assessment.unit.kind)
    numbers = tuple(opening.numbers(assessment).values())
    said = read_numbered(text, numbers, session.words) if any(ch.isdigit() for ch in text) else None
    answered = [(one, answer) for one, answer in zip(questions, said or (), strict=False) if answer]
    return bool(answered) and all(_chosen(session, one, answer) for one, answer in answered)


def _hinted(turn: Turn, code: str) -> Turn:
    first = turn.replies[0]
    return replace(turn, replies=(replace(first, data={**first.data, "hint": {"code": code}}),))


def _says_no(session: Session, label: str) -> bool:
    return session.words.negation.at(split_words(label), 0) is not None


def _seen(session: Session, subject: str) -> int:
    """What the person knew when the words were asked for; an opening question is asked for what stands now."""
    return int(session.place.pending.get("seen", session.opened.revision_of(subject)))
