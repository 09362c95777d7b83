"""The sample season of the demo: a third here, a third there, all of it through the door, and the same every time."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from bot.cli.demo import SAMPLES, settings_of
from bot.cli.season.calendar import Calendar
from bot.cli.season.opening import Sample, make_sample, read_note
from bot.cli.season.plan import draw_plan, typed
from bot.cli.season.samples import read_samples
from bot.cli.shape import Stopped
from bot.intake.moments import to_ms
from bot.intake.verify import verify
from bot.settings import Settings
from scoring.answers import Counts, Percentage
from scoring.library import load_set
from scoring.scorecard import score
from storage import progress

TODAY = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
SET = "qd-3270-2020"
PEOPLE = "Mã,Họ và tên,Vai trò\n"


def play(folder: Path, samples: Path = SAMPLES, **changed: Any) -> Sample:
    settings = Settings(_env_file=None, database_url=f"sqlite:///{folder / 'tucham.db'}")
    return asyncio.run(make_sample(settings, folder, samples, "SDL", today=TODAY, **changed))


def test_the_demo_keeps_the_channels_that_are_configured_and_nothing_else_of_a_real_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checked against: the token dropped with the rest; a webhook kept, which would take the real one's updates."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TUCHAM_TELEGRAM_TOKEN", "123456:ABCdefGHIjklMNOpqrSTUvwxYZ012345678")
    monkeypatch.setenv("TUCHAM_TELEGRAM_MODE", "webhook")
    monkeypatch.setenv("TUCHAM_TELEGRAM_WEBHOOK_SECRET", "a-secret-of-the-real-one")
    monkeypatch.setenv("TUCHAM_PUBLIC_URL", "https://real.example.vn")
    monkeypatch.setenv("TUCHAM_LISTEN", "127.0.0.1:8080")
    monkeypatch.setenv("TUCHAM_DATABASE_URL", f"sqlite:///{tmp_path / 'real.db'}")
    settings = settings_of(tmp_path / "demo", 8123)
    assert settings.telegram_token is not None
    assert settings.telegram_mode == "polling"
    assert settings.database_url == f"sqlite:///{tmp_path / 'demo' / 'tucham.db'}"
    assert (settings.listen, settings.public_url) == ("127.0.0.1:8123", "http://127.0.0.1:8123")


def test_what_is_written_beside_a_criterion_makes_sense_there() -> None:
    samples, criteria = read_samples(SAMPLES), load_set(SET)
    plans = [draw_plan(Random(number), criteria, "so_ban_nganh", "B", samples) for number in range(20)]
    written = [(one, kind, text) for plan in plans for one, (kind, text) in plan.beside.items()]
    assert len(written) > 20
    assert all(text in samples.lines(kind, one) for one, kind, text in written)
    assert {one for one, _, text in written if "máy" in text} <= {leaf.id for leaf in criteria.leaves_under("3")}


def connect(folder: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{folder / 'tucham.db'}")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("season") / "demo"
    play(folder)
    return folder


@pytest.fixture
def conn(season: Path) -> Iterator[Connection]:
    yield from connect(season)


def rows(conn: Connection) -> tuple[Any, ...]:
    return progress.assessment_rows(conn, 1)


def state(row: Any) -> str:
    return "none" if row.state is None or not row.decided else str(row.state)


def test_a_third_has_submitted_a_third_is_under_way_a_third_has_not_begun(conn: Connection) -> None:
    assert Counter(map(state, rows(conn))) == {"submitted": 9, "returned": 1, "open": 9, "none": 10}
    assert {row.unit_kind for row in rows(conn) if state(row) == "submitted"} == {"so_ban_nganh", "ubnd_cap_huyen"}
    assert not any(row.late for row in rows(conn))


def test_all_classes_are_there_and_the_good_ones_are_many(conn: Connection) -> None:
    letters = Counter(row.class_letter for row in rows(conn) if state(row) in ("submitted", "returned"))
    assert set(letters) == set("ABCD")
    assert letters["A"] + letters["B"] > letters["C"] + letters["D"]


def test_units_under_way_stand_at_different_places(conn: Connection) -> None:
    decided = {row.decided for row in rows(conn) if state(row) == "open"}
    assert len(decided) >= 6
    assert min(decided) < 12
    assert max(decided) > 25


def test_some_have_no_officer_and_the_visitors_unit_is_one_of_them(conn: Connection) -> None:
    alone = {row.unit_code for row in rows(conn) if not row.officers}
    assert "SDL" in alone
    assert 2 <= len(alone) <= 5
    assert any(row.officers == 2 for row in rows(conn))
    assert any(row.officers and state(row) == "none" for row in rows(conn))


def test_the_ledger_holds(conn: Connection) -> None:
    assert verify(conn) == ()


def test_everything_happened_in_the_past_weeks_and_in_order(conn: Connection) -> None:
    at = [row[0] for row in conn.execute(text("SELECT due_at FROM outbox ORDER BY id"))]
    assert at == sorted(at)
    for (stream,) in conn.execute(text("SELECT name FROM streams")).all():
        facts = conn.execute(text("SELECT at FROM ledger WHERE stream = :name ORDER BY seq"), {"name": stream}).all()
        assert facts == sorted(facts)
    assert at[-1] < to_ms(TODAY)
    assert at[0] > to_ms(TODAY) - 40 * 86_400_000
    (due,) = conn.execute(text("SELECT due_at FROM cycles")).one()
    assert due > to_ms(TODAY)


def test_notes_citations_grounds_and_flags_are_there(conn: Connection) -> None:
    kinds = {row[0] for row in conn.execute(text("SELECT DISTINCT kind FROM texts"))}
    assert {"note", "citation", "reason"} <= kinds
    snapshots = [row[0] for row in conn.execute(text("SELECT snapshot FROM submissions"))]
    assert any('"exempt": true' in one or '"exempt":true' in one for one in snapshots)
    assert any('"flags": [{' in one or '"flags":[{' in one for one in snapshots)


def test_nothing_waits_to_be_sent_and_nothing_went_wrong(conn: Connection) -> None:
    states = {row[0] for row in conn.execute(text("SELECT DISTINCT state FROM outbox"))}
    assert states <= {"kept", "replaced"}
    assert conn.execute(text("SELECT count(*) FROM updates WHERE error IS NOT NULL")).scalar_one() == 0


def test_what_was_made_is_remembered(season: Path) -> None:
    found = read_note(season)
    assert found is not None
    assert (found.units, found.unit, found.year) == (29, "SDL", 2026)
    assert list(found.codes) == ["officer", "reviewer", "admin"]


def test_an_older_or_broken_note_counts_as_none(tmp_path: Path) -> None:
    for content in ('{"units": 29, "reviewer": "K7MPWX3Q"}', "[]", "{", ""):
        (tmp_path / "demo.json").write_text(content, encoding="utf-8")
        assert read_note(tmp_path) is None


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Samples with six units only."""
    folder = tmp_path / "few"
    shutil.copytree(SAMPLES, folder)
    units = (folder / "don-vi-mau.csv").read_text(encoding="utf-8").splitlines()
    (folder / "don-vi-mau.csv").write_text("\n".join([*units[:5], units[14], units[22]]) + "\n", encoding="utf-8")
    return folder


@pytest.mark.slow
def test_the_same_seed_plays_the_same_season(few: Path, tmp_path: Path) -> None:
    seen = []
    for name in ("one", "two"):
        play(tmp_path / name, few, seed=7)
        (found,) = [rows(conn) for conn in connect(tmp_path / name)]
        seen.append([(row.unit_code, row.state, row.decided, row.total, row.submitted_at) for row in found])
    assert seen[0] == seen[1]
    assert any(state == "submitted" for _, state, *_ in seen[0])


@pytest.mark.parametrize("letter", "ABCD")
@pytest.mark.parametrize("kind", ["so_ban_nganh", "ubnd_cap_huyen"])
def test_a_plan_comes_to_the_class_that_is_wanted(letter: str, kind: str) -> None:
    criteria, samples = load_set(SET), read_samples(SAMPLES)
    for seed in range(4):
        plan = draw_plan(Random(seed), criteria, kind, letter, samples)
        assert score(criteria, kind, plan.answers).class_letter == letter
        assert plan == draw_plan(Random(seed), criteria, kind, letter, samples)
        ratios = [one for one in plan.answers.values() if isinstance(one, Counts | Percentage)]
        assert sum(isinstance(one, Counts) for one in ratios) > len(ratios) / 2


def test_ratios_are_typed_as_people_type_them() -> None:
    assert typed(Counts(45, 50)) == "45/50"
    assert typed(Percentage(Fraction(875, 10))) == "87,5%"
    assert typed(Percentage(Fraction(90))) == "90%"


def test_people_work_on_working_days_and_never_in_the_future() -> None:
    zone = Settings(_env_file=None).zone
    calendar = Calendar(TODAY, zone, Random(1))
    for days_ago in range(30):
        begun = calendar.sitting(days_ago).astimezone(zone)
        assert begun < TODAY
        assert begun.weekday() < 5
        assert 7 <= begun.hour <= 16
    assert calendar.opened < calendar.sitting(28)


@pytest.mark.parametrize("broken", [PEOPLE + "SDL,Trần Thị Hà\n", PEOPLE + "SDL,Trần Thị Hà,officer,x\n"])
def test_a_wrong_row_of_the_samples_is_named(few: Path, broken: str) -> None:
    (few / "can-bo-mau.csv").write_text(broken, encoding="utf-8")
    with pytest.raises(Stopped, match="Trần Thị Hà"):
        read_samples(few)


def test_samples_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="can-bo-mau"):
        read_samples(tmp_path)
