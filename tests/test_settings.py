"""Settings: nothing unsafe by default, and every error names the remedy."""

from pathlib import Path

import pytest

from api.db.postgresql.client import Client
from api.errors import SettingsError
from api.settings import Settings

SAFE = {"HALL_MODE": "production", "HALL_PUBLIC_URL": "https://hall.example"}


def test_production_defaults_are_safe() -> None:
    """By default GraphiQL and introspection are disabled in production, and limits are enabled."""
    settings = Settings.from_environment(SAFE)
    settings.require_safe()
    assert not settings.graphiql
    assert not settings.introspection
    assert not settings.insecure_cookies
    assert not settings.trusted_proxies
    assert settings.wrong_sign_ins
    assert settings.rate_cost
    assert settings.rate_address_cost
    assert settings.rate_lookups


@pytest.mark.parametrize("variable", ["HALL_GRAPHIQL", "HALL_INTROSPECTION"])
def test_developer_features_need_explicit_value(variable: str) -> None:
    """In production GraphiQL and introspection need `even-in-production`, because 1 may be left from a trial."""
    with pytest.raises(SettingsError, match=f"{variable}.*even-in-production"):
        Settings.from_environment(SAFE | {variable: "1"})
    assert Settings.from_environment(SAFE | {variable: "even-in-production"}) != Settings.from_environment(SAFE)
    assert Settings.from_environment({"HALL_MODE": "demo", variable: "1"}) == Settings.from_environment(
        {"HALL_MODE": "demo"}
    )


@pytest.mark.parametrize("address", ["", "http://hall.example"])
def test_insecure_cookies_need_explicit_setting(address: str) -> None:
    """Without https:// production needs HALL_INSECURE_COOKIES; the demo does not."""
    environ = {"HALL_MODE": "production", "HALL_PUBLIC_URL": address}
    with pytest.raises(SettingsError, match=r"HALL_PUBLIC_URL.*HALL_INSECURE_COOKIES"):
        Settings.from_environment(environ).require_safe()
    Settings.from_environment(environ | {"HALL_INSECURE_COOKIES": "1"}).require_safe()
    Settings.from_environment({"HALL_MODE": "demo"}).require_safe()


@pytest.mark.parametrize(
    "origins",
    [
        "*",
        "null",
        "https://client.example null",
        "https://*.example",
        "https://client.example/",
        "https://client.example/page",
        "https://Client.example",
        "https://who@client.example",
        "client.example",
        "file://",
        "https://",
    ],
)
def test_unsafe_origins_are_refused(origins: str) -> None:
    """Wildcards and other origins that an attacker could have are refused."""
    with pytest.raises(SettingsError, match=r"HALL_CORS_ORIGINS names .* never to"):
        Settings.from_environment(SAFE | {"HALL_CORS_ORIGINS": origins})


def test_origins_are_parsed() -> None:
    """Origins may have ports and IP addresses."""
    origins = ("https://client.example", "http://127.0.0.1:8080", "http://[::1]:3000")
    environ = SAFE | {"HALL_CORS_ORIGINS": " ".join(origins)}
    assert Settings.from_environment(environ).cors_origins == origins


def test_secret_is_read_from_file(tmp_path: Path) -> None:
    """The trailing newline is removed; setting both variables, or a missing file, is an error without the secret."""
    file = tmp_path / "database"
    file.write_text("postgres://hall:secret@127.0.0.1/hall\n", "utf-8")
    named = {"HALL_DATABASE_URL_FILE": str(file)}
    assert Settings.from_environment(SAFE | named).database == "postgres://hall:secret@127.0.0.1/hall"
    with pytest.raises(SettingsError, match="both set") as both:
        Settings.from_environment(SAFE | named | {"HALL_DATABASE_URL": "postgres://hall:secret@127.0.0.1/hall"})
    file.unlink()
    with pytest.raises(SettingsError, match=r"HALL_DATABASE_URL_FILE.*cannot be read") as missing:
        Settings.from_environment(SAFE | named)
    assert "secret" not in str(both.value) + str(missing.value)


def test_address_of_shared_limits_is_read_from_file(tmp_path: Path) -> None:
    """HALL_LIMITS_URL_FILE names a file, as pods mount their secrets."""
    (tmp_path / "limits-url").write_text("redis://:secret@limits:6379/0\n", "utf-8")
    named = {"HALL_LIMITS_URL_FILE": str(tmp_path / "limits-url")}
    assert Settings.from_environment(SAFE | named).limits_url == "redis://:secret@limits:6379/0"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HALL_TRUSTED_PROXIES", "*"),
        ("HALL_TRUSTED_PROXIES", "127.0.0.1,10.0.0.1"),
        ("HALL_TRUSTED_PROXIES", "proxy.example"),
        ("HALL_WRONG_SIGN_INS", "-1"),
        ("HALL_RATE_COST", "many"),
        ("HALL_SECURITY_CONTACT", "security@hall.example"),
        ("HALL_SECURITY_CONTACT", "mailto:a@hall.example\nContact: mailto:b@hall.example"),
        ("HALL_RATE_LOOKUPS", "1e3"),
        ("HALL_RATE_ADDRESS_COST", "9" * 5000),
    ],
)
def test_invalid_values_are_refused(name: str, value: str) -> None:
    """Invalid proxies and numbers are refused; the message names the variable."""
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(SAFE | {name: value})


def test_servers_to_read_from_are_postgresql(tmp_path: Path) -> None:
    """HALL_READ_FROM, or the file that HALL_READ_FROM_FILE names, has an address of PostgreSQL."""
    address = "postgres://hall:secret@db-1,db-2/hall"
    (tmp_path / "read-from").write_text(f"{address}\n", "utf-8")
    assert Settings.from_environment(SAFE | {"HALL_READ_FROM": address}).read_from == address
    named = {"HALL_READ_FROM_FILE": str(tmp_path / "read-from")}
    assert Settings.from_environment(SAFE | named).read_from == address
    with pytest.raises(SettingsError, match="HALL_READ_FROM must begin with postgres://"):
        Settings.from_environment(SAFE | {"HALL_READ_FROM": "sqlite://here"})
    with pytest.raises(SettingsError, match="HALL_READ_FROM, colour") as refused:
        Client(url=address, timeout=3, connection_name="default", read_from=f"{address}?colour=blue")
    assert "secret" not in str(refused.value)
