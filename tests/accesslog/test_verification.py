"""Verification finds what contradicts the signed tree, also in a rewritten chain, and can be shared and resumed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.accesslog import processes, store, tree, verification
from api.accesslog.chain import EMPTY, BrokenChain, Heads, link_entries
from api.accesslog.models import LogCheckpoint
from api.accesslog.parts import Broken, BrokenCheckpoint
from api.accesslog.store import using_chains
from api.accesslog.verification import Evidence, verify
from api.db.query.rows import Rows
from api.encryption.signed_note import LogKeys, Signer
from api.settings import Settings
from tests.accesslog.entries import without_triggers
from tests.accesslog.test_chains import append, people
from tests.accesslog.test_tree import KEYS, add
from tests.hall import Hall, open_hall
from tests.test_commands import command

TABLES = ("access_log_entry", "access_log_checkpoint", "access_log_span")
SIGNED = Evidence(keys=KEYS.public)


@pytest.fixture
async def log(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hall]:
    """A log of three chains, with 24 entries in six checkpoints, and six entries behind them."""
    monkeypatch.setattr(verification, "PART_LENGTH", 8)
    async with open_hall(replace(settings, log_keys=KEYS)) as hall:
        with using_chains(3):
            for minute in range(5):
                for person in await people(6):
                    await append(person, minute)
                if minute < 4:
                    monkeypatch.setattr(tree, "MAX_ENTRIES", 4)
                    await add()
        yield hall


CHANGES: dict[str, tuple[str, Broken]] = {
    "an entry of a checkpoint": (
        "UPDATE access_log_entry SET actor = 'x' WHERE id = 2", BrokenChain(2, "it is not what was written"),
    ),
    "a missing entry": ("DELETE FROM access_log_entry WHERE id = 2", BrokenChain(2, "it is missing")),
    "an entry behind them": (
        "UPDATE access_log_entry SET actor = 'x' WHERE id = 10", BrokenChain(10, "it is not what was written"),
    ),
    "another digest of a head": (
        "UPDATE access_log_span SET digest = '0' WHERE checkpoint_id = 1 AND id > 0",
        BrokenCheckpoint(1, "it names another digest than the entry has"),
    ),
    "a missing span": (
        "DELETE FROM access_log_span WHERE checkpoint_id = 4", BrokenCheckpoint(6, "it does not go on where"),
    ),
    "the last spans": (
        "DELETE FROM access_log_span WHERE checkpoint_id > 6", BrokenCheckpoint(7, "its tree is not"),
    ),
    "another order": (
        "UPDATE access_log_span SET position = position + 1 WHERE checkpoint_id = 3",
        BrokenCheckpoint(3, "its entries are in another order"),
    ),
    "another tree": (
        "UPDATE access_log_checkpoint SET size = 4, subtrees = '[\"00\"]' WHERE id = 2",
        BrokenCheckpoint(2, "its tree is not that of the entries"),
    ),
    "a damaged tree": (
        "UPDATE access_log_checkpoint SET size = 7 WHERE id = 2", BrokenCheckpoint(2, "a tree has one"),
    ),
    "a text that was not signed": (
        "UPDATE access_log_checkpoint SET note = 'x' || note WHERE id = 3",
        BrokenCheckpoint(3, "it has a signature of hall.example/access-log that is not valid"),
    ),
}  # fmt: skip


async def test_intact_log_holds(log: Hall) -> None:
    """An intact log holds, as a whole and behind any place up to which it was verified."""
    reached: list[tuple[Any, int]] = []
    heads = await verify(SIGNED, lambda place, entries: reached.append((place, entries)))
    assert isinstance(heads, Heads)
    newest = await tree.latest()
    assert newest is not None
    assert reached[-1] == (heads[-1], 30)
    assert (newest.id, 24) in reached
    for place, _ in reached:
        since: dict[str, Any] = {"since_checkpoint": place} if isinstance(place, int) else {"since": [place]}
        assert await verify(replace(SIGNED, **since)) == heads
    assert heads == await verify(SIGNED, verifier=processes.in_processes(log.settings, 2))


@pytest.mark.parametrize("change", CHANGES)
async def test_change_is_found(log: Hall, change: str) -> None:
    """Whoever changes entries or checkpoints contradicts another row."""
    statement, expected = CHANGES[change]
    async with without_triggers(log.settings, *TABLES) as database:
        await database.execute(statement)
    found = await verify(SIGNED)
    assert isinstance(found, type(expected))
    assert str(found).startswith(str(expected))
    assert command(log.settings, "audit", "verify", "--key", str(KEYS.signer.public)).returncode == 1


async def test_change_is_found_by_processes(log: Hall) -> None:
    """Several processes find what one finds, whichever is first."""
    async with without_triggers(log.settings) as database:
        for entry in (2, 9):
            await database.execute(f"UPDATE access_log_entry SET actor = 'x' WHERE id = {entry}")  # noqa: S608 - our own numbers
    expected = BrokenChain(2, "it is not what was written")
    assert await verify(SIGNED, verifier=processes.in_processes(log.settings, 2)) == expected == await verify(SIGNED)


async def test_rewritten_log_is_not_the_signed_one(log: Hall) -> None:
    """Whoever rewrites a chain and its heads cannot sign the tree, and a kept checkpoint is not in the log."""
    kept = [checkpoint.note for checkpoint in await Rows(LogCheckpoint).ordered("id").all()]
    assert isinstance(await verify(replace(SIGNED, notes=kept)), Heads)
    stored = [entry for _, entry in await store.read(1, 10) if entry]
    forged = [stored[0]._replace(actor="nobody"), *stored[1:]]
    async with without_triggers(log.settings, *TABLES) as database:
        for link, entry in link_entries(EMPTY, forged):
            await database.execute(
                f"UPDATE access_log_entry SET actor = '{entry.actor}', digest = '{link.digest}' WHERE id = {link.id}"  # noqa: S608 - our own words
            )
            await database.execute(f"UPDATE access_log_span SET digest = '{link.digest}' WHERE id = {link.id}")  # noqa: S608 - our own words
        assert await verify(SIGNED) == BrokenCheckpoint(1, "its tree is not that of the entries")
        # Another key signs anything; without the key of this log it is not believed, nor beside a kept checkpoint.
        await database.execute("DELETE FROM access_log_span")
        await database.execute("DELETE FROM access_log_checkpoint")
        other = LogKeys(Signer.new(KEYS.signer.name))
        await add(other)
        assert isinstance(await verify(Evidence(keys=other.public)), Heads)
        assert await verify(SIGNED) == BrokenCheckpoint(1, "it is signed by none of the known keys")
        both = Evidence(notes=kept, keys=(*KEYS.public, *other.public))
        assert await verify(both) == BrokenCheckpoint(1, "it is not the one that was signed and kept")
        await database.execute("DELETE FROM access_log_span WHERE checkpoint_id > 3")
        await database.execute("DELETE FROM access_log_checkpoint WHERE id > 3")
    found = await verify(replace(both, notes=kept[-1:]))
    assert str(found) == "checkpoint 4: one of 24 entries was signed, and is not in the log"


async def test_command_takes_checkpoints(log: Hall, tmp_path: Path) -> None:
    """The command goes on behind the newest checkpoint or a number, and compares a witness's signed file."""
    newest = await tree.latest()
    assert newest is not None
    file, key = tmp_path / "checkpoint", ("--key", str(KEYS.signer.public))
    file.write_text(newest.note, "utf-8")
    for arguments in ((), ("--since", "last"), ("--since", "1"), ("--checkpoint", str(file), *key)):
        done = command(log.settings, "audit", "verify", *arguments)
        assert (done.returncode, done.stdout[:39]) == (0, "The access log holds: 30 entries, head "), done.stderr
    assert "none of the known keys" in command(log.settings, "audit", "verify", "--checkpoint", str(file)).stderr
    missing = command(log.settings, "audit", "verify", "--checkpoint", str(tmp_path / "none"))
    assert (missing.returncode, "cannot be read" in missing.stderr) == (2, True)
    assert command(log.settings, "audit", "verify", "--since", "99").stdout == (
        "The access log is broken at checkpoint 99: it is missing.\n"
    )
