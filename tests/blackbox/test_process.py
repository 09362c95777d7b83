"""The product is started, drained, killed and asked as a process; here a stand-in of twenty lines plays the product."""

import asyncio
from pathlib import Path

import pytest
from fake_bot_api.server import FakeBotApi
from product.process import CommandFailedError, Product

STAND_IN = """
import json, os, signal, sys, time, urllib.request

def call(method, **values):
    url = f"{os.environ['TUCHAM_TELEGRAM_API_BASE']}/bot{os.environ['TUCHAM_TELEGRAM_TOKEN']}/{method}"
    request = urllib.request.Request(url, json.dumps(values).encode(), {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=30))["result"]

def drain(*_):
    print("drained", flush=True)
    sys.exit(0)

if sys.argv[1:] == ["run"]:
    signal.signal(signal.SIGTERM, signal.SIG_IGN if os.environ.get("TUCHAM_DEAF") else drain)
    offset = None
    while True:
        for update in call("getUpdates", offset=offset, timeout=20):
            offset = update["update_id"] + 1
            call("sendMessage", chat_id=update["message"]["chat"]["id"], text=update["message"]["text"])
elif sys.argv[1] == "score":
    for line in sys.stdin:
        print(json.dumps({"total": json.loads(line)["n"]}))
elif sys.argv[1] == "invite":
    print(json.dumps({"code": "MA", "args": sys.argv[2:]}))
else:
    sys.exit("unknown command")
"""


@pytest.fixture
def stand_in(tmp_path: Path) -> tuple[str, ...]:
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN, encoding="utf-8")
    return (str(script),)


async def test_a_service_is_drained_killed_and_started_again(tmp_path: Path, stand_in: tuple[str, ...]) -> None:
    async with FakeBotApi() as fake, Product.against(fake, tmp_path, entry=stand_in) as product:
        user = fake.user()
        await product.start()
        user.send("một")
        await user.expect("một")
        assert await product.stop() == 0
        assert "drained" in product.tail()
        number = user.send("hai")
        await product.start()
        await user.expect("hai")
        await product.restart(hard=True)
        await fake.until(lambda: fake.updates.all[number].handed)
        assert product.service is not None


async def test_commands_print_json_and_fail_loudly(tmp_path: Path, stand_in: tuple[str, ...]) -> None:
    async with FakeBotApi() as fake, Product.against(fake, tmp_path, entry=stand_in) as product:
        assert await product.score('{"n": "1/2"}', '{"n": "3"}') == [{"total": "1/2"}, {"total": "3"}]
        assert (await product.invite(unit="STC"))["args"] == ["--unit", "STC", "--json"]
        with pytest.raises(CommandFailedError, match="unknown command"):
            await product.tucham("status")


async def test_a_service_that_dies_at_once_is_told_with_its_log(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text("raise SystemExit('no token')", encoding="utf-8")
    async with FakeBotApi() as fake, Product.against(fake, tmp_path, entry=(str(script),)) as product:
        with pytest.raises(AssertionError, match="no token"):
            await product.start()


async def test_a_service_that_does_not_drain_is_an_error(tmp_path: Path, stand_in: tuple[str, ...]) -> None:
    async with FakeBotApi() as fake, Product.against(fake, tmp_path, entry=stand_in, TUCHAM_DEAF="1") as product:
        await product.start()
        with pytest.raises(AssertionError, match="did not drain"):
            await product.stop(within=0.2)


async def test_a_killed_service_leaves_no_poll_behind(tmp_path: Path, stand_in: tuple[str, ...]) -> None:
    async with FakeBotApi() as fake, Product.against(fake, tmp_path, entry=stand_in) as product:
        await product.start()
        await product.kill()
        number = fake.user().send("một")
        await asyncio.sleep(0.05)
        assert fake.updates.all[number].handed == 0
