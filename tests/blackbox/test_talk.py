"""The terminal as people use it: the demo in one window, the reviewer in another, a talk beside a running service."""

import re
from pathlib import Path

import pytest
from product.process import ROOT, Product

DEMO = ("demo", "--units", str(ROOT / "demo" / "don-vi-mau.csv"))


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return Product(tmp_path, {})


async def test_the_demo_leads_an_officer_in_and_back_to_the_same_question(product: Product) -> None:
    first = await product.tucham(*DEMO, stdin="a\na\na\na\na\na\na\n2\n")
    assert "29 đơn vị" in first.out
    assert "Sở Du lịch" in first.out
    assert "Có ban hành · 2 điểm" in first.out
    assert "Đã ghi nhận 1.1" in first.out
    assert first.err == ""
    second = await product.tucham(*DEMO, stdin="a\n")
    assert "1/38" in second.out
    assert "1.2.1." in second.out
    code = re.search(r"AS=(\w{8})", second.out)
    assert code is not None
    assert code[0] in first.out
    reviewer = await product.tucham("demo", "--as", code[1], stdin="a\na\n/tonghop\n")
    assert "Sở Du lịch" in reviewer.out
    assert "/29" in reviewer.out


async def test_a_closed_input_ends_the_talk_cleanly(product: Product) -> None:
    ended = await product.tucham(*DEMO)
    assert ended.status == 0
    assert "Mã hợp lệ" in ended.out


async def test_people_talk_beside_a_running_service(product: Product) -> None:
    await product.import_units([("SDL", "Sở Du lịch", "SDL", "so_ban_nganh")])
    await product.open_cycle(year=2026, due="2097-01-15")
    code = (await product.invite(unit="SDL"))["code"]
    lock = product.database.with_name(product.database.name + ".lock")
    async with product:
        await product.start(ready=lambda: "started" in product.tail())
        assert lock.exists()
        spelled = f"{code[:4]}-{code[4:]}".lower()
        joined = await product.tucham("talk", "--as", spelled, stdin="a\na\n")
        assert "Đã ghi nhận anh/chị" in joined.out
        again = await product.tucham("talk", "--as", code)
        assert "Mã hợp lệ" not in again.out
        assert await product.stop() == 0


async def test_a_wrong_code_is_refused_before_anything_is_opened(product: Product) -> None:
    refused = await product.tucham("talk", "--as", "O0O0", check=False)
    assert refused.status == 2
    assert "O0O0" in refused.err
    assert not product.database.exists()
