"""The installation as the watch sees it, read off the settings."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from bot.watching.premises import Premises
from storage.engines import is_lite, sqlite_path


def premises_of(settings: Settings) -> Premises:
    """Where everything lies and how it is reached; StoreNotReady for an address that is none of a database."""
    url = settings.database_url
    return Premises(
        database_url=url,
        database=sqlite_path(url) if is_lite(url) else None,
        files=settings.files,
        backups=Path(settings.backup_dir),
        backs_up=settings.backup_passphrase is not None or bool(settings.backup_recipient),
        zone=settings.zone,
        names=settings.names,
        site=bool(settings.site_url),
        listen=settings.listen,
        public_url=settings.public_url,
        trusted_proxies=settings.trusted_proxies,
        polls=settings.telegram_token is not None and settings.telegram_mode == "polling",
        rates=(settings.rate_notices_per_second, settings.rate_chat_per_second, settings.rate_group_per_minute),
    )
