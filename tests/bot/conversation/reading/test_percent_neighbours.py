"""Rows beside those of the table: the other inputs of each kind that the rules of reading name."""

from fractions import Fraction

import pytest

from bot.conversation.reading.outcomes import Accepted, CountsValue, Doubtful, PercentValue, Refused
from bot.conversation.reading.percent import read_percent
from bot.conversation.reading.words import Words

ACCEPTED = (
    ("5", "5"),
    ("85", "85"),
    ("99", "99"),
    ("85,0", "85"),
    ("100,00", "100"),
    ("0,0", "0"),
    ("05", "5"),
    ("085", "85"),
    ("085,5", "85.5"),
    ("85 phần trăm", "85"),
    ("phần trăm 85", "85"),
    ("%85", "85"),
    ("1%", "1"),
    ("0%", "0"),
    ("0,01%", "0.01"),
    ("85\n", "85"),
    ("\r\n85", "85"),
    ("85\u00a0%", "85"),
    ("85\u202f%", "85"),
    ("\u200b85", "85"),
    ("8\u200b5", "85"),
    ("\ufeff85", "85"),
    ("8\u00ad5", "85"),
    ("85\u200f", "85"),
    ("+85%", "85"),
    ("+0", "0"),
    ("100.0", "100"),
    ("85%!", "85"),
    ("85,5%.", "85.5"),
    ("85.5.", "85.5"),
    ("85 .", "85"),
    ("vâng 85 ạ", "85"),
    ("dạ vâng 85", "85"),
    ("dạ, 85%", "85"),
    ("85 nha", "85"),
    ("85ạ", "85"),
    ("85 a", "85"),
    ("85 nhe", "85"),
    ("Dạ 85,5% ạ.", "85.5"),
    ("８５％", "85"),
    ("8５", "85"),
    ("85﹒5", "85.5"),
    ("85．5％", "85.5"),
    ("PHẦN TRĂM 85", "85"),
    ("85,5phần trăm", "85.5"),
    ("85 Phan Tram", "85"),
    ("0 phần trăm", "0"),
    ("99,99", "99.99"),
    ("85\ufe0f", "85"),
)

ACCEPTED_COUNTS = (
    ("45 / 50", "45/50"),
    ("50/50", "50/50"),
    ("1/3", "1/3"),
    ("350/400", "350/400"),
    ("45 tren 50", "45/50"),
    ("1/2", "1/2"),
    ("45 : 50", "45/50"),
    ("４５／５０", "45/50"),
    ("４５：５０", "45/50"),
    ("999999999/999999999", "999999999/999999999"),
    ("dạ 45/50 ạ", "45/50"),
    ("45/50.", "45/50"),
    ("10/2025", "10/2025"),
    ("12:30", "12/30"),
    ("0/1", "0/1"),
    ("45 TRÊN 50", "45/50"),
)

ASKED = (
    ("85 percent", "85"),
    ("85 pct", "85"),
    ("\u202a85\u202c", "85"),
    ("\u202e58", "58"),
    ("٨٥", "85"),
    ("८५", "85"),
    ("⑧⑤", "85"),
    ("⑳", "20"),
    ("❽❺", "85"),
    ("𝟾𝟻", "85"),
    ("8۵", "85"),
    ("85½", "85.5"),
    ("💯", "100"),
    ("85💯", "85"),
    ("- 5", "5"),
    ("— 85", "85"),
    ("– 85", "85"),
    ("• 85", "85"),
    ("+ 85", "85"),
    (".5%", "0.5"),
    ("007", "7"),
    ("000", "0"),
    ("0085,5", "85.5"),
    ("1.234", "1.234"),
    ("85,555", "85.555"),
    ("85.5555", "85.5555"),
    ("100.000", "100"),
    ("85,500%", "85.5"),
    ("85, 5", "85.5"),
    ("85 . 5", "85.5"),
    ("85 ,", "85"),
    ("85,%", "85"),
    ("85·5", "85.5"),
    ("85٫5", "85.5"),
    ("tám nhăm", "85"),
    ("mười", "10"),
    ("muoi lam", "15"),
    ("hai mươi mốt", "21"),
    ("chín mươi lăm phần trăm", "95"),
    ("không phần trăm", "0"),
    ("không phẩy tám lăm phần trăm", "0.85"),
    ("chín phẩy hai lăm", "9.25"),
    ("tam muoi lam phay nam", "85.5"),
    ("hai phần ba", "200/3"),
    ("3 phần 4", "75"),
    ("chín phần mười", "90"),
    ("toàn bộ", "100"),
    ("nửa", "50"),
    ("phân nửa", "50"),
    ("một phần trăm", "1"),
    ("nửa phần trăm", "0.5"),
    ("trăm phần trăm", "100"),
    ("năm mươi", "50"),
    ("85 rưỡi", "85.5"),
    ("85 phẩy 5", "85.5"),
    ("khoảng 85", "85"),
    ("chừng 85%", "85"),
    ("ước 85", "85"),
    ("tam 85", "85"),
    ("là 85", "85"),
    ("tỉ lệ 85%", "85"),
    ("tỷ lệ là 85", "85"),
    ("ty le: 85", "85"),
    ("tỷ lệ đạt 85,5%", "85.5"),
    ("đơn vị em đạt 85%", "85"),
    ("85 điểm", "85"),
    ("85 điểm phần trăm", "85"),
    ("85pt", "85"),
    ("85 p.trăm", "85"),
    ("85%%", "85"),
    ("85% %", "85"),
    ("%85%", "85"),
    ("85 phần trăm %", "85"),
    ("850‰", "85"),
    ("850 phần nghìn", "85"),
    ("85‰", "8.5"),
    ("1O0", "100"),
    ("1o", "10"),
    ("85% hồ sơ", "85"),
    ("85% thôi", "85"),
    ("-0%", "0"),
    ("ok 85", "85"),
)

ASKED_COUNTS = (
    ("1,234/1,500", "1234/1500"),
    ("1.234/1500", "1234/1500"),
    ("1 234/1 500", "1234/1500"),
    ("45/50 = 90", "45/50"),
    ("45/50=90,04%", "45/50"),
    ("2/3=66,67%", "2/3"),
    ("45 trên tổng số 50", "45/50"),
    ("45/tổng số 50", "45/50"),
    ("45 trong 50", "45/50"),
    ("45 out of 50", "45/50"),
    ("đạt 45/50", "45/50"),
    ("45/50 đạt", "45/50"),
    ("45/50 đạt 90%", "45/50"),
    ("90% (45/50)", "45/50"),
    ("45⁄50", "45/50"),
    ("45/50%", "45/50"),
    ("+45/50", "45/50"),
    ("- 45/50", "45/50"),
    ("45 hồ sơ/50 hồ sơ", "45/50"),
    ("45 hồ sơ trên tổng số 50 hồ sơ", "45/50"),
    ("45/50 máy tính", "45/50"),
    ("khoảng 45/50", "45/50"),
    ("bốn mươi lăm trên năm mươi", "45/50"),
    ("45/50, 90%", "45/50"),
    ("45/50≈90%", "45/50"),
    ("٤٥/٥٠", "45/50"),
    ("45/50 👍", "45/50"),
)

REFUSED = (
    ("8²", "not_read"),
    ("₈₅", "not_read"),
    ("²", "not_read"),
    ("🔟", "not_read"),
    ("👍", "not_read"),
    ("8👍5", "one_number"),
    ("➖5", "not_read"),
    ("-5", "negative"),
    ("−5", "negative"),
    ("-0,01", "negative"),
    ("-,5", "negative"),
    ("âm 5", "negative"),
    ("tỷ lệ: -5", "negative"),
    ("45/−50", "negative"),
    ("101", "out_of_range"),
    ("101%", "out_of_range"),
    ("150", "out_of_range"),
    ("1234567890", "out_of_range"),
    ("100,0001", "out_of_range"),
    ("một trăm hai mươi", "out_of_range"),
    ("85o", "out_of_range"),
    ("++85", "not_read"),
    ("--5", "not_read"),
    ("1.234,5", "a_count"),
    ("1,234.5", "a_count"),
    ("1.234.567,8", "a_count"),
    ("123.456", "a_count"),
    ("1 234", "a_count"),
    ("1.234 hồ sơ", "a_count"),
    ("85 hồ sơ", "a_count"),
    ("0 hồ sơ", "a_count"),
    ("85,5,5", "not_read"),
    ("85,.5", "not_read"),
    ("85;5", "not_read"),
    ("85?", "not_read"),
    ("85..", "not_read"),
    ("nan", "not_read"),
    ("NaN", "not_read"),
    ("Infinity", "not_read"),
    ("1E2", "not_read"),
    ("0x55", "not_read"),
    ("85f", "not_read"),
    ("85a", "not_read"),
    ("None", "not_read"),
    ("null", "not_read"),
    ('"85"', "not_read"),
    ("“85”", "not_read"),
    ("(85)", "not_read"),
    ("１_０", "not_read"),
    ("45/50=80%", "percent_disagrees"),
    ("2/3=67%", "percent_disagrees"),
    ("1/1000000000", "not_read"),
    ("5/0", "zero_denominator"),
    ("51:50", "numerator_larger"),
    ("/50", "a_request"),
    ("45/50/60", "not_read"),
    ("15-10-2025", "a_date"),
    ("2025-10-15", "a_date"),
    ("15.10.2025", "a_date"),
    ("ngày 15/10", "a_date"),
    ("15 tháng 10", "a_date"),
    ("45,5/50", "whole_counts"),
    ("45/50,5", "whole_counts"),
    ("45/50 và 30/40", "one_number"),
    ("45:/50", "not_read"),
    ("không", "ambiguous_no"),
    ("ko", "ambiguous_no"),
    ("chưa", "ambiguous_no"),
    ("không có", "ambiguous_no"),
    ("hầu hết", "not_read"),
    ("nhiều", "not_read"),
    ("tams muwowi lawm", "not_read"),
    ("85 phaanf trawm", "not_read"),
    ("tám mươi lăm phẩy", "not_read"),
    ("hai ba", "one_number"),
    ("một hai ba", "one_number"),
    ("85-90", "one_number"),
    ("85 - 90", "one_number"),
    ("85–90", "one_number"),
    ("80 đến 85", "one_number"),
    ("từ 80 đến 85", "one_number"),
    ("80~85", "one_number"),
    ("> 85", "one_number"),
    (">=85", "one_number"),
    ("<50", "one_number"),
    ("dưới 50%", "one_number"),
    ("ít nhất 85", "one_number"),
    ("85 trở lên", "one_number"),
    ("85%+", "one_number"),
    ("hơn 85%", "one_number"),
    ("gan 90", "one_number"),
    ("85% và 90%", "one_number"),
    ("85 % 5", "one_number"),
    ("85%5", "not_read"),
    ("85%00", "not_read"),
    ("lol", "not_read"),
    ("8O,5", "not_read"),
    ("8S", "not_read"),
    ("B5", "not_read"),
    ("8О%", "not_read"),
    ("bỏ qua", "a_request"),
    ("N/A", "a_request"),
    ("help", "a_request"),
    ("/skip", "a_request"),
    ("/start", "a_request"),
    ("điểm", "a_request"),
    ("không phát sinh", "a_request"),
    ("@85", "not_read"),
    ("#85", "not_read"),
    ("{{85}}", "not_read"),
    ("${85}", "not_read"),
    ("%s", "not_read"),
    ("%85d", "not_read"),
    ("_85_", "not_read"),
    ("`85`", "not_read"),
    ("85\n90", "not_read"),
    ("85\u000090", "not_read"),
    ("85\x7f", "not_read"),
    ("\u3164", "no_number"),
    ("\u2800", "no_number"),
    ("-", "no_number"),
    ("%", "no_number"),
    ("+", "no_number"),
    ("dạ", "no_number"),
    ("tám chục rưỡi", "not_read"),
    ("八五", "not_read"),
    ("⑴⑵⑶", "out_of_range"),
    ("\ud800", "not_read"),
    ("8\u0301", "not_read"),
)

# With no sign a value up to one is either a percentage or a share of the whole.
EITHER = (
    ("0,85", "0.85", "85"),
    ("0.85", "0.85", "85"),
    ("1", "1", "100"),
    ("01", "1", "100"),
    ("1,0", "1", "100"),
    ("1,00", "1", "100"),
    (",5", "0.5", "50"),
    ("0,5", "0.5", "50"),
    ("00,5", "0.5", "50"),
    ("0,0001", "0.0001", "0.01"),
    ("- 0,5", "0.5", "50"),
    ("+0,5", "0.5", "50"),
    ("một", "1", "100"),
    ("không phẩy năm", "0.5", "50"),
    ("~1", "1", "100"),
)


@pytest.mark.parametrize(("text", "percent"), ACCEPTED)
def test_a_plain_percentage_is_accepted(text: str, percent: str, words: Words) -> None:
    assert read_percent(text, words) == Accepted(PercentValue(Fraction(percent)))


@pytest.mark.parametrize(("text", "counts"), ACCEPTED_COUNTS)
def test_a_plain_fraction_is_accepted_with_its_counts(text: str, counts: str, words: Words) -> None:
    numerator, denominator = counts.split("/")
    assert read_percent(text, words) == Accepted(CountsValue(int(numerator), int(denominator)))


@pytest.mark.parametrize(("text", "percent"), ASKED)
def test_a_percentage_with_something_odd_is_asked_about(text: str, percent: str, words: Words) -> None:
    found = read_percent(text, words)
    assert isinstance(found, Doubtful)
    assert (found.value, found.alternative) == (PercentValue(Fraction(percent)), None)


@pytest.mark.parametrize(("text", "counts"), ASKED_COUNTS)
def test_a_fraction_with_something_added_is_asked_about(text: str, counts: str, words: Words) -> None:
    numerator, denominator = counts.split("/")
    found = read_percent(text, words)
    assert isinstance(found, Doubtful)
    assert (found.value, found.alternative) == (CountsValue(int(numerator), int(denominator)), None)


@pytest.mark.parametrize(("text", "as_typed", "as_share"), EITHER)
def test_a_value_up_to_one_without_a_sign_offers_both_readings(
    text: str, as_typed: str, as_share: str, words: Words
) -> None:
    found = read_percent(text, words)
    assert isinstance(found, Doubtful)
    assert found.value == PercentValue(Fraction(as_typed))
    assert found.alternative == PercentValue(Fraction(as_share))


@pytest.mark.parametrize(("text", "hint"), REFUSED)
def test_anything_else_is_refused_with_a_hint(text: str, hint: str, words: Words) -> None:
    found = read_percent(text, words)
    assert isinstance(found, Refused)
    assert found.hint == hint


def test_a_small_fraction_sign_is_a_share_first(words: Words) -> None:
    assert read_percent("¾", words) == Doubtful(CountsValue(3, 4), PercentValue(Fraction(3, 4)), why="vulgar_fraction")
    assert read_percent("½%", words) == Doubtful(
        PercentValue(Fraction(1, 2)), PercentValue(Fraction(50)), why="vulgar_fraction"
    )


def test_a_refusal_offers_what_was_probably_meant(words: Words) -> None:
    assert read_percent("50/45", words) == Refused("numerator_larger", "45/50")
    assert read_percent("855", words) == Refused("over_100_lost_comma", "85,5")
    assert read_percent("45/50=80%", words) == Refused("percent_disagrees", "45/50")
