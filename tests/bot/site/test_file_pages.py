"""The pages for files: handed in for one criterion by whoever was sent the address, fetched once, by nobody else.

Checked against: a page that took files after its time or for an unlinked chat, a form read before its address was
looked at, a download that a look used up or that another browser began again, one by somebody whose role was taken
back, files filed beside another criterion: each failed here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from site_bench.browser import Browser, Page, SiteBench, site_on
from sqlalchemy import Connection
from talk.stage import Stage

from bot.conversation.codes import hash_code
from bot.conversation.office_events import CloseCycle
from bot.evidence.room import Evidence, FileRoom
from bot.intake.moments import to_ms
from bot.site.fetches import Fetches
from bot.site.route import OpenRoute
from bot.site.site import Site
from bot.site.uploads import Uploads
from storage import chats, passes, people
from storage.blobs import Blobs
from storage.rows import NewPass

CODE, WHO = "K7Q29XPM", "An (Zalo)"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TOKEN = "q3Zt8mB1rN5xW0aLc7Yp2g"
FETCH = f"/lay-tep/{TOKEN}"


@pytest.fixture
async def bench(stage: Stage, tmp_path: Path) -> AsyncIterator[SiteBench]:
    """The doors with both pages; an officer who writes from a messenger that takes no files stands at 1.3."""

    def pages(site: Site) -> Iterable[OpenRoute]:
        yield from Uploads(site, FileRoom(site.store, Evidence(Blobs(tmp_path)))).routes()
        yield from Fetches(site, Blobs(tmp_path)).routes()

    await stage.says(WHO, f"/start {CODE}")
    await stage.says(WHO, "đúng")
    await stage.says(WHO, "đồng ý")
    await stage.says(WHO, "sửa 1.3")
    async with site_on(stage, pages) as made:
        yield made


async def given(stage: Stage) -> str:
    """The address an officer is sent."""
    (card,) = await stage.says(WHO, "thêm tài liệu")
    return "/nop-tep/" + card.text.split("/nop-tep/")[1].split()[0]


async def filed(stage: Stage, criterion: str = "1.3") -> list[str]:
    return [text.body for text in (await stage.assessment("SDL")).notes(criterion, "file")]


async def handed(browser: Browser, path: str, *files: tuple[str, bytes]) -> Page:
    page = await browser.get(path)
    (first, *more) = files
    return await browser.upload(page, path, *first, *more)


async def test_looking_shows_the_criterion_and_changes_nothing(bench: SiteBench) -> None:
    path = await given(bench.stage)
    for _ in range(2):
        page = await bench.browser().get(path)
        assert page.status == 200
        assert "1.3" in page.text
        assert "Sở Du lịch" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert await filed(bench.stage) == []


async def test_files_are_filed_together_as_that_person_and_the_chat_shows_the_question_again(bench: SiteBench) -> None:
    path = await given(bench.stage)
    await bench.stage.says(WHO, "sửa 2.1.1")  # the page is for the criterion it was asked at
    bench.stage.own.clear()
    page = await handed(bench.browser(), path, ("ke-hoach.pdf", PDF), ("anh.exe", b"MZ"), ("phu-luc.pdf", PDF + b"%\n"))
    assert page.status == 200
    assert page.text.count("đã nộp.") == 2
    assert "không nhận loại tệp" in page.text
    assert await filed(bench.stage) == ["ke-hoach.pdf", "phu-luc.pdf"]
    (shown,) = bench.stage.own
    assert "ke-hoach.pdf" in shown.body["html"]
    assert "1.3" in shown.body["html"]
    again = await handed(bench.browser(), path, ("ke-hoach.pdf", PDF))
    assert "đã có từ trước" in again.text
    assert await filed(bench.stage) == ["ke-hoach.pdf", "phu-luc.pdf"]
    assert await bench.stage.differences() == ()


async def test_the_same_form_sent_twice_files_once(bench: SiteBench) -> None:
    path, browser = await given(bench.stage), bench.browser()
    page = await browser.get(path)
    for _ in range(2):
        assert (await browser.upload(page, path, "ke-hoach.pdf", PDF)).status == 200
    assert await filed(bench.stage) == ["ke-hoach.pdf"]


async def test_a_form_without_a_file_says_so(bench: SiteBench) -> None:
    path, browser = await given(bench.stage), bench.browser()
    page = await browser.get(path)
    fields = {name: value for name, value in page.form(path).fields.items() if name != "file"}
    sent = await browser.post(path, fields)
    assert (sent.status, "chưa chọn tệp" in sent.text) == (422, True)


async def test_a_page_that_is_over_is_one_calm_page_and_takes_nothing(bench: SiteBench) -> None:
    path, browser = await given(bench.stage), bench.browser()
    page = await browser.get(path)
    wrong = await browser.get("/nop-tep/nobody-was-ever-sent-this")
    bench.stage.clock.now += timedelta(minutes=30)
    over = await browser.get(path)
    sent = await browser.upload(page, path, "ke-hoach.pdf", PDF)
    assert {one.status for one in (wrong, over, sent)} == {404}
    assert wrong.text.split("<main")[1] == over.text.split("<main")[1] == sent.text.split("<main")[1]
    assert await filed(bench.stage) == []


async def test_a_form_is_not_even_read_where_its_address_opens_nothing(bench: SiteBench) -> None:
    sent = await bench.browser().post("/nop-tep/nobody-was-ever-sent-this", {"file": "x" * 100_000})
    assert (sent.status, "csrf" in sent.text) == (404, False)


async def test_of_another_site_or_without_our_sign_nothing_is_taken(bench: SiteBench) -> None:
    path, browser = await given(bench.stage), bench.browser()
    page = await browser.get(path)
    fields = page.form(path).fields
    assert (await browser.post(path, fields, Origin="http://elsewhere.test", Sec_Fetch_Site="cross-site")).status == 403
    assert (await browser.post(path, fields | {"csrf": "0" * 64})).status == 403


async def test_an_unlinked_chats_page_takes_nothing_more_whoever_has_the_chat_then(bench: SiteBench) -> None:
    stage = bench.stage
    path = await given(stage)
    (card,) = await stage.says(WHO, "/lienket")
    code = next(line for line in card.text.splitlines() if len(line) == 8 and line.isalnum())
    await stage.says("An", code)
    await stage.says("An", "/lienket")
    await stage.presses("An", "Bỏ liên kết Zalo (bot)")
    assert (await bench.browser().get(path)).status == 404
    await stage.invite("GGGG2222", "officer", "SDL")
    for text in ("/start GGGG2222", "đúng", "đồng ý"):
        await stage.says(WHO, text)
    assert (await bench.browser().get(path)).status == 404


async def test_a_closed_criterion_says_that_it_takes_nothing(bench: SiteBench) -> None:
    path, browser = await given(bench.stage), bench.browser()
    page = await browser.get(path)
    await bench.stage.office(CloseCycle())
    assert "hiện không sửa được" in (await browser.get(path)).text
    sent = await browser.upload(page, path, "ke-hoach.pdf", PDF)
    assert (sent.status, "chưa nộp" in sent.text) == (422, True)
    assert await filed(bench.stage) == []


async def fetchable(bench: SiteBench, folder: Path, kind: str = "download") -> None:
    """A file that somebody was sent the address of."""
    now = to_ms(bench.stage.clock())
    subject = {"digest": Blobs(folder).put(PDF), "name": "Công văn 12.pdf", "media": "application/pdf"}

    def issue(conn: Connection) -> int:
        arrival = chats.look(conn, "zalo_bot", bench.stage.actor(WHO).address)
        assert arrival is not None
        assert arrival.person is not None
        return passes.add_pass(
            conn, NewPass(hash_code(TOKEN), kind, arrival.person.id, now, now + 7 * 86_400_000, subject)
        )

    await bench.stage.store.run(issue)


async def test_a_file_is_fetched_by_its_button_once_and_previews_use_nothing_up(
    bench: SiteBench, tmp_path: Path
) -> None:
    await fetchable(bench, tmp_path)
    for _ in range(3):
        assert (await bench.browser().get(FETCH)).status == 200
    assert (await bench.browser().get(FETCH, "HEAD")).status == 200
    browser = bench.browser()
    page = await browser.get(FETCH)
    assert "Công văn 12.pdf" in page.text
    file = await browser.send(page, FETCH)
    assert (file.status, file.body) == (200, PDF)
    assert file.headers["Content-Disposition"].startswith("attachment; ")
    assert "sandbox" in file.headers["Content-Security-Policy"]
    other = bench.browser()
    assert (await other.get(FETCH)).status == 404
    again = await browser.send(page, FETCH)  # a download that broke off is begun again where it was begun
    assert (again.status, again.body) == (200, PDF)
    bench.stage.clock.now += timedelta(minutes=10)
    assert (await browser.send(page, FETCH)).status == 404
    assert (await browser.get(FETCH)).status == 404


async def test_whoever_holds_no_role_any_more_fetches_nothing(bench: SiteBench, tmp_path: Path) -> None:
    await fetchable(bench, tmp_path)
    browser = bench.browser()
    page = await browser.get(FETCH)
    assert page.status == 200

    def revoke(conn: Connection) -> None:
        arrival = chats.look(conn, "zalo_bot", bench.stage.actor(WHO).address)
        assert arrival is not None
        for role in arrival.roles:
            assert people.revoke_role(conn, role.id, to_ms(bench.stage.clock()))

    await bench.stage.store.run(revoke)
    assert (await browser.send(page, FETCH)).status == 404
    assert (await browser.get(FETCH)).status == 404


@pytest.mark.parametrize("kind", ["upload", "chat"])
async def test_a_pass_for_something_else_fetches_nothing(bench: SiteBench, tmp_path: Path, kind: str) -> None:
    await fetchable(bench, tmp_path, kind)
    assert (await bench.browser().get(FETCH)).status == 404
    bench.stage.clock.now += timedelta(days=8)
    assert (await bench.browser().get(FETCH)).status == 404


async def test_a_code_that_links_a_chat_opens_no_door_of_the_site(bench: SiteBench) -> None:
    (card,) = await bench.stage.says(WHO, "/lienket")
    code = next(line for line in card.text.splitlines() if len(line) == 8 and line.isalnum())
    browser = bench.browser()
    assert (await browser.get(f"/moi/{code}")).status == 404
    assert (await browser.get(f"/vao/{code}")).status == 404
    assert [one for one in browser.cookies if "visit" not in one] == []
