"""What the board tells of criteria issued anew, and of a unit that has a date of its own."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from amended_sets.texts import HIGHER_TARGET, issued_anew
from board_office.filled import DUE

from bot.conversation.office_events import AmendCycle, ExtendCycle
from scoring.library import digest


async def test_the_page_of_a_unit_tells_of_the_amendment(desk: Any) -> None:
    text = issued_anew(HIGHER_TARGET)
    outcome = await desk.stage.office(AmendCycle("anew", digest(text), "vì"), set_text=text)
    assert outcome.refusal is None
    page = await desk.html("/bang/don-vi/SYT")
    assert "Bộ tiêu chí được ban hành lại; hỏi lại câu 2.3.2" in page
    assert "Thay đổi khác" not in page
    assert "Đã mở lại vì bộ tiêu chí được ban hành lại." in page


async def test_a_date_of_a_units_own_stands_in_its_row(desk: Any) -> None:
    table = await desk.html("/bang")
    assert "hạn riêng" not in table
    outcome = await desk.stage.office(ExtendCycle((DUE + timedelta(days=5)).astimezone(UTC), ("SNGV",)))
    assert outcome.refusal is None
    assert 'còn 7 ngày</b> <span class="of nb" title="trước ngày 20/01/2026">hạn riêng</span>' in await desk.html(
        "/bang"
    )
