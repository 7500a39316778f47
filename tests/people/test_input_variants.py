"""Search, input and sign-in accept typed and pasted variants, through the HTTP API."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.db.database import connected
from api.db.reencryption import reencrypt
from api.encryption.keyring import Keyring, new_key
from api.importing import run, runner
from api.settings import Settings
from tests.hall import Hall, open_hall
from tests.schemes.flexible_employment.test_registration import register

TODAY = date(2026, 11, 23)
LISTED = """
query ($filter: PersonFilter) {
  people(filter: $filter, purpose: "核对") { nodes { revealed(purpose: "核对") { name } } }
}
"""
LOOK_UP = """
query ($number: String!, $type: String) {
  person(idNumber: $number, idType: $type, purpose: "核对") { revealed(purpose: "核对") { name idNumber } }
}
"""
DECLARED = '{ viewer { person { revealed(purpose: "核对") { declared { mobileNumber } } } } }'
SIGN_IN = """
mutation ($i: SignInInput!) { signIn(input: $i) { ... on SignedIn { viewer { account } } ... on Problem { code } } }
"""
PEOPLE = {
    "王\u200b霁明": ("01", "120101199003070013"),
    "吴霁葛\U000e0100城": ("01", "12022519680512002X"),
    "阿霁甲.买买提": ("06", "0123456789(B)"),
    "阿霁辛●买买提": ("04", "KJ0123456"),
    "⻢霁云": ("02", "军字第1234567号"),
    "孙霁\ue863": ("10", "津军烈字123号"),
    "İlham O’Brien": ("08", "X123456"),
}


@pytest.fixture(params=["plain", "encrypted"])
async def known(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> AsyncIterator[Hall]:
    """The demo with additional imported persons, with and without encryption."""
    rows = [f'{id_type},{number},"{name}"' for name, (id_type, number) in PEOPLE.items()]
    (tmp_path / "people.csv").write_text("\n".join(["idType,idNumber,name", *rows, ""]), "utf-8")
    if request.param == "encrypted":
        settings = replace(settings, keyring=Keyring.parse(f"key:{new_key()}", new_key()))
        async with connected(settings):
            assert [number async for number in reencrypt()]
    async with connected(settings):
        assert await run(tmp_path, TODAY) == runner.ALL_STORED
    async with open_hall(settings) as hall:
        yield hall


async def found(hall: Hall, **narrowed: str) -> list[str]:
    """Return the names that a supervisor's search returns."""
    answer = await hall.ask(LISTED, {"filter": narrowed}, "supervisor")
    return [node["revealed"]["name"] for node in answer["data"]["people"]["nodes"]]


async def test_name_search_ignores_variants(known: Hall) -> None:
    """A search without invisible characters, with another dot or apostrophe, or with a standard character matches."""
    typed = {
        "王霁明": "王\u200b霁明",
        "霁葛城": "吴霁葛\U000e0100城",
        "阿霁甲・买买提": "阿霁甲.买买提",
        "阿霁辛·买": "阿霁辛●买买提",
        "马霁云": "⻢霁云",
        "孙霁䶮": "孙霁\ue863",
        "ILHAM O'BRIEN": "İlham O’Brien",
    }
    for part, name in typed.items():
        assert await found(known, nameContains=part) == [name]


async def test_number_search_ignores_variants(known: Hall) -> None:
    """Pasted variants of numbers match in lists, where the document type is unknown, and in look-ups."""
    pasted = {
        "\u202a120101-19900307-0013\u202c": ("王\u200b霁明", "01"),
        "12022519680512002х": ("吴霁葛\U000e0100城", "01"),
        "12022519680512002×": ("吴霁葛\U000e0100城", "01"),
        "0123456789（b）": ("阿霁甲.买买提", "06"),
        "0123456789b": ("阿霁甲.买买提", "06"),
        "KJ 012-3456": ("阿霁辛●买买提", "04"),
        "军字第 1234567 号": ("⻢霁云", "02"),
        "津军烈字１２３号": ("孙霁\ue863", "10"),
        "Х123456": ("İlham O’Brien", "08"),
    }
    for number, (name, id_type) in pasted.items():
        assert await found(known, idNumber=number) == [name]
        person = (await known.ask(LOOK_UP, {"number": number, "type": id_type}, "supervisor"))["data"]["person"]
        assert person["revealed"] == {"name": name, "idNumber": PEOPLE[name][1]}
    assert await found(known, idNumber="军1234567") == ["⻢霁云"]
    assert await found(known, idNumber="0" * 5000) == []


async def test_pasted_mobile_number_is_accepted(hall: Hall) -> None:
    """Direction marks, non-breaking hyphens and the country code are removed."""
    answer = await register(hall, mobileNumber="\u202a+86\u00a0138\u20110000\u20111234\u202c\u200b")
    assert answer["__typename"] == "FlexibleEmploymentRegistered"
    declared = (await hall.ask(DECLARED, account="eligible"))["data"]["viewer"]["person"]["revealed"]["declared"]
    assert declared == [{"mobileNumber": "13800001234"}]


@pytest.mark.parametrize("typed", ["\ufeffeligible", "eligible\u200b ", "ｅligible"])
async def test_pasted_account_is_accepted(hall: Hall, typed: str) -> None:
    """Invisible characters around an account name are removed."""
    answer = await hall.ask(SIGN_IN, {"i": {"account": typed, "password": "demo-eligible"}})
    assert answer["data"]["signIn"] == {"viewer": {"account": "eligible"}}


async def test_invisible_characters_do_not_avoid_throttle(hall: Hall) -> None:
    """Wrong passwords are counted for the normalised account name."""
    codes = []
    for place in range(7):
        browser = await hall.new_browser()
        answer = await browser.post(
            "/graphql",
            json={
                "query": SIGN_IN,
                "variables": {"i": {"account": "eligible" + "\u200b" * place, "password": "wrong"}},
            },
        )
        codes.append(answer.json()["data"]["signIn"]["code"])
    assert codes == ["WRONG_CREDENTIALS"] * 6 + ["RATE_LIMITED"]
