"""A unit that is no more stands in no table of the running cycle; its own page tells why, with what it had answered."""

from __future__ import annotations

from typing import Any

from bot.conversation.office_events import ImportUnits


async def test_a_merged_unit_has_a_page_and_no_row(desk: Any) -> None:
    before = await desk.html("/bang/don-vi/SNV")
    assert "không tính vào tổng hợp" not in before
    outcome = await desk.stage.office(ImportUnits((), merges=(("SNV", "STP"),), closes=("SKHDT",)))
    assert outcome.refusal is None
    table = await desk.html("/bang")
    assert "/bang/don-vi/SNV" not in table
    assert "/bang/don-vi/STP" in table
    merged, closed = await desk.html("/bang/don-vi/SNV"), await desk.html("/bang/don-vi/SKHDT")
    assert "Đơn vị đã sáp nhập vào đơn vị khác: bản tự chấm này được lưu" in merged
    assert "Đơn vị đã kết thúc hoạt động: bản tự chấm này được lưu" in closed
    assert "Đơn vị đang nhập" not in merged
    assert "Đơn vị sáp nhập, bản tự chấm kết thúc" in merged
