"""What a unit answered, and its JSON form; numbers travel as text, so that nothing is ever rounded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.errors import AnswerInvalid
from scoring.exact import read_exact


@dataclass(frozen=True, slots=True)
class ChosenOption:
    """One of a criterion's options, by its id."""

    option: str

    @property
    def ratio(self) -> Fraction | None:
        """An option has none."""
        return None


@dataclass(frozen=True, slots=True)
class Percentage:
    """A ratio given in percent: Fraction(175, 2) is 87.5 %."""

    percent: Fraction

    def __post_init__(self) -> None:
        if self.percent < 0:
            raise AnswerInvalid("negative", key="percent")

    @property
    def ratio(self) -> Fraction | None:
        """In percent, as it was given."""
        return self.percent


@dataclass(frozen=True, slots=True)
class Counts:
    """A ratio given as two counts; its percentage is exact."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if self.numerator < 0 or self.denominator < 0:
            raise AnswerInvalid("negative", key="numerator" if self.numerator < 0 else "denominator")

    @property
    def ratio(self) -> Fraction | None:
        """In percent; None when the denominator is zero."""
        return Fraction(self.numerator * 100, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class NoCases:
    """Nothing of the kind arose in the year; the note explains it."""

    note: str = ""

    @property
    def ratio(self) -> Fraction | None:
        """Without cases there is none."""
        return None


@dataclass(frozen=True, slots=True)
class Exempt:
    """The unit claims the exemption of the criterion or of its group; the note is the ground."""

    note: str = ""

    @property
    def ratio(self) -> Fraction | None:
        """What is exempt has none."""
        return None


Answer = ChosenOption | Percentage | Counts | NoCases | Exempt


def encode(answer: Answer) -> dict[str, object]:
    """The JSON form of an answer; the same answer always gives the same form, and `decode` takes it back."""
    match answer:
        case ChosenOption(option):
            return {"option": option}
        case Percentage(percent):
            return {"percent": str(percent)}
        case Counts(numerator, denominator):
            return {"numerator": str(numerator), "denominator": str(denominator)}
        case NoCases(note):
            return {"none": True, "note": note} if note else {"none": True}
        case Exempt(note):
            return {"exempt": True, "note": note} if note else {"exempt": True}


def decode(mapping: Mapping[str, object]) -> Answer:
    """The answer a JSON object stands for; AnswerInvalid when it stands for none, with one of these codes:
    not_an_object, no_answer, two_answers, unknown_key, missing_key, not_text, not_true, float, not_a_number, not_whole,
    negative."""
    if not isinstance(mapping, Mapping):
        raise AnswerInvalid("not_an_object")
    kinds = [key for key in _READERS if key in mapping]
    if not kinds:
        raise AnswerInvalid("no_answer", known=tuple(_READERS))
    if len(kinds) > 1:
        raise AnswerInvalid("two_answers", keys=tuple(kinds))
    allowed, read = _READERS[kinds[0]]
    for key in mapping:
        if key not in allowed:
            raise AnswerInvalid("unknown_key", key=str(key))
    return read(mapping)


def _chosen(mapping: Mapping[str, object]) -> Answer:
    return ChosenOption(_text(mapping, "option"))


def _percentage(mapping: Mapping[str, object]) -> Answer:
    return Percentage(_number(mapping, "percent"))


def _counts(mapping: Mapping[str, object]) -> Answer:
    return Counts(_whole(mapping, "numerator"), _whole(mapping, "denominator"))


def _no_cases(mapping: Mapping[str, object]) -> Answer:
    _true(mapping, "none")
    return NoCases(_text(mapping, "note") if "note" in mapping else "")


def _exempt(mapping: Mapping[str, object]) -> Answer:
    _true(mapping, "exempt")
    return Exempt(_text(mapping, "note") if "note" in mapping else "")


_READERS: dict[str, tuple[frozenset[str], Callable[[Mapping[str, object]], Answer]]] = {
    "option": (frozenset({"option"}), _chosen),
    "percent": (frozenset({"percent"}), _percentage),
    "numerator": (frozenset({"numerator", "denominator"}), _counts),
    "none": (frozenset({"none", "note"}), _no_cases),
    "exempt": (frozenset({"exempt", "note"}), _exempt),
}


def _text(mapping: Mapping[str, object], key: str) -> str:
    value = mapping[key]
    if not isinstance(value, str):
        raise AnswerInvalid("not_text", key=key)
    return value


def _true(mapping: Mapping[str, object], key: str) -> None:
    if mapping[key] is not True:
        raise AnswerInvalid("not_true", key=key)


def _number(mapping: Mapping[str, object], key: str) -> Fraction:
    if key not in mapping:
        raise AnswerInvalid("missing_key", key=key)
    value = mapping[key]
    if isinstance(value, float):
        raise AnswerInvalid("float", key=key)
    if str(value).startswith("-"):
        raise AnswerInvalid("negative", key=key)
    try:
        return read_exact(value)
    except ValueError:
        raise AnswerInvalid("not_a_number", key=key) from None


def _whole(mapping: Mapping[str, object], key: str) -> int:
    value = _number(mapping, key)
    if value.denominator != 1:
        raise AnswerInvalid("not_whole", key=key)
    return value.numerator
