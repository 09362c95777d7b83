"""Signing in by a link, out again, and the list of places: a link opens once, an ended session is over at once.

Checked once against: a GET that uses the link, a second chat for each browser, a session that is only forgotten by the
browser, an old session that lives on beside the new one: each failed here.
"""

from __future__ import annotations

from datetime import timedelta

from site_bench.browser import Browser, SiteBench
from sqlalchemy import Connection
from talk.stage import Stage

from bot.conversation.codes import hash_code
from bot.intake.moments import to_ms
from bot.site.browsers import label_of
from storage import sign_ins
from storage.rows import NewSignIn

CODE = "K7Q29XPM"
LINK = "q3Zt8mB1rN5xW0aLc7Yp2g"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"


async def person_of(bench: SiteBench, browser: Browser) -> int:
    found = await bench.site.visitors.find(browser.cookies["tucham"])
    assert found is not None
    return found.person.id


async def link_for(stage: Stage, person_id: int, code: str = LINK) -> None:
    now = to_ms(stage.clock())

    def add(conn: Connection) -> None:
        sign_ins.add_sign_in(conn, NewSignIn(hash_code(code), person_id, None, now, now + 600_000))

    await stage.store.run(add)


async def test_a_link_shows_whose_page_it_opens_and_opens_it_once(bench: SiteBench, stage: Stage) -> None:
    phone = await bench.joined(CODE)
    await link_for(stage, await person_of(bench, phone))
    desk = bench.browser()
    page = await desk.get(f"/vao/{LINK}")
    assert "Nguyễn Thị Hòa" in page.text
    assert (await bench.browser().get(f"/vao/{LINK}", "HEAD")).status == 200
    entered = await desk.send(page, f"/vao/{LINK}")
    assert (entered.status, entered.location) == (303, "/chat")
    assert await person_of(bench, desk) == await person_of(bench, phone)
    late = await bench.browser().get(f"/vao/{LINK}")
    assert (late.status, "không dùng được" in late.text) == (404, True)


async def test_every_browser_of_a_person_shows_the_same_chat(bench: SiteBench, stage: Stage) -> None:
    phone = await bench.joined(CODE)
    await link_for(stage, await person_of(bench, phone))
    desk = bench.browser()
    await desk.send(await desk.get(f"/vao/{LINK}"), f"/vao/{LINK}")
    found = [await bench.site.visitors.find(one.cookies["tucham"]) for one in (phone, desk)]
    assert all(one is not None for one in found)
    assert len({one.chat.id for one in found if one}) == 1
    assert len({one.session_id for one in found if one}) == 2


async def test_a_link_that_is_too_late_or_unknown_opens_nothing(bench: SiteBench, stage: Stage) -> None:
    phone = await bench.joined(CODE)
    await link_for(stage, await person_of(bench, phone))
    desk = bench.browser()
    page = await desk.get(f"/vao/{LINK}")
    stage.clock.now += timedelta(minutes=10)
    assert (await desk.send(page, f"/vao/{LINK}")).status == 404
    assert (await bench.browser().get("/vao/nobody-knows-this-one")).status == 404
    assert "tucham" not in desk.cookies


async def test_a_link_of_somebody_else_takes_the_place_of_who_was_there(bench: SiteBench, stage: Stage) -> None:
    await stage.invite("AAAA2222", "officer", "SYT")
    first, other = await bench.joined(CODE), await bench.joined("AAAA2222", "Trần Văn Bình")
    theirs = await person_of(bench, other)
    await link_for(stage, theirs)
    before = first.cookies["tucham"]
    await first.send(await first.get(f"/vao/{LINK}"), f"/vao/{LINK}")
    assert await person_of(bench, first) == theirs
    assert await bench.site.visitors.find(before) is None


async def test_signing_out_ends_the_session_in_the_store_too(bench: SiteBench) -> None:
    browser = await bench.joined(CODE)
    stolen = dict(browser.cookies)
    out = await browser.send(await browser.get("/ra"), "/ra")
    assert (out.location, "tucham" in browser.cookies) == ("/ra", False)
    assert "đã đăng xuất" in (await browser.get("/ra")).text
    browser.cookies = stolen
    assert (await browser.get("/phien")).location == "/vao"


async def test_the_list_names_each_place_and_marks_this_one(bench: SiteBench, stage: Stage) -> None:
    phone = await bench.joined(CODE)
    await link_for(stage, await person_of(bench, phone))
    desk = bench.browser()
    desk.agent = FIREFOX
    await desk.send(await desk.get(f"/vao/{LINK}"), f"/vao/{LINK}")
    page = await desk.get("/phien")
    assert "Chrome trên Android" in page.text
    assert "Firefox trên Windows" in page.text
    assert page.text.count("Nơi này") == 1


async def test_another_place_is_ended_at_once(bench: SiteBench, stage: Stage) -> None:
    phone = await bench.joined(CODE)
    await link_for(stage, await person_of(bench, phone))
    desk = bench.browser()
    await desk.send(await desk.get(f"/vao/{LINK}"), f"/vao/{LINK}")
    page = await desk.get("/phien")
    one = next(form for form in page.forms if form.action == "/phien" and form.buttons[0][1] != "others")
    assert (await desk.post("/phien", one.fields | dict(one.buttons))).location == "/phien"
    assert (await phone.get("/phien")).location == "/vao"
    assert (await desk.get("/phien")).status == 200


async def test_all_other_places_are_ended_and_this_one_stays(bench: SiteBench, stage: Stage) -> None:
    phone = await bench.joined(CODE)
    await link_for(stage, await person_of(bench, phone))
    desk = bench.browser()
    await desk.send(await desk.get(f"/vao/{LINK}"), f"/vao/{LINK}")
    assert (await phone.send(await phone.get("/phien"), "/phien", end="others")).location == "/phien"
    assert (await desk.get("/phien")).location == "/vao"
    assert (await phone.get("/phien")).status == 200


async def test_nobody_ends_a_place_of_somebody_else(bench: SiteBench, stage: Stage) -> None:
    await stage.invite("AAAA2222", "officer", "SYT")
    mine, other = await bench.joined(CODE), await bench.joined("AAAA2222", "Trần Văn Bình")
    found = await bench.site.visitors.find(other.cookies["tucham"])
    assert found is not None
    form = (await mine.get("/phien")).form("/ra")
    assert (await mine.post("/phien", form.fields | {"end": str(found.session_id)})).location == "/phien"
    assert (await other.get("/phien")).status == 200


async def test_the_list_tells_when_a_place_was_used_last(bench: SiteBench, stage: Stage) -> None:
    browser = await bench.joined(CODE)
    stage.clock.now += timedelta(hours=3)
    await browser.get("/phien")
    assert "Dùng gần nhất 11:31" in (await browser.get("/phien")).text


def test_browsers_are_told_apart_coarsely() -> None:
    windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    assert label_of(f"{windows} Chrome/130.0 Safari/537.36 Edg/130.0") == "Edge/Windows"
    assert label_of(f"{iphone} Version/17.6 Mobile/15E148 Safari/604.1") == "Safari/iPhone"
    assert label_of(f"{iphone} Mobile/15E148 Zalo iOS/24") == "Zalo/iPhone"
    assert label_of(FIREFOX) == "Firefox/Windows"
    assert label_of("") == "/"
