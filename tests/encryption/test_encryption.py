"""A Hall with an encrypted database: responses stay the same, and the database has no personal data in plain text."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api import clock
from api.cli.accounts import administration
from api.db.database import connected
from api.db.reencryption import reencrypt, require_keys
from api.encryption.keyring import Keyring, new_key
from api.errors import Refused
from api.importing import run, runner
from api.people.models import Person
from api.settings import Settings
from tests import personal
from tests.durability.records import records
from tests.durability.test_backups import TABLES
from tests.hall import Hall, open_hall
from tests.people.importing.test_importing import TODAY, write_file
from tests.schemes.flexible_employment.test_registration import form, register

OLD, NEW, INDEX = f"old:{new_key()}", f"new:{new_key()}", new_key()
RING = Keyring.parse(OLD, INDEX)
ACCOUNTS = ("eligible", "enrolled", "hong-kong", "long-name", "rare-name", "sparse")
EVERYTHING = """
{ viewer { person {
    id name idNumber mobileNumber residentialAddress householdRegistrationAddress
    nonMainlandInfo { certificateNumber }
    revealed(purpose: "核对") {
        idNumber mobileNumber residentialAddress householdRegistrationAddress certificateNumber
    }
    flexibleEmployment { enrolments { id receipt { lines { value } } } }
} } }
"""
LOOK_UP = 'query ($n: String!) { person(idNumber: $n, purpose: "核对") { id mobileNumber } }'
LISTED = 'query ($n: String!) { people(filter: { idNumber: $n }, purpose: "核对") { totalCount nodes { id } } }'
NUMBERS = ("id_number", "mobile_number", "residential_address", "household_registration_address", "certificate_number")


async def encrypted(settings: Settings, ring: Keyring) -> Settings:
    """Re-encrypt a database with the first key of a keyring; return the matching settings."""
    settings = replace(settings, keyring=ring)
    async with connected(settings):
        assert sum([number async for number in reencrypt()]) > 0
    return settings


async def cells(settings: Settings) -> list[str]:
    """Return each row of each table as it is stored."""
    async with records(settings) as stored:
        return [
            str(tuple(row))
            for table in TABLES
            for row in await stored.ask(f"SELECT * FROM {table}")  # noqa: S608 - the tests' own names
        ]


async def read(hall: Hall) -> dict[str, Any]:
    """Return the own records of some people."""
    return {account: (await hall.ask(EVERYTHING, account=account))["data"] for account in ACCOUNTS}


@pytest.fixture
async def encrypted_hall(settings: Settings) -> AsyncIterator[Hall]:
    """The demo Hall, encrypted."""
    async with open_hall(await encrypted(settings, RING)) as hall:
        yield hall


async def test_responses_are_unchanged_by_encryption(settings: Settings) -> None:
    """Responses are the same encrypted, encrypted with another key and in plain text; masked and in full."""
    async with open_hall(settings) as hall:
        before = await read(hall)
    for ring in (RING, Keyring.parse(f"{NEW} {OLD}", INDEX), Keyring.parse(f"plain {NEW}", "")):
        async with open_hall(await encrypted(settings, ring)) as hall:
            assert await read(hall) == before


DECLARED = """
{ viewer { person { revealed(purpose: "核对") { declared { mobileNumber residentialAddress } } } } }
"""


async def test_database_contains_no_plain_numbers(encrypted_hall: Hall) -> None:
    """Neither existing nor new rows contain a number, telephone number, address or certificate."""
    assert (await register(encrypted_hall, residentialAddress="和平区海光路88号"))["__typename"] == (
        "FlexibleEmploymentRegistered"
    )
    (declared,) = (await encrypted_hall.ask(DECLARED, account="eligible"))["data"]["viewer"]["person"]["revealed"][
        "declared"
    ]
    assert declared == {"mobileNumber": "13800001234", "residentialAddress": "和平区海光路88号"}
    stored = await cells(encrypted_hall.settings)
    hidden = await _numbers(encrypted_hall.settings) | {"和平区海光路88号", "13800001234"}
    assert len(hidden) > 300
    assert [row for row in stored if any(value in row for value in hidden)] == []


async def _numbers(settings: Settings) -> set[str]:
    """Return all personal data that is encrypted, in plain text from the models."""
    async with connected(settings):
        rows = await Person.all()
        values = {getattr(row, column, None) for row in rows for column in NUMBERS}
    return {value for value in values if value and len(value) > personal.MIN_LENGTH}


async def test_search_by_number(encrypted_hall: Hall) -> None:
    """Staff find people by look-up and in lists; document numbers stay unique."""
    person = (await encrypted_hall.ask(EVERYTHING, account="eligible"))["data"]["viewer"]["person"]
    number = {"n": person["revealed"]["idNumber"]}
    found = await encrypted_hall.ask(LOOK_UP, number, "clerk")
    assert found["data"]["person"] == {"id": person["id"], "mobileNumber": person["mobileNumber"]}
    listed = await encrypted_hall.ask(LISTED, number, "supervisor")
    assert listed["data"]["people"] == {"totalCount": 1, "nodes": [{"id": person["id"]}]}
    assert (await encrypted_hall.ask(LOOK_UP, {"n": "120101199003079999"}, "clerk"))["data"]["person"] is None


async def test_imports_are_encrypted(empty_settings: Settings, tmp_path: Path) -> None:
    """Imports insert and update encrypted rows; repeating one changes nothing; accounts find their person."""
    header = "idNumber,name,mobileNumber,residentialAddress,certificateNumber"
    first = "120101199003070013,林海平,13800001234,和平区海光路1号,R1234567"
    settings = replace(empty_settings, keyring=RING)
    async with connected(settings):
        for lines in ([first], [first], [first.replace("1234,", "9999,").replace("R12", "R99")]):
            assert await run(write_file(tmp_path, "people.csv", header, *lines), TODAY) == runner.ALL_STORED
        await administration.add_citizen(
            "lin", "a password", id_type="01", id_number="120101199003070013", now=clock.now()
        )
        person = await Person.get().prefetch_related("non_mainland_info")
        assert (person.mobile_number, person.residential_address) == ("13800009999", "和平区海光路1号")
        assert person.non_mainland_info.certificate_number == "R9934567"
    hidden = ("120101199003070013", "1380000", "海光路", "R1234567", "R9934567")
    assert [row for row in await cells(settings) if any(value in row for value in hidden)] == []


@pytest.mark.parametrize(
    ("ring", "message"),
    [
        (Keyring(), "'old'.*HALL_SEAL_KEYS"),
        (Keyring.parse(NEW, INDEX), "'old'.*HALL_SEAL_KEYS"),
        (Keyring.parse(OLD, new_key()), "HALL_INDEX_KEY"),
    ],
    ids=["no keys", "another key", "another index"],
)
async def test_wrong_keys_end_start(settings: Settings, ring: Keyring, message: str) -> None:
    """Startup is refused with the cure; also on a database that is not encrypted yet."""
    async with connected(await encrypted(settings, RING)):
        await require_keys()
    async with connected(replace(settings, keyring=ring)):
        with pytest.raises(Refused, match=message):
            await require_keys()


async def test_unencrypted_database_is_refused(settings: Settings) -> None:
    """A database that is not encrypted yet is refused, because lookups by blind index would find no rows."""
    async with connected(replace(settings, keyring=RING)):
        with pytest.raises(Refused, match="python -m api seal"):
            await require_keys()


async def test_production_with_wrong_keys_does_not_start(empty_settings: Settings, tmp_path: Path) -> None:
    """A Hall whose lookups would fail does not start."""
    async with connected(replace(empty_settings, keyring=RING)):
        lines = ("idNumber,name", "120101199003070013,林海平")
        assert await run(write_file(tmp_path, "people.csv", *lines), TODAY) == runner.ALL_STORED
    with pytest.raises(Refused, match="HALL_SEAL_KEYS"):
        async with open_hall(empty_settings):
            pass


async def test_moved_ciphertext_is_an_error(encrypted_hall: Hall) -> None:
    """A ciphertext copied to another row raises an error and does not decrypt."""
    moving = """UPDATE person SET residential_address = (SELECT other.residential_address FROM person other
        WHERE other.residential_address IS NOT NULL AND other.id <> person.id ORDER BY other.id LIMIT 1)"""
    async with records(encrypted_hall.settings) as stored:
        await stored.ask(moving)
    answer = (await encrypted_hall.post(json={"query": EVERYTHING}, account="eligible")).json()
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"


async def test_write_without_encryption_is_a_fault(encrypted_hall: Hall) -> None:
    """Code that writes without encryption raises an error, and stores nothing in plain text."""
    assert await form(encrypted_hall)
    async with connected(encrypted_hall.settings):
        with pytest.raises(TypeError, match="as_stored"):
            await Person.filter(id=1).update(mobile_number="13800001234")
