"""What stands before every address: whose form it is, from which page it came, how much, how often, and in which words.

Checked once against: no CSRF check, no look at the origin, a body read to its end, an exception's text in the log, a
cookie without Secure under https: each failed here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from http.cookies import Morsel

import pytest
from aiohttp import FormData, web
from site_bench.browser import Browser, SiteBench, site_on
from talk.stage import Stage

from bot.conversation.access import Action
from bot.site.forms import form_text
from bot.site.headers import POLICY
from bot.site.limits import Rates
from bot.site.route import OpenRoute, Route, Visitor
from bot.site.site import Site
from storage.errors import StoreUnavailable

CODE = "K7Q29XPM"
SECRET = "Lê Thị Mật"


async def said(request: web.Request, _visitor: Visitor) -> web.StreamResponse:
    form = await request.post()
    part = form.get("file")
    size = len(part.file.read()) if isinstance(part, web.FileField) else -1
    return web.Response(text=f"taken {form_text(form, 'text')} {size}")


async def breaks(_request: web.Request, _visitor: Visitor) -> web.StreamResponse:
    raise ValueError(SECRET)


async def is_out(_request: web.Request, _visitor: Visitor) -> web.StreamResponse:
    raise StoreUnavailable("out")


async def hangs_up(_request: web.Request, _visitor: Visitor) -> web.StreamResponse:
    raise ConnectionResetError("the browser is gone")


async def breaks_openly(_request: web.Request) -> web.StreamResponse:
    raise RuntimeError(SECRET)


def probes(_site: Site) -> Iterable[Route | OpenRoute]:
    return (
        Route("POST", "/say", Action.SESSIONS, said, body_limit=4096),
        Route("GET", "/breaks", Action.SESSIONS, breaks),
        Route("GET", "/out", Action.SESSIONS, is_out),
        Route("GET", "/gone", Action.SESSIONS, hangs_up),
        OpenRoute("GET", "/open-breaks", breaks_openly),
    )


@pytest.fixture
async def bench(stage: Stage) -> object:
    async with site_on(stage, probes) as made:
        yield made


async def ready(bench: SiteBench) -> tuple[Browser, dict[str, str]]:
    """A browser that is signed in, and what its forms carry."""
    browser = await bench.joined(CODE)
    return browser, (await browser.get("/phien")).form("/ra").fields | {"text": "xin"}


async def test_a_form_of_ours_is_taken(bench: SiteBench) -> None:
    browser, fields = await ready(bench)
    page = await browser.post("/say", fields)
    assert (page.status, page.text) == (200, "taken xin -1")


@pytest.mark.parametrize("csrf", [None, "", "0" * 64, "é"])
async def test_a_form_without_our_sign_is_refused_in_words(bench: SiteBench, csrf: str | None) -> None:
    browser, fields = await ready(bench)
    del fields["csrf"]
    page = await browser.post("/say", fields | ({} if csrf is None else {"csrf": csrf}))
    assert (page.status, "chưa ghi được" in page.text) == (403, True)


async def test_the_sign_of_another_session_is_refused(bench: SiteBench, stage: Stage) -> None:
    browser, fields = await ready(bench)
    await stage.invite("AAAA2222", "officer", "SYT")
    other = await bench.joined("AAAA2222", "Bình")
    assert (await other.post("/say", fields)).status == 403
    assert (await browser.post("/say", fields)).status == 200


@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        ("http://tucham.test", "same-origin", 200),
        ("http://tucham.test", "", 200),
        ("null", "same-origin", 200),
        ("", "", 200),
        ("http://evil.test", "", 403),
        ("http://tucham.test.evil.test", "", 403),
        ("https://tucham.test", "", 403),
        ("null", "", 403),
        ("http://tucham.test", "cross-site", 403),
        ("http://tucham.test", "same-site", 403),
        ("", "cross-site", 403),
    ],
)
async def test_a_form_sent_by_another_site_is_refused(bench: SiteBench, origin: str, site: str, status: int) -> None:
    browser, fields = await ready(bench)
    assert (await browser.post("/say", fields, Origin=origin, Sec_Fetch_Site=site)).status == status


async def test_strangers_forms_are_checked_too(bench: SiteBench) -> None:
    browser = bench.browser()
    path = f"/moi/{CODE}"
    fields = (await browser.get(path)).form(path).fields | {"name": "An"}
    assert (await browser.post(path, fields | {"csrf": "0" * 64})).status == 403
    assert (await bench.browser().post(path, fields)).status == 403
    assert (await browser.post(path, fields, Origin="http://evil.test")).status == 403
    assert (await browser.post(path, fields)).status == 303


async def test_a_body_over_the_limit_is_refused_told_or_not(bench: SiteBench) -> None:
    browser, fields = await ready(bench)
    assert (await browser.post("/say", fields | {"text": "x" * 5000})).status == 413

    async def told_in_pieces() -> object:
        for _ in range(9):
            yield b"text=" + b"x" * 1000

    headers = {"Cookie": f"tucham={browser.cookies['tucham']}", "Content-Type": "application/x-www-form-urlencoded"}
    async with bench.http.post(f"{bench.root}/say", data=told_in_pieces(), headers=headers) as response:
        assert response.status == 413


async def test_a_file_comes_with_the_form_up_to_the_limit_of_its_address(bench: SiteBench) -> None:
    browser, fields = await ready(bench)
    for size, status in ((1000, 200), (6000, 413)):
        form = FormData(fields)
        form.add_field("file", b"x" * size, filename="a.pdf", content_type="application/pdf")
        headers = {"Cookie": f"tucham={browser.cookies['tucham']}"}
        async with bench.http.post(f"{bench.root}/say", data=form, headers=headers) as response:
            assert response.status == status
            if status == 200:
                assert await response.text() == "taken xin 1000"


async def test_what_is_no_form_is_refused_in_words(bench: SiteBench) -> None:
    browser, _ = await ready(bench)
    headers = {"Cookie": f"tucham={browser.cookies['tucham']}", "Content-Type": "multipart/form-data; boundary=x"}
    async with bench.http.post(f"{bench.root}/say", data=b"--x\r\n\r\n\r\n--x--", headers=headers) as response:
        assert response.status == 400
        assert "chưa đọc được" in await response.text()


async def test_whoever_is_not_signed_in_is_shown_the_way_in(bench: SiteBench) -> None:
    stranger = bench.browser()
    assert (await stranger.get("/phien")).location == "/vao"
    for page in (await stranger.post("/say", {}), await stranger.get("/phien", X_Part="1")):
        assert (page.status, "Phiên đăng nhập đã hết" in page.text) == (401, True)


async def test_an_address_nobody_answers_is_a_page_in_words(bench: SiteBench) -> None:
    page = await bench.browser().get("/khong-co")
    assert (page.status, "Không tìm thấy trang này" in page.text) == (404, True)
    assert page.headers["Content-Security-Policy"] == POLICY


async def test_a_bug_is_an_apology_and_its_log_quotes_nobody(
    bench: SiteBench, caplog: pytest.LogCaptureFixture
) -> None:
    browser, _ = await ready(bench)
    caplog.set_level(logging.INFO)
    for page in (await browser.get("/breaks"), await bench.browser().get("/open-breaks")):
        assert (page.status, "Xin lỗi anh/chị" in page.text) == (500, True)
        assert SECRET not in page.text
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text


async def test_a_browser_that_hangs_up_is_nobodys_error(bench: SiteBench, caplog: pytest.LogCaptureFixture) -> None:
    browser, _ = await ready(bench)
    caplog.set_level(logging.INFO)
    assert (await browser.get("/gone")).status == 503
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_while_the_database_is_out_people_are_asked_to_wait(bench: SiteBench) -> None:
    browser, _ = await ready(bench)
    page = await browser.get("/out")
    assert (page.status, page.headers["Retry-After"], "tạm gián đoạn" in page.text) == (503, "5", True)


async def test_no_code_and_no_name_stands_in_any_log(bench: SiteBench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, logger="bot")
    browser = await bench.joined(CODE, SECRET)
    for path in ("/moi/ZZZZ2222", "/vao/q3Zt8mB1rN5xW0aLc7Yp2g", "/breaks"):
        await browser.get(path)
    for hidden in (CODE, "ZZZZ2222", "q3Zt8mB1rN5xW0aLc7Yp2g", SECRET, browser.cookies["tucham"]):
        assert hidden not in caplog.text


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("X-Frame-Options", "DENY"),
        ("X-Robots-Tag", "noindex, nofollow"),
        ("Cache-Control", "no-store"),
    ],
)
async def test_every_answer_carries_the_header(bench: SiteBench, header: str, value: str) -> None:
    browser, fields = await ready(bench)
    answers = [
        await browser.get("/"),
        await browser.get("/phien"),
        await browser.get("/breaks"),
        await browser.get("/khong-co"),
        await browser.post("/say", fields),
        await browser.post("/say", {}),
        await bench.browser().get("/phien"),
        await bench.browser().get("/vao"),
    ]
    assert [page.headers.get(header) for page in answers] == [value] * len(answers)
    assert all("Strict-Transport-Security" not in page.headers for page in answers)


def test_the_policy_lets_nothing_in_but_our_own() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert (rules["script-src"], rules["style-src"]) == ("'self'", "'self'")
    assert (rules["form-action"], rules["base-uri"], rules["frame-ancestors"]) == ("'self'", "'none'", "'none'")
    assert "unsafe" not in POLICY


def flags(morsel: Morsel[str]) -> tuple[bool, bool, str, str, str]:
    return (bool(morsel["secure"]), bool(morsel["httponly"]), morsel["samesite"], morsel["path"], morsel["domain"])


async def test_the_cookies_of_a_plain_site(bench: SiteBench) -> None:
    browser = bench.browser()
    page = await browser.get(f"/moi/{CODE}")
    assert flags(page.set_cookies["tucham-visit"]) == (False, True, "Lax", "/", "")
    entered = await browser.send(page, f"/moi/{CODE}", name="An")
    assert flags(entered.set_cookies["tucham"]) == (False, True, "Lax", "/", "")
    assert int(entered.set_cookies["tucham"]["max-age"]) == 60 * 24 * 3600
    assert entered.set_cookies["tucham-visit"]["max-age"] == "0"


async def test_the_cookies_of_a_site_over_https(stage: Stage) -> None:
    async with site_on(stage, probes, public_url="https://tucham.test") as bench:
        browser = bench.browser()
        page = await browser.get(f"/moi/{CODE}")
        assert flags(page.set_cookies["__Host-tucham-visit"]) == (True, True, "Lax", "/", "")
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
        entered = await browser.send(page, f"/moi/{CODE}", name="An")
        assert flags(entered.set_cookies["__Host-tucham"]) == (True, True, "Lax", "/", "")
        out = await browser.send(await browser.get("/ra"), "/ra")
        assert out.set_cookies["__Host-tucham"]["max-age"] == "0"
        assert flags(out.set_cookies["__Host-tucham"])[0]


async def test_a_token_made_up_by_somebody_else_is_never_taken_over(bench: SiteBench) -> None:
    browser = bench.browser()
    browser.cookies["tucham"] = "a" * 64
    page = await browser.get(f"/moi/{CODE}")
    await browser.send(page, f"/moi/{CODE}", name="An")
    assert browser.cookies["tucham"] != "a" * 64


async def test_a_session_ends_when_its_time_is_over(bench: SiteBench, stage: Stage) -> None:
    browser, _ = await ready(bench)
    stage.clock.now += timedelta(days=60)
    assert (await browser.get("/phien")).location == "/vao"


async def test_one_person_sends_so_many_forms_and_then_waits(bench: SiteBench, stage: Stage) -> None:
    browser, fields = await ready(bench)
    stage.clock.now += timedelta(minutes=1)
    rate = Rates().writes
    sent = [await browser.post("/say", fields) for _ in range(rate.burst + 1)]
    assert [page.status for page in sent] == [200] * rate.burst + [429]
    assert (sent[-1].headers["Retry-After"], "chờ ít giây" in sent[-1].text) == ("1", True)
    stage.clock.now += timedelta(seconds=1)
    again = [await browser.post("/say", fields) for _ in range(5)]
    assert [page.status for page in again] == [200] * 4 + [429]


async def test_another_person_at_the_same_address_does_not_wait(bench: SiteBench, stage: Stage) -> None:
    browser, fields = await ready(bench)
    await stage.invite("AAAA2222", "officer", "SYT")
    other = await bench.joined("AAAA2222", "Bình")
    theirs = (await other.get("/phien")).form("/ra").fields | {"text": "xin"}
    while (await browser.post("/say", fields)).status == 200:
        pass
    assert (await other.post("/say", theirs)).status == 200


async def test_one_address_asks_so_often_and_then_waits(stage: Stage) -> None:
    async with site_on(stage, trusted_proxies=1) as bench:
        here, there = bench.browser(), bench.browser()
        here.headers, there.headers = {"X-Forwarded-For": "10.0.0.1"}, {"X-Forwarded-For": "10.0.0.2"}
        rate = Rates().address
        seen = [(await here.get("/ra")).status for _ in range(rate.burst + 1)]
        assert seen == [200] * rate.burst + [429]
        assert (await there.get("/ra")).status == 200
        stage.clock.now += timedelta(seconds=1)
        assert (await here.get("/ra")).status == 200
