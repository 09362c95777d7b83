"""The pages of the board as a reviewer's browser gets them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from board_office.filled import DUE, NOW, answer, criteria, happen, open_year, submit
from board_office.read_page import read
from site_bench.browser import SiteBench
from sqlalchemy import Connection

from bot.board.pages import PAGES
from bot.conversation import facts
from messages.render import FOLDER
from scoring.answers import Answer, ChosenOption, Counts, Exempt
from storage import assessments, cycles, units

ADDRESSES = ("/bang", "/bang/ma-tran", "/bang/xep-hang", "/bang/tieu-chi", "/bang/don-vi/SNV", "/bang/don-vi/SNGV")
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36"
HOSTILE = "<script>alert(1)</script>\"'{{7*7}}"


@pytest.mark.parametrize("path", ADDRESSES)
async def test_a_page_has_no_inline_style_or_script_and_no_id_twice(desk: Any, path: str) -> None:
    text = await desk.html(path)
    page = read(text)
    assert page.styled == []
    assert len(page.ids) == len(set(page.ids))
    assert re.findall(r"<script(?! src=)", text) == []
    assert "<table" in text
    assert "None" not in page.text
    assert "Fraction" not in page.text


@pytest.mark.parametrize("path", ADDRESSES)
async def test_a_part_is_the_main_part_alone(desk: Any, path: str) -> None:
    part = await desk.html(path, X_Part="1")
    whole = await desk.html(path)
    assert "<html" not in part
    assert "<nav" not in part
    assert part.split("<data id")[0].strip() in whole


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
async def test_who_is_no_reviewer_or_admin_is_not_let_in(desk: Any, page: Any) -> None:
    await desk.stage.invite("HHHH3333", "officer", "SDL")
    officer = await desk.bench.joined("HHHH3333")
    path = page.path.replace("{code}", "SDL")
    assert (await officer.get(path)).status == 403
    stranger = await desk.bench.browser().get(path)
    assert stranger.status in (303, 401)
    assert "Sở Nội vụ" not in stranger.text


async def test_progress_shows_every_unit_with_its_numbers(desk: Any) -> None:
    page = read(await desk.html("/bang"))
    rows = page.tables[0][1:]
    assert len(rows) == 29
    row = next(row for row in rows if row.of("name").text == "Sở Nội vụ")
    assert row.of("state").text == "Đã nộp"
    assert row.of("done").text.startswith("38/38")
    assert row.of("points").text.endswith("/100")
    assert row.of("officers").text == "Lê Minh Tâm"
    assert row.of("due").text == "đúng hạn"
    alone = next(row for row in rows if row.of("name").text == "Sở Ngoại vụ")
    assert alone.of("officers").text == "chưa có cán bộ đầu mối"
    assert alone.of("points").text == "–"


async def test_a_filter_shows_what_its_count_says(desk: Any) -> None:
    text = await desk.html("/bang")
    for standing in ("idle", "working", "returned", "submitted"):
        counted = re.search(rf'id="dem-{standing}".*?<b>(\d+)</b>', text, re.DOTALL)
        assert counted
        found = [
            row for row in read(await desk.html(f"/bang?trang={standing}")).tables[0][1:] if standing in row.classes
        ]
        assert len(found) == int(counted[1])


async def test_a_phone_begins_with_what_needs_attention(desk: Any) -> None:
    first = read(await desk.html("/bang", User_Agent=PHONE)).tables[0][1]
    assert "alone" in first.classes
    chosen = read(await desk.html("/bang?xep=list", User_Agent=PHONE)).tables[0][1]
    assert chosen.of("name").text == "Văn phòng UBND tỉnh"


async def test_hostile_words_are_shown_as_words(desk: Any) -> None:
    def hostile(conn: Connection) -> None:
        answer(
            conn, "SNGV", desk.cycle_id, {"1.1": ChosenOption(criteria().criterion("1.1").options[0].id)}, HOSTILE, NOW
        )

    await desk.stage.store.run(hostile)
    for path in ("/bang", f"/bang?tim={HOSTILE}", "/bang/don-vi/SNGV", "/bang/ma-tran?o=SNGV:1.1"):
        text = await desk.html(path)
        assert "<script>alert" not in text
        assert HOSTILE in read(text).text or path.startswith("/bang?tim")


async def test_the_chosen_cell_explains_itself_and_can_be_asked_for_alone(desk: Any) -> None:
    whole = read(await desk.html("/bang/ma-tran?o=SNV:2.1.2"))
    part = await desk.html("/bang/ma-tran?o=SNV:2.1.2", X_Part="cell")
    assert "Sở Nội vụ · 2.1.2" in whole.text
    assert "Lê Minh Tâm" in part
    assert "<table" not in part
    chosen = [cell for row in whole.tables[0] for cell in row.cells if cell.links and "o=SNV%3A2.1.2" in cell.links[0]]
    assert len(chosen) == 1
    for odd in ("SNV:9.9", "XX:1.1", ":", "SNV", "SNV:1"):
        assert "Chọn một ô" in await desk.html(f"/bang/ma-tran?o={odd}")


async def test_the_matrix_has_a_link_in_every_cell_and_says_what_a_sign_means(desk: Any) -> None:
    rows = [row for row in read(await desk.html("/bang/ma-tran")).tables[0] if len(row.cells) == 41]
    assert len(rows) == 29
    for row in rows:
        for cell in row.cells[1:39]:
            assert len(cell.links) == 1
            assert cell.labels[0] or re.fullmatch(r"[0-9]+(,[0-9]+)?", cell.text.strip())


async def test_the_ranking_gives_a_place_to_who_handed_in_and_to_nobody_else(desk: Any) -> None:
    page = read(await desk.html("/bang/xep-hang"))
    for table in page.tables[:2]:
        for row in table[1:]:
            assert (row.of("place").text == "–") == ("waiting" in row.classes)


async def test_the_ranking_draws_every_class_limit_in_every_row(desk: Any) -> None:
    """Checked against: limits of one class left out; a decimal comma inside a drawing."""
    html = await desk.html("/bang/xep-hang")
    drawn = re.findall(r'<path class="limit"[^>]* d="([^"]*)"', html)
    limits = sorted(float(limit.value) for limit in criteria().classes if limit.op == ">=")
    rows = [path for path in drawn if path != "M1 0V20"]  # the key's own
    assert len(rows) >= 29
    for path in rows:
        assert sorted(float(at) for at in re.findall(r"M([0-9.]+) 0V10", path)) == limits


async def test_the_sheet_tells_the_ledger_in_words(desk: Any) -> None:
    text = read(await desk.html("/bang/don-vi/SNV")).text
    assert re.search(r"Nộp kết quả lần 1: [0-9,]+ điểm, hạng [A-D], biên nhận QB-2025-002", text)
    assert "Trả lời câu 1.1" in text
    assert "Số 12/KH-SDL ngày 05/02/2025" in text
    assert "Thay đổi khác" not in text


async def test_what_is_said_of_a_group_stands_at_its_first_criterion(desk: Any) -> None:
    """Checked against: a link to the group, which has no row; a matrix that marks 2.3.1 and does not say why."""

    def contradict(conn: Connection) -> None:
        given: dict[str, Answer] = {"2.3": Exempt("không có TTHC"), "2.2.2": Counts(5, 10)}
        answer(conn, "SNGV", desk.cycle_id, given, "Ngô Thị Mai", NOW)

    await desk.stage.store.run(contradict)
    html = await desk.html("/bang/don-vi/SNGV")
    look = html.partition('id="can-xem"')[2].partition("</section>")[0]
    assert '<a href="#tc-2.3.1">2.3</a> hai câu trả lời chưa khớp nhau' in look
    for target in re.findall(r'href="#([^"]+)"', look):
        assert f'id="{target}"' in html
    why = "cả nhóm 2.3: hai câu trả lời chưa khớp nhau, xem cùng câu 2.2.2"
    row = html.partition('id="tc-2.3.1"')[2].partition("</tr>")[0]
    assert why in row
    assert f"cần xem: {why}" in await desk.html("/bang/ma-tran?o=SNGV:2.3.1", X_Part="cell")


async def test_a_reviewer_is_led_to_giving_back_what_was_handed_in_and_nothing_else(desk: Any) -> None:
    html = await desk.html("/bang/don-vi/SNV")
    assert '<a href="/chat">Trả lại</a>' in html
    assert re.search(r"<code>/tralai SNV [0-9.]+: lý do</code>", html)
    for code in ("SCT", "SNGV"):  # given back already, not begun
        other = await desk.html(f"/bang/don-vi/{code}")
        assert ["/tralai" in other, f"Mã đơn vị <b>{code}</b>" in other] == [False, True]
    assert re.search(r'<a [^>]*href="/chat"[^>]*>.*?Trò chuyện</span></a>', await desk.html("/bang"))
    await desk.stage.invite("HHHH3333", "admin")
    admin = await desk.bench.joined("HHHH3333")
    assert "/tralai" not in (await admin.get("/bang/don-vi/SNV")).text


async def test_the_sheet_says_who_acts_for_the_unit_and_as_what(desk: Any) -> None:
    text = read(await desk.html("/bang/don-vi/SNV")).text
    assert re.search(r"Lê Minh Tâm\s+cán bộ đầu mối", text)
    assert "Chưa có cán bộ đầu mối." in read(await desk.html("/bang/don-vi/SNGV")).text


async def test_a_returned_sheet_says_why_what_and_since_when(desk: Any) -> None:
    html = await desk.html("/bang/don-vi/SCT")
    text = " ".join(read(html).text.split())
    assert "Đã trả lại lúc 16:30 ngày 12/01/2026. Lý do: “Cần xem lại số liệu”" in text
    assert "Cần xem lại: 1.1, 2.3.2." in text
    assert 'href="#tc-2.3.2"' in html
    assert "Trả lại để chỉnh sửa các câu 1.1, 2.3.2: “Cần xem lại số liệu”" in text


async def test_a_file_can_be_fetched_from_the_sheet_and_a_text_taken_away_is_not_told(desk: Any) -> None:
    def file_it(conn: Connection) -> int:
        unit = units.unit_by_code(conn, "SNV")
        assert unit is not None
        held = assessments.ensure_assessment(conn, unit.id, desk.cycle_id)
        by = assessments.view_assessment(conn, held).row.last_by
        assert by is not None
        filed = facts.EvidenceFiled("1.1", "a" * 64, "Kế hoạch.pdf", "application/pdf", 12)
        happen(conn, held, by, "Lê Minh Tâm", [filed], NOW)
        texts = assessments.view_assessment(conn, held).texts
        (cited,) = (one.id for one in texts if one.kind == "citation")
        happen(conn, held, by, "Lê Minh Tâm", [facts.TextRemoved("2.1.1", cited)], NOW)
        (file,) = (one.id for one in texts if one.kind == "file")
        return file

    file = await desk.stage.store.run(file_it)
    html = await desk.html("/bang/don-vi/SNV")
    assert f'href="/tep/{file}"' in html
    text = read(html).text
    assert "Gửi tệp ở câu 1.1: “Kế hoạch.pdf”" in text
    assert "Xóa ghi chú hoặc tài liệu ở câu 2.1.1" in text
    assert "Danh sách văn bản" not in text
    assert "a" * 64 not in html


async def test_a_late_submission_is_marked_on_the_sheet_and_in_the_ranking(desk: Any) -> None:
    def late(conn: Connection) -> None:
        unit = units.unit_by_code(conn, "SCT")
        assert unit is not None
        held = assessments.ensure_assessment(conn, unit.id, desk.cycle_id)
        by = assessments.view_assessment(conn, held).row.last_by
        assert by is not None
        submit(conn, held, by, "Đặng Anh Tuấn", "QB-2025-099", DUE + timedelta(hours=5))

    await desk.stage.store.run(late)
    page = read(await desk.html("/bang/don-vi/SCT"))
    first, second = next(table for table in page.tables if "Biên nhận" in table[0].cells[1].text)[1:]
    assert (first.cells[1].text, first.cells[6].text) == ("QB-2025-006", "đúng hạn")
    assert (second.cells[0].text, second.cells[1].text, second.cells[6].text) == ("2", "QB-2025-099", "sau hạn")
    row = next(
        row for row in read(await desk.html("/bang/xep-hang")).tables[0] if "Sở Công Thương" in row.cells[1].text
    )
    assert row.of("name").text == "Sở Công Thương sau hạn"


@pytest.mark.parametrize("path", ADDRESSES)
async def test_a_paper_says_whose_it_is_and_from_when(desk: Any, path: str) -> None:
    for part in ("", "1"):
        text = " ".join(read(await desk.html(path, X_Part=part)).text.split())
        assert "Sở Thông tin và Truyền thông tỉnh Quảng Bình" in text
        assert "Số liệu lúc 16:30 ngày 12/01/2026" in text
        assert "Chỉ gồm" not in text


async def test_a_paper_of_a_choice_says_what_was_chosen(desk: Any) -> None:
    text = read(await desk.html("/bang?khoi=ubnd_cap_huyen&trang=submitted&tim=quang")).text
    assert "Chỉ gồm: UBND cấp huyện; trạng thái đã nộp; tên có “quang”" in text
    assert "Chỉ gồm: Sở, ban, ngành" in read(await desk.html("/bang/tieu-chi?khoi=so_ban_nganh")).text


@pytest.mark.parametrize("path", ADDRESSES)
async def test_every_table_is_named_and_every_head_says_of_what(desk: Any, path: str) -> None:
    html = await desk.html(path)
    assert html.count("<caption") == html.count("<table")
    assert [head for head in re.findall(r"<th\b[^>]*>", html) if "scope=" not in head] == []


def test_paper_is_white_numbered_and_repeats_its_heads() -> None:
    css = (FOLDER.parent / "assets" / "board.css").read_text(encoding="utf-8")
    printed = css[css.index("@media print") :]
    assert "size: A4 landscape" in css
    assert "counter(page)" in css
    assert "thead { display: table-header-group; }" in printed
    assert "break-inside: avoid" in printed


def test_only_an_empty_table_is_centred_and_a_row_led_to_stands_below_the_head() -> None:
    """A row of the sheet has the class of its state, which is "none" too: nothing happened that could be counted."""
    css = (FOLDER.parent / "assets" / "board.css").read_text(encoding="utf-8")
    assert [one for one in re.findall(r"([^{},]*\.none)[ ,{]", css) if one.strip() == ".none"] == []
    assert re.search(r"\.sheet tbody tr \{[^}]*scroll-margin-top", css)


async def test_an_unknown_unit_is_not_found(desk: Any) -> None:
    for code in ("XYZ", "%2e%2e", "snv'"):
        assert (await desk.browser.get(f"/bang/don-vi/{code}")).status == 404


async def test_another_year_can_be_chosen_and_is_kept(desk: Any) -> None:
    def next_year(conn: Connection) -> None:
        cycles.close_cycle(conn, desk.cycle_id, 1)
        open_year(conn, 2026)

    await desk.stage.store.run(next_year)
    assert "Năm 2026" in read(await desk.html("/bang")).text
    old = await desk.html("/bang?nam=2025")
    assert 'href="/bang/ma-tran?nam=2025"' in old
    assert len([row for row in read(old).tables[0][1:] if "submitted" in row.classes]) > 10
    assert 'href="/bang/ma-tran"' in await desk.html("/bang?nam=1999")


async def test_before_any_cycle_the_board_says_so(empty: SiteBench) -> None:
    await empty.stage.invite("GGGG2222", "admin")
    browser = await empty.joined("GGGG2222")
    for path in ADDRESSES:
        page = await browser.get(path)
        assert (page.status, "Chưa mở đợt" in page.text) == (200, True)


async def test_opening_a_page_scores_nobody(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("scored")

    monkeypatch.setattr("bot.conversation.assessment.scorecard", refuse)
    for path in ADDRESSES[:4]:
        await desk.html(path)


async def test_an_open_page_hears_of_every_fact(desk: Any) -> None:
    text = await desk.html("/bang")
    found = re.search(r'data-live="(/bang/live\?since=(\d+))"', text)
    assert found
    told = await desk.browser.get("/bang/live", Accept="application/json")
    assert told.status == 200
    assert f'"version": {found[2]}' in told.text
    await desk.stage.invite("JJJJ4444", "officer", "SNGV")
    after = await desk.browser.get("/bang/live", Accept="application/json")
    assert after.text != told.text
