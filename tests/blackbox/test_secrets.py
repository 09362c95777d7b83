"""No secret in any artefact: a whole service at DEBUG, with a platform that fails in every way, and then its files."""

from pathlib import Path

from fake_bot_api.server import FakeBotApi
from product.process import Product

FAULTS = {
    "getMe": ("redirect", "drop_before"),
    "deleteWebhook": ("html_page",),
    "getUpdates": ("redirect", "do_then_truncate"),
    "sendMessage": ("redirect", "drop_before"),
}


def holding(folder: Path, secret: str) -> list[str]:
    """The files under a folder that hold the secret."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert len(files) >= 2
    return [file.name for file in files if secret.encode() in file.read_bytes()]


async def test_the_token_stands_in_no_output_log_or_database(tmp_path: Path) -> None:
    async with FakeBotApi() as fake, Product.against(fake, tmp_path, TUCHAM_LOG_LEVEL="DEBUG") as product:
        for method, faults in FAULTS.items():
            for fault in faults:
                fake.faults.put(method, fault)
        told = await product.tucham("invite", "--role", "admin", "--json")
        user = fake.user()
        user.send("/start")
        await product.start()
        await fake.until(lambda: len(fake.log.of("sendMessage")) >= 2, within=20)
        assert await product.stop() == 0
        log = product.tail(10_000)
        assert '"level": "debug"' in log
        assert "getUpdates failed" in log
        secret = fake.token.partition(":")[2]
        assert secret not in told.out + told.err
        assert holding(tmp_path, secret) == []
