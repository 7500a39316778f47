"""Signed checkpoints: each has every entry of its time in one Merkle tree, and continues the one before."""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from api import clock
from api.accesslog import checkpoints, store, tree
from api.accesslog.merkle import Tree
from api.accesslog.models import LogCheckpoint, LogSpan
from api.accesslog.store import using_chains
from api.db.query.rows import Rows
from api.encryption.signed_note import LogKeys, Signer, verified_text
from api.errors import SettingsError
from api.settings import Settings
from tests.accesslog.entries import entries, without_triggers
from tests.accesslog.test_chains import append, people
from tests.accesslog.test_guards import REFUSED
from tests.durability.records import records
from tests.hall import Hall, open_hall
from tests.test_commands import command

KEYS = LogKeys(Signer.new("hall.example/access-log"))


@pytest.fixture
async def log(settings: Settings) -> AsyncIterator[Hall]:
    """A Hall that signs, whose log has eight entries in three chains."""
    async with open_hall(replace(settings, log_keys=KEYS)) as hall:
        with using_chains(3):
            for minute, person in enumerate(await people(8)):
                await append(person, minute)
        yield hall


async def add(keys: LogKeys = KEYS) -> list[str]:
    """Add checkpoints of all entries; return their notes."""
    return [note async for note in tree.add_checkpoints(keys, clock.now(), timedelta())]


async def digests() -> list[bytes]:
    """Return the digests of all entries in the order of the tree."""
    found: list[bytes] = []
    for span in await Rows(LogSpan).ordered("position").all():
        assert span.position == len(found)
        found += tree.leaves(link.digest for link in await store.read_links(span.after, span.id))
    return found


async def test_checkpoint_has_every_entry(log: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note of a checkpoint names size and root of the tree, signed; the next one continues it."""
    [first] = await add()
    monkeypatch.setattr(tree, "MAX_ENTRIES", 2)
    with using_chains(3):
        for minute, person in enumerate(await people(5)):
            await append(person, 20 + minute)
    later = await add()
    assert len(later) == 3
    assert await add() == []
    leaves = await digests()
    assert sorted(leaf.hex() for leaf in leaves) == sorted(entry["digest"] for entry in await entries(log.settings))
    for note, size in zip([first, *later], [8, 10, 12, 13], strict=True):
        origin, number, root, end = verified_text(note, KEYS.public).split("\n")
        assert (origin, int(number), end) == (KEYS.signer.name, size, "")
        assert base64.b64decode(root) == Tree().with_leaves(leaves[:size]).root


async def test_newest_checkpoint_has_an_address(log: Hall) -> None:
    """A witness reads the newest note without signing in; before the first, and without a key, there is none."""
    path = "/access-log/checkpoint"
    missing = await log.get(path)
    assert (missing.status_code, missing.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")
    [note] = await add()
    answer = await log.get(path)
    assert (answer.status_code, answer.text, answer.headers["cache-control"]) == (200, note, "no-store")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    log.app.state.database = None
    assert (await log.get(path)).status_code == 503


async def test_hall_without_key_has_no_checkpoints(hall: Hall) -> None:
    """Without HALL_LOG_KEYS the address does not exist."""
    assert (await hall.get("/access-log/checkpoint")).status_code == 404


async def test_checkpoints_are_printed(log: Hall, caplog: pytest.LogCaptureFixture) -> None:
    """A note is one line of the process log, unless another process has just added one; the last is at shutdown."""
    caplog.set_level(logging.INFO, "hall")
    await checkpoints._add_checkpoints(KEYS, timedelta(minutes=1))
    newest = await tree.latest()
    assert newest is not None
    assert caplog.messages == [f"a checkpoint of the access log is {' | '.join(newest.note.splitlines())}"]
    with using_chains(3):
        await append(None, 50)
    await checkpoints._add_checkpoints(KEYS, timedelta(minutes=1))
    assert len(caplog.messages) == 1
    async with checkpoints.printing_checkpoints(KEYS):
        pass
    assert caplog.messages[1] == f"checkpoints of the access log are signed by {KEYS.signer.public}"
    assert [message.partition(" is ")[0] for message in caplog.messages[2:]] == [
        "the head of the access log", "a checkpoint of the access log", "the head of the access log",
    ]  # fmt: skip
    newest = await tree.latest()
    assert newest is not None
    assert newest.size == len(await entries(log.settings))


@pytest.mark.usefixtures("log")
async def test_one_of_several_processes_adds_a_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that add the same checkpoint at the same time add one, and publish one."""
    monkeypatch.setattr(tree, "MAX_ENTRIES", 3)
    notes = await asyncio.gather(*(add() for _ in range(4)))
    assert sorted(note for each in notes for note in each) == sorted(
        checkpoint.note for checkpoint in await Rows(LogCheckpoint).all()
    )
    assert [row.id for row in await Rows(LogCheckpoint).ordered("id").all()] == [1, 2, 3]
    assert Tree().with_leaves(await digests()).size == 8


CHANGES = {
    "another tree": ("UPDATE access_log_checkpoint SET size = 4, subtrees = '[\"00\"]'", "not what was signed"),
    "a damaged tree": ("UPDATE access_log_checkpoint SET size = 7", "one complete subtree"),
    "another note": ("UPDATE access_log_checkpoint SET note = 'x'", "no signed note"),
    "a missing entry": ("DELETE FROM access_log_entry WHERE id > 0 AND id < 4", "is missing"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
async def test_changed_log_is_not_signed(log: Hall, caplog: pytest.LogCaptureFixture, change: str) -> None:
    """A Hall signs no tree that does not continue the one before, and none without all entries; it says why."""
    await add()
    for minute, _ in enumerate(range(4)):
        await append(None, 30 + minute)
    statement, why = CHANGES[change]
    async with without_triggers(log.settings, "access_log_entry", "access_log_checkpoint") as database:
        await database.execute(statement)
    with pytest.raises(tree.Unusable, match=why):
        await add()
    await checkpoints._add_checkpoints(KEYS, timedelta())
    assert why in caplog.messages[-1]


async def test_keys_are_replaced(log: Hall) -> None:
    """A new key continues the checkpoints of an earlier one whose public key is known, and of no other."""
    await add()
    await append(None, 30)
    new = Signer.new("hall.example/access-log")
    with pytest.raises(tree.Unusable, match="none of the known keys"):
        await add(LogKeys(new))
    [note] = await add(LogKeys.parse(f"{new.secret()} {KEYS.signer.public}"))
    assert verified_text(note, [new.public]).split("\n")[1] == str(len(await entries(log.settings)))


@pytest.mark.parametrize("table", ["access_log_checkpoint", "access_log_span"])
async def test_checkpoints_cannot_be_changed(log: Hall, table: str) -> None:
    """No statement updates or deletes a checkpoint or its entries."""
    await add()
    for statement in (f"UPDATE {table} SET id = id + 1", f"DELETE FROM {table}"):  # noqa: S608 - names of ours
        async with records(log.settings) as database:
            with pytest.raises(REFUSED, match="only added to"):
                await database.ask(statement)


def test_command_makes_keys(settings: Settings) -> None:
    """The command prints the private key alone on standard output; the setting takes it, and refuses others."""
    done = command(settings, "new-log-key", "hall.example/access-log")
    keys = Settings.from_environment({"HALL_LOG_KEYS": done.stdout}).log_keys
    assert keys is not None
    assert str(keys.signer.public) in done.stderr
    assert keys.signer.secret() not in done.stderr + repr(keys.signer.public)
    assert command(settings, "new-log-key", "a b").returncode == 2
    for wrong in ("secret", str(keys.signer.public), f"{done.stdout.strip()} secret"):
        with pytest.raises(SettingsError, match=r"HALL_LOG_KEYS: .*new-log-key") as raised:
            Settings.from_environment({"HALL_LOG_KEYS": wrong})
        assert wrong not in str(raised.value)
