"""A letter to many written, confirmed and followed on the board; reminders to come; who may do what of it.

Checked once against: the confirmation under a key of its own on every page (sent twice from two previews), a file's
digest taken from the form unsealed, the hostile text marked safe, the count not asked again: each failed here.
"""

from __future__ import annotations

import random
import re
import shutil
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from board_office.filled import NOW, answer, some_answers, submit
from board_office.reached import LETTER, give_chats, means_of, send, settle
from board_office.read_page import read
from evidence_files.making import EXE, PDF
from openpyxl import load_workbook
from site_bench.browser import Browser, Page, SiteBench, site_on
from sqlalchemy import Connection, func, select, update
from talk.stage import ZONE, Stage, renderer, staged

from bot.board.pages import Board
from bot.board.sending import Sending
from bot.conversation import mailing
from bot.evidence.kept import CODES
from bot.site.route import Route
from bot.site.site import Site
from messages.environment import load
from storage import mailings, outbox
from storage.rows import OutboxRow
from storage.rows.mailings import MailingRow
from storage.schema import chats, people
from storage.schema import outbox as outbox_table
from storage.schema import units as unit_table

ADMIN, OTHER, REVIEWER = "GGGG2222", "JJJJ4444", "HHHH3333"
WRITE, SEND, TRY = "/bang/gui-tin", "/bang/gui-tin/gui", "/bang/gui-tin/gui-thu"
SENT, REMINDERS = "/bang/gui-tin/da-gui", "/bang/gui-tin/nhac"
HOSTILE = "<script>alert(1)</script>\"'{{7*7}}"
HAND = {"uncertain", "failed", "blocked", "unreached"}

WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"text": "  "}, "Tin chưa có nội dung"),
    ({"text": "x" * 1001}, "dài quá 1.000 ký tự"),
    ({"text": "Kính gửi [Tên bộ]"}, "Không có trường [Tên bộ]"),
    ({"text": "/start"}, "không bắt đầu bằng dấu gạch chéo"),
    ({"to": "units"}, "chưa chọn đơn vị nào"),
    ({"to": ""}, "chọn người nhận"),
    ({"to": "units", "unit": "SNGV"}, "Chưa có ai để gửi"),
    ({"to": "units", "unit": "KHONGCO"}, "Không còn đơn vị mang mã: KHONGCO"),
    ({"when": "later"}, "chọn cả ngày và giờ"),
    ({"when": "later", "day": "2026-01-12", "hour": "16:29"}, "Giờ hẹn đã qua"),
    ({"when": "later", "day": "2026-06-12", "hour": "08:00"}, "quá 90 ngày"),
)


@dataclass
class Desk:
    """An admin's browser before the story's units, whose officers can be written to."""

    bench: SiteBench
    admin: Browser

    @property
    def stage(self) -> Stage:
        return self.bench.stage

    async def colleague(self, code: str, role: str, name: str) -> Browser:
        await self.stage.invite(code, role)
        return await self.bench.joined(code, name)

    async def check(self, **fields: str) -> Page:
        """The answer to a letter written into an empty form."""
        form = (await self.admin.get(WRITE)).form(WRITE)
        ours = {name: form.fields[name] for name in ("csrf", "key", "draft")}
        return await self.admin.post(WRITE, ours | {"to": "not_submitted", "text": LETTER, "when": "now"} | fields)

    async def all(self) -> tuple[MailingRow, ...]:
        return await self.stage.store.read(mailings.list_mailings)

    async def tried(self) -> list[OutboxRow]:
        """What stands on a page of what went to many."""
        return await self._rows("kept")

    async def my_page(self) -> int:
        """The admin's own page."""
        asked = select(chats.c.id).join(people, people.c.id == chats.c.person_id).where(people.c.name == "Lê Minh")
        return await self.stage.store.read(lambda conn: int(conn.execute(asked).scalar_one()))

    async def waiting(self) -> list[OutboxRow]:
        """What waits in the outbox for anybody's chat."""
        return await self._rows("queued")

    async def _rows(self, state: str) -> list[OutboxRow]:
        def look(conn: Connection) -> tuple[OutboxRow, ...]:
            asked = select(outbox_table.c.id).where(
                outbox_table.c.state == state, outbox_table.c.mailing_id.is_not(None)
            )
            return outbox.load_rows(conn, conn.execute(asked).scalars().all())

        return list(await self.stage.store.read(look))


@asynccontextmanager
async def opened(story: Path, folder: Path, alone: int) -> AsyncIterator[Desk]:
    """A copy of the story in this folder; so many may be written to by one admin alone."""
    path = folder / "desk.db"
    shutil.copy(story, path)
    async with staged(f"sqlite:///{path}") as stage:
        stage.alone = alone
        stage.intake = stage.door()
        stage.clock.now = NOW
        await stage.store.run(give_chats, NOW)
        await stage.invite(ADMIN, "admin")

        def pages(site: Site) -> list[Route]:
            board = Board(site, stage.store, stage.clock, ZONE)
            return [*board.routes(), *Sending(site, means_of(folder, site, alone)).routes()]

        async with site_on(stage, pages) as bench:
            admin = await bench.joined(ADMIN, "Lê Minh")
            stage.clock.now = NOW
            yield Desk(bench, admin)


@pytest.fixture
async def desk(story: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(story, tmp_path, 50) as made:
        yield made


@pytest.fixture
async def strict(story: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """The same where one admin may write to five people alone, and no more."""
    async with opened(story, tmp_path, 5) as made:
        yield made


def count_of(page: Page) -> int:
    return int(page.form(SEND).fields["seen"])


async def test_whom_a_letter_can_be_for_stands_there_with_exact_counts(desk: Desk) -> None:
    page = await desk.admin.get(f"{WRITE}?cho=not_submitted")
    assert page.status == 200
    chips = re.findall(
        r'name="to" value="([^"]+)"( id="by-name")?( checked)?.*?<span class="of">.*?</span>(\d+)<', page.text
    )
    assert {value: int(units) for value, _, _, units in chips} == {
        "all": 29,
        "not_submitted": 13,
        "state:not_begun": 6,
        "state:open": 6,
        "state:submitted": 16,
        "state:returned": 1,
        "kind:so_ban_nganh": 21,
        "kind:ubnd_cap_huyen": 8,
    }
    assert [value for value, _, checked, _ in chips if checked] == ["not_submitted"]
    assert "<b>13</b> đơn vị" in page.text
    assert "<b>10</b> cán bộ" in page.text
    assert "3 đơn vị không nhận được" in page.text


async def test_no_page_has_an_inline_style_or_script_or_an_id_twice(desk: Desk) -> None:
    await send(desk.stage)
    await settle(desk.stage, NOW)
    pages = [await desk.admin.get(path) for path in (WRITE, SENT, REMINDERS, "/bang/gui-tin/1")]
    for page in (*pages, await desk.check()):
        assert page.status == 200
        seen = read(page.text)
        assert seen.styled == []
        assert len(seen.ids) == len(set(seen.ids))
        assert re.findall(r"<script(?! src=)", page.text) == []
        assert "None" not in seen.text


async def test_a_letter_is_looked_at_as_its_first_recipient_gets_it_and_goes_out_once(desk: Desk) -> None:
    page = await desk.check()
    assert page.status == 200
    assert count_of(page) == 10
    assert "Gửi cho 10 cán bộ" in page.text
    assert "Sở Tài chính đã trả lời 0/38 tiêu chí." in page.text
    to_look_at = page.text.partition('<select name="shown">')[2].partition("</select>")[0]
    assert to_look_at.count("<option") == 10  # of 13 units three have nobody
    ways = re.findall(r'<details class="way"( open)?><summary>([^<]+?) *<', page.text)
    assert [name for opened, name in ways if opened] == ["Telegram"]
    assert await desk.all() == ()
    sent = await desk.admin.send(page, SEND)
    assert (sent.status, sent.location) == (303, "/bang/gui-tin/1?da=going")
    again = await desk.admin.send(page, SEND)
    assert (again.status, again.location) == (303, f"{SENT}?da=lap")
    (row,) = await desk.all()
    assert (row.state, row.size, row.body["text"]) == ("going", 13, LETTER)
    assert len(await desk.waiting()) == 10
    told = (await desk.admin.get(sent.location)).text
    assert "Tin được gửi theo thứ tự" in told
    assert "0/10 đã gửi hoặc hiện trên trang" in told  # as many as the button said
    assert "Không tính 2 đơn vị chưa có ai và 1 người chưa có kênh nào." in told


async def test_two_previews_of_one_letter_are_confirmed_once(desk: Desk) -> None:
    """Somebody goes back, changes a word, looks again, and confirms on both pages."""
    first = await desk.check()
    back = await desk.admin.send(first, WRITE, do="edit")
    assert LETTER in back.text
    draft = back.form(WRITE).fields
    fields = {name: draft[name] for name in ("csrf", "key", "draft")} | {"to": "all", "text": "Xin chào", "when": "now"}
    second = await desk.admin.post(WRITE, fields)
    assert (await desk.admin.send(second, SEND)).location == "/bang/gui-tin/1?da=going"
    assert (await desk.admin.send(first, SEND)).location == f"{SENT}?da=lap"
    assert [row.body["text"] for row in await desk.all()] == ["Xin chào"]


async def test_an_audience_that_changed_meanwhile_is_shown_anew_and_nothing_goes_out(desk: Desk) -> None:
    page = await desk.check()

    def submits(conn: Connection) -> None:
        mine = some_answers("so_ban_nganh", 38, random.Random(1))
        assessment = answer(conn, "STC", 1, mine, "Võ Thị Lan", NOW)
        person = conn.execute(select(func.max(unit_table.c.id))).scalar_one()
        submit(conn, assessment, person, "Võ Thị Lan", "QB-2025-099", NOW)

    await desk.stage.store.run(submits)
    refused = await desk.admin.send(page, SEND)
    assert refused.status == 409
    assert "vừa thay đổi từ 10 thành 9" in refused.text
    assert await desk.all() == ()
    assert (await desk.admin.send(refused, SEND)).location == "/bang/gui-tin/1?da=going"
    assert [row.size for row in await desk.all()] == [12]


async def test_what_cannot_go_out_is_told_and_stays_in_the_form(desk: Desk) -> None:
    for fields, said in WRONG:
        page = await desk.check(**fields)
        assert page.status == 409, fields
        assert said in page.text
        assert fields.get("text", LETTER).strip() in page.text
        assert page.form(WRITE).fields["draft"]
    assert await desk.all() == ()


async def test_a_thousand_letters_are_counted_as_a_person_counts_them(desk: Desk) -> None:
    page = await desk.check(text=unicodedata.normalize("NFD", "ế" * 1000))
    assert count_of(page) == 10


async def test_a_letter_is_kept_for_its_hour(desk: Desk) -> None:
    page = await desk.check(when="later", day="2026-01-13", hour="08:00")
    assert "Hẹn gửi cho 10 cán bộ" in page.text
    await desk.admin.send(page, SEND)
    (row,) = await desk.all()
    assert row.due_at == int((NOW + timedelta(hours=15, minutes=30)).timestamp() * 1000)
    assert "sẽ gửi lúc 08:00 ngày 13/01/2026" in (await desk.admin.get("/bang/gui-tin/1")).text


async def test_units_are_chosen_by_name_and_their_leaders_with_them(desk: Desk) -> None:
    page = await desk.check(to="units", unit="SDL", leaders="1")
    assert count_of(page) == 1
    await desk.admin.send(page, SEND)
    assert [row.audience for row in await desk.all()] == ["units:SDL+leaders"]


async def test_a_trial_reaches_nobody_but_its_author(desk: Desk) -> None:
    page = await desk.check()
    tried = await desk.admin.send(page, TRY)
    assert tried.status == 200
    assert "Đã gửi thử cho riêng anh/chị" in tried.text
    assert await desk.waiting() == []
    assert [(row.state, row.chat_id) for row in await desk.tried()] == [("kept", await desk.my_page())]
    assert (await desk.admin.send(page, TRY)).text.count("Chưa gửi thử thêm") == 1
    assert (await desk.admin.send(tried, SEND)).location == "/bang/gui-tin/2?da=going"


async def test_one_admin_alone_types_the_count_of_many(strict: Desk) -> None:
    page = await strict.check()
    for typed in ("", "9", "mười"):
        refused = await strict.admin.send(page, SEND, count=typed)
        assert refused.status == 409
        assert "nhập đúng số người nhận" in refused.text
        page = refused
    assert await strict.all() == ()
    assert (await strict.admin.send(page, SEND, count="10")).location == "/bang/gui-tin/1?da=going"
    shown = await strict.admin.get("/bang/gui-tin/1")
    assert "sẽ gửi lúc 16:31" in shown.text
    assert "Hủy phần còn lại" in shown.text


async def test_a_second_admin_confirms_what_goes_to_many_and_nobody_their_own(strict: Desk) -> None:
    other = await strict.colleague(OTHER, "admin", "Trần An")
    page = await strict.check()
    assert "Đề nghị gửi cho 10 cán bộ" in page.text
    sent = await strict.admin.send(page, SEND)
    assert sent.location == "/bang/gui-tin/1?da=proposed"
    mine = await strict.admin.get("/bang/gui-tin/1")
    assert "Xác nhận gửi cho" not in mine.text
    own = await strict.admin.send(mine, "/bang/gui-tin/1/dieu-khien", word="approve")
    assert own.status == 409
    assert "cần người quản trị khác" in own.text
    assert await strict.waiting() == []
    theirs = await other.get("/bang/gui-tin/1")
    assert "Xác nhận gửi cho 10 người nhận" in theirs.text
    assert (await other.send(theirs, "/bang/gui-tin/1/dieu-khien", word="approve")).status == 303
    assert len(await strict.waiting()) == 10


async def test_a_file_goes_with_the_letter_and_no_other_can_be_named(desk: Desk) -> None:
    form = await desk.admin.get(WRITE)
    page = await desk.admin.upload(form, WRITE, "cong-van-12.pdf", PDF)
    assert "cong-van-12.pdf" in page.text  # an empty text: the form again, the file with it
    kept = page.form(WRITE).fields
    fields = {name: kept[name] for name in ("csrf", "key", "draft", "kept")} | {"to": "all", "text": "Gửi kèm"}
    checked = await desk.admin.post(WRITE, fields)
    await desk.admin.send(checked, SEND)
    (row,) = await desk.all()
    assert row.body["file"]["name"] == "cong-van-12.pdf"
    forged = checked.form(SEND).fields["kept"].replace(".", "0.", 1)
    assert (await desk.admin.post(WRITE, fields | {"kept": forged})).status == 400
    bad = await desk.admin.upload(await desk.admin.get(WRITE), WRITE, "a.exe", EXE)
    assert bad.status == 409
    assert "chưa đính kèm được" in bad.text


async def test_hostile_texts_stay_texts_on_every_page(desk: Desk) -> None:
    def rename(conn: Connection) -> None:
        conn.execute(update(unit_table).values(name=HOSTILE, short_name=HOSTILE, phone="javascript:alert(1)"))

    await desk.stage.store.run(rename)
    page = await desk.check(text=HOSTILE + " [Tên đơn vị]")
    await desk.admin.send(page, SEND)
    await settle(desk.stage, NOW)
    for text in (
        page.text,
        *[(await desk.admin.get(path)).text for path in (WRITE, SENT, "/bang/gui-tin/1", REMINDERS)],
    ):
        assert "<script>alert" not in text
        assert "'49" not in text
        assert 'href="javascript:' not in text
    assert "&lt;script&gt;" in page.text


async def test_how_much_of_a_quota_is_used_stands_above_what_was_sent(desk: Desk) -> None:
    said = read((await desk.admin.get(SENT)).text).text
    assert "Zalo Bot: đã dùng 2.410/3.000 tin trong tháng 1, 12/50 người." in re.sub(r"\s+", " ", said)


async def test_the_numbers_of_a_mailing_add_up_and_who_needs_a_hand_comes_first(desk: Desk) -> None:
    number = await send(desk.stage)
    for ends in (0, 1, 3, 20):
        if ends:
            await settle(desk.stage, NOW + timedelta(seconds=ends))
        page = await desk.admin.get(f"/bang/gui-tin/{number}")
        told = re.findall(r'<div class="(\w+)"><dt>.*?</dt><dd>(\d+)</dd>', page.text)
        assert sum(int(count) for _state, count in told) == 29, told
    rows = read(page.text).tables[0][1:]
    states = re.findall(r'<span class="was (\w+)">', page.text)
    assert len(rows) == len(states) == 29
    first = next(n for n, state in enumerate(states) if state not in HAND)
    assert not HAND & set(states[first:])
    assert {"uncertain", "failed", "blocked", "unreached"} <= set(states[:first])
    assert 'href="tel:02323822103"' in page.text


async def test_only_a_persons_hand_sends_again_and_only_once(desk: Desk) -> None:
    number = await send(desk.stage)
    await settle(desk.stage, NOW)
    address = f"/bang/gui-tin/{number}/gui-lai"
    page = await desk.admin.get(f"/bang/gui-tin/{number}")
    ids = re.findall(r'name="recipient" value="(\d+)"', page.text)
    assert len(ids) == 2
    before = len(await desk.waiting())
    assert (await desk.admin.send(page, address, recipient=ids[0])).location.endswith("?da=gui-lai")
    assert (await desk.admin.send(page, address, recipient=ids[0])).location.endswith("?da=lap")
    fresh = await desk.admin.get(f"/bang/gui-tin/{number}")
    refused = await desk.admin.send(fresh, address, recipient=ids[0])
    assert refused.status == 409
    assert "Không có ai cần gửi lại" in refused.text
    assert len(await desk.waiting()) == before + 1
    await desk.admin.send(refused, address, recipient="all")
    assert len(await desk.waiting()) == before + 2


async def test_a_mailing_is_paused_goes_on_and_is_cancelled(desk: Desk) -> None:
    number = await send(desk.stage)
    address = f"/bang/gui-tin/{number}/dieu-khien"
    for word, said in (("pause", "đang tạm dừng"), ("resume", "đang gửi"), ("cancel", "đã dừng")):
        page = await desk.admin.get(f"/bang/gui-tin/{number}")
        assert f'value="{word}"' in page.text
        done = await desk.admin.send(page, address, word=word)
        assert done.location == f"/bang/gui-tin/{number}?da={word}"
        assert said in (await desk.admin.get(done.location)).text
    assert await desk.waiting() == []
    late = await desk.admin.send(page, address, word="resume", key="0" * 32)
    assert late.status == 409


async def test_the_list_to_telephone_by_names_whom_nobody_reached(desk: Desk) -> None:
    number = await send(desk.stage)
    await settle(desk.stage, NOW)

    async def rows(path: str) -> list[list[object]]:
        async with desk.admin.http.get(
            f"{desk.admin.root}/bang/gui-tin/{number}/{path}",
            headers={"Cookie": "; ".join(f"{name}={value}" for name, value in desk.admin.cookies.items())},
        ) as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment; ")
            body = await answer.read()
        sheet = load_workbook(BytesIO(body)).active
        assert sheet is not None
        return [list(row) for row in sheet.iter_rows(min_row=4, values_only=True)]

    calls, everybody = await rows("goi-dien"), await rows("nguoi-nhan")
    assert len(everybody) == 29
    assert len(calls) == 6
    assert {row[3] for row in calls if row[3]} >= {"0232 3822 102", "0232 3822 103"}


async def test_a_reviewer_looks_and_cannot_act(desk: Desk) -> None:
    number = await send(desk.stage)
    await settle(desk.stage, NOW, [("uncertain", "no answer")])
    reviewer = await desk.colleague(REVIEWER, "reviewer", "Hồ Lan")
    for path in (WRITE, SENT, REMINDERS, f"/bang/gui-tin/{number}"):
        page = await reviewer.get(path)
        assert page.status == 200
        assert "Soạn tin" not in page.text
        assert [one for one in page.forms if one.buttons] == [], path
    assert "Chưa rõ" in page.text
    assert "gui-tin?cho" not in (await reviewer.get("/bang")).text


async def test_the_progress_page_leads_an_admin_to_a_letter_to_those_who_still_owe(desk: Desk) -> None:
    page = await desk.admin.get("/bang")
    assert "Nhắc 13 đơn vị chưa nộp" in page.text
    assert f'href="{WRITE}?cho=not_submitted"' in page.text


async def test_reminders_stand_by_date_with_what_they_would_reach_and_what_became_of_them(desk: Desk) -> None:
    desk.stage.clock.now = NOW + timedelta(hours=17)  # the morning of the eve
    await desk.stage.strikes()
    page = await desk.admin.get(REMINDERS)
    rows = [[cell.text for cell in row.cells] for row in read(page.text).tables[0][1:]]
    at = {row[0]: row for row in rows}
    assert at["08:00 ngày 31/12/2025"][4] == "không gửi"
    assert at["08:00 ngày 09/01/2026"][2:4] == ["đơn vị chưa nộp, cả lãnh đạo", "còn 5 ngày"]  # moved from a Sunday
    assert at["08:00 ngày 13/01/2026"][4].startswith("0/10 đã gửi hoặc hiện trên trang · 3 chưa có ai hoặc kênh để gửi")
    assert 'href="/bang/gui-tin/1"' in page.text
    assert at["08:00 ngày 14/01/2026"][2:] == [
        "đơn vị chưa nộp, cả lãnh đạo",
        "ngày cuối",
        "nếu là hôm nay: 13 đơn vị, 10 người",
    ]
    shown = await desk.admin.get("/bang/gui-tin/1")
    assert "Nhắc hạn" in shown.text
    listed = await desk.admin.get(SENT)
    assert "Nhắc hạn: nộp kết quả, còn 1 ngày" in listed.text


async def test_a_mailing_is_followed_live_and_only_its_course_is_sent_again(desk: Desk) -> None:
    number = await send(desk.stage)

    async def version() -> int:
        found = re.search(r'"version": (\d+)', (await desk.admin.get(f"/bang/gui-tin/{number}/live")).text)
        assert found
        return int(found[1])

    before = await version()
    await settle(desk.stage, NOW, [("sent", None), ("sent", None)])
    assert await version() == before + 2
    page = await desk.admin.get(f"/bang/gui-tin/{number}", X_Part="truth")
    assert "<html" not in page.text
    assert "Đã gửi" in page.text
    assert "Nội dung" not in page.text


async def test_the_form_hears_how_a_letter_would_read_while_it_is_written(desk: Desk) -> None:
    form = (await desk.admin.get(WRITE)).form(WRITE)
    ours = {name: form.fields[name] for name in ("csrf", "key", "draft")}
    part = await desk.admin.post(WRITE, ours | {"to": "state:open", "text": "Chào [Tên đơn vị]"}, X_Part="look")
    assert part.status == 200
    assert "<html" not in part.text
    assert "<b>6</b> đơn vị" in part.text
    assert "Chào " in part.text
    unread = await desk.admin.post(WRITE, ours | {"to": "all", "text": "[Tên bộ]"}, X_Part="look")
    assert "Không có trường [Tên bộ]" in unread.text


def test_every_reason_a_letter_is_refused_for_has_words() -> None:
    source = Path(mailing.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'Refusal\(\s*"([a-z_]+)"', source)) | {f"file_{one}" for one in CODES}
    codes |= {f"letter_{one}" for one in ("nothing", "too_long", "unknown_fields", "unknown_command")}
    codes -= {"unknown_mailing"}  # the page of a mailing that is not there is not there either
    module = load(renderer()._html, "pages/board_sending_parts.j2").module
    why: Callable[..., str] = module.why  # type: ignore[attr-defined]
    other = why("something new", {})
    args = {"about": "", "known": "", "codes": "", "seen": 1, "count": 2}
    assert [code for code in sorted(codes) if why(code, args) == other] == []
