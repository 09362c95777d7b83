"""Buttons in words, for chats that show none: what to type for each, and which one a typed text means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.conversation.reading.folding import fold, without_invisible
from bot.conversation.turn import Button, Rows

BACK, HELP = "0", "?"
LETTERS = "ABEGHILMNOPQRTUVXYZ"
"""For cards under which a number is an answer; without the letters that are short for yes, no, right and wrong."""
BY_WORDS = frozenset({"skip", "list", "note", "evidence", "undo", "cancel", "retype", "ask_colleague", "unlink"})
"""Buttons that go beside every question: their own words are shorter than a list of numbers."""
BY_ID = frozenset({"criterion"})
"""Buttons that open a criterion, which is typed by its number in the decision."""
OWN_NUMBER = frozenset({"section", "mailing"})
"""Buttons whose words begin with a number, their argument `n`: that is what is typed."""
MOST_NOTICES = 24
"""How many buttons of notices a chat remembers: an older notice is answered with what stands now."""
_TURN = 99
_ENDS = ".)"


@dataclass(frozen=True, slots=True)
class Offer:
    """One button as a plain chat has it: what to type for it ("": only its words), its words, what it carries."""

    code: str
    label: str
    press: str


def codes(rows: Rows, *, number: bool) -> tuple[tuple[Button, str], ...]:
    """What to type for each button of a card. `number` says that a number is an answer there, so letters stand for
    the buttons."""
    buttons = [one for line in rows for one in line]
    taken = {str(one.args["n"]) for one in buttons if one.label in OWN_NUMBER}
    signs = iter(LETTERS) if number else (str(n) for n in range(1, 1000) if str(n) not in taken)
    return tuple((one, _code(one, number, signs)) for one in buttons)


def _code(button: Button, number: bool, signs: Iterator[str]) -> str:
    if button.label in OWN_NUMBER and not number:
        return str(button.args["n"])
    if button.label == "help":
        return HELP
    if button.label == "back":
        return "" if number else BACK
    if button.label in BY_WORDS or button.label in BY_ID:
        return ""
    return next(signs, "")


def of_card(stored: Mapping[str, object] | None, offers: Iterable[Offer]) -> dict[str, object]:
    """What a chat remembers after a new card: its buttons instead of the old card's, those of notices as they were."""
    kept = {} if stored is None else {key: value for key, value in stored.items() if key != "card"}
    return kept | {"card": [[one.code, fold(one.label), one.press] for one in offers]}


def of_notice(stored: Mapping[str, object] | None, presses: Iterable[str]) -> tuple[dict[str, object], tuple[str, ...]]:
    """What a chat remembers after a notice with these buttons, and what to type for each: every notice's own."""
    kept = dict(stored or {})
    said = _listed(kept.get("notices"))
    last = int(str(kept.get("last", 0)))
    given = []
    for press in presses:
        last = last % _TURN + 1
        given.append(f"T{last}")
        said = [one for one in said if one[0] != given[-1]] + [[given[-1], press]]
    return kept | {"notices": said[-MOST_NOTICES:], "last": last}, tuple(given)


def meant(stored: Mapping[str, object] | None, text: str) -> str | None:
    """The button that a text stands for in a plain chat: its code, or its very words; None for any other text."""
    plain = without_invisible(text).strip()
    code = plain.rstrip(_ENDS).upper()
    if stored is None or not plain or len(plain) > 80:
        return None
    for known, words, press in _listed(stored.get("card")):
        if (known and known == code) or (words and words == fold(plain)):
            return press
    return next((press for known, press in _listed(stored.get("notices")) if known == code), None)


def on_card(stored: Mapping[str, object] | None) -> tuple[str, ...]:
    """What the buttons of the card carry that was shown last."""
    return tuple(press for _code, _words, press in _listed(stored.get("card"))) if stored else ()


def _listed(value: object) -> list[list[str]]:
    return [list(one) for one in value] if isinstance(value, list) else []
