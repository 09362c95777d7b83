"""Files and pages as browsers take them: kept for good under an address of their own, and nothing inline anywhere."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable

from site_bench.browser import Browser, Page, SiteBench

from bot.site.assets import BUNDLES, Assets

CODE = "K7Q29XPM"
MEDIA = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
INLINE = re.compile(r"\sstyle=|\son[a-z]+=|<style|javascript:|<script(?![^>]*\ssrc=\"/tinh/)", re.IGNORECASE)


async def raw(bench: SiteBench, path: str, accepted: str) -> tuple[int, dict[str, str], bytes]:
    async with bench.http.get(bench.root + path, headers={"Accept-Encoding": accepted}) as response:
        return response.status, dict(response.headers), await response.read()


async def test_every_file_is_served_with_its_type_and_kept_for_good(bench: SiteBench) -> None:
    for name in BUNDLES:
        status, headers, _ = await raw(bench, bench.site.assets.address(name), "identity")
        assert (status, headers["Content-Type"]) == (200, MEDIA[name.rpartition(".")[2]])
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert headers["Vary"] == "Accept-Encoding"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers


async def test_a_file_is_packed_for_whoever_takes_it_so(bench: SiteBench) -> None:
    address = bench.site.assets.address("door.css")
    plain, packed = await raw(bench, address, "identity"), await raw(bench, address, "br, gzip;q=0.8")
    assert "Content-Encoding" not in plain[1]
    assert packed[1]["Content-Encoding"] == "gzip"
    assert int(packed[1]["Content-Length"]) < len(plain[2]) / 2
    assert packed[2] == plain[2]
    assert "Content-Encoding" not in (await raw(bench, address, "gzip;q=0"))[1]


async def test_another_digest_or_name_is_not_there(bench: SiteBench) -> None:
    address = bench.site.assets.address("door.css")
    for path in (
        "/tinh/0123456789abcdef/door.css",
        f"{address}x",
        address.replace("door.css", "..%2f..%2fvi%2fcli.toml"),
    ):
        assert (await bench.browser().get(path)).status == 404


def test_all_files_of_a_page_are_small() -> None:
    made = Assets()
    for style in ("door", "chat", "board"):
        names = [name for name in BUNDLES if name.startswith(style)]
        packed = sum(len(gzip.compress(made.body(name))) for name in names)
        assert packed < 20_000, (style, packed)


async def all_pages(bench: SiteBench) -> Iterable[Page]:
    browser: Browser = await bench.joined(CODE)
    await bench.stage.invite("AAAA2222", "reviewer")
    stranger = bench.browser()
    return [
        *[
            await stranger.get(path)
            for path in ("/", "/moi", "/moi?khac", "/moi/AAAA2222", "/moi/ZZZZ2222", "/vao", "/ra")
        ],
        *[await browser.get(path) for path in ("/phien", "/ra", "/vao", "/moi/AAAA2222", "/moi/ZZZZ2222", "/nope")],
        await stranger.post("/moi", {}),
        await stranger.post("/phien", {}),
    ]


async def test_no_page_holds_a_script_or_a_style_of_its_own(bench: SiteBench) -> None:
    for page in await all_pages(bench):
        assert not INLINE.search(page.text), page.text


async def test_every_page_is_whole_and_speaks_vietnamese(bench: SiteBench) -> None:
    for page in await all_pages(bench):
        assert page.text.startswith('<!doctype html>\n<html lang="vi">')
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert len(re.findall(r"<h1[ >]", page.text)) == 1, page.text
        assert page.text.count("<main") == 1
        assert page.text.count("button main") <= 1, page.text
        assert re.search(r"<title>[^<·]+ · Tự chấm điểm", page.text)
        labelled = set(re.findall(r'<label for="([^"]+)"', page.text))
        assert labelled == set(re.findall(r'<input [^>]*?\bid="([^"]+)"', page.text))
        assert "!" not in re.sub(r"<[^>]*>", "", page.text.removeprefix("<!doctype html>"))


async def test_each_form_of_a_page_has_a_key_of_its_own(bench: SiteBench) -> None:
    browser = await bench.joined(CODE)
    first, second = await browser.get("/phien"), await browser.get("/phien")
    forms = [*first.forms, *second.forms]
    assert len({form.fields["key"] for form in forms}) == len(forms)
    assert len({form.fields["csrf"] for form in forms}) == 1
