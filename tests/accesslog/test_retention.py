"""Entries older than six months are exported and removed up to a checkpoint; the log still verifies, and goes on."""

import gzip
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from api import clock
from api.accesslog import retention, store, tree, verification
from api.accesslog.chain import Heads
from api.accesslog.store import using_chains
from api.accesslog.verification import Evidence, verify
from api.db.transactions.dispatch import in_transaction
from api.errors import Refused
from api.settings import Settings
from tests.accesslog.entries import entries
from tests.accesslog.test_chains import ENTRY, people
from tests.accesslog.test_guards import REFUSED
from tests.accesslog.test_tree import KEYS
from tests.durability.records import records
from tests.hall import Hall, open_hall
from tests.test_commands import command

SIGNED = Evidence(keys=KEYS.public)


async def append(moment: datetime) -> None:
    """Append an entry for each of six people, in three chains, and a checkpoint."""
    with using_chains(3):
        for person in await people(6):
            entry = ENTRY._replace(person=person, at=moment)
            await in_transaction(partial(store.append, [entry]))
    assert [note async for note in tree.add_checkpoints(KEYS, moment, timedelta())]


@pytest.fixture
async def log(settings: Settings) -> AsyncIterator[Hall]:
    """A log with entries of 300, 250, 200 and 10 days ago, and one checkpoint for each of these days."""
    async with open_hall(replace(settings, log_keys=KEYS)) as hall:
        for days in (300, 250, 200, 10):
            await append(clock.now() - timedelta(days=days))
        yield hall


async def test_old_entries_are_exported_and_removed(log: Hall, tmp_path: Path) -> None:
    """The file has them; afterwards the log holds from the checkpoint on, also beside earlier heads, and goes on."""
    before = await store.heads()
    first, second = tmp_path / "first", tmp_path / "second"
    day = (clock.now() - timedelta(days=240)).date()
    assert await retention.export(first, day, clock.now()) == (2, 12)
    lines = gzip.decompress(first.read_bytes()).splitlines()
    assert len(lines) == 13
    assert await retention.remove(first, clock.now()) == 12
    assert len(await entries(log.settings)) == 12
    assert await verify(replace(SIGNED, heads=before)) == before
    assert await retention.remove(first, clock.now()) == 0
    # The next file begins behind it.
    later = (clock.now() - timedelta(days=190)).date()
    with pytest.raises(Refused, match="no checkpoint before"):
        await retention.export(second, day, clock.now())
    assert await retention.export(second, later, clock.now()) == (3, 6)
    assert await retention.remove(second, clock.now()) == 6
    await append(clock.now())
    after = await verify(replace(SIGNED, heads=before))
    assert isinstance(after, Heads)
    assert after.entries == before.entries + 6
    reached: list[object] = []
    assert await verify(SIGNED, lambda place, _: reached.append(place)) == after
    assert reached == [5]
    with pytest.raises(Refused, match="does not begin where"):
        await retention.remove(first, clock.now())


async def test_newest_entry_of_a_chain_stays(settings: Settings, tmp_path: Path) -> None:
    """An old log is not emptied: the next entry of a chain is linked to its newest."""
    async with open_hall(replace(settings, log_keys=KEYS)):
        await append(clock.now() - timedelta(days=300))
        heads = await store.heads()
        await retention.export(tmp_path / "all", clock.today() - timedelta(days=200), clock.now())
        assert await retention.remove(tmp_path / "all", clock.now()) == 3
        assert await store.heads() == heads
        await append(clock.now())
        assert (await store.heads()).entries == 12
        assert isinstance(await verify(SIGNED), Heads)


async def test_entries_of_six_months_stay(log: Hall, tmp_path: Path) -> None:
    """Younger entries are neither exported nor removed, by no command and no statement."""
    file = tmp_path / "file"
    with pytest.raises(Refused, match="184 days"):
        await retention.export(file, clock.today(), clock.now())
    day = clock.today() - timedelta(days=190)
    await retention.export(file, day, clock.now())
    with pytest.raises(Refused, match="184 days"):
        await retention.remove(file, clock.now() - timedelta(days=30))
    conditions = ["id IS NOT NULL", f"at > '{(clock.now() - timedelta(days=100)).date()}'"]
    # Not even old ones that were exported, before `remove` says so.
    for condition in (*conditions, f"at < '{clock.today() - timedelta(days=240)}'"):
        async with records(log.settings) as database:
            with pytest.raises(REFUSED, match="only added to"):
                await database.ask(f"DELETE FROM access_log_entry WHERE {condition}")  # noqa: S608 - our own words
    await retention.remove(file, clock.now())
    for condition in conditions:
        async with records(log.settings) as database:
            with pytest.raises(REFUSED, match="only added to"):
                await database.ask(f"DELETE FROM access_log_entry WHERE {condition}")  # noqa: S608 - our own words
    assert await verification.verify(SIGNED) == await store.heads()


async def test_damaged_file_removes_nothing(log: Hall, tmp_path: Path) -> None:
    """A file that lacks an entry, or has another one, or is of another log, is refused."""
    file, damaged = tmp_path / "file", tmp_path / "damaged"
    await retention.export(file, clock.today() - timedelta(days=240), clock.now())
    content = gzip.decompress(file.read_bytes())
    for changed, why in (
        (content.partition(b"\n")[2], "does not have the entries"),
        (content.replace(b"clerk", b"other", 1), "does not have the entries"),
        (content.replace(b"hall.example", b"other", 1), "does not have|that this log does not have"),
        (b"no export", "cannot be read"),
    ):
        damaged.write_bytes(gzip.compress(changed))
        with pytest.raises(Refused, match=why):
            await retention.remove(damaged, clock.now())
    damaged.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(Refused, match="cannot be read"):
        await retention.remove(damaged, clock.now())
    assert len(await entries(log.settings)) == 24


async def test_commands_export_and_remove(log: Hall, tmp_path: Path) -> None:
    """The commands say what they did, and what they need."""
    day = str(clock.today() - timedelta(days=240))
    file = str(tmp_path / "file")
    exported = command(log.settings, "audit", "export", file, "--before", day)
    assert exported.stdout == f"{file} has 12 entries, up to checkpoint 2. Copy it before you remove them.\n"
    again = command(log.settings, "audit", "export", file, "--before", day)
    assert (again.returncode, "exists already" in again.stderr) == (2, True)
    assert command(log.settings, "audit", "remove", file).stdout == "12 entries were removed.\n"
    assert command(log.settings, "audit", "verify").stdout.startswith("The access log holds: 24 entries")
    assert "audit export FILE --before DATE" in command(log.settings, "audit", "export", file).stderr
