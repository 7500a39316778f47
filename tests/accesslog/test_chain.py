"""The hash chain: verification finds the first changed, deleted, moved or truncated entry."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.accesslog import store, verification
from api.accesslog.chain import EMPTY, BrokenChain, ChainHead, Entry, Heads, head_after, link_entries, verify_links
from api.accesslog.verification import Evidence
from api.db.database import is_sqlite
from tests.accesslog.entries import without_triggers
from tests.hall import Hall
from tests.people.test_read_authorization import number_of
from tests.test_commands import command

DROPPED = "DELETE FROM access_log_entry WHERE id {}"
ENTRY = Entry(1, "READ", True, datetime(2026, 11, 24, tzinfo=UTC), "clerk", "和平区", "核对", ["name"], [], "r")
TAMPERED = {
    "a word": (["UPDATE access_log_entry SET purpose = 'other' WHERE id = 3"], 3),
    "a person": (["UPDATE access_log_entry SET person_id = NULL WHERE id = 3"], 3),
    "a moment": (["UPDATE access_log_entry SET at = '2026-01-01 00:00:00+00:00' WHERE id = 3"], 3),
    "a refusal": (["UPDATE access_log_entry SET granted = NOT granted WHERE id = 3"], 3),
    "a field": (["UPDATE access_log_entry SET fields_seen = '[]' WHERE id = 3"], 3),
    "people shown": (["UPDATE access_log_entry SET people_seen = '[1]' WHERE id = 3"], 3),
    "a digest": (["UPDATE access_log_entry SET digest = '0' WHERE id = 3"], 3),
    "a missing entry": ([DROPPED.format("= 3")], 3),
    "a missing beginning": ([DROPPED.format("<= 2")], 1),
    "a missing entry, the others moved up": (
        [DROPPED.format("= 3"), "UPDATE access_log_entry SET id = 3 WHERE id = 4",
         "UPDATE access_log_entry SET id = 4 WHERE id = 5"], 3,
    ),
    "two entries in each other's place": (
        ["UPDATE access_log_entry SET id = 99 WHERE id = 3", "UPDATE access_log_entry SET id = 3 WHERE id = 4",
         "UPDATE access_log_entry SET id = 4 WHERE id = 99"], 3,
    ),
}  # fmt: skip


# The chain without a database.


@st.composite
def chains(draw: st.DrawFn) -> list[tuple[ChainHead, Entry]]:
    """Return entries linked to a chain."""
    texts = st.text(st.characters(codec="utf-8"), max_size=5)
    entry_strategy = st.builds(
        Entry, st.none() | st.integers(1, 2**31 - 1), st.sampled_from(["READ", "LIST"]), st.booleans(),
        st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
        texts, texts, texts, st.lists(texts), st.lists(st.integers(1, 9)), texts,
    )  # fmt: skip
    return list(link_entries(EMPTY, draw(st.lists(entry_strategy, min_size=2, max_size=6))))


@given(chains(), st.data())
def test_changed_entry_breaks_chain(chain: list[tuple[ChainHead, Entry]], data: st.DataObject) -> None:
    """An intact log verifies; a changed, deleted or swapped entry breaks the chain there, and not before."""
    assert verify_links(EMPTY, chain) == chain[-1][0]
    place = data.draw(st.integers(0, len(chain) - 2))
    head, entry = chain[place]
    for forged in (
        entry._replace(person=-1),
        entry._replace(purpose=entry.purpose + "x"),
        entry._replace(fields_seen=[*entry.fields_seen, "x"]),
    ):
        changed = [*chain[:place], (head, forged), *chain[place + 1 :]]
        assert verify_links(EMPTY, changed) == BrokenChain(place + 1, "it is not what was written")
    assert verify_links(EMPTY, chain[:place] + chain[place + 1 :]) == BrokenChain(place + 1, "it is missing")
    other = chain[place + 1][1]
    if other != entry:
        moved = [*chain[:place], (head, other), (chain[place + 1][0], entry), *chain[place + 2 :]]
        assert verify_links(EMPTY, moved) == BrokenChain(place + 1, "it is not what was written")


def test_digest_is_stable() -> None:
    """The digest of an entry has never changed, so that old logs still verify."""
    assert str(head_after(EMPTY, ENTRY)) == "1:e5ddef060591f434a4057dd5dd41df7c5d66d865abbefe536b35c187a8cbc44c"


@pytest.mark.parametrize("text", ["", "1", "x:" + "0" * 64, "1:" + "0" * 63, "-1:" + "0" * 64, "/1:" + "0" * 64])
def test_invalid_head_is_refused(text: str) -> None:
    """A head consists of a number and a digest."""
    with pytest.raises(ValueError, match="is no head"):
        ChainHead.read(text)
    assert ChainHead.read(f" {head_after(EMPTY, ENTRY)}\n") == head_after(EMPTY, ENTRY)


# The chain in the database.


@pytest.fixture
async def log(hall: Hall) -> Hall:
    """A Hall with five log entries."""
    for _ in range(5):
        await number_of(hall, "eligible")
    return hall


@pytest.mark.parametrize("tampering", TAMPERED)
async def test_tampering_with_database_is_found(log: Hall, tampering: str) -> None:
    """Without the triggers, verification finds the first entry that was tampered with."""
    assert await verification.verify() == await store.heads()
    statements, number = TAMPERED[tampering]
    async with without_triggers(log.settings) as database:
        for statement in statements:
            await database.execute(statement)
    found = await verification.verify()
    assert isinstance(found, BrokenChain)
    assert found.id == number


@pytest.mark.parametrize(
    "change",
    ["at = 'noon'", "fields_seen = '['", f"fields_seen = '{'[' * 5000}'", "purpose = CAST(x'e6a0' AS TEXT)"],
    ids=["a word for a moment", "half a list", "lists without end", "half a letter"],
)
async def test_unreadable_entry_is_found(log: Hall, change: str) -> None:
    """SQLite stores any bytes, so an entry may be unreadable; verification reports its number."""
    if not is_sqlite(log.settings):
        pytest.skip("PostgreSQL rejects values that are not of the column's type")
    async with without_triggers(log.settings) as database:
        await database.execute(f"UPDATE access_log_entry SET {change} WHERE id = 3")  # noqa: S608 - our own words
    assert await verification.verify() == BrokenChain(3, "it cannot be decoded")


async def test_printed_head_detects_truncation(log: Hall) -> None:
    """A printed head also detects a completely rewritten log, which is a valid chain."""
    head = await store.heads()
    async with without_triggers(log.settings) as database:
        await database.execute(DROPPED.format("> 3"))
    shortened = await verification.verify()
    assert isinstance(shortened, Heads)
    assert shortened.entries == 3
    assert await verification.verify(Evidence([*shortened, *head])) == BrokenChain(
        4, "it is missing, and its head was printed"
    )
    for _ in range(2):
        await number_of(log, "eligible")
    assert isinstance(await verification.verify(), Heads)
    assert await verification.verify(Evidence([*shortened, *head])) == BrokenChain(
        5, "it is not the one whose head was printed"
    )


async def test_verification_goes_on_behind_a_head(log: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a head that was reached before, only later entries are read; the head itself must still be there."""
    monkeypatch.setattr(verification, "PART_LENGTH", 2)
    reached: list[Any] = []
    whole = await verification.verify(report=lambda head, _: reached.append(head))
    assert [head.number for head in reached] == [2, 4, 5]
    assert (reached[-1],) == whole == await store.heads()
    again: list[Any] = []
    evidence = Evidence([reached[0]], since=[reached[1]])
    assert await verification.verify(evidence, report=lambda head, _: again.append(head)) == whole
    assert tuple(again) == whole
    assert await verification.verify(Evidence(since=whole)) == whole
    async with without_triggers(log.settings) as database:
        await database.execute("UPDATE access_log_entry SET actor = 'nobody' WHERE id IN (2, 5)")
    assert await verification.verify(Evidence(since=[reached[1]])) == BrokenChain(5, "it is not what was written")
    rewritten = BrokenChain(2, "it is not the one whose head was printed")
    assert await verification.verify(Evidence([ChainHead(2, "0" * 64)], since=[reached[1]])) == rewritten
    missing = BrokenChain(6, "it is missing, and its head was printed")
    assert await verification.verify(Evidence(since=[ChainHead(6, "0" * 64)])) == missing


async def test_verify_command(log: Hall) -> None:
    """The exit status is 0 if the chain is intact; else 1, with the number of the first broken entry."""
    head = await store.heads()
    whole = command(log.settings, "audit", "verify", "--head", str(head))
    assert (whole.returncode, whole.stdout) == (0, f"The access log holds: 5 entries, head {head}.\n")
    later = command(log.settings, "audit", "verify", "--since", str(head))
    assert (later.returncode, later.stdout, later.stderr) == (0, whole.stdout, "")
    async with without_triggers(log.settings) as database:
        await database.execute("UPDATE access_log_entry SET actor = 'nobody' WHERE id = 2")
    broken = command(log.settings, "audit", "verify")
    assert (broken.returncode, broken.stdout) == (
        1,
        "The access log is broken at entry 2: it is not what was written.\n",
    )
    assert command(log.settings, "audit", "verify", "--head", "x").returncode == 2
