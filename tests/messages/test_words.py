"""Every screen and every label, with all its samples: complete, well-formed, in the right words."""

import re
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fake_bot_api.entities import parse_html

from messages.render import FOLDER, Renderer
from messages.samples import Sample

TAG = re.compile(r"<[^>]*>")
ALLOWED_TAG = re.compile(r"</?(b|i|u|s|code|a)>|<a href=\"https?://[^\"<>]*\">")
# Old-style tone place: the mark stands on the first vowel of an open oa, oe, uy (but qu is one consonant).
NEW_STYLE = re.compile(r"o[àáảãạèéẻẽẹ]\b|(?<![qQ])[uU][ỳýỷỹỵ]\b")
EMOJI = re.compile("[\u2600-\u27bf\u2b50-\u2bff\ufe0f\U0001f000-\U0001faff]")
FORBIDDEN = ("bạn", "tự đánh giá", "xếp loại", "thẩm đinh", "tỉ lệ", "tỷ lê")
# What people type, and so may be as long as a message: key -> in every sample where it stands.
TYPED = frozenset({"typed", "by", "name", "reason", "returned", "ground"})
TYPED_LISTS = frozenset({"notes", "existing", "evidence"})
# What the templates branch on or show through a table of words.
CODES = frozenset({"kind", "code", "change", "state", "op", "why", "role", "roles", "step", "percent", "total_shown"})
LIMIT = 4096

FILES = sorted(path for path in FOLDER.rglob("*") if path.suffix in (".j2", ".json") or path.name in (
    "buttons.toml", "commands.toml", "formats.toml"))  # fmt: skip


def every_sample(renderer: Renderer) -> Iterator[Sample]:
    for name in renderer.templates():
        yield from renderer.sample(name)


def stretched(value: Any, key: str = "") -> Any:
    """The same data with everything a person types as long as a message can be."""
    if isinstance(value, Mapping):
        return {name: stretched(item, name) for name, item in value.items()}
    if isinstance(value, tuple):
        longer = value + ("ạ&<" * 1365,) * 40 if key in TYPED_LISTS else value
        return tuple(stretched(item) for item in longer)
    return "ạ&<" * 1365 if key in TYPED and isinstance(value, str) else value


def poisoned(value: Any, key: str = "") -> Any:
    """The same data with markup in every text that is not a code the templates branch on."""
    if isinstance(value, Mapping):
        return {name: poisoned(item, name) for name, item in value.items()}
    if isinstance(value, tuple):
        return tuple(poisoned(item, key) for item in value)
    return f"<x>&{value}" if isinstance(value, str) and key not in CODES else value


def faults(html: str) -> list[str]:
    """What no message may hold: tags outside the subset, ampersands that nobody escaped."""
    return [tag for tag in TAG.findall(html) if not ALLOWED_TAG.fullmatch(tag)] or ["&"] * parse_html(html).stray


def test_every_template_has_samples_and_every_sample_a_template(renderer: Renderer) -> None:
    files = {path.stem for path in (FOLDER / "samples").glob("[a-z]*.json")}
    assert files == set(renderer.templates())
    assert all(renderer.sample(name) for name in files)


def test_the_preview_shows_every_template_once(renderer: Renderer) -> None:
    listed = [name for group in renderer.sample_groups() for name in group.templates]
    assert sorted(listed) == list(renderer.templates())


def test_every_sample_renders_to_the_html_subset_within_the_limit(renderer: Renderer) -> None:
    for sample in every_sample(renderer):
        html = renderer.render(sample.template, sample.data)
        assert faults(html) == [], sample
        assert 0 < parse_html(html).length <= LIMIT, sample


def test_markup_in_any_text_of_any_sample_stays_text(renderer: Renderer) -> None:
    for sample in every_sample(renderer):
        assert faults(renderer.render(sample.template, poisoned(sample.data))) == [], sample


@pytest.mark.parametrize("hole", ["{{ name|safe }}", "{% autoescape false %}{{ name }}{% endautoescape %}"])
def test_a_name_that_is_not_escaped_is_caught(hole: str, tmp_path: Path, names: dict[str, str], zone: ZoneInfo) -> None:
    folder = tmp_path / "vi"
    shutil.copytree(FOLDER, folder)
    (folder / "claimed.j2").write_text(hole, encoding="utf-8")
    leaky = Renderer(names, zone, folder)
    assert faults(leaky.render("claimed", poisoned(leaky.sample("claimed")[0].data))) == ["<x>"]


def test_every_sample_reads_well(renderer: Renderer) -> None:
    for sample in every_sample(renderer):
        text = parse_html(renderer.render(sample.template, sample.data)).text
        found = [word for word in (" ,", " .", "..", "None", "True", "False", "Fraction", "{", "}") if word in text]
        assert found == [], f"{sample.template}, {sample.when}: {text}"
        assert "\n\n\n" not in text


def test_typed_text_of_any_length_keeps_a_message_within_the_limit(renderer: Renderer) -> None:
    for sample in every_sample(renderer):
        html = renderer.render(sample.template, stretched(sample.data))
        assert parse_html(html).length <= LIMIT, f"{sample.template}, {sample.when}"


def test_the_longest_section_of_a_submission_fits_one_message(renderer: Renderer) -> None:
    sample = renderer.sample("summary_rows")[0]
    row = {**sample.data["rows"][0], "short_title": "ạ" * 60, "notes": ("ạ" * 999,), "evidence": ("ạ" * 999,)}
    row |= {"files": ("ạ" * 120,) * 20}
    html = renderer.render("summary_rows", {**sample.data, "rows": (row,) * 20})
    assert parse_html(html).length <= LIMIT


def test_all_missing_criteria_fit_one_message(renderer: Renderer) -> None:
    sample = renderer.sample("missing")[0]
    one = {"id": "2.10.2", "title": "ạ" * 200}
    html = renderer.render("missing", {**sample.data, "ids": (one,) * 38, "skipped": ("2.10.2",)})
    assert parse_html(html).length <= LIMIT


@pytest.mark.parametrize(("units", "length"), [(29, 50), (78, 24)])
@pytest.mark.parametrize("kind", ["submitted_units", "under_way", "not_started", "returned"])
def test_the_units_of_a_province_fit_one_table(renderer: Renderer, kind: str, units: int, length: int) -> None:
    sample = renderer.sample("consolidated")[0]
    name = "ạ" * length
    row = {**sample.data["submitted_units"][1], "name": name, "done": 38}
    none = dict.fromkeys(("submitted_units", "under_way", "not_started", "returned"), ())
    data = {**sample.data, **none, kind: ((row if kind in ("submitted_units", "under_way") else name),) * units}
    html = renderer.render("consolidated", {**data, "without_officer": (name,) * units})
    assert name[:32] in html
    assert parse_html(html).length <= LIMIT


def test_the_first_line_of_a_question_is_its_id_and_title_and_nothing_else(renderer: Renderer) -> None:
    for sample in renderer.sample("question"):
        crit = sample.data["crit"]
        first = renderer.render("question", sample.data).split("\n")[0]
        assert first == f"<b>{crit['id']}. {crit['title']}</b>"


def test_every_label_is_shown_in_a_sample_and_fits(renderer: Renderer) -> None:
    seen = {
        button.label: renderer.label(button.label, button.args)
        for sample in every_sample(renderer)
        for row in sample.rows
        for button in row
    }
    assert set(renderer.labels()) == set(seen)
    assert "Không áp dụng" not in seen.values()
    assert all(0 < len(text) <= 64 for text in seen.values())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_the_words_are_composed_polite_and_spelt_the_old_way(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert NEW_STYLE.findall(text) == []
    assert EMOJI.findall(text) == []
    assert [word for word in FORBIDDEN if re.search(rf"(?<!\w){word}(?!\w)", text, re.IGNORECASE)] == []
    assert not re.search(r"\w!", text)


@pytest.mark.parametrize("wrong", ["hoà", "Hoá", "Uỷ ban", "thuỷ", "khoẻ"])
def test_the_check_on_tone_marks_catches_the_new_style(wrong: str) -> None:
    assert NEW_STYLE.search(wrong)


@pytest.mark.parametrize("right", ["hòa", "Hóa", "Ủy ban", "Thủy", "Quý cơ quan", "quỹ", "hoàn", "truyền", "khỏe"])
def test_the_check_on_tone_marks_passes_the_old_style(right: str) -> None:
    assert not NEW_STYLE.search(right)


def test_every_command_of_the_help_has_words(renderer: Renderer) -> None:
    for sample in renderer.sample("help_commands"):
        named = re.findall(r"^/(\w+) – ", renderer.render("help_commands", sample.data), re.MULTILINE)
        assert named[-1] == "giupdo"
        assert all(renderer.command(name) for name in named)
