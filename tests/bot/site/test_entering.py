"""The door for whoever has an invite: looking uses nothing up, agreeing lets in once, everything else is said in words.

Checked once against: a GET that takes the invite, a token that is drawn anew when a form is sent twice, an old session
that goes on living beside the new one, guesses that are never counted: each failed here.
"""

from __future__ import annotations

from datetime import timedelta

from site_bench.browser import Browser, SiteBench
from sqlalchemy import Connection
from talk.stage import Stage

from bot.conversation.codes import hash_code
from bot.intake.moments import to_ms
from bot.site.sessions import hash_token
from storage import chats, history, invites, sessions
from storage.rows import Arrival, HistoryRow

CODE = "K7Q29XPM"
PATH = f"/moi/{CODE}"


def uses_left(conn: Connection) -> int:
    return next(row.uses_left for row in invites.list_invites(conn) if row.code_hash == hash_code(CODE))


async def seen_by(bench: SiteBench, browser: Browser) -> tuple[Arrival, tuple[HistoryRow, ...]]:
    raw = browser.cookies["tucham"]
    found = await bench.site.visitors.find(raw)
    assert found is not None
    arrival = await bench.stage.store.read(chats.look, "web", found.chat.address)
    assert arrival is not None
    return arrival, await bench.stage.store.read(history.history, found.chat.id)


async def test_the_page_of_an_invite_says_what_one_agrees_to(bench: SiteBench) -> None:
    page = await bench.browser().get(PATH)
    assert page.status == 200
    for told in (
        "Sở Du lịch",
        "Năm đánh giá 2025",
        "3270/QĐ-UBND",
        "38 tiêu chí",
        "20 phút",
        "15/01/2026",
        "Họ và tên",
    ):
        assert told in page.text, told
    assert page.text.count("<h1>") == 1
    assert page.text.count("button main") == 1


async def test_looking_uses_nothing_up_however_it_is_done(bench: SiteBench) -> None:
    for method in ("GET", "HEAD", "GET"):
        assert (await bench.browser().get(PATH, method)).status == 200
    assert await bench.stage.store.read(uses_left) == 1


async def test_agreeing_joins_lets_in_and_the_open_question_stands_there(bench: SiteBench) -> None:
    browser = await bench.joined(CODE, "  Nguyễn  Thị Hòa ")
    arrival, entries = await seen_by(bench, browser)
    assert arrival.person is not None
    assert arrival.person.name == "Nguyễn Thị Hòa"
    assert arrival.person.accepted_at is not None
    assert [role.role for role in arrival.roles] == ["officer"]
    assert [row.kind for row in entries if row.state == "kept"][-1:] == ["card"]
    assert await bench.stage.store.read(uses_left) == 0


async def test_who_agreed_goes_on_to_their_own_page(bench: SiteBench) -> None:
    await bench.stage.invite("AAAA2222", "admin")
    for code, home in ((CODE, "/chat"), ("AAAA2222", "/bang")):
        browser = bench.browser()
        page = await browser.get(f"/moi/{code}")
        assert (await browser.send(page, f"/moi/{code}", name="An")).location == home
        assert (await browser.get("/")).location == home


async def test_a_form_sent_twice_lets_in_once_with_one_session(bench: SiteBench) -> None:
    browser = bench.browser()
    page = await browser.get(PATH)
    first_cookies = dict(browser.cookies)
    await browser.send(page, PATH, name="An")
    token = browser.cookies["tucham"]
    browser.cookies = first_cookies
    again = await browser.send(page, PATH, name="An")
    assert (again.status, again.location) == (303, "/chat")
    assert browser.cookies["tucham"] == token


async def test_without_a_name_nothing_is_used_up_and_the_field_says_so(bench: SiteBench) -> None:
    browser = bench.browser()
    page = await browser.send(await browser.get(PATH), PATH, name="\u200b")
    assert page.status == 422
    assert "aria-invalid" in page.text
    assert "tucham" not in browser.cookies
    assert await bench.stage.store.read(uses_left) == 1


async def test_a_hostile_name_is_shown_as_text(bench: SiteBench) -> None:
    browser = await bench.joined(CODE, '<script>alert(1)</script>" onfocus="x')
    page = await browser.get("/phien")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


async def test_a_wrong_a_used_and_an_expired_code_get_the_same_page(bench: SiteBench) -> None:
    await bench.joined(CODE)
    await bench.stage.invite("BBBB2222", "officer", "SDL", hours=1)
    bench.stage.clock.now += timedelta(hours=2)
    pages = [await bench.browser().get(f"/moi/{code}") for code in (CODE, "BBBB2222", "CCCC2222")]
    assert {page.status for page in pages} == {404}
    assert all("Mã mời này không dùng được" in page.text for page in pages)
    assert all("/vao" in page.text for page in pages)


async def test_a_used_code_posted_again_lets_nobody_in(bench: SiteBench) -> None:
    other = bench.browser()
    page = await other.get(PATH)
    await bench.joined(CODE)
    late = await other.send(page, PATH, name="Bình")
    assert late.status == 404
    assert "tucham" not in other.cookies


async def test_five_wrong_codes_lock_the_address_for_a_quarter_of_an_hour(bench: SiteBench) -> None:
    for number in range(5):
        assert (await bench.browser().get(f"/moi/DDDD222{number + 2}")).status == 404
    locked = await bench.browser().get(PATH)
    assert (locked.status, locked.headers["Retry-After"]) == (429, "900")
    assert "15 phút" in locked.text
    bench.stage.clock.now += timedelta(minutes=15)
    assert (await bench.browser().get(PATH)).status == 200


async def test_a_typed_code_is_read_in_any_spelling(bench: SiteBench) -> None:
    browser = bench.browser()
    page = await browser.get("/moi")
    assert (await browser.send(page, "/moi", code=" k7q2-9xpm ")).location == PATH
    wrong = await browser.send(page, "/moi", code="xin chào")
    assert (wrong.status, "aria-invalid" in wrong.text) == (422, True)


async def test_somebody_who_is_signed_in_joins_without_a_name_and_the_old_session_ends(
    bench: SiteBench, stage: Stage
) -> None:
    await stage.invite("EEEE2222", "officer", "SYT")
    browser = await bench.joined(CODE)
    before = browser.cookies["tucham"]
    page = await browser.get("/moi/EEEE2222")
    assert "Họ và tên" not in page.text
    assert (await browser.send(page, "/moi/EEEE2222")).status == 303
    arrival, _ = await seen_by(bench, browser)
    assert {role.unit_code for role in arrival.roles} == {"SDL", "SYT"}
    assert browser.cookies["tucham"] != before
    assert await stage.store.read(sessions.find_session, hash_token(before), to_ms(stage.clock())) is None


async def test_whoever_holds_the_role_already_is_sent_to_their_page(bench: SiteBench, stage: Stage) -> None:
    await stage.invite("FFFF2222", "officer", "SDL", uses=2)
    browser = await bench.joined(CODE)
    assert (await browser.get("/moi/FFFF2222")).location == "/chat"


async def test_who_is_asked_about_one_criterion_reads_who_asks_and_finds_it_on_their_page(
    bench: SiteBench, stage: Stage
) -> None:
    await stage.joins("An", CODE)
    browser = None
    for criterion in ("2.1.1", "3.1"):
        await stage.says("An", f"sửa {criterion}")
        (message,) = await stage.says("An", "hỏi đồng nghiệp")
        code = message.text.rpartition("/moi/")[2][:8]
        browser = browser or bench.browser()
        page = await browser.get(f"/moi/{code}")
        assert page.status == 200
        assert "An nhờ anh/chị trả lời" in page.text
        assert f"Câu {criterion}." in page.text
        assert "38 tiêu chí" not in page.text
        assert (await browser.send(page, f"/moi/{code}", name="Lê Thị Hoa")).location == "/chat"
        _, entries = await seen_by(bench, browser)
        card = next(row for row in reversed(entries) if row.kind == "card" and row.state == "kept")
        assert criterion in card.body["card"]
        assert "Đã xong" not in card.body["card"]
    (asked, _) = (await stage.assessment("SDL")).inquiries
    assert asked.colleague == "Lê Thị Hoa"
