"""The tokens: given once, renewed by one at a time before they end, never used twice, never lost on the way.

Checked against: a lease that nobody looks at: a refresh token was used twice.
"""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from fake_bot_api.faults import FaultKind
from fake_zalo_oa.keeping import MemoryVault, utcnow
from fake_zalo_oa.server import APP_SECRET, OAUTH, SEND, FakeZaloOa

from bot.channels.contract import Failure, Outgoing, SendFailed
from bot.channels.keeping import Away
from bot.channels.zalo_oa import ZaloOaChannel, refreshing
from bot.channels.zalo_oa.authorising import NoCode, code_in, draw_proof, permission_url
from bot.channels.zalo_oa.exchanging import Journal
from bot.channels.zalo_oa.refreshing import App, Keys, NoAccess
from bot.channels.zalo_oa.tokens import Tokens

NOW = 1_780_000_000_000


def now_ms() -> int:
    return round(utcnow().timestamp() * 1000)


def age(vault: MemoryVault, left_s: float) -> None:
    """Let the access token have only so many seconds left."""
    vault.put(replace(vault.tokens, expires_at=now_ms() + round(left_s * 1000)))


def keys_of(platform: FakeZaloOa, vault: MemoryVault, folder: Path) -> Keys:
    return Keys(vault, App(platform.app_id, APP_SECRET, platform.base_url), Journal(folder, "oa"), utcnow)


def exchanges(platform: FakeZaloOa) -> int:
    return platform.calls.count(OAUTH)


def lying(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def of_the_asking_process() -> list[bytes]:
    """Arguments and environment of every process that asks for tokens now."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if b"zalo_oa/exchange.py" in (command := (process / "cmdline").read_bytes()):
                found += [command, (process / "environ").read_bytes()]
    return found


async def test_an_admin_authorises_and_both_tokens_are_stored(platform: FakeZaloOa, tmp_path: Path) -> None:
    vault = MemoryVault()
    keys = keys_of(platform, vault, tmp_path)
    with pytest.raises(NoAccess, match="missing"):
        await keys.access()
    proof = draw_proof()
    url = permission_url(platform.base_url, platform.app_id, "https://tucham.example.vn/", proof)
    code = code_in(f" {platform.grants.consent(url)}\n", proof)
    await keys.authorised(code, proof.verifier)
    assert (vault.tokens.access, vault.tokens.refresh) == (platform.grants.access, platform.grants.refresh)
    assert 89_990 < vault.tokens.left_s(now_ms()) <= 90_000  # the platform writes the number as a string
    assert vault.held_by == ""
    assert lying(tmp_path) == []
    with pytest.raises(NoAccess, match="refused"):
        await keys.authorised(code, proof.verifier)
    assert await keys.access() == platform.grants.access


def test_a_code_is_read_from_an_address_or_by_itself() -> None:
    proof = draw_proof()
    assert code_in(" abcDEF_123-456 ", proof) == "abcDEF_123-456"
    for pasted in ("", "ab", "https://x.vn/?oa_id=1", "mã của tôi", "<script>"):
        with pytest.raises(NoCode):
            code_in(pasted, proof)
    with pytest.raises(NoCode) as caught:
        code_in("https://x.vn/?code=abcdefgh1&state=other", proof)
    assert caught.value.foreign


def test_tokens_show_in_no_repr_and_come_back_from_their_text() -> None:
    tokens = Tokens.from_answer({"access_token": "A1", "refresh_token": "R1", "expires_in": "x"}, NOW)
    assert "A1" not in repr(tokens)
    assert "R1" not in repr(tokens)
    assert tokens.left_s(NOW) == 90_000
    assert Tokens.from_json(tokens.to_json()) == tokens
    for broken in ({}, {"access_token": "A"}, {"access_token": "", "refresh_token": "R"}, {"refresh_token": 5}):
        with pytest.raises(ValueError, match="no tokens"):
            Tokens.from_answer(broken, NOW)


async def test_a_token_is_renewed_before_it_ends_by_whoever_tends_it(
    platform: FakeZaloOa, vault: MemoryVault, tmp_path: Path
) -> None:
    keys = keys_of(platform, vault, tmp_path)
    age(vault, 3700)
    await keys.tend()
    assert exchanges(platform) == 0
    age(vault, 3500)
    assert await keys.access() == platform.grants.access  # a send does not wait for that
    assert exchanges(platform) == 0
    await keys.tend()
    await keys.tend()
    assert exchanges(platform) == 1
    assert vault.tokens.access == platform.grants.access
    assert platform.grants.given == 2


async def test_many_sends_in_two_processes_renew_once(platform: FakeZaloOa, vault: MemoryVault, tmp_path: Path) -> None:
    age(vault, 30)
    here = keys_of(platform, vault, tmp_path)
    there = keys_of(platform, MemoryVault("other", vault), tmp_path)
    told = await asyncio.gather(*(keys.access() for keys in (here, there) * 5))
    assert set(told) == {platform.grants.access}
    assert exchanges(platform) == 1


async def test_a_refused_token_is_renewed_once_and_the_message_goes_out(
    platform: FakeZaloOa, channel: ZaloOaChannel, vault: MemoryVault
) -> None:
    person = platform.person()
    platform.grants.expires_at = 0
    await channel.send(Outgoing(person.id, "x"))
    assert [shown.text for shown in person.chat] == ["x"]
    assert exchanges(platform) == 1
    platform.refusals = [-216, -216]  # another says so of a token a moment old: that is not its age
    with pytest.raises(SendFailed) as caught:
        await channel.send(Outgoing(person.id, "y"))
    assert (caught.value.failure, caught.value.hold_all, caught.value.after) == (Failure.RETRY, True, 300.0)
    assert exchanges(platform) == 1
    assert await channel.unheard_s() > 0
    platform.refusals = []
    await channel.send(Outgoing(person.id, "z"))
    assert await channel.unheard_s() == 0
    assert vault.tokens.access == platform.grants.access


async def test_a_refresh_that_is_refused_asks_for_a_new_authorisation_and_is_not_repeated(
    platform: FakeZaloOa, channel: ZaloOaChannel, vault: MemoryVault
) -> None:
    vault.put(replace(vault.tokens, access="from-an-old-backup", refresh="from-an-old-backup"))
    for _ in range(3):
        with pytest.raises(SendFailed) as caught:
            await channel.send(Outgoing(platform.person().id, "x"))
        assert (caught.value.failure, caught.value.hold_all) == (Failure.RETRY, True)
    assert exchanges(platform) == 1
    token, _ = await channel.check()
    assert (token.part, token.state, token.code) == ("token", "bad", "refused")
    assert await channel.unheard_s() > 0


async def test_nothing_is_asked_of_the_platform_when_its_answer_could_not_be_kept(
    platform: FakeZaloOa, vault: MemoryVault, tmp_path: Path
) -> None:
    age(vault, 30)
    (tmp_path / "file").write_text("")
    with pytest.raises(NoAccess, match="unwritable"):
        await keys_of(platform, vault, tmp_path / "file" / "below").access()
    assert exchanges(platform) == 0
    assert vault.held_by == ""


async def test_an_answer_waits_on_the_disk_while_the_database_is_away(
    platform: FakeZaloOa, vault: MemoryVault, tmp_path: Path
) -> None:
    async def cut_off() -> None:
        vault.away = True

    age(vault, 30)
    platform.before_tokens = cut_off
    with pytest.raises(Away):
        await keys_of(platform, vault, tmp_path).access()
    (kept,) = lying(tmp_path)
    assert (tmp_path / kept).stat().st_mode & 0o777 == 0o600
    vault.away, platform.before_tokens = False, None
    again = keys_of(platform, MemoryVault("restarted", vault), tmp_path)  # the old one's lease is still there
    await again.tend()
    assert await again.access() == platform.grants.access
    assert lying(tmp_path) == []
    assert exchanges(platform) == 1


async def test_an_old_answer_never_takes_the_place_of_a_newer_one(
    platform: FakeZaloOa, vault: MemoryVault, tmp_path: Path
) -> None:
    answer = {"access_token": "old", "refresh_token": "old", "expires_in": "90000"}
    (tmp_path / "oa.1.json").write_text(json.dumps({"answer": answer, "at": 5, "replaces": "another"}))
    (tmp_path / "oa.2.json").write_text("{")
    (tmp_path / "oa.3.part").write_bytes(bytes(100))  # of a process that may be alive
    await keys_of(platform, vault, tmp_path).tend()
    assert vault.tokens.access == platform.grants.access
    assert lying(tmp_path) == ["oa.3.part"]


@pytest.mark.parametrize(("kind", "code"), [(FaultKind.DROP_BEFORE, "unanswered"), (FaultKind.HTML_PAGE, "unanswered")])
async def test_a_renewal_that_failed_on_the_line_is_tried_again_later(
    platform: FakeZaloOa,
    vault: MemoryVault,
    tmp_path: Path,
    kind: FaultKind,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refreshing, "PAUSE_S", 0.05)
    age(vault, 30)
    platform.faults.put(OAUTH, kind)
    keys = keys_of(platform, vault, tmp_path)
    for _ in range(2):  # the second time within the pause: nobody is asked
        with pytest.raises(NoAccess, match=code):
            await keys.access()
    assert exchanges(platform) == 1
    await asyncio.sleep(0.06)
    assert await keys.access() == platform.grants.access
    assert lying(tmp_path) == []


async def test_no_secret_is_in_the_arguments_or_the_environment_of_the_process_that_asks(
    platform: FakeZaloOa, vault: MemoryVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUCHAM_ZALO_OA_APP_SECRET", APP_SECRET)
    seen: list[bytes] = []

    async def look() -> None:
        seen.extend(of_the_asking_process())

    age(vault, 30)
    old = vault.tokens
    platform.before_tokens = look
    await keys_of(platform, vault, tmp_path).access()
    assert seen
    text = b"\n".join(seen).decode()
    assert not [secret for secret in (APP_SECRET, old.access, old.refresh) if secret in text]


async def test_a_service_that_stops_while_it_renews_finds_the_new_tokens_at_its_next_start(
    platform: FakeZaloOa, vault: MemoryVault, tmp_path: Path
) -> None:
    asked = threading.Event()

    async def answer_late() -> None:
        asked.set()
        await asyncio.sleep(0.3)

    async def service() -> None:
        waiting = asyncio.create_task(keys_of(platform, vault, tmp_path).access())
        await asyncio.to_thread(asked.wait, 5)
        waiting.cancel()  # the event loop ends with the renewal under way

    age(vault, 30)
    platform.before_tokens = answer_late
    await asyncio.to_thread(lambda: (asyncio.run(service()), gc.collect()))
    await asyncio.sleep(0.5)
    assert vault.tokens.access != platform.grants.access
    again = keys_of(platform, MemoryVault("again", vault), tmp_path)
    await again.tend()
    assert await again.access() == platform.grants.access
    assert exchanges(platform) == 1


async def test_what_the_doctor_says_of_the_tokens(
    platform: FakeZaloOa, channel: ZaloOaChannel, vault: MemoryVault
) -> None:
    async def told() -> tuple[str, str]:
        token, webhook = await channel.check()
        assert (webhook.code, webhook.args["url"]) == ("ok", "https://tucham.example.vn/zalo-oa/webhook")
        return token.state, token.code

    assert await told() == ("ok", "ok")
    platform.grants.expires_at = 0
    assert await told() == ("bad", "invalid")
    age(vault, -1)
    assert await told() == ("warn", "ended")
    platform.faults.put("getoa", FaultKind.FORBIDDEN)
    assert await told() == ("bad", "shut")
    async with platform.outage():
        assert await told() == ("bad", "away")
    vault.away = True
    assert await told() == ("warn", "unread")
    vault.away, vault.body = False, None
    assert await told() == ("bad", "missing")
    assert exchanges(platform) == 0  # it changes nothing
    assert SEND not in platform.calls
