"""`tucham doctor` from the outside: what it prints, how it ends, and that no secret is in it."""

from __future__ import annotations

import pytest
from product.command import Tucham

from bot.watching import checks
from bot.watching.found import Found

CANARIES = {
    "TUCHAM_TELEGRAM_TOKEN": "987654321:CANARY-canary-CANARY-canary-0123456",
    "TUCHAM_TELEGRAM_API_BASE": "http://127.0.0.1:9",
    "TUCHAM_TELEGRAM_WEBHOOK_SECRET": "CANARY-webhook-secret",
    "TUCHAM_METRICS_TOKEN": "CANARY-metrics-token",
    "TUCHAM_BACKUP_PASSPHRASE": "CANARY backup passphrase",
}


def test_a_fresh_folder_needs_nothing_but_a_channel(tucham: Tucham) -> None:
    printed = tucham("doctor", "--json")
    assert printed.status == 0
    assert {one["name"] for one in printed.json if one["state"] != "ok"} <= {
        "database",
        "process",
        "channels",
        "documents",
    }
    assert all(one["what"] for one in printed.json)


def test_people_read_what_is_wrong_and_what_to_do(tucham: Tucham) -> None:
    tucham("migrate")
    printed = tucham("doctor")
    assert printed.status == 0
    assert "chú ý  Sao lưu: Chưa có bản nào.\n       → Chạy tucham backup (cần đặt TUCHAM" in printed.out
    assert "tốt    Tệp dữ liệu: Nguyên vẹn.\n" in printed.out
    assert printed.out.rstrip().endswith("0 hỏng.")


def test_wrong_settings_are_a_finding_and_the_end_is_one(tucham: Tucham, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUCHAM_TELEGRAM_TOKEN", "canary")
    printed = tucham("doctor")
    assert printed.status == 1
    assert "HỎNG   Cấu hình: Cấu hình sai: TUCHAM_TELEGRAM_TOKEN" in printed.out
    assert "canary" not in printed.out + printed.err


def test_a_finding_that_quotes_a_secret_is_printed_without_it(tucham: Tucham, monkeypatch: pytest.MonkeyPatch) -> None:
    async def quoting(*_: object) -> tuple[Found, ...]:
        return tuple(
            Found("web", "ok", f"got {value}", f"use {value}") for value in CANARIES.values() if "CAN" in value
        )

    monkeypatch.setattr(checks, "examine", quoting)
    for name, value in CANARIES.items():
        monkeypatch.setenv(name, value)
    for shape in ((), ("--json",)):
        printed = tucham("doctor", *shape)
        assert printed.out.count("[hidden]") == 2 * 4
        assert "CANARY" not in printed.out + printed.err


@pytest.mark.parametrize("url", ["sqlite:///t.db", "postgresql://u:CANARY-password@127.0.0.1:9/d"])
def test_no_secret_is_printed_whatever_fails(tucham: Tucham, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name, value in {**CANARIES, "TUCHAM_DATABASE_URL": url}.items():
        monkeypatch.setenv(name, value)
    for shape in ((), ("--json",)):
        printed = tucham("doctor", *shape)
        assert printed.status == 1, "Telegram cannot be reached there"
        assert "CANARY" not in printed.out + printed.err
