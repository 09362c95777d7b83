"""`tucham zalo-oa`: authorised by an admin's browser, stored beside a running service, told when it has to be again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fake_bot_api.faults import FaultKind
from fake_zalo_oa.server import APP_SECRET, OAUTH, SECRET_KEY, FakeZaloOa
from product.command import Tucham
from product_store.fixtures import sqlite_file_url, sqlite_template

from bot.channels.zalo_oa import authorising
from bot.channels.zalo_oa.authorising import draw_proof, permission_url
from storage import credentials
from storage.store import Store

__all__ = ["sqlite_file_url", "sqlite_template"]

SITE = "https://tucham.example.vn"
PROOF = draw_proof()


@pytest.fixture
async def platform(monkeypatch: pytest.MonkeyPatch, tucham: Tucham, sqlite_file_url: str) -> AsyncIterator[FakeZaloOa]:
    """The platform, and settings that lead to it; the proof of the next authorisation is known beforehand."""
    async with FakeZaloOa() as fake:
        given = {
            "DATABASE_URL": sqlite_file_url,
            "PUBLIC_URL": SITE,
            "LISTEN": "127.0.0.1:8080",
            "ZALO_OA_APP_ID": fake.app_id,
            "ZALO_OA_APP_SECRET": APP_SECRET,
            "ZALO_OA_SECRET_KEY": SECRET_KEY,
            "ZALO_OA_API_BASE": fake.base_url,
            "ZALO_OA_OAUTH_BASE": fake.base_url,
        }
        for name, value in given.items():
            monkeypatch.setenv(f"TUCHAM_{name}", value)
        monkeypatch.setattr(authorising, "draw_proof", lambda: PROOF)
        yield fake


def page(platform: FakeZaloOa) -> str:
    return permission_url(platform.base_url, platform.app_id, f"{SITE}/zalo-oa/authorized", PROOF)


async def test_an_account_is_authorised_and_looked_at(
    platform: FakeZaloOa, tucham: Tucham, sqlite_file_url: str, tmp_path: Path
) -> None:
    before = await asyncio.to_thread(tucham, "zalo-oa", "check")
    assert (before.status, "Chưa được cấp quyền" in before.out) == (1, True)
    done = await asyncio.to_thread(tucham, "zalo-oa", "authorize", stdin=platform.grants.consent(page(platform)))
    assert (done.status, done.err) == (0, "")
    assert page(platform) in done.out
    assert "Đã cấp quyền" in done.out
    store = Store(sqlite_file_url)
    await store.open()
    stored = await store.read(credentials.load, f"zalo_oa:{platform.app_id}")
    await store.close()
    assert stored is not None
    assert platform.grants.refresh in stored
    after = await asyncio.to_thread(tucham, "zalo-oa", "check")
    assert (after.status, after.err) == (0, "")
    assert "Sở TTTT Quảng Bình" in after.out
    assert f"{SITE}/zalo-oa/webhook" in after.out
    for printed in (done, after):
        assert not [one for one in (APP_SECRET, platform.grants.access, platform.grants.refresh) if one in printed.out]
    assert not await asyncio.to_thread(lambda: list((tmp_path / "credentials").iterdir()))


async def test_what_is_no_code_or_a_wrong_one_is_told_and_stores_nothing(platform: FakeZaloOa, tucham: Tucham) -> None:
    async def told(pasted: str) -> str:
        printed = await asyncio.to_thread(tucham, "zalo-oa", "authorize", stdin=pasted)
        assert printed.status == 1
        return printed.err

    assert "Không thấy mã code" in await told("xin chào")
    right = platform.grants.consent(page(platform))
    assert "lần cấp quyền khác" in await told(right.replace(PROOF.state, "another"))
    assert OAUTH not in platform.calls
    assert "không nhận mã code này" in await told("code-that-was-used")
    platform.faults.put(OAUTH, FaultKind.DROP_BEFORE)
    assert "chưa trả lời được" in await told(right)
    assert (await asyncio.to_thread(tucham, "zalo-oa", "check")).status == 1


def test_the_account_needs_all_its_settings(tucham: Tucham, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Chưa cấu hình Zalo OA" in tucham("zalo-oa", "check").err
    monkeypatch.setenv("TUCHAM_ZALO_OA_APP_ID", "not-a-number")
    assert "TUCHAM_ZALO_OA_APP_ID" in tucham("zalo-oa", "check").err
    monkeypatch.setenv("TUCHAM_ZALO_OA_APP_ID", "1234567890123456789")
    told = tucham("zalo-oa", "check").err
    for name in ("ZALO_OA_APP_SECRET", "ZALO_OA_SECRET_KEY", "PUBLIC_URL", "LISTEN"):
        assert f"TUCHAM_{name}" in told
    for name, value in (
        ("ZALO_OA_APP_SECRET", APP_SECRET),
        ("ZALO_OA_SECRET_KEY", SECRET_KEY),
        ("PUBLIC_URL", "http://tucham.example.vn"),
        ("LISTEN", ":8080"),
    ):
        monkeypatch.setenv(f"TUCHAM_{name}", value)
    told = tucham("zalo-oa", "check").err
    assert "https://" in told
    assert APP_SECRET not in told
