"""What the linter sees in the printed words: rules that say another thing, mixed edge words, gaps, slips of the pen."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from scoring.findings import Finding, Raw, found, number, rows, table, text
from scoring.lint_rules import Edge, edge_of

_SYMBOLS = (">=", "<=", ">", "<")
_REFERENCE = re.compile(r"[0-9]+/(?:[0-9]{4}/)?[A-Z\u0110]+-[A-Z\u0110]+|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}")
_FORMULA = re.compile(r"%\s*\*\s*([0-9]+(?:\s*\*\s*[0-9]+)*)\s*\)(?:\s*/\s*([0-9]+)\s*%)?")
_STRAY = re.compile(r"[:;,]\s*$|\w/ |\s/\w|\s{2,}(?=\S)")
_PARTS = re.compile(r"^(.*?)\s*=\s*([0-9]+)$", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+")
_COMMON, _RARE = 5, 1


def lint_wording(raw: Raw) -> Iterator[Finding]:
    """Findings about the words of the decision, compared with each other and with the rules."""
    wording = table(raw, "wording")
    words = table(wording, "edges")
    named = wording.get("negations")
    negations = {word for word in named if isinstance(word, str)} if isinstance(named, list) else set()
    for criterion in rows(raw, "criteria"):
        own, rule, printed = text(criterion, "id"), table(criterion, "rule"), text(criterion, "rule_text")
        if text(rule, "kind") == "choice":
            yield from _labels(own, rule, printed)
            yield from _gap(own, rule, negations)
        else:
            yield from _edges(own, rule, printed, words)
            yield from _formula(own, rule, printed)
        yield from _slips(own, text(criterion, "title"), printed)
    yield from _odd_spelling(raw)
    yield from _not_composed(raw)


def _labels(own: str, rule: Raw, printed: str) -> Iterator[Finding]:
    said = [_PARTS.match(part.strip()) for part in printed.split(";") if part.strip()]
    from_text = [(part[1], Fraction(part[2])) if part else None for part in said]
    from_rule = [(text(option, "printed"), number(option, "points")) for option in rows(rule, "options")]
    if printed and from_text != from_rule:
        yield found(own, "rule_differs_from_text")


def _edges(own: str, rule: Raw, printed: str, words: Raw) -> Iterator[Finding]:
    tokens = "|".join(map(re.escape, (*_SYMBOLS, *words)))
    said = re.findall(rf"({tokens})\s*([0-9]+)\s*%(?:\s*=\s*([0-9]+))?", printed)
    edges = [(text(words, op) or op, Fraction(value)) for op, value, _ in said]
    points = [Fraction(paid) if paid else None for _, _, paid in said]
    bands = rows(rule, "bands")
    if printed and (edges != _expected(rule, words) or (bands and points != [number(row, "points") for row in bands])):
        yield found(own, "rule_differs_from_text")
    if len({op in _SYMBOLS for op, _, _ in said}) > 1:
        yield found(own, "unequal_edge_words", written=tuple(f"{op} {value}%" for op, value, _ in said))


def _expected(rule: Raw, words: Raw) -> list[Edge | None]:
    kind = text(rule, "kind")
    if kind == "bands":
        return [edge_of(row, words) for row in rows(rule, "bands")]
    if kind == "proportional_with_floor":
        floor = edge_of(table(rule, "floor"), words)
        return [floor, ("<", floor[1]) if floor else None]
    target = number(rule, "target") or Fraction(0)
    return [(">=", target), ("<", target)]


def _formula(own: str, rule: Raw, printed: str) -> Iterator[Finding]:
    """The printed formula, multiplied out as it stands, beside the factor or cap the rule has."""
    formula = _FORMULA.search(printed)
    if formula is None:
        return
    factor = Fraction(1)
    for part in formula[1].split("*"):
        factor *= int(part)
    written = number(rule, "cap" if text(rule, "kind") == "proportional_capped" else "factor")
    divisor = Fraction(formula[2]) if formula[2] else None
    if factor != written or (divisor is not None and divisor != number(rule, "target")):
        yield found(own, "formula_differs_from_text", printed=factor, rule=written)


def _gap(own: str, rule: Raw, negations: set[str]) -> Iterator[Finding]:
    labels = [text(option, "printed").lower() for option in rows(rule, "options")]
    whole = [bool(re.search(r"\b100\s*%", label)) for label in labels]
    # Two options ask for all of it, another does not say how much: a mixture is nowhere.
    if sum(whole) > 1 and not all(whole):
        yield found(own, "three_way_gap", options=tuple(labels))
    # "A, B" against "not A, not B": A without B is nowhere.
    if len(labels) == 2 and "," in labels[0]:
        without = " ".join(word for word in labels[1].split() if word not in negations)
        negated = sum(word in negations for word in labels[1].split())
        if without == " ".join(labels[0].split()) and negated > 1:
            yield found(own, "three_way_gap", options=tuple(labels))


def _slips(own: str, title: str, printed: str) -> Iterator[Finding]:
    for where in (title, printed):
        if stray := _STRAY.search(where):
            yield found(own, "stray_punctuation", near=where[max(0, stray.start() - 20) : stray.end()].strip())
        for word in re.findall(r"\b([^\W\d_]+) \1\b", where):
            yield found(own, "repeated_word", word=word)
    if references := _REFERENCE.findall(f"{title} {printed}"):
        yield found(own, "dated_reference", references=tuple(references))


def _odd_spelling(raw: Raw) -> Iterator[Finding]:
    """A pair of words written once with other marks than everywhere else in the set."""
    texts = [
        (text(row, "id"), f"{text(row, 'title')} {text(row, 'rule_text')}".lower()) for row in rows(raw, "criteria")
    ]
    pairs = [(own, pair) for own, words in texts for pair in _pairs(words)]
    times = Counter(pair for _, pair in pairs)
    usual: dict[str, str] = {}
    for pair, count in times.items():
        if count >= _COMMON:
            usual[_bare(pair)] = pair
    for own, pair in pairs:
        if times[pair] <= _RARE and usual.get(_bare(pair), pair) != pair:
            yield found(own, "odd_spelling", written=pair, usual=usual[_bare(pair)])


def _pairs(words: str) -> list[str]:
    found_words = _WORD.findall(words)
    return [f"{first} {second}" for first, second in pairwise(found_words)]


def _bare(words: str) -> str:
    marked = unicodedata.normalize("NFD", words.replace("\u0111", "d"))
    return "".join(char for char in marked if not unicodedata.combining(char))


def _not_composed(raw: object, where: str = "set") -> Iterator[Finding]:
    if isinstance(raw, str):
        if not unicodedata.is_normalized("NFC", raw):
            yield found(where, "not_nfc", text=raw[:40])
    elif isinstance(raw, dict):
        own = raw.get("id")
        for value in raw.values():
            yield from _not_composed(value, own if isinstance(own, str) else where)
    elif isinstance(raw, list):
        for value in raw:
            yield from _not_composed(value, where)
