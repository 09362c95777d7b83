"""What an admin does on the board: units, people with their invites, the cycle; each act through the one door."""

from __future__ import annotations

import inspect
import re
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pypdfium2
import pytest
from board_office.read_page import read
from odd_lists.making import spreadsheet
from site_bench.browser import Browser, Page, SiteBench, site_on
from sqlalchemy import Connection, func, select
from talk.stage import LT, NAMES, SDL, SYT, ZONE, staged

from bot.board.office import Office
from bot.board.pages import Board
from bot.board.stationery import Stationery, code_from
from bot.conversation import restructuring, staffing, timetable
from bot.conversation.office_events import ImportUnits
from bot.front import lay_out
from bot.intake.moments import from_ms
from messages.environment import load
from messages.render import Renderer
from storage import addressees, cycles, invites, units
from storage.rows import CycleRow
from storage.schema import ledger

ADMIN, OFFICER, REVIEWER = "GGGG2222", "K7Q29XPM", "HHHH3333"
UNITS, PEOPLE, CYCLE = "/bang/don-vi", "/bang/nguoi-dung", "/bang/dot"
HEAD = ("Mã", "Tên đơn vị", "Loại", "Sáp nhập vào")
HOSTILE = "<script>alert(1)</script>\"'{{7*7}}"


@dataclass
class Desk:
    """An admin's browser before three units and an open cycle."""

    bench: SiteBench
    admin: Browser

    async def names(self) -> dict[str, str]:
        """The living units, by code."""
        now = 10**14
        rows = await self.bench.stage.store.read(units.list_units, now)
        return {row.code: row.name for row in rows}

    async def cycle(self) -> CycleRow:
        """The cycle as it is stored."""
        row = await self.bench.stage.store.read(cycles.latest_cycle)
        assert row is not None
        return row

    async def upload(self, *rows: tuple[str, ...]) -> Page:
        """The answer to a list that is sent in."""
        page = await self.admin.get(UNITS)
        return await self.admin.upload(page, f"{UNITS}/so-sanh", "ds.xlsx", spreadsheet(HEAD, *rows))

    async def role_of(self, name: str) -> int:
        """The number under which somebody serves; LookupError when they do not."""

        def find(conn: Connection) -> int:
            for rows in addressees.served(conn).values():
                for row in rows:
                    if row.name == name:
                        return row.role_id
            raise LookupError(name)

        return await self.bench.stage.store.read(find)

    async def acts(self, kind: str) -> int:
        """How many facts of this kind the office's ledger holds."""

        def count(conn: Connection) -> int:
            asked = select(func.count()).select_from(ledger).where(ledger.c.kind == kind)
            return int(conn.execute(asked).scalar_one())

        return await self.bench.stage.store.read(count)


@pytest.fixture
async def desk(sqlite_file_url: str) -> AsyncIterator[Desk]:
    stationery = Stationery(lambda code: {"web": f"http://tucham.test/moi/{code}"}, lay_out, NAMES)
    async with staged(sqlite_file_url) as stage:
        await stage.open_office(SDL, SYT, LT)
        await stage.invite(ADMIN, "admin")
        async with site_on(
            stage,
            lambda site: Board(site, stage.store, stage.clock, ZONE).routes(),
            lambda site: Office(site, stationery, ZONE).routes(),
        ) as bench:
            yield Desk(bench, await bench.joined(ADMIN, "Lê Minh"))


async def joined(desk: Desk, code: str, role: str, unit: str | None, name: str) -> Browser:
    await desk.bench.stage.invite(code, role, unit)
    return await desk.bench.joined(code, name)


async def following(browser: Browser, page: Page) -> str:
    """The text of the page that a form leads to."""
    assert page.status == 303, (page.status, read(page.text).text[-900:])
    return " ".join(read((await browser.get(page.location)).text).text.split())


def code_on(page: Page) -> str:
    found = re.search(r'class="big">([0-9A-Z]{4})-([0-9A-Z]{4})<', page.text)
    assert found, (page.status, page.location)
    return found[1] + found[2]


async def test_an_admin_has_the_tabs_and_a_reviewer_only_those_to_read(desk: Desk) -> None:
    reviewer = await joined(desk, REVIEWER, "reviewer", None, "Trần Thẩm Định")
    mine, theirs = [await one.get("/bang") for one in (desk.admin, reviewer)]
    for path in (UNITS, PEOPLE, CYCLE):
        assert (f'href="{path}"' in mine.text, f'href="{path}"' in theirs.text) == (True, False)


@pytest.mark.parametrize("path", [UNITS, PEOPLE, CYCLE, f"{PEOPLE}/1", f"{PEOPLE}/1/gop"])
async def test_a_page_is_safe_named_and_the_same_for_everybody_who_looks(desk: Desk, path: str) -> None:
    page = await desk.admin.get(path)
    seen = read(page.text)
    assert (page.status, seen.styled) == (200, [])
    assert len(seen.ids) == len(set(seen.ids))
    assert "<script" not in page.text
    assert page.text.count("<caption") == page.text.count("<table")
    assert "None" not in seen.text
    assert page.headers["Cache-Control"] == "no-store"


async def test_a_list_is_shown_first_and_entered_only_on_a_word(desk: Desk) -> None:
    shown = await desk.upload(
        ("SDL", "Sở Du lịch và Thể thao", "Sở", ""), ("SMOI", "Sở Mới", "Sở", ""), ("SYT", "Sở Y tế", "Sở", "SDL")
    )
    told = " ".join(read(shown.text).text.split())
    assert shown.status == 200
    for part in ("Thêm mới: 1", "Sở Du lịch → Sở Du lịch và Thể thao", "Sở Y tế (SYT) → Sở Du lịch và Thể thao (SDL)"):
        assert part in told
    assert "không có trong danh sách: 1 UBND huyện Lệ Thủy (LT)" in told
    assert await desk.names() == {"SDL": "Sở Du lịch", "SYT": "Sở Y tế", "LT": LT.name}
    unsure = await desk.admin.send(shown, f"{UNITS}/thuc-hien")
    assert (unsure.status, "gõ CÓ vào ô" in unsure.text) == (409, True)
    assert len(await desk.names()) == 3
    done = await desk.admin.send(unsure, f"{UNITS}/thuc-hien", word="có")
    after = await following(desk.admin, done)
    assert await desk.names() == {"SDL": "Sở Du lịch và Thể thao", "SMOI": "Sở Mới", "LT": LT.name}
    assert "Đã cập nhật danh sách đơn vị." in after
    assert "sáp nhập vào Sở Du lịch và Thể thao ngày 05/01/2026" in after
    again = await desk.admin.send(unsure, f"{UNITS}/thuc-hien", word="có")
    assert "Lần gửi này không thay đổi gì" in await following(desk.admin, again)
    assert await desk.acts("UnitMerged") == 1


async def test_what_a_list_does_not_name_ends_only_when_that_is_ticked(desk: Desk) -> None:
    shown = await desk.upload(("SDL", "Sở Du lịch", "Sở", ""))
    refused = await desk.admin.send(shown, f"{UNITS}/thuc-hien", close="1")
    assert refused.status == 409
    await following(desk.admin, await desk.admin.send(refused, f"{UNITS}/thuc-hien", close="1", word="CÓ"))
    assert await desk.names() == {"SDL": "Sở Du lịch"}


async def test_every_problem_of_a_list_is_told_and_nothing_is_stored(desk: Desk) -> None:
    page = await desk.upload(
        ("SD L", HOSTILE, "Sở", ""), ("", "Sở Nội vụ", "Sở", ""), ("STC", "Sở Tài chính", "Xã", "")
    )
    assert page.status == 409
    told = read(page.text).text
    for row in ("Dòng 2, cột Mã", "Dòng 3, cột Mã", "Dòng 4, cột Loại"):
        assert row in told
    no_file = await desk.admin.send(page, f"{UNITS}/so-sanh")
    assert (no_file.status, "chưa chọn tệp" in no_file.text) == (409, True)
    assert len(await desk.names()) == 3


async def test_a_preview_is_not_done_when_the_list_has_changed_meanwhile(desk: Desk) -> None:
    shown = await desk.upload(
        ("SDL", "Sở Du lịch mới", "Sở", ""), ("SYT", "Sở Y tế", "Sở", ""), ("LT", LT.name, "Huyện", "")
    )
    await desk.bench.stage.office(ImportUnits((replace(SYT, name="Sở Y tế và Dân số"),)))
    late = await desk.admin.send(shown, f"{UNITS}/thuc-hien")
    assert (late.status, "vừa có người thay đổi" in late.text) == (409, True)
    assert "Sở Y tế và Dân số → Sở Y tế" in " ".join(read(late.text).text.split())
    assert (await desk.names())["SDL"] == "Sở Du lịch"
    await following(desk.admin, await desk.admin.send(late, f"{UNITS}/thuc-hien"))
    assert (await desk.names())["SYT"] == "Sở Y tế"


async def test_what_a_preview_carries_cannot_be_made_up(desk: Desk) -> None:
    shown = await desk.upload(("SDL", "Sở Du lịch mới", "Sở", ""))
    carried = shown.form(f"{UNITS}/thuc-hien").fields["list"]
    other = await joined(desk, REVIEWER, "admin", None, "Người khác")
    theirs = (await other.get(UNITS)).form(f"{UNITS}/so-sanh").fields
    other_mark = ("1" if carried[0] == "0" else "0") + carried[1:]
    for made_up in ("", "x.y", other_mark, carried[:-8]):
        assert (await desk.admin.send(shown, f"{UNITS}/thuc-hien", list=made_up)).status == 400
    fields = shown.form(f"{UNITS}/thuc-hien").fields | {"csrf": theirs["csrf"]}
    assert (await other.post(f"{UNITS}/thuc-hien", fields)).status == 400
    assert (await desk.admin.send(shown, f"{UNITS}/thuc-hien", seen="")).status == 400
    assert (await desk.names())["SDL"] == "Sở Du lịch"


async def test_hostile_names_stay_text_everywhere(desk: Desk) -> None:
    await desk.bench.stage.office(ImportUnits((replace(LT, name=HOSTILE, short_name=HOSTILE, email=HOSTILE),)))
    await joined(desk, OFFICER, "leader", "LT", HOSTILE[:60])
    shown = await desk.upload(("LT", "UBND mới", "Huyện", ""))
    pages = [await desk.admin.get(path) for path in (UNITS, PEOPLE, CYCLE, f"{PEOPLE}/{await desk.role_of(HOSTILE)}")]
    for page in (shown, *pages):
        assert page.status == 200
        assert "<script" not in page.text
        assert HOSTILE in read(page.text).text


async def test_a_role_taken_back_is_over_with_the_answer(desk: Desk) -> None:
    officer = await joined(desk, OFFICER, "officer", "SDL", "Trần Hà")
    assert (await officer.get("/phien")).status == 200
    one = f"{PEOPLE}/{await desk.role_of('Trần Hà')}"
    asked = await desk.admin.get(one)
    assert "Sở Du lịch" in read(asked.text).text
    done = await desk.admin.send(asked, f"{one}/thu-hoi")
    assert (await officer.get("/phien")).status in (303, 403)
    after = await following(desk.admin, done)
    assert "Đã thu hồi vai trò" in after
    assert "Trần Hà" not in after.partition("Mời một người")[0]
    assert (await desk.admin.get(one)).status == 404
    over = await desk.admin.post(f"{one}/thu-hoi", asked.form(f"{one}/thu-hoi").fields | {"key": uuid.uuid4().hex})
    assert (over.status, "đã được thu hồi từ trước" in over.text) == (409, True)


async def test_the_last_admin_stays_and_is_told_why(desk: Desk) -> None:
    one = f"{PEOPLE}/{await desk.role_of('Lê Minh')}"
    asked = await desk.admin.get(one)
    for act in ("thu-hoi", "ban-giao"):
        refused = await desk.admin.send(asked, f"{one}/{act}")
        assert (refused.status, "quản trị viên cuối cùng" in refused.text) == (409, True)
    assert (await desk.admin.get(PEOPLE)).status == 200


async def test_a_hand_over_shows_its_code_once_and_a_second_press_the_same_one(desk: Desk) -> None:
    officer = await joined(desk, OFFICER, "officer", "SDL", "Trần Hà")
    one = f"{PEOPLE}/{await desk.role_of('Trần Hà')}"
    asked = await desk.admin.get(one)
    done = await desk.admin.send(asked, f"{one}/ban-giao")
    assert (done.status, done.location, done.headers["Cache-Control"]) == (200, "", "no-store")
    assert "23:59 ngày 12/01/2026" in done.text
    again = await desk.admin.send(asked, f"{one}/ban-giao")
    assert code_on(again) == code_on(done)
    assert await desk.acts("RoleRevoked") == 1
    assert (await officer.get("/phien")).status in (303, 403)
    successor = await desk.bench.joined(code_on(done), "Người Thay")
    assert (await successor.get("/phien")).status == 200
    assert await desk.role_of("Người Thay")
    assert code_on(done) not in (await desk.admin.get(PEOPLE)).text


async def test_an_invite_is_given_out_followed_and_taken_back(desk: Desk) -> None:
    page = await desk.admin.get(PEOPLE)
    wrong = await desk.admin.send(page, "/bang/loi-moi", role="reviewer", unit="SDL")
    assert (wrong.status, "để trống đơn vị" in wrong.text) == (409, True)
    given = await desk.admin.send(wrong, "/bang/loi-moi", role="officer", unit="SYT")
    assert f"http://tucham.test/moi/{code_on(given)}" in given.text
    open_ = await desk.admin.get(PEOPLE)
    assert "Cán bộ đầu mối, Sở Y tế chưa dùng" in " ".join(read(open_.text).text.split())
    (mine,) = (await desk.bench.stage.store.read(invites.list_invites))[1:]
    taken = await desk.admin.send(open_, "/bang/loi-moi/thu-hoi", invite=str(mine.id))
    assert "Đã thu hồi lời mời" in await following(desk.admin, taken)
    assert "đã thu hồi" in (await desk.admin.get(PEOPLE)).text
    assert (await desk.bench.browser().get(f"/moi/{code_on(given)}")).status == 404
    group = await desk.admin.send(open_, "/bang/loi-moi", role="group", unit="")
    assert ["đăng mã này trong nhóm" in group.text, f"/moi/{code_on(group)}" in group.text] == [True, False]


async def test_sheets_have_a_page_for_each_unit_and_codes_that_work(desk: Desk) -> None:
    await joined(desk, OFFICER, "officer", "SDL", "Trần Hà")
    page = await desk.admin.get(PEOPLE)
    printed = await desk.admin.send(page, "/bang/loi-moi/phieu", role="officer", whom="alone")
    assert printed.headers["Content-Type"] == "application/pdf"
    assert printed.headers["Content-Disposition"].startswith("attachment; ")
    texts = _pages(printed.body)
    assert ["Sở Y tế" in texts[0], LT.name in texts[1], len(texts)] == [True, True, 2]
    again = await desk.admin.send(page, "/bang/loi-moi/phieu", role="officer", whom="alone")
    assert [_codes(text) for text in _pages(again.body)] == [_codes(text) for text in texts]
    chosen = await desk.admin.choose(
        page, "/bang/loi-moi/phieu", ("unit", "SDL"), ("unit", "SYT"), role="officer", whom="chosen"
    )
    newer = _pages(chosen.body)
    assert len(newer) == 2
    assert not _codes(newer[1]) & _codes(texts[0])
    assert (await desk.bench.browser().get(f"/moi/{_codes(texts[0]).pop()}")).status == 404
    browser = await desk.bench.joined(_codes(newer[1]).pop(), "Bác sĩ")
    assert (await browser.get("/phien")).status == 200
    nobody = await desk.admin.send(page, "/bang/loi-moi/phieu", role="officer", whom="chosen")
    assert (nobody.status, "Chưa chọn đơn vị nào" in nobody.text) == (409, True)


async def test_more_time_is_shown_first_and_given_once_to_all_or_to_some(desk: Desk) -> None:
    page = await desk.admin.get(CYCLE)
    path = f"{CYCLE}/gia-han"
    early = await desk.admin.send(page, path, until="2026-01-10", whom="all", reason="Mưa lũ")
    assert (early.status, "không muộn hơn hạn hiện tại" in early.text) == (409, True)
    assert ['value="2026-01-10"' in early.text, ">Mưa lũ</textarea>" in early.text] == [True, True]
    sure = await desk.admin.send(early, path, until="2026-01-19", whom="all", reason="Mưa lũ")
    told = " ".join(read(sure.text).text.split())
    assert "thứ hai, 19/01/2026, thêm 5 ngày (hạn cũ: hết ngày 14/01/2026)" in told
    assert "Tất cả 3 đơn vị" in told
    assert await desk.acts("CycleExtended") == 0
    edited = await desk.admin.send(sure, path, do="edit")
    assert ['value="2026-01-19"' in edited.text, ">Mưa lũ</textarea>" in edited.text] == [True, True]
    done = await desk.admin.send(sure, path, sure="1")
    assert "Đã gia hạn cho tất cả đơn vị đến hết ngày 19/01/2026." in await following(desk.admin, done)
    assert from_ms((await desk.cycle()).due_at) == datetime(2026, 1, 19, 17, tzinfo=UTC)
    twice = await desk.admin.send(sure, path, sure="1")
    assert "không thay đổi gì" in await following(desk.admin, twice)
    assert await desk.acts("CycleExtended") == 1
    sure = await desk.admin.choose(
        await desk.admin.get(CYCLE), path, ("unit", "LT"), until="2026-01-26", whom="chosen", reason="Ngập"
    )
    assert f"{LT.name}, thêm 7 ngày (hạn cũ: hết ngày 19/01/2026)" in " ".join(read(sure.text).text.split())
    after = await following(desk.admin, await desk.admin.send(sure, path, sure="1"))
    assert f"Đã gia hạn cho {LT.short_name} đến hết ngày 26/01/2026." in after
    assert "hạn riêng trước ngày 27/01/2026" in after
    assert f"Hạn riêng {LT.name} (LT): trước ngày 27/01/2026" in after
    nobody = await desk.admin.send(page, path, until="2026-01-26", whom="chosen", reason="Ngập")
    no_reason = await desk.admin.send(page, path, until="2026-01-27", whom="all", reason="  ")
    assert ["Chưa chọn đơn vị" in nobody.text, "ghi lý do" in no_reason.text] == [True, True]


async def test_the_cycle_is_closed_opened_again_and_the_next_one_opened(desk: Desk) -> None:
    page = await desk.admin.get(CYCLE)
    unsure = await desk.admin.send(page, f"{CYCLE}/dong", word="2024")
    assert (unsure.status, "gõ 2025" in unsure.text, (await desk.cycle()).closed_at) == (409, True, None)
    closed = await desk.admin.send(page, f"{CYCLE}/dong", word="2025")
    assert "Đã đóng đợt" in await following(desk.admin, closed)
    page = await desk.admin.get(CYCLE)
    reopened = await desk.admin.send(page, f"{CYCLE}/mo-lai", word="2025", reason="Bổ sung", until="2026-02-01")
    assert "Đã mở lại đợt" in await following(desk.admin, reopened)
    assert from_ms((await desk.cycle()).due_at) == datetime(2026, 2, 1, 17, tzinfo=UTC)
    await desk.admin.send(await desk.admin.get(CYCLE), f"{CYCLE}/dong", word="2025")
    page = await desk.admin.get(CYCLE)
    wrong = await desk.admin.send(page, f"{CYCLE}/mo", set="../x", until="2027-01-14")
    assert (wrong.status, "Không có bộ tiêu chí" in wrong.text) == (409, True)
    opened = await desk.admin.send(wrong, f"{CYCLE}/mo", year="2026", set="qd-3270-2020", until="2027-01-14")
    assert "Đợt năm 2026 Còn" in await following(desk.admin, opened)
    page = await desk.admin.get(CYCLE)
    beyond = await desk.admin.send(page, f"{CYCLE}/gia-han", whom="all", until="2027-04-01", reason="Theo đề nghị")
    assert (beyond.status, "sau hạn công bố kết quả (trước ngày 31/03/2027)" in beyond.text) == (409, True)


async def test_the_schedule_of_reminders_is_shown_and_edited(desk: Desk) -> None:
    path = f"{CYCLE}/lich-nhac"
    page = await desk.admin.get(CYCLE)
    assert "08:00 ngày 14/01/2026, thứ tư" in page.text
    moved = page.text.partition("08:00 ngày 09/01/2026, thứ sáu")[2].partition("</tr>")[0]
    assert "còn 5 ngày" in moved  # three days before falls on a Sunday
    assert "Các đơn vị chưa nộp, cả lãnh đạo" in moved
    fields = {"days_before": "5;2", "holidays": "12/01/2026", "at": "09:15"}
    saved = await desk.admin.send(page, path, **fields)
    told = await following(desk.admin, saved)
    assert "09:15 ngày 09/01/2026" in told
    assert "09:15 ngày 14/01/2026" not in told
    wrong = await desk.admin.send(page, path, key=uuid.uuid4().hex, at="23:00", days_before="năm", escalate_at="-")
    assert wrong.status == 409
    assert ["“năm” chưa đúng" in wrong.text, 'value="năm"' in wrong.text] == [True, True]
    outside = await desk.admin.send(page, path, key=uuid.uuid4().hex, at="23:00")
    assert "23:00 nằm ngoài khung giờ" in outside.text


async def test_the_leaders_approval_is_asked_for_and_let_go(desk: Desk) -> None:
    path = f"{CYCLE}/phe-duyet"
    page = await desk.admin.get(CYCLE)
    assert "Phê duyệt</dt><dd>không yêu cầu" in page.text
    told = await following(desk.admin, await desk.admin.send(page, path, approval="1"))
    assert ("Đã đổi yêu cầu phê duyệt" in told, (await desk.cycle()).approval) == (True, True)
    twice = await desk.admin.send(page, path, key=uuid.uuid4().hex, approval="1")
    assert (twice.status, "đã yêu cầu lãnh đạo phê duyệt từ trước" in twice.text) == (409, True)
    await desk.admin.send(await desk.admin.get(CYCLE), path, approval="0")
    assert not (await desk.cycle()).approval


async def test_before_any_cycle_one_can_be_opened(sqlite_file_url: str) -> None:
    async with staged(sqlite_file_url) as stage:
        await stage.invite(ADMIN, "admin")
        office = Stationery(lambda _: {}, lay_out, NAMES)
        async with site_on(stage, lambda site: Office(site, office, ZONE).routes()) as bench:
            admin = await bench.joined(ADMIN)
            for path in (UNITS, PEOPLE, CYCLE):
                assert (await admin.get(path)).status == 200
            page = await admin.get(CYCLE)
            opened = await admin.send(page, f"{CYCLE}/mo", year="2025", set="qd-3270-2020", until="2026-01-14")
            assert "Đợt năm 2025" in await following(admin, opened)
            (row,) = await stage.store.read(cycles.list_cycles)
            assert from_ms(row.due_at) == datetime(2026, 1, 14, 17, tzinfo=UTC)


async def test_a_page_left_open_acts_no_more_when_its_role_was_taken_back(desk: Desk) -> None:
    other = await joined(desk, REVIEWER, "admin", None, "Người khác")
    page = await other.get(CYCLE)
    own = await desk.role_of("Người khác")
    asked = await desk.admin.get(f"{PEOPLE}/{own}")
    await desk.admin.send(asked, f"{PEOPLE}/{own}/thu-hoi")
    late = await other.send(page, f"{CYCLE}/dong", word="2025")
    assert late.status in (401, 403)
    assert (await desk.cycle()).closed_at is None


async def test_two_entries_of_one_person_become_one_after_both_were_shown(desk: Desk) -> None:
    gone = await joined(desk, OFFICER, "officer", "SDL", HOSTILE)
    await joined(desk, REVIEWER, "officer", "SYT", "Trần Bình")
    role = await desk.role_of("Trần Bình")
    page = await desk.admin.get(f"{PEOPLE}/{role}/gop")
    number = page.text.split(" – ")[0].rpartition('value="')[2].partition('"')[0]
    assert read(page.text).text.count("Sở Du lịch") == 1
    shown = await desk.admin.get(f"{PEOPLE}/{role}/gop?voi={number}")
    assert "<script>" not in shown.text
    assert await desk.acts("PeopleMerged") == 0
    done = await desk.admin.send(shown, f"{PEOPLE}/{role}/gop")
    assert "Đã gộp hai tên" in await following(desk.admin, done)
    assert await desk.acts("PeopleMerged") == 1
    assert (await gone.get("/phien")).location == "/vao"
    again = await desk.admin.get(f"{PEOPLE}/{role}/gop?voi={number}")
    assert f'action="{PEOPLE}/{role}/gop"' in again.text
    assert "Gộp vào" not in again.text
    assert await desk.bench.stage.differences() == ()


async def test_an_admin_is_never_emptied_into_somebody_else_by_their_own_hand(desk: Desk) -> None:
    await joined(desk, OFFICER, "officer", "SDL", "An")
    role = await desk.role_of("An")
    page = await desk.admin.get(f"{PEOPLE}/{role}/gop?voi=1")
    refused = await desk.admin.send(page, f"{PEOPLE}/{role}/gop")
    assert (refused.status, "của chính mình" in refused.text) == (409, True)


def test_every_refusal_of_the_office_has_words_of_its_own() -> None:
    why = vars(load(Renderer(NAMES, ZONE)._html, "pages/board_told.j2").module)["why"]
    args: dict[str, object] = dict.fromkeys(("unit", "word", "least", "most", "value", "year"), "x")
    args |= {"due": datetime(2026, 1, 1, tzinfo=UTC), "old": datetime(2026, 1, 1, tzinfo=UTC), "problems": ()}
    args |= {"publish": datetime(2026, 1, 1, tzinfo=UTC)}
    source = "".join(inspect.getsource(one) for one in (restructuring, staffing, timetable))
    codes = set(re.findall(r'(?:Refusal\(|refused\(session\.place, )"([a-z_]+)"', source))
    elsewhere = {"unknown_person", "same_criteria", "other_unit_kinds"}
    assert len(codes) > 12
    silent = {code for code in codes - elsewhere if why(code, args) == why("?", args)}
    assert silent == set()


def test_a_code_follows_from_its_form_and_from_nothing_else() -> None:
    assert code_from("a") == code_from("a")
    codes = {code_from(seed, label) for seed in ("a", "b") for label in ("", "SDL", "SYT")}
    assert len(codes) == 6
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{8}", code) for code in codes)


def _pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    texts = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    document.close()
    return texts


def _codes(text: str) -> set[str]:
    return {found.replace(" ", "") for found in re.findall(r"\b[2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4}\b", text)}
