"""The renderer itself: strict, escaping, tidy."""

import shutil
import threading
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from messages.errors import MessageBroken
from messages.render import FOLDER, Renderer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of templates that a test may add to."""
    copied = tmp_path / "vi"
    shutil.copytree(FOLDER, copied)
    return copied


def made(folder: Path, names: dict[str, str], zone: ZoneInfo, **templates: str) -> Renderer:
    for name, text in templates.items():
        (folder / f"{name}.j2").write_text(text, encoding="utf-8")
    return Renderer(names, zone, folder)


def test_typed_text_is_escaped(renderer: Renderer) -> None:
    html = renderer.render("edited", {"text": "<b>&\"'</b>"})
    assert "&lt;b&gt;&amp;" in html
    assert "<b>" not in html


def test_names_of_units_and_persons_are_escaped(renderer: Renderer) -> None:
    sample = renderer.sample("claimed")[0]
    html = renderer.render("claimed", {**sample.data, "name": "<i>x</i>", "unit": "A & B"})
    assert "&lt;i&gt;x&lt;/i&gt;" in html
    assert "A &amp; B" in html


def test_a_cut_inside_escaped_text_never_leaves_half_an_entity(renderer: Renderer) -> None:
    sample = renderer.sample("history")[0]
    answer = {**sample.data["rows"][1]["answer"], "label": "&" * 200}
    rows = tuple({**row, "answer": answer} for row in sample.data["rows"])
    html = renderer.render("history", {**sample.data, "rows": rows})
    assert "&amp;" * 59 + "…" in html
    assert "&amp;amp;" not in html


def test_a_missing_template_label_or_command_is_broken(renderer: Renderer) -> None:
    with pytest.raises(MessageBroken, match="no_such"):
        renderer.render("no_such", {})
    with pytest.raises(MessageBroken, match="no_such"):
        renderer.label("no_such", {})
    with pytest.raises(MessageBroken, match="no_such"):
        renderer.command("no_such")
    with pytest.raises(MessageBroken, match="no_such"):
        renderer.sample("no_such")


@pytest.mark.parametrize("missing", ["crit", "progress", "unit", "options", "misses"])
def test_a_missing_variable_is_broken(renderer: Renderer, missing: str) -> None:
    sample = renderer.sample("question")[0]
    data = {key: value for key, value in sample.data.items() if key != missing} | (
        {"hint": {"code": "x"}} if missing == "options" else {}
    )
    if missing == "options":
        data |= {"misses": 2}
    with pytest.raises(MessageBroken, match=missing):
        renderer.render("question", data)


def test_a_missing_label_argument_is_broken(renderer: Renderer) -> None:
    with pytest.raises(MessageBroken, match="points"):
        renderer.label("option", {"label": "Có"})


def test_a_float_is_broken_rather_than_rounded(renderer: Renderer) -> None:
    with pytest.raises(MessageBroken, match="float"):
        renderer.label("option", {"label": "Có", "points": 0.5})


def test_a_missing_name_is_broken_at_once(names: dict[str, str], zone: ZoneInfo) -> None:
    without = {name: value for name, value in names.items() if name != "contact_name"}
    with pytest.raises(MessageBroken, match="contact_name"):
        Renderer(without, zone)


def test_what_every_turn_shows_is_compiled_before_anybody_waits(
    names: dict[str, str], zone: ZoneInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checked against: the parts left out, which take longer than the question itself."""
    renderer = Renderer(names, zone)
    renderer.warm_up()
    monkeypatch.setattr("jinja2.Environment.compile", lambda *_args, **_more: pytest.fail("somebody waits"))
    for sample in renderer.sample("question"):
        renderer.render("question", sample.data)


def test_a_broken_template_is_found_before_anybody_waits(folder: Path, names: dict[str, str], zone: ZoneInfo) -> None:
    renderer = made(folder, names, zone, broken="{% if %}")
    with pytest.raises(MessageBroken, match="broken"):
        renderer.compile_all()


def test_a_broken_label_is_found_before_anybody_waits(folder: Path, names: dict[str, str], zone: ZoneInfo) -> None:
    (folder / "buttons.toml").write_text('back = "{{ }"\n', encoding="utf-8")
    renderer = made(folder, names, zone)
    with pytest.raises(MessageBroken, match="back"):
        renderer.compile_all()
    with pytest.raises(MessageBroken, match="back"):
        renderer.label("back", {})


def test_a_broken_phrase_is_told_with_its_file(folder: Path, names: dict[str, str], zone: ZoneInfo) -> None:
    (folder / "parts" / "say.j2").write_text("{% if %}", encoding="utf-8")
    renderer = made(folder, names, zone, speaking="{{ say.of(1, 2) }}")
    with pytest.raises(MessageBroken, match=r"parts/say\.j2"):
        renderer.render("speaking", {})


def test_a_phrase_that_nobody_wrote_is_broken(folder: Path, names: dict[str, str], zone: ZoneInfo) -> None:
    renderer = made(folder, names, zone, speaking="{{ say.no_such() }}")
    with pytest.raises(MessageBroken, match="no_such"):
        renderer.render("speaking", {})


def test_the_text_has_no_blanks_around_it_and_at_most_one_empty_line(
    folder: Path, names: dict[str, str], zone: ZoneInfo
) -> None:
    renderer = made(folder, names, zone, loose="\n\n  a  \n\n \n\n\nb\n\n")
    assert renderer.render("loose", {}) == "a\n\nb"


def test_a_line_break_in_a_long_text_becomes_a_blank(renderer: Renderer) -> None:
    assert "a b" in renderer.render("edited", {"text": "a\n\n\nb"})


def test_a_key_named_like_a_method_is_found(folder: Path, names: dict[str, str], zone: ZoneInfo) -> None:
    renderer = made(folder, names, zone, keys="{{ one.items }} {{ one.get('other', 'none') }}")
    assert renderer.render("keys", {"one": {"items": "found"}}) == "found none"


def test_labels_are_plain_and_short(renderer: Renderer) -> None:
    assert renderer.label("text", {"text": "A & B <c>"}) == "A & B <c>"
    assert renderer.label("text", {"text": "x" * 100}) == "x" * 63 + "…"
    option = renderer.label("option", {"label": "y" * 100, "points": Fraction(5, 2)})
    assert option.endswith("… · 2,5 điểm")
    assert len(option) <= 64


def test_threads_that_ask_for_the_same_template_first_all_get_it(names: dict[str, str], zone: ZoneInfo) -> None:
    renderer = Renderer(names, zone)
    data = renderer.sample("question")[0].data
    expected = Renderer(names, zone).render("question", data)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(renderer.render("question", data))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8
