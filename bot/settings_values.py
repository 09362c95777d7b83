"""How single settings are checked: each value as it must be, or a coded error that the settings tell in words."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from pydantic_core import PydanticCustomError

from bot.postal import PostalWrong, mail_address, mail_server

SHORTEST_PASSPHRASE = 12
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+", re.ASCII)
_ZALO_BOT_TOKEN = re.compile(r"[0-9]+:[^\s/?#%\\]+", re.ASCII)
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}", re.ASCII)
_DATABASES = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def wrong(code: str) -> PydanticCustomError:
    """The error pydantic is told; its words stand in cli.toml under `settings.CODE`."""
    return PydanticCustomError("setting", "{code}", {"code": code})


def database(url: str) -> str:
    """A database address in the one spelling the store knows."""
    scheme, found, rest = url.partition("://")
    if not found or scheme not in _DATABASES or not rest.strip("/"):
        raise wrong("database_url")
    return f"{_DATABASES[scheme]}://{rest}"


def token(token: SecretStr | None) -> SecretStr | None:
    """A bot token, or none."""
    if token is None or not token.get_secret_value():
        return None
    if not _TOKEN.fullmatch(token.get_secret_value()):
        raise wrong("token")
    return token


def zalo_bot_token(token: SecretStr | None) -> SecretStr | None:
    """The token of a bot of the Zalo Bot Platform, or none."""
    if token is None or not token.get_secret_value():
        return None
    if not _ZALO_BOT_TOKEN.fullmatch(token.get_secret_value()):
        raise wrong("zalo_bot_token")
    return token


def zalo_oa_app_id(number: str) -> str:
    """The number of the app that acts for a Zalo Official Account, or ""."""
    if number and not re.fullmatch(r"[0-9]{5,30}", number, re.ASCII):
        raise wrong("zalo_oa_app_id")
    return number


def zalo_oa_secret(secret: SecretStr | None) -> SecretStr | None:
    """A secret of the app or of its Official Account, as Zalo's pages show them, or none."""
    if secret is None or not secret.get_secret_value():
        return None
    if not re.fullmatch(r"[!-~]{8,200}", secret.get_secret_value()):
        raise wrong("zalo_oa_secret")
    return secret


def webhook_secret(secret: SecretStr | None) -> SecretStr | None:
    """A secret the platform repeats to us, or none."""
    if secret is None or not secret.get_secret_value():
        return None
    if not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
        raise wrong("webhook_secret")
    return secret


def metrics_token(token: SecretStr | None) -> SecretStr | None:
    """The bearer token of the metrics, or none."""
    if token is None or not token.get_secret_value():
        return None
    if not _WEBHOOK_SECRET.fullmatch(token.get_secret_value()):
        raise wrong("metrics_token")
    return token


def backup_passphrase(passphrase: SecretStr | None) -> SecretStr | None:
    """A passphrase long enough to lock backups with, or none."""
    if passphrase is None or not passphrase.get_secret_value():
        return None
    if len(passphrase.get_secret_value()) < SHORTEST_PASSPHRASE:
        raise wrong("backup_passphrase")
    return passphrase


def backup_recipient(recipient: str) -> str:
    """A public key backups are locked for, or ""."""
    if recipient and not re.fullmatch(r"age1[0-9a-z]{58}", recipient):
        raise wrong("backup_recipient")
    return recipient


def web_address(url: str) -> str:
    """An http(s) address without its last slash, or ""."""
    if url and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        raise wrong("web_address")
    return url.rstrip("/")


def proxy(url: SecretStr | None) -> SecretStr | None:
    """The address of a proxy, or none."""
    if url is None or not url.get_secret_value():
        return None
    if not re.fullmatch(r"(https?|socks4|socks5)://\S+", url.get_secret_value()):
        raise wrong("proxy")
    return url


def smtp_url(url: SecretStr | None) -> SecretStr | None:
    """The address of a mail server, or none."""
    if url is None or not url.get_secret_value():
        return None
    try:
        mail_server(url.get_secret_value())
    except PostalWrong:
        raise wrong("smtp_url") from None
    return url


def mailbox(address: str) -> str:
    """An e-mail address, or ""."""
    try:
        return mail_address(address) if address else ""
    except PostalWrong:
        raise wrong("mail_address") from None


def listen(address: str) -> str:
    """host:port, or ""."""
    if address and not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^\s:\[\]]*):[0-9]{1,5}", address):
        raise wrong("listen")
    if address and int(address.rpartition(":")[2]) > 65535:
        raise wrong("listen")
    return address


def zone(name: str) -> str:
    """The name of a time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise wrong("timezone") from None
    return name
