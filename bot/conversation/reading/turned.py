"""Two counts whose numerator is the larger one, where that cannot be: asked about the other way round."""

from bot.conversation.reading.outcomes import Accepted, CountsValue, Doubtful, Ratio, Refused

Read = Accepted[Ratio] | Accepted[str] | Doubtful[Ratio] | Doubtful[str] | Refused


def turned(reading: Read) -> Read:
    """The reading, or a doubt whether the two counts were meant the other way round. For an answer that stands alone:
    among several it is not to be taken with the others by one yes."""
    match reading:
        case Refused("numerator_larger", str(suggestion)):
            above, below = suggestion.split("/")
            doubt: Doubtful[Ratio] = Doubtful(CountsValue(int(above), int(below)), why="turned")
            return doubt
        case _:
            return reading
