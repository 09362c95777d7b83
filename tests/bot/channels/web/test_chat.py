"""The chat page, used by a browser without any script; everything behind it is the product's."""

from __future__ import annotations

from aiohttp import FormData
from web_page.browser import Browser

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7V\xbd\xfa\x00\x00\x00\x00IEND\xaeB`\x82"
)


async def at(browser: Browser, criterion: str) -> Browser:
    """The officer stands at a criterion."""
    await browser.does(text=f"sửa {criterion}")
    return browser


async def test_a_newcomer_sees_what_was_said_and_the_unit(browser: Browser) -> None:
    assert "<h1>Sở Du lịch</h1>" in browser.page
    assert "Câu mở đầu" in await browser.does(text="/tieptuc")


async def test_a_press_records_and_shows_the_next_question_with_the_record_above(browser: Browser) -> None:
    await at(browser, "1.1")
    await browser.press("Có ban hành")
    assert "Đã ghi nhận 1.1: Có ban hành" in browser.page
    assert "Đã ghi nhận" not in browser.live
    assert '<li class="mine">' in browser.page
    assert "Đã xong <b>1/38</b>" in browser.page
    assert "2/2</b> điểm" in browser.page


async def test_an_undo_takes_the_answer_back(browser: Browser) -> None:
    await at(browser, "1.1")
    await browser.press("Có ban hành")
    await browser.press("Hoàn tác")
    assert "Đã xong <b>0/38</b>" in browser.page
    assert "câu trả lời vừa rồi được bỏ" in browser.page


async def test_two_counts_are_one_answer(browser: Browser) -> None:
    await at(browser, "2.1.1")
    await browser.does(numerator="350", denominator="400", percent="")
    assert "350/400 = 87,5%" in browser.page


async def test_a_percentage_with_a_comma_is_an_answer(browser: Browser) -> None:
    await at(browser, "2.1.1")
    await browser.does(numerator="", denominator="", percent="87,5 %")
    assert "Đã ghi nhận 2.1.1: 87,5%" in browser.page


async def test_a_doubtful_percentage_is_asked_back_and_nothing_is_written(browser: Browser) -> None:
    await at(browser, "2.1.1")
    await browser.does(numerator="", denominator="", percent="0,9")
    assert "Anh/chị muốn ghi 0,9% hay 90%?" in browser.live
    assert "Đã xong <b>0/38</b>" in browser.page
    await browser.press("9 trong 10")
    assert "Đã ghi nhận 2.1.1: 90%" in browser.page


async def test_a_lone_count_is_never_taken_for_a_percentage(browser: Browser) -> None:
    await at(browser, "2.1.1")
    await browser.does(numerator="68", denominator="", percent="")
    assert "Chưa ghi gì cho câu 2.1.1" in browser.live
    assert "Đã xong <b>0/38</b>" in browser.page


async def test_empty_figures_are_answered_with_a_word_and_no_empty_bubble(browser: Browser) -> None:
    await at(browser, "2.1.1")
    await browser.does(numerator="", denominator="", percent="")
    assert "Chưa ghi gì cho câu 2.1.1" in browser.live
    assert browser.page.count('class="mine"') == 1


async def test_figures_of_an_older_question_do_not_answer_a_newer_one(browser: Browser) -> None:
    await at(browser, "2.1.1")
    old = browser.page
    await at(browser, "2.1.2")
    browser.page = old
    await browser.does(numerator="", denominator="", percent="85")
    assert "Đã xong <b>0/38</b>" in browser.page
    assert "2.1.2" in browser.live


async def test_the_same_form_sent_twice_counts_once(browser: Browser) -> None:
    await at(browser, "1.1")
    shown, press = browser.page, browser.payload("Có ban hành")
    for _ in range(2):
        browser.page = shown
        await browser.does(press=press)
    assert browser.page.count("Đã ghi nhận 1.1") == 1


async def test_the_text_field_steps_aside_where_there_are_fields(browser: Browser) -> None:
    await at(browser, "2.1.1")
    assert 'id="say"' not in browser.page
    await at(browser, "1.1")
    assert 'id="say"' in browser.page


async def test_the_menu_has_the_commands_of_the_role_and_they_work(browser: Browser) -> None:
    assert 'name="text" value="/xemlai"' in browser.page
    assert 'value="/tonghop"' not in browser.page
    await browser.does(text="/xemlai")
    assert "Bản tự chấm của Sở Du lịch" in browser.live


async def test_with_the_script_the_answer_is_the_part_that_changes(browser: Browser) -> None:
    await at(browser, "1.1")
    answer = await browser.post(data={"press": browser.payload("Có ban hành")}, **{"X-Part": "1"})
    text = await answer.text()
    assert answer.status == 200
    assert "<html" not in text
    assert all(f'id="{one}"' in text for one in ("p-who", "p-head", "p-log", "p-foot"))
    assert "Đã ghi nhận 1.1" in text


async def test_hostile_text_is_shown_as_text(browser: Browser) -> None:
    await at(browser, "1.1")
    hostile = '"><script>alert(1)</script>'
    await browser.does(text=hostile)
    assert "<script>alert" not in browser.page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in browser.page


async def test_what_nobody_ever_offered_changes_nothing(browser: Browser) -> None:
    await at(browser, "1.1")
    await browser.does(press="an:999:1.1:oyes:0")
    await browser.does(press="\x00" * 200)
    assert "Đã xong <b>0/38</b>" in await browser.does(text="/tieptuc")
    assert (await browser.post(data={"other": "1"})).status == 400


async def test_older_entries_are_one_link_away(browser: Browser) -> None:
    for _ in range(21):
        await browser.does(text="không hiểu gì")
        await browser.does(text="/diem")
        await browser.does(text="/chuanbi")
    assert "Xem phần trước" in browser.page
    older = browser.page.split('href="/chat?truoc=')[1].split('"')[0]
    page = await browser.open(f"/chat?truoc={older}")
    assert 'id="nay"' not in page
    assert "Về câu hiện tại" in page


async def test_two_units_see_nothing_of_each_other(browser: Browser, colleague: Browser) -> None:
    await at(browser, "1.1")
    await browser.press("Có ban hành")
    await colleague.open()
    assert "Sở Y tế" in colleague.page
    assert "Đã ghi nhận 1.1" not in colleague.page


async def test_a_file_is_kept_beside_the_question_and_fetched_only_by_its_unit(
    browser: Browser, colleague: Browser
) -> None:
    await at(browser, "1.1")
    form = FormData(quote_fields=False)
    form.add_field("file", PNG, filename="Quyết định số 1.png", content_type="image/png")
    answer = await browser.post("/chat/tep", form)
    assert answer.status == 303
    assert "Quyết định" in await browser.open()
    statuses = {n: (await browser.client.get(f"/tep/{n}", headers=browser.headers)).status for n in range(1, 4)}
    (found,) = (n for n, status in statuses.items() if status == 200)
    async with browser.client.get(f"/tep/{found}", headers=browser.headers) as fetched:
        assert await fetched.read() == PNG
        assert fetched.headers["Content-Disposition"].startswith("attachment; ")
        assert fetched.headers["X-Content-Type-Options"] == "nosniff"
        assert fetched.headers["Content-Type"] == "image/png"
    async with browser.client.get(f"/tep/{found}", headers=colleague.headers) as refused:
        assert refused.status == 403
    assert (await browser.client.get("/tep/999999", headers=browser.headers)).status == 404
    assert (await browser.client.get("/tep/x", headers=browser.headers)).status == 404


async def test_a_file_that_is_not_taken_is_told_in_words(browser: Browser) -> None:
    await at(browser, "1.1")
    form = FormData()
    form.add_field("file", b"MZ\x90\x00", filename="a.png", content_type="image/png")
    assert (await browser.post("/chat/tep", form)).status == 303
    assert "chưa lưu" in await browser.open()


async def test_the_first_view_is_light(browser: Browser) -> None:
    for criterion in ("1.1", "1.2.1", "1.3", "1.4.1", "1.4.2", "1.4.3"):
        await at(browser, criterion)
        await browser.does(text="1")
    size = len(browser.page.encode())
    for address in (part.split('"')[0] for part in browser.page.split('="/tinh/')[1:]):
        async with browser.client.get(f"/tinh/{address}", headers={"Accept-Encoding": "identity"}) as asset:
            size += len(await asset.read()) if asset.status == 200 else 0
    assert size <= 60 * 1024, size
