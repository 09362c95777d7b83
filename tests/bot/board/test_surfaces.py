"""One assessment, one set of numbers: `tucham score`, the stored row, the board, the chat and /tonghop agree."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from board_office.filled import criteria, happen, some_answers, submit
from board_office.read_page import Row, number, read
from site_bench.browser import Browser, site_on
from sqlalchemy import Connection
from talk.stage import SDL, SYT, ZONE, Stage, staged

from bot.board.pages import Board
from bot.board.seen import as_unit
from bot.cli.score import score_line
from bot.conversation import facts as f
from scoring.answers import Answer, encode
from storage import assessments, board, chats, cycles, units
from storage.rows.board import BoardRow

OFFICER, CODE = "An", "K7Q29XPM"
REVIEWER_CODE = "GGGG2222"
REVIEWER, CHAT_CODE = "Bình", "HHHH3333"


@dataclass
class Told:
    """What each surface says about one random assessment of SDL."""

    scored: dict[str, Any]
    row: BoardRow
    chat: str
    overview: str
    """What a reviewer is told in the chat on /tonghop."""
    pages: dict[str, str]
    submitted: bool

    @property
    def total(self) -> Fraction:
        return number(self.scored["total_display"])


def scored_by_the_shell(answers: Mapping[str, Answer]) -> dict[str, Any]:
    asked = {"criteria_set": "qd-3270-2020", "unit_kind": "so_ban_nganh"}
    return score_line(json.dumps(asked | {"answers": {key: encode(one) for key, one in answers.items()}}))


async def told(url: str, seed: int) -> Told:
    """Answer at random as the officer, hand in when all is answered (mostly), then look everywhere."""
    rng = random.Random(seed)
    decided = rng.choice((0, 1, 7, 20, 37, 38, 38, 38))
    answers = some_answers("so_ban_nganh", decided, rng, rng.uniform(0.4, 1))
    async with staged(url) as stage:
        await stage.open_office(SDL, SYT)
        await stage.invite(CODE, "officer", "SDL")
        await stage.joins(OFFICER, CODE)
        handed_in = decided == 38 and rng.random() < 0.7
        await stage.store.run(_record, stage, answers, handed_in)
        (card,) = await stage.says(OFFICER, "/diem")
        cycle = await stage.store.read(cycles.latest_cycle)
        assert cycle is not None
        rows = await stage.store.read(board.board_rows, cycle.id)
        await stage.invite(CHAT_CODE, "reviewer")
        await stage.joins(REVIEWER, CHAT_CODE)
        (overview,) = await stage.says(REVIEWER, "/tonghop")
        await stage.invite(REVIEWER_CODE, "reviewer")
        async with site_on(stage, lambda site: Board(site, stage.store, stage.clock, ZONE).routes()) as bench:
            pages = await _pages(await bench.joined(REVIEWER_CODE, "Lê Minh"))
    return Told(scored_by_the_shell(answers), rows[0], card.text, overview.text, pages, handed_in)


def _record(conn: Connection, stage: Stage, answers: Mapping[str, Answer], handed_in: bool) -> None:
    actor = stage.actor(OFFICER)
    arrival = chats.look(conn, actor.channel, actor.address)
    unit, cycle = units.unit_by_code(conn, "SDL"), cycles.latest_cycle(conn)
    assert arrival is not None
    assert arrival.person is not None
    assert unit is not None
    assert cycle is not None
    found = assessments.ensure_assessment(conn, unit.id, cycle.id)
    at = stage.clock()
    given: list[f.AssessmentFact] = [f.AnswerGiven(criterion, one) for criterion, one in answers.items()]
    if given:
        happen(conn, found, arrival.person.id, OFFICER, given, at)
    if handed_in:
        submit(conn, found, arrival.person.id, OFFICER, "QB-2025-001", at)


async def _pages(browser: Browser) -> dict[str, str]:
    found = {}
    for name in ("", "/ma-tran", "/xep-hang", "/tieu-chi", "/don-vi/SDL"):
        page = await browser.get(f"/bang{name}")
        assert page.status == 200
        found[name] = page.text
    return found


def row_of(html: str, table: int = 0) -> Row:
    return next(row for row in read(html).tables[table] if any("Sở Du lịch" in cell.text for cell in row.cells))


@pytest.mark.parametrize("seed", range(8))
async def test_every_surface_tells_the_same_numbers(sqlite_file_url: str, seed: int) -> None:
    one = await told(sqlite_file_url, seed)
    the_stored_row_agrees(one)
    the_chat_agrees(one)
    the_overview_agrees(one)
    progress_agrees(one)
    the_matrix_agrees(one)
    the_ranking_agrees(one)
    the_criteria_agree(one)
    the_sheet_agrees(one)


def the_stored_row_agrees(one: Told) -> None:
    unit = as_unit(one.row)
    assert str(unit.total) == one.scored["total"]
    assert unit.class_letter == one.scored["class"]
    assert unit.decided == 38 - len(one.scored["missing"])
    points = {key: str(line.points) for key, line in unit.lines.items() if line.points is not None}
    assert points == one.scored["points"]
    if unit.decided:
        assert (unit.class_floor, unit.class_ceiling) == (one.scored["class_floor"], one.scored["class_ceiling"])


def the_chat_agrees(one: Told) -> None:
    title, done, *rest = one.chat.split("\n")
    assert number(title.split(":")[1]) == one.total
    assert number(done.removeprefix("Đã xong")) == one.row.decided
    sections = {line[0]: number(line.split(":")[1]) for line in rest if re.match(r"[1-4]\. .*: .*/\d+$", line)}
    assert set(sections) == {"1", "2", "3", "4"}
    for section, points in sections.items():
        assert abs(points - Fraction(one.scored["groups"][section])) <= Fraction(1, 200)
    if one.scored["class"]:
        assert f"hạng {one.scored['class']}" in one.chat


def the_overview_agrees(one: Told) -> None:
    """Submitted of all as the board counts them; with its total and class when handed in, else how far it is."""
    page = one.pages[""]
    counted = {name: int(n) for name, n in re.findall(r'id="dem-(\w+)".*?<b>(\d+)</b>', page, re.DOTALL)}
    told = re.search(r"Đã nộp (\d+)/(\d+)", one.overview)
    assert told
    assert (int(told[1]), int(told[2])) == (counted["submitted"], counted["all"])
    for words, standing in (("Đang nhập", "working"), ("Chưa bắt đầu", "idle"), ("Đang chỉnh sửa", "returned")):
        listed = re.search(rf"{words} \((\d+)\)", one.overview)
        assert (int(listed[1]) if listed else 0) == counted[standing]
    if one.submitted:
        line = next(line for line in one.overview.split("\n") if line.startswith("Sở Du lịch: "))
        assert number(line.removeprefix("Sở Du lịch: ")) == one.total
        assert line.split(" · ")[1:3] == [one.scored["class"], "QB-2025-001"]
    elif one.row.decided:
        assert f"Sở Du lịch {one.row.decided}/38" in one.overview


def progress_agrees(one: Told) -> None:
    row = row_of(one.pages[""])
    assert row.of("done").number == one.row.decided
    if not one.row.decided:
        assert row.of("points").text == "–"
        return
    total, out_of = row.of("points").text.split("/")
    assert number(total) == one.total
    decided = set(one.scored["points"])
    assert number(out_of) == sum(leaf.maximum for leaf in criteria().leaves if leaf.id in decided)
    shown = re.sub(r"[^A-D]", "", row.of("class").text)
    expected = one.scored["class"] or one.scored["class_ceiling"] + one.scored["class_floor"]
    assert shown == (expected if len(set(expected)) > 1 else expected[0])


def the_matrix_agrees(one: Told) -> None:
    row = next(row for row in read(one.pages["/ma-tran"]).tables[0] if "Sở Du lịch" in row.cells[0].text)
    for leaf, cell in zip(criteria().leaves, row.cells[1:39], strict=True):
        points = one.scored["points"].get(leaf.id)
        if points is None:
            assert "missing" in cell.classes
        elif "exempt" in cell.classes or "full" in cell.classes:
            assert Fraction(points) == leaf.maximum
        else:
            assert abs(number(cell.text) - Fraction(points)) <= Fraction(1, 200)
    shown = row.of("total").text
    assert (number(shown) == one.total) if one.row.decided else (shown == "–")


def the_ranking_agrees(one: Told) -> None:
    row = row_of(one.pages["/xep-hang"])
    if not one.submitted:
        assert row.of("place").text == "–"
        return
    assert row.of("place").text == "1"
    assert row.cells[3].number == one.total
    assert row.cells[4].text.removeprefix("hạng ") == one.scored["class"]


def the_criteria_agree(one: Told) -> None:
    for row in read(one.pages["/tieu-chi"]).tables[0][1:]:
        criterion = row.of("name").text.split()[0]
        points, mean = one.scored["points"].get(criterion), row.of("mean").text
        exempt = row.cells[8].text == "1"
        if points is None or exempt:
            assert mean.startswith("–")
        else:
            assert abs(number(mean) - Fraction(points)) <= Fraction(1, 200)


def the_sheet_agrees(one: Told) -> None:
    html = one.pages["/don-vi/SDL"]
    rows = {row.of("id").text: row for table in read(html).tables[:4] for row in table[1:]}
    assert len(rows) == 38
    for criterion, row in rows.items():
        points = one.scored["points"].get(criterion)
        shown = row.of("points").text.split("/")[0]
        if points is None:
            assert shown == "–"
        else:
            assert abs(number(shown) - Fraction(points)) <= Fraction(1, 200)
    if one.row.decided:
        figures = re.search(r"Tự chấm</dt><dd><b>([0-9,]+)</b>", html)
        assert figures
        assert number(figures[1]) == one.total
