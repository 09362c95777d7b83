"""The settings: environment (or .env) in, one frozen checked object out, problems told in one line that names them."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import settings_values as values
from bot.wording import say, texts

PREFIX = "TUCHAM_"
OFFICIAL_TELEGRAM_API = "https://api.telegram.org"
OFFICIAL_ZALO_BOT_API = "https://bot-api.zaloplatforms.com"
OFFICIAL_ZALO_OA_API = "https://openapi.zalo.me"
OFFICIAL_ZALO_OAUTH = "https://oauth.zaloapp.com"
_IN_ADDRESS = r"://[^/@\s]*:([^/@\s]+)@"


class SettingsInvalid(Exception):
    """The service must not start like this; the text is one Vietnamese line and holds no secret."""


def _name(key: str) -> str:
    return str(texts("names")[key])


def _named(key: str) -> str:
    """A field whose default is the Vietnamese name of that key in messages/vi/names.toml."""
    value: str = Field(default_factory=lambda: _name(key))
    return value


Rate = Annotated[float, Field(gt=0, le=1000)]


class Settings(BaseSettings):
    """Everything that may differ between one installation and another."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    database_url: Annotated[str, AfterValidator(values.database)] = "sqlite:///var/tucham.db"

    telegram_token: Annotated[SecretStr | None, AfterValidator(values.token)] = None
    telegram_api_base: Annotated[str, AfterValidator(values.web_address)] = OFFICIAL_TELEGRAM_API
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: Annotated[SecretStr | None, AfterValidator(values.webhook_secret)] = None
    telegram_proxy: Annotated[SecretStr | None, AfterValidator(values.proxy)] = None

    zalo_link: Annotated[str, AfterValidator(values.web_address)] = ""
    zalo_bot_token: Annotated[SecretStr | None, AfterValidator(values.zalo_bot_token)] = None
    zalo_bot_api_base: Annotated[str, AfterValidator(values.web_address)] = OFFICIAL_ZALO_BOT_API
    zalo_bot_mode: Literal["polling", "webhook"] = "polling"
    zalo_bot_webhook_secret: Annotated[SecretStr | None, AfterValidator(values.webhook_secret)] = None
    zalo_bot_quota: Annotated[int, Field(ge=0, le=10_000_000)] = 3000
    zalo_bot_people: Annotated[int, Field(ge=0, le=10_000_000)] = 50
    zalo_oa_app_id: Annotated[str, AfterValidator(values.zalo_oa_app_id)] = ""
    zalo_oa_app_secret: Annotated[SecretStr | None, AfterValidator(values.zalo_oa_secret)] = None
    zalo_oa_secret_key: Annotated[SecretStr | None, AfterValidator(values.zalo_oa_secret)] = None
    zalo_oa_api_base: Annotated[str, AfterValidator(values.web_address)] = OFFICIAL_ZALO_OA_API
    zalo_oa_oauth_base: Annotated[str, AfterValidator(values.web_address)] = OFFICIAL_ZALO_OAUTH

    public_url: Annotated[str, AfterValidator(values.web_address)] = ""
    listen: Annotated[str, AfterValidator(values.listen)] = ""
    web: bool = True
    trusted_proxies: Annotated[int, Field(ge=0, le=10)] = 0
    files_dir: str = ""
    metrics_token: Annotated[SecretStr | None, AfterValidator(values.metrics_token)] = None

    smtp_url: Annotated[SecretStr | None, AfterValidator(values.smtp_url)] = None
    mail_from: Annotated[str, AfterValidator(values.mailbox)] = ""
    mail_always: bool = False
    agency_mail: Annotated[str, AfterValidator(values.mailbox)] = ""

    backup_dir: str = "var/backups"
    backup_passphrase: Annotated[SecretStr | None, AfterValidator(values.backup_passphrase)] = None
    backup_recipient: Annotated[str, AfterValidator(values.backup_recipient)] = ""
    backup_keep_days: Annotated[int, Field(ge=1, le=36_500)] = 30

    timezone: Annotated[str, AfterValidator(values.zone)] = "Asia/Ho_Chi_Minh"
    agency_name: str = _named("agency_name")
    agency_short: str = _named("agency_short")
    agency_symbol: str = _named("agency_symbol")
    province: str = _named("province")
    province_line: str = _named("province_line")
    contact_name: str = _named("contact_name")
    contact_phone: str = _named("contact_phone")

    keep_messages_days: Annotated[int, Field(ge=30, le=36_500)] = 365
    keep_years: Annotated[int, Field(ge=1, le=100)] = 5
    broadcast_alone: Annotated[int, Field(ge=0, le=100_000)] = 50
    rate_notices_per_second: Rate = 25
    rate_chat_per_second: Rate = 1
    rate_group_per_minute: Rate = 20
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("log_level", mode="before")
    @classmethod
    def _capital(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> Self:
        self._needs_a_webhook("telegram", OFFICIAL_TELEGRAM_API, "webhook_needs", "https")
        self._needs_a_webhook("zalo_bot", OFFICIAL_ZALO_BOT_API, "zalo_bot_webhook_needs", "zalo_https")
        return self

    def _needs_a_webhook(self, channel: str, official: str, needs: str, https: str) -> None:
        """Refuse a webhook that lacks something; the last two are the codes of what is said then."""
        if getattr(self, f"{channel}_mode") != "webhook":
            return
        needed = (f"{channel}_token", f"{channel}_webhook_secret", "public_url", "listen")
        missing = tuple(name for name in needed if not getattr(self, name))
        if missing:
            raise PydanticCustomError("setting", "{code}", {"code": needs, "names": missing})
        if getattr(self, f"{channel}_api_base") == official and not self.public_url.startswith("https://"):
            raise PydanticCustomError("setting", "{code}", {"code": https, "names": ("public_url",)})

    @model_validator(mode="after")
    def _official_account_is_whole(self) -> Self:
        own = ("zalo_oa_app_id", "zalo_oa_app_secret", "zalo_oa_secret_key")
        if not any(getattr(self, name) for name in own):
            return self
        missing = tuple(name for name in (*own, "public_url", "listen") if not getattr(self, name))
        if missing:
            raise PydanticCustomError("setting", "{code}", {"code": "zalo_oa_needs", "names": missing})
        if self.zalo_oa_api_base == OFFICIAL_ZALO_OA_API and not self.public_url.startswith("https://"):
            raise PydanticCustomError("setting", "{code}", {"code": "zalo_https", "names": ("public_url",)})
        return self

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        if self.smtp_url is not None and not self.mail_from:
            raise PydanticCustomError("setting", "{code}", {"code": "mail_needs", "names": ("mail_from",)})
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of deadlines and of every displayed time."""
        return ZoneInfo(self.timezone)

    @property
    def names(self) -> dict[str, str]:
        """The names every message may speak of, as the renderer takes them."""
        return {
            "agency": self.agency_name,
            "agency_short": self.agency_short,
            "agency_symbol": self.agency_symbol,
            "province": self.province,
            "province_line": self.province_line,
            "contact_name": self.contact_name,
            "contact_phone": self.contact_phone,
            "site_url": self.site_url,
        }

    @property
    def site_url(self) -> str:
        """Where people find the pages; "" when none are served: that needs an address to listen at and a public one."""
        return self.public_url if self.web and self.listen else ""

    @property
    def files(self) -> Path:
        """The folder of the files people hand in; beside the database when nothing else is said."""
        if self.files_dir:
            return Path(self.files_dir)
        database = self.database_url.partition(":///")[2]
        return (Path(database).parent if self.database_url.startswith("sqlite") else Path("var")) / "files"

    def secrets(self) -> tuple[str, ...]:
        """What must appear in no log: the values themselves."""
        values = (getattr(self, name) for name in type(self).model_fields)
        held = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        passwords = [word for url in (self.database_url, *held) for word in re.findall(_IN_ADDRESS, url)]
        return (*held, *passwords, *(unquote(word) for word in passwords if "%" in word))


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read and check the settings; SettingsInvalid with one line naming every variable that is wrong."""
    unknown = list(_unknown(env_file))
    if unknown:
        raise SettingsInvalid(_in_one_line(unknown))
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        raise SettingsInvalid(_in_one_line(_lines(error))) from None
    except (OSError, UnicodeError):
        raise SettingsInvalid(say("settings.unreadable", file=env_file)) from None


def _in_one_line(problems: Iterable[str]) -> str:
    """Several sentences as one line."""
    return "; ".join(problem.rstrip(".") for problem in problems) + "."


def variables() -> tuple[str, ...]:
    """The names of all variables, for the documents that must list them."""
    return tuple(PREFIX + name.upper() for name in Settings.model_fields)


def _lines(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_input=False, include_url=False):
        context = problem.get("ctx", {})
        names: Iterable[str] = context.get("names") or (str(part) for part in problem["loc"][:1])
        code = context.get("code") if problem["type"] == "setting" else problem["type"]
        for name in names:
            reason = say(f"settings.{code}") if code in texts("cli")["settings"] else say("settings.other")
            yield say("settings.wrong", name=PREFIX + name.upper(), reason=reason)


def _unknown(env_file: Path | None) -> Iterator[str]:
    """A variable with our prefix that nobody reads is a misspelt one; starting without it would be a surprise later."""
    known = variables()
    for name in sorted({name.upper() for name in (*os.environ, *_names_in(env_file))}):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            yield say("settings.unknown_near", name=name, near=near[0]) if near else say("settings.unknown", name=name)


def _names_in(env_file: Path | None) -> tuple[str, ...]:
    if env_file is None or not env_file.is_file():
        return ()
    text = env_file.read_text(encoding="utf-8", errors="replace")
    return tuple(re.findall(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=", text, re.MULTILINE))
