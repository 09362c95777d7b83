"""The terminal as people use it: a talk beside a running service, a closed input, a wrong code."""

from pathlib import Path

import pytest
from product.office import far_deadline
from product.warm import WarmProduct, Zygote

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def product(tmp_path: Path, mother: Zygote) -> WarmProduct:
    made = WarmProduct(tmp_path, {})
    made.mother = mother
    return made


async def test_a_closed_input_ends_the_talk_cleanly(product: WarmProduct) -> None:
    await product.import_units([("SDL", "Sở Du lịch", "SDL", "so_ban_nganh")])
    await product.open_cycle(due=far_deadline())
    ended = await product.tucham("talk", "--unit", "SDL")
    assert ended.status == 0
    assert "Mã hợp lệ" in ended.out


async def test_people_talk_beside_a_running_service(product: WarmProduct) -> None:
    await product.import_units([("SDL", "Sở Du lịch", "SDL", "so_ban_nganh")])
    await product.open_cycle(due=far_deadline())
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


async def test_a_wrong_code_is_refused_before_anything_is_opened(product: WarmProduct) -> None:
    refused = await product.tucham("talk", "--as", "O0O0", check=False)
    assert refused.status == 2
    assert "O0O0" in refused.err
    assert not product.database.exists()
