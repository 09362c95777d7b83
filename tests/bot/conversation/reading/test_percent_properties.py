"""Whatever is typed, a percentage is read exactly or not at all, and never raises."""

import random
import string
import time
import unicodedata
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from side_by_side.counts import many

from bot.conversation.reading.outcomes import Accepted, CountsValue, Doubtful, PercentValue, Refused
from bot.conversation.reading.percent import read_percent
from bot.conversation.reading.words import Words

ENDLESS = 1.0
"""Seconds of this thread's own work that only a reading that runs away takes; an honest one needs a thousandth."""
PIECES = (
    *"0123456789.,%/:-+()=~<> \t\n'\"_[]{}&;!?#@*\\|‰½²⑧٨८🔟👍💯\u200b\u202e\u0301\u2044\u3164\x00\x1b\ud800Ⅷ八",
    *(
        "85",
        "100",
        "45/50",
        "phần trăm",
        "trên",
        "tám",
        "mươi",
        "lăm",
        "phẩy",
        "rưỡi",
        "khoảng",
        "hồ sơ",
        "dạ",
        "ạ",
        "nửa",
    ),
)


def spellings(hundredths: int) -> list[str]:
    """Ways an officer writes this many hundredths of a percent, all of them plain."""
    whole, rest = divmod(hundredths, 100)
    numbers = [f"{whole},{rest:02d}", f"{whole}.{rest:02d}"]
    if rest % 10 == 0:
        numbers.append(f"{whole},{rest // 10}")
    if rest == 0:
        numbers.append(str(whole))
    around = ["{}%", "{} %", "% {}", "{} phần trăm", "{} phan tram", "dạ {}%", "{}% ạ.", "+{}%", " {}%\u200b"]
    return [form.format(number) for number in numbers for form in around]


def test_every_spelling_of_a_percentage_reads_exactly(words: Words) -> None:
    checked = 0
    for hundredths in range(0, 10001, many(31, 9)):
        for text in spellings(hundredths):
            assert read_percent(text, words) == Accepted(PercentValue(Fraction(hundredths, 100))), text
            checked += 1
    assert checked > many(6_000, 20_000)


def test_without_a_sign_only_values_up_to_one_are_asked_about(words: Words) -> None:
    for hundredths in range(0, 10001, 7):
        whole, rest = divmod(hundredths, 100)
        found = read_percent(f"{whole},{rest:02d}", words)
        value = PercentValue(Fraction(hundredths, 100))
        if 0 < hundredths <= 100:
            assert found == Doubtful(value, PercentValue(Fraction(hundredths)), why="one_or_hundred")
        else:
            assert found == Accepted(value)


def test_plain_fractions_are_exact(words: Words) -> None:
    chance = random.Random(3270)
    for _ in range(many(2_000, 8_000)):
        denominator = chance.randint(1, 10 ** chance.randint(1, 9) - 1)
        numerator = chance.randint(0, denominator)
        text = chance.choice(("{}/{}", "{} / {}", "{}:{}", "{} trên {}", "{} tren {}", "dạ {}/{} ạ")).format(
            numerator, denominator
        )
        found = read_percent(text, words)
        assert found == Accepted(CountsValue(numerator, denominator)), text
        assert isinstance(found, Accepted)
        assert found.value.percent == Fraction(100 * numerator, denominator)


def test_numbers_in_words_are_read_and_asked_about(words: Words) -> None:
    digits = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
    last = {1: "mốt", 4: "tư", 5: "lăm"}
    for value in range(20, 100):
        tens, rest = divmod(value, 10)
        spoken = f"{digits[tens]} mươi {last.get(rest, digits[rest])}" if rest else f"{digits[tens]} mươi"
        bare = "".join(ch for ch in unicodedata.normalize("NFD", spoken) if not unicodedata.combining(ch))
        for text in (spoken, spoken.upper(), unicodedata.normalize("NFD", spoken), bare, f"{spoken} phần trăm"):
            found = read_percent(text, words)
            assert found == Doubtful(PercentValue(Fraction(value)), why="in_words"), text


def test_random_strings_raise_nothing_and_never_run_away(words: Words) -> None:
    chance = random.Random(2020)
    slowest = 0.0
    for _ in range(many(5_000, 20_000)):
        text = "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 14)))
        before = time.thread_time()
        found = read_percent(text, words, bounded=chance.random() < 0.9)
        slowest = max(slowest, time.thread_time() - before)
        assert isinstance(found, Accepted | Doubtful | Refused)
    assert slowest < ENDLESS


def test_long_repetitions_never_run_away(words: Words) -> None:
    for bait in (
        ",1",
        "1,",
        "%",
        "- ",
        "dạ ",
        "phần ",
        "hồ sơ ",
        "1 ",
        "1/",
        "(",
        "~",
        "tám ",
        "năm mươi ",
        "½",
        "O1",
        "k ",
    ):
        text = (bait * 64)[:64]
        before = time.thread_time()
        assert isinstance(read_percent(text, words), Accepted | Doubtful | Refused)
        assert time.thread_time() - before < ENDLESS, bait


@settings(max_examples=many(300, 1_000), deadline=None)
@given(st.text(max_size=70))
def test_any_text_is_read_within_bounds(words: Words, text: str) -> None:
    found = read_percent(text, words)
    if isinstance(found, Accepted | Doubtful):
        assert 0 <= found.value.percent <= 100


@settings(max_examples=many(150, 300), deadline=None)
@given(st.text(alphabet=string.digits + ".,", min_size=1, max_size=12))
def test_what_is_accepted_is_the_number_as_typed(words: Words, text: str) -> None:
    found = read_percent(text, words)
    if isinstance(found, Accepted):
        assert isinstance(found.value, PercentValue)
        assert found.value.percent == Fraction(text.rstrip(".").replace(",", "."))
