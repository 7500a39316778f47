"""What the environment may say: nothing dangerous by accident, and every refusal names its cure."""

from pathlib import Path

import pytest

from api.errors import SettingsError
from api.settings import Settings

SAFE = {"HALL_MODE": "production", "HALL_PUBLIC_URL": "https://hall.example"}


def test_production_is_closed_by_itself() -> None:
    """Without a word about them there is no GraphiQL, no introspection, and limits are on."""
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


@pytest.mark.parametrize("door", ["HALL_GRAPHIQL", "HALL_INTROSPECTION"])
def test_a_developers_door_takes_an_explicit_word(door: str) -> None:
    """In production 1 may be left over from a trial; the demo needs no word."""
    with pytest.raises(SettingsError, match=f"{door}.*even-in-production"):
        Settings.from_environment(SAFE | {door: "1"})
    assert Settings.from_environment(SAFE | {door: "even-in-production"}) != Settings.from_environment(SAFE)
    assert Settings.from_environment({"HALL_MODE": "demo", door: "1"}) == Settings.from_environment(
        {"HALL_MODE": "demo"}
    )


@pytest.mark.parametrize("address", ["", "http://hall.example"])
def test_cookies_that_can_be_read_on_the_way_take_an_explicit_word(address: str) -> None:
    """Without https:// a production Hall opens only where somebody wrote that it may; the demo always."""
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
def test_an_origin_that_anybody_could_have_is_refused(origins: str) -> None:
    """Pages there could use people's sessions: each origin is named as browsers send it."""
    with pytest.raises(SettingsError, match=r"HALL_CORS_ORIGINS names .* never to"):
        Settings.from_environment(SAFE | {"HALL_CORS_ORIGINS": origins})


def test_origins_are_named_one_by_one() -> None:
    """With a port where there is one, and addresses too."""
    origins = ("https://client.example", "http://127.0.0.1:8080", "http://[::1]:3000")
    environ = SAFE | {"HALL_CORS_ORIGINS": " ".join(origins)}
    assert Settings.from_environment(environ).cors_origins == origins


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    """Its last line break does not count; both ways at once, or a file that is not there, is a mistake, and named."""
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
def test_what_cannot_be_meant_is_refused(name: str, value: str) -> None:
    """No proxy by wildcard or name, no number that is none; the message names the variable."""
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(SAFE | {name: value})
