"""An admin acts from a phone without script: every page is read by everybody, every form is filled in and sent."""

import pytest
from browsing.axe import COLOURS, grave
from browsing.layout import enlarge_text, holes, lost_text
from browsing.place import DESK, PHONE, Place, Someone

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
PAGES = (
    *("/bang/don-vi", "/bang/nguoi-dung", "/bang/nguoi-dung/1", "/bang/dot"),
    *("/bang/gui-tin", "/bang/gui-tin/nhac", "/bang/gui-tin/da-gui"),
)
LIST = "Mã,Tên đơn vị,Loại,Sáp nhập vào\nSDL,Sở Du lịch <b>,Sở,\nSTP,Sở Tư pháp,Sở,SNV\nSNV,Sở Nội vụ,Sở,\n"


async def scan(person: Someone, name: str) -> dict[str, list[str]]:
    """What is wrong with the page that is open: by day on a phone, by night at a desk and on a phone."""
    page, wrong = person.page, dict[str, list[str]]()
    for (wide, high), dark in ((PHONE, False), (DESK, True)):
        await page.set_viewport_size({"width": wide, "height": high})
        await page.emulate_media(color_scheme="dark" if dark else "light")
        wrong[f"{name} at {wide}"] = await grave(page) + await lost_text(page, wide) + await holes(page)
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    wrong[f"{name} in the dark"] = await grave(page, rules=COLOURS)
    await page.emulate_media(color_scheme="light")
    return {where: found for where, found in wrong.items() if found}


async def admin_of(place: Place, *, script: bool) -> Someone:
    """Somebody who was invited as an admin, on a phone."""
    code = str((await place.product.tucham("invite", "--role", "admin", "--json")).json["code"])
    person = await place.someone(script=script)
    await person.page.goto(f"{place.home}/moi/{code}")
    await person.page.fill("#name", "Lê Minh")
    await person.page.click("button.main")
    await person.page.wait_for_url("**/bang**")
    return person


async def test_no_page_of_the_admin_keeps_anybody_out(place: Place) -> None:
    await place.officer("SDL", 81)
    person = await admin_of(place, script=True)
    wrong = dict[str, list[str]]()
    for path in PAGES:
        await person.page.goto(path)
        wrong |= await scan(person, path)
    assert wrong == {}
    await enlarge_text(person.page)
    for path in PAGES:
        await person.page.goto(path)
        wrong[path] = await lost_text(person.page, PHONE[0])
    assert {path: found for path, found in wrong.items() if found} == {}


async def test_forms_are_sent_without_script(place: Place) -> None:
    person = await admin_of(place, script=False)
    page = person.page
    person.watch.allowed.append("409")
    await page.goto("/bang/don-vi")
    await page.set_input_files("input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    await page.click("button.main")
    told = await page.inner_text("main")
    assert "Sở Tư pháp (STP) → Sở Nội vụ (SNV)" in told
    assert "Sở Du lịch <b>" in told
    await page.click("text=Để sau")
    await page.goto("/bang/dot")
    await page.fill("input[name=until]", "2020-01-01")
    await page.fill("textarea[name=reason]", "Mưa lũ")
    await page.click("button.main")
    assert "đã qua" in await page.inner_text("[role=alert]")
    assert await page.input_value("textarea[name=reason]") == "Mưa lũ"
    await page.goto("/bang/nguoi-dung")
    await page.select_option("select[name=role] >> nth=0", "reviewer")
    await page.click("button.main")
    code = (await page.inner_text(".big")).strip()
    assert len(code) == 9
    await page.goto("/bang/nguoi-dung#phieu")
    await page.click("text=Các đơn vị chọn dưới đây")
    await page.click("text=Chọn đơn vị")
    await page.check("input[name=unit][value=STC]")
    async with page.expect_download() as coming:
        await page.click("text=In phiếu mời (PDF)")
    assert (await coming.value).suggested_filename.endswith(".pdf")
