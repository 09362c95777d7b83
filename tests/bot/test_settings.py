"""Settings: what is accepted, how wrong ones are refused, and that every one of them is documented."""

import re
from pathlib import Path

import pytest

from bot.logs import redaction
from bot.settings import Settings, SettingsInvalid, load_settings, variables

ROOT = Path(__file__).parents[2]
CANARY = "987654321:CANARY-canary-CANARY-canary-0123456"


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)


def loaded(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"TUCHAM_{name}", value)
    return load_settings(None)


def refusal(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    with pytest.raises(SettingsInvalid) as caught:
        loaded(monkeypatch, **values)
    return str(caught.value)


def test_without_any_setting_everything_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch)
    assert settings.database_url == "sqlite:///var/tucham.db"
    assert settings.telegram_token is None
    assert settings.names["agency"] == "Sở Thông tin và Truyền thông"
    assert settings.names["province"] == "Quảng Bình"
    assert settings.zone.key == "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("sqlite:////srv/tucham.db", "sqlite:////srv/tucham.db"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgres://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+asyncpg:///d?host=/tmp/x", "postgresql+asyncpg:///d?host=/tmp/x"),
    ],
)
def test_database_addresses_are_normalised(monkeypatch: pytest.MonkeyPatch, given: str, kept: str) -> None:
    assert loaded(monkeypatch, DATABASE_URL=given).database_url == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://u@h/d"),
        ("DATABASE_URL", "tucham.db"),
        ("TELEGRAM_TOKEN", "secret-canary"),
        ("TELEGRAM_API_BASE", "api.example"),
        ("TELEGRAM_MODE", "carrier-pigeon"),
        ("TELEGRAM_WEBHOOK_SECRET", "canary"),
        ("TELEGRAM_PROXY", "ftp://canary@x"),
        ("ZALO_BOT_TOKEN", "secret-canary"),
        ("ZALO_BOT_TOKEN", "1:can/ary"),
        ("ZALO_BOT_API_BASE", "api.example"),
        ("ZALO_BOT_MODE", "carrier-pigeon"),
        ("ZALO_BOT_WEBHOOK_SECRET", "canary"),
        ("ZALO_BOT_QUOTA", "-1"),
        ("ZALO_BOT_PEOPLE", "many"),
        ("PUBLIC_URL", "x"),
        ("SMTP_URL", "http://u:canary@mail.example"),
        ("SMTP_URL", "smtp://u:can@ary@mail.example"),
        ("MAIL_FROM", "Canary <canary@mail.example>"),
        ("AGENCY_MAIL", "canary"),
        ("LISTEN", "8080"),
        ("LISTEN", ":99999"),
        ("TIMEZONE", "Asia/Nowhere"),
        ("RATE_NOTICES_PER_SECOND", "0"),
        ("RATE_CHAT_PER_SECOND", "many"),
        ("LOG_LEVEL", "LOUD"),
        ("METRICS_TOKEN", "canary"),
    ],
)
def test_a_wrong_value_is_named_in_one_line_and_never_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    line = refusal(monkeypatch, **{name: value})
    assert f"TUCHAM_{name} " in line
    assert "\n" not in line
    assert "canary" not in line.lower()


def test_letters_need_an_address_to_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "TUCHAM_MAIL_FROM" in refusal(monkeypatch, SMTP_URL="smtp://u:secret@mail.example")


def test_the_password_of_the_mail_server_is_hidden_however_it_is_spelled(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, SMTP_URL="smtp://u:mat%40khau@mail.example", MAIL_FROM="Tucham@Mail.EXAMPLE")
    assert {"mat@khau", "mat%40khau"} <= set(settings.secrets())
    assert "khau" not in repr(settings)
    assert settings.mail_from == "Tucham@mail.example"


def test_every_wrong_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    line = refusal(monkeypatch, LISTEN="x", TIMEZONE="y")
    assert "TUCHAM_LISTEN" in line
    assert "TUCHAM_TIMEZONE" in line


def test_webhook_mode_refuses_to_start_without_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    line = refusal(
        monkeypatch, TELEGRAM_MODE="webhook", TELEGRAM_TOKEN=CANARY, PUBLIC_URL="https://x.example", LISTEN=":8080"
    )
    assert "TUCHAM_TELEGRAM_WEBHOOK_SECRET" in line
    assert CANARY not in line


def test_webhook_mode_needs_https_towards_the_real_telegram(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_TOKEN": CANARY,
        "TELEGRAM_WEBHOOK_SECRET": "x" * 32,
        "LISTEN": ":8080",
    }
    assert "TUCHAM_PUBLIC_URL" in refusal(monkeypatch, PUBLIC_URL="http://x.example", **whole)
    assert loaded(monkeypatch, TELEGRAM_API_BASE="http://127.0.0.1:9", **whole).telegram_mode == "webhook"


def test_the_zalo_bots_webhook_needs_its_own_secret_and_https(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"ZALO_BOT_MODE": "webhook", "ZALO_BOT_TOKEN": "1:canary", "LISTEN": ":8080"}
    line = refusal(monkeypatch, PUBLIC_URL="http://x.example", **given)
    assert "TUCHAM_ZALO_BOT_WEBHOOK_SECRET" in line
    assert "TUCHAM_ZALO_BOT_MODE" in line
    whole = given | {"ZALO_BOT_WEBHOOK_SECRET": "x" * 32}
    assert "TUCHAM_PUBLIC_URL" in refusal(monkeypatch, PUBLIC_URL="http://x.example", **whole)
    assert loaded(monkeypatch, PUBLIC_URL="https://x.example", **whole).zalo_bot_mode == "webhook"


def test_a_misspelt_variable_is_refused_with_the_near_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUCHAM_TELEGRAM_TOKN", "1:x")
    with pytest.raises(SettingsInvalid, match="TUCHAM_TELEGRAM_TOKEN"):
        load_settings(None)


def test_a_file_gives_settings_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('TUCHAM_PROVINCE="Quảng Trị"\nTUCHAM_LISTEN=:1\n', encoding="utf-8")
    monkeypatch.setenv("TUCHAM_LISTEN", ":2")
    settings = load_settings(file)
    assert (settings.province, settings.listen) == ("Quảng Trị", ":2")


def test_secrets_are_listed_for_redaction_and_hidden_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, TELEGRAM_TOKEN=CANARY, DATABASE_URL="postgresql://u:passw0rd@h/d")
    assert set(settings.secrets()) == {CANARY, "passw0rd"}
    assert CANARY not in repr(settings)


SECRETS = {
    "telegram_token": CANARY,
    "telegram_webhook_secret": "canary-webhook-secret",
    "telegram_proxy": "socks5://u:canary-proxy@h:1080",
    "zalo_bot_token": "12345689:canary-zalo-bot",
    "zalo_bot_webhook_secret": "canary-zalo-bot-secret",
    "zalo_oa_app_secret": "canary-zalo-app-secret",
    "zalo_oa_secret_key": "canary-zalo-secret-key",
    "metrics_token": "canary-metrics-token",
    "backup_passphrase": "canary backup passphrase",
    "smtp_url": "smtp://u:canary-mail%2B@h:587",
}
"""A value for every setting that is secret; all of it, and a password inside of it, must stay out of the logs."""


def test_every_secret_setting_stays_out_of_the_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = {name for name, field in Settings.model_fields.items() if "SecretStr" in repr(field.annotation)}
    assert secret == set(SECRETS)
    needed = {"MAIL_FROM": "a@b.example", "ZALO_OA_APP_ID": "12345", "LISTEN": ":1", "PUBLIC_URL": "https://a.example"}
    settings = loaded(monkeypatch, **needed, **{name.upper(): value for name, value in SECRETS.items()})
    redact = redaction(settings.secrets())
    for value in (*SECRETS.values(), "canary-proxy", "canary-mail%2B", "canary-mail+"):
        assert "canary" not in redact(f"login with {value} failed").lower()


@pytest.mark.parametrize("document", [".env.example", "docs/van-hanh.md"])
def test_every_setting_is_documented_and_nothing_else_is(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    assert set(re.findall(r"TUCHAM_[A-Z_]+[A-Z]", text)) == set(variables())


def test_the_example_file_changes_nothing_and_can_be_used_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    example = ROOT / ".env.example"
    assert load_settings(example) == load_settings(None)
    shown = dict(re.findall(r"^# (TUCHAM_[A-Z_]+)=(.*)$", example.read_text(encoding="utf-8"), re.MULTILINE))
    for name, value in shown.items():
        monkeypatch.setenv(name, value)
    assert load_settings(None).names == Settings(_env_file=None).names
