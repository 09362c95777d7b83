"""Whether a text says yes or no."""

from bot.conversation.reading.choice import OptionWords, read_option
from bot.conversation.reading.outcomes import Accepted
from bot.conversation.reading.words import Words

_EITHER = (OptionWords("yes", (), negative=False), OptionWords("no", (), negative=True))


def yes_or_no(text: str, words: Words) -> str | None:
    """What a text says of the two; None where it says neither for sure."""
    match read_option(text, _EITHER, words):
        case Accepted(choice):
            return choice
        case _:
            return None
