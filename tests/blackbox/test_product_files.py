"""A file sent to the service is on its disk before anybody hears that it was saved, and outlives a kill."""

import hashlib

import pytest
from evidence_files.making import JPEG, PDF
from product.office import Open

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_documents_and_photos_lie_beside_the_database_and_outlive_a_kill(office: Open) -> None:
    async with office() as here:
        officer = await here.joined("STC", 71)
        officer.user.send("sửa 1.1")
        await officer.user.expect("1.1.")
        officer.user.send_document("Kế hoạch.pdf", PDF)
        await officer.user.expect("Đã lưu tài liệu cho 1.1: Kế hoạch.pdf")
        officer.user.send_photo("1.3", JPEG)
        await officer.user.expect("Đã lưu tài liệu cho 1.3")
        folder = here.product.database.parent / "files"
        for data in (PDF, JPEG):
            digest = hashlib.sha256(data).hexdigest()
            assert (folder / digest[:2] / digest[2:4] / digest).read_bytes() == data
        await here.product.kill()
        await here.product.start()
        officer.user.send("sửa 1.1")
        await officer.user.expect("Tệp tài liệu: Kế hoạch.pdf")
        await here.verify()


async def test_a_stranger_stores_nothing(office: Open) -> None:
    async with office() as here:
        stranger = here.fake.user("Người lạ")
        stranger.send_document("a.pdf", PDF)
        await stranger.expect("chưa đọc được")
        assert here.fake.fetched == []
        assert not (here.product.database.parent / "files").exists()
