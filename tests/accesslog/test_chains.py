"""Several chains: each has its own lock, numbers and digests; a person's log has one order over all of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from tortoise.connection import get_connections

from api.accesslog import service, store, verification
from api.accesslog.chain import CHAIN_LENGTH, BrokenChain, ChainHead, Entry, Heads, chain_of, head_after
from api.accesslog.store import using_chains
from api.accesslog.verification import Evidence
from api.db.database import is_sqlite
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.errors import SettingsError
from api.graphql.pagination import Window
from api.people.models import Person
from api.settings import Settings
from tests.accesslog.entries import entries, without_triggers
from tests.hall import Hall, open_hall

ENTRY = Entry(None, "READ", True, datetime(2026, 11, 24, tzinfo=UTC), "clerk", "和平区", "核对", ["name"], [], "r")
# What a release with one chain executes, after the same lock.
EARLIER_HEAD = "SELECT id, digest FROM access_log_entry ORDER BY id DESC LIMIT 1"


async def append(person: int | None, minute: int) -> None:
    """Append an entry about a person."""
    moment = ENTRY.at + timedelta(minutes=minute)
    entry = ENTRY._replace(person=person, at=moment, purpose=str(minute))
    await in_transaction(lambda: store.append([entry]))


async def people(number: int) -> list[int]:
    """Return the row ids of some people."""
    return [person.id for person in await Rows(Person).only(()).ordered("id").first(number).all()]


@pytest.fixture
async def log(hall: Hall) -> Hall:
    """A Hall whose log has entries of eight people in four chains."""
    with using_chains(4):
        for minute, person in enumerate(await people(8)):
            await append(person, minute)
    return hall


async def test_chains_have_their_own_numbers(log: Hall) -> None:
    """Entries of a person are in the chain of their row id, numbered from 1; the log verifies as a whole."""
    heads = await store.heads()
    expected = [sum(person % 4 == chain for person in await people(8)) for chain in range(4)]
    assert [(head.chain, head.number) for head in heads] == [(chain, number) for chain, number in enumerate(expected)]
    assert await verification.verify(Evidence(heads)) == heads
    assert heads.entries == 8
    assert ChainHead.read(str(heads[3])) == heads[3]
    assert str(heads[3]).startswith("3/2:")
    assert chain_of(ENTRY, 4) == chain_of(ENTRY._replace(purpose="other"), 4)
    assert log.settings.log_chains == 1


@pytest.mark.usefixtures("log")
async def test_earlier_release_goes_on_with_first_chain() -> None:
    """A Hall of a release with one chain finds its head, and appends behind it, while others append to other chains."""
    database = get_connections().get("default")
    before = await store.heads()
    elsewhere = next(person for person in await people(4) if person % 4)
    for _ in range(2):
        _, rows = await database.execute_query(EARLIER_HEAD)
        head = ChainHead(rows[0]["id"], rows[0]["digest"])
        assert head.chain == 0
        written = head_after(head, ENTRY)
        row = store._to_row(written, ENTRY)
        await database.execute_query(store.INSERT_ENTRY.sql(database.query_class), row)
        with using_chains(4):
            await append(elsewhere, 99)
    found = await verification.verify(Evidence(before))
    assert isinstance(found, Heads)
    assert found.entries == before.entries + 4
    assert found[0].number == before[0].number + 2


async def test_persons_log_is_in_order_of_time(hall: Hall) -> None:
    """A person's entries are listed by time, also where the number of chains has been changed, page by page."""
    person = next(person for person in await people(9) if person % 4 and person % 3)
    for minute, chains in enumerate([1, 4, 4, 1, 3, 3]):
        with using_chains(chains):
            await append(person, minute)
    # At the same moment, ids decide.
    await append(person, 5)
    listed, after = [], None
    while page := await service.entries(person, Window(2, after=after), request_id="other"):
        listed += [row.purpose for row in page.rows]
        if not page.has_next:
            break
        after = page.cursor(page.rows[-1])
    assert listed == ["5", "5", "4", "3", "2", "1", "0"]
    end = await service.entries(person, Window(3, before=after, is_last=True), request_id="other")
    assert [row.purpose for row in end.rows] == ["4", "3", "2"][: len(end.rows)]
    assert hall.settings.log_chains == 1


CHANGES = {
    "a changed entry": ("UPDATE access_log_entry SET actor = 'other' WHERE id = {id}", 2, "it is not what was written"),
    "a missing entry": ("DELETE FROM access_log_entry WHERE id = {id} - 1", 1, "it is missing"),
    "an entry of another chain": (
        "UPDATE access_log_entry SET id = id - 2 * {length} WHERE id = {id}", 1, "it is missing",
    ),
    "an entry before the first": (
        "UPDATE access_log_entry SET id = id - 2 WHERE id = {id}", 0, "it has no number of a chain",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
async def test_tampering_with_any_chain_is_found(log: Hall, change: str) -> None:
    """Verification finds what was changed in a chain, or moved to another."""
    head = (await store.heads())[2]
    statement, number, why = CHANGES[change]
    async with without_triggers(log.settings) as database:
        await database.execute(statement.format(id=head.id, length=CHAIN_LENGTH))
    found = await verification.verify()
    assert isinstance(found, BrokenChain)
    assert (ChainHead(found.id, "").number, found.why) == (number, why)
    assert str(found).startswith("entry 4/1:" if "another" in change else f"entry 2/{number}:")


@asynccontextmanager
async def holding_lock(settings: Settings, chain: int) -> AsyncIterator[None]:
    """Hold the lock of a chain, as a transaction does that waits for its standby."""
    other = await asyncpg.connect(settings.database)
    try:
        async with other.transaction():
            await other.execute(f"SELECT pg_advisory_xact_lock({store._lock_of(chain).values[0]})")
            yield
    finally:
        await other.close()


async def test_chains_do_not_wait_for_each_other(log: Hall) -> None:
    """While a transaction holds one chain, entries of other chains are appended; those of the same chain wait."""
    if is_sqlite(log.settings):
        pytest.skip("SQLite has a single writer")
    four = {person % 4: person for person in await people(8)}
    with using_chains(4):
        async with holding_lock(log.settings, 1):
            async with asyncio.timeout(2):
                await append(four[2], 50)
            waiting = asyncio.create_task(append(four[1], 51))
            done, _ = await asyncio.wait({waiting}, timeout=0.3)
            assert not done
        await waiting
    assert isinstance(await verification.verify(), Heads)


async def test_open_hall_appends_to_as_many_chains_as_set(settings: Settings) -> None:
    """HALL_LOG_CHAINS is in force while the Hall is open, and for each kind of entry."""
    document = '{ viewer { person { revealed(purpose: "核对") { name } } } }'
    async with open_hall(replace(settings, log_chains=64)) as hall:
        for account in ("eligible", "subsidised", "clerk"):
            await hall.ask(document, account=account)
        log = await entries(settings)
        found = await verification.verify()
    assert isinstance(found, Heads)
    of_people = {entry["person_id"] % 64 for entry in log if entry["person_id"]}
    assert len(of_people) == 2
    assert of_people <= {head.chain for head in found}
    assert all(ChainHead(entry["id"], "").chain == entry["person_id"] % 64 for entry in log if entry["person_id"])
    assert Settings.from_environment({}).log_chains == 1
    assert Settings.from_environment({"HALL_LOG_CHAINS": "8"}).log_chains == 8
    for wrong in ("0", "65", "many"):
        with pytest.raises(SettingsError, match=r"HALL_LOG_CHAINS is .*; set it to a number from 1 to 64"):
            Settings.from_environment({"HALL_LOG_CHAINS": wrong})
