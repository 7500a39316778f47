"""A witness is proved that the log only grows, and finds out if it does not."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import clock
from api.accesslog import retention, tree
from api.accesslog.merkle import Tree, consistency_ranges
from api.accesslog.models import LogCheckpoint
from api.accesslog.store import using_chains
from api.accesslog.witnesses import COST
from api.db.query.rows import Rows
from api.encryption.signed_note import Signer
from api.settings import Settings
from deploy import witness
from tests.accesslog import test_retention
from tests.accesslog.entries import without_triggers
from tests.accesslog.test_chains import append, people
from tests.accesslog.test_merkle import LEAVES
from tests.accesslog.test_tree import KEYS, add
from tests.hall import Hall, open_hall
from tests.http.serving import CHECKOUT, serving

KEY = str(KEYS.signer.public)
ADDRESS = "/access-log/consistency"


@given(LEAVES, LEAVES, st.data())
def test_tree_has_a_proof_that_it_continues_another(
    first: list[bytes], second: list[bytes], data: st.DataObject
) -> None:
    """The proof leads from one root to the other, is as long as the tree is high, and proves nothing else."""
    before, after = Tree().with_leaves(first), Tree().with_leaves(first + second)
    ranges = consistency_ranges(before.size, after.size)
    path = [Tree().with_leaves((first + second)[begin:end]).root for begin, end in ranges]
    assert len(path) <= after.size.bit_length() + 1
    if not before.size or not second:
        assert path == []
        return
    old, new = (before.size, before.root), (after.size, after.root)
    assert witness.is_consistent(old, new, path)
    place = data.draw(st.integers(0, len(path) - 1))
    others = [path[:-1], [*path, path[0]], [*path[:place], b"\x00" * 32, *path[place + 1 :]]]
    assert not any(witness.is_consistent(old, new, other) for other in others)
    for wrong in ((before.size, b"\x00" * 32), (before.size + 1, before.root), (after.size + 1, after.root)):
        assert not witness.is_consistent(wrong, new, path)
    assert not witness.is_consistent(old, (after.size, b"\x00" * 32), path)


@given(st.binary(max_size=40), st.integers(0, 511))
def test_witness_verifies_signatures(message: bytes, bit: int) -> None:
    """It accepts what the key has signed, and no other signature, key or message."""
    signer = Signer.new("log")
    signature, public = signer._key().sign(message), signer.public.key
    assert witness.is_signed(public, signature, message)
    assert not witness.is_signed(public, signature, message + b"x")
    flipped = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")
    assert not witness.is_signed(public, flipped, message)
    assert not witness.is_signed(Signer.new("log").public.key, signature, message)


async def test_each_checkpoint_has_a_proof(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """From each checkpoint, and from none, the newest one is proved, whatever number of entries they have."""
    monkeypatch.setattr(tree, "MAX_ENTRIES", 3)
    async with open_hall(replace(settings, log_keys=KEYS)) as hall:
        for minute in range(10):
            with using_chains(3):
                for person in await people(1 + minute % 5):
                    await append(person, minute)
            await add()
            sizes = [checkpoint.size for checkpoint in await Rows(LogCheckpoint).ordered("id").all()]
            kept = [witness.checkpoint_of(each.note, KEY) for each in await Rows(LogCheckpoint).ordered("id").all()]
            for size, checkpoint in [(0, None), *zip(sizes, kept, strict=True)]:
                answer = await hall.get(f"{ADDRESS}?old={size}")
                assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
                newest, note = witness.verified(answer.text, KEY, checkpoint)
                assert note == (await hall.get("/access-log/checkpoint")).text
                assert newest == kept[-1]
        assert len(sizes) > 10


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [("", 400, "Add ?old=SIZE"), ("?old=-1", 400, "Add ?old=SIZE"), ("?old=1e3", 400, "Add ?old=SIZE"),
     ("?old=٣", 400, "Add ?old=SIZE"), (f"?old={10**18}", 400, "Add ?old=SIZE"), ("?old=7", 404, "no checkpoint of"),
     (f"?old={10**18 - 1}", 404, "no checkpoint of")],
)  # fmt: skip
async def test_malformed_question_is_answered(settings: Settings, query: str, status: int, said: str) -> None:
    """A size that is none, or that no checkpoint has, is refused in words that say what to send."""
    async with open_hall(replace(settings, log_keys=KEYS)) as hall:
        assert (await hall.get(f"{ADDRESS}?old=0")).status_code == 404
        await append(None, 1)
        await add()
        answer = await hall.get(ADDRESS + query)
        assert (answer.status_code, said in answer.json()["errors"][0]["message"]) == (status, True)
        hall.app.state.database = None
        assert (await hall.get(f"{ADDRESS}?old=1")).status_code == 503


async def test_proofs_are_limited_by_address(settings: Settings) -> None:
    """An address that asks too often waits; what it costs is counted with its queries."""
    async with open_hall(replace(settings, log_keys=KEYS, rate_address_cost=2 * COST)) as hall:
        await append(None, 1)
        await add()
        statuses = [(await hall.get(f"{ADDRESS}?old=0")).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        refused = await hall.get(f"{ADDRESS}?old=0")
        assert int(refused.headers["retry-after"]) > 0
        assert (await hall.get("/access-log/checkpoint")).status_code == 200


async def test_proof_of_removed_entries_is_refused(settings: Settings, tmp_path: Path) -> None:
    """Where entries between the checkpoints are gone, an old witness is told so; one of their last months is served."""
    async with open_hall(replace(settings, log_keys=KEYS)) as hall:
        for days in (300, 250, 200, 10):
            await test_retention.append(clock.now() - timedelta(days=days))
        await retention.export(tmp_path / "old", clock.today() - timedelta(days=240), clock.now())
        assert await retention.remove(tmp_path / "old", clock.now())
        assert [(await hall.get(f"{ADDRESS}?old={size}")).status_code for size in (6, 12, 18, 24)] == [
            410,
            200,
            200,
            200,
        ]
        gone = (await hall.get(f"{ADDRESS}?old=6")).json()["errors"][0]
        assert gone["extensions"]["code"] == "GONE"


class Witness:
    """The program, and its file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def kept(self) -> str:
        """The checkpoint that it has kept."""
        return self.path.read_text("utf-8")

    @property
    def evidence(self) -> str:
        """The answer that contradicted it."""
        return self.path.with_name(f"{self.path.name}.contradiction").read_text("utf-8")

    async def look(self, address: str, key: str = KEY) -> tuple[int, str]:
        """Run the program; return its exit status and what it says."""
        command = [sys.executable, "-I", str(CHECKOUT / "deploy" / "witness.py"), address, key, str(self.path)]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        return done.returncode, done.stdout


async def test_witness_follows_the_log(settings: Settings, tmp_path: Path) -> None:
    """The program keeps the newest checkpoint, and reports a log that was rewritten, with its answer as evidence."""
    signing, own = replace(settings, log_keys=KEYS), Witness(tmp_path / "checkpoint.txt")
    async with open_hall(signing) as hall:
        await _grow(hall, 5)
        with serving(signing, HALL_LOG_KEYS=KEYS.signer.secret()) as served:
            for before, size in ((0, 5), (5, 8)):
                said = f"The log has {size} entries, and continues the {before} that were kept.\n"
                assert await own.look(served.address) == (0, said)
                assert witness.checkpoint_of(own.kept, KEY)[0] == size
                await _grow(hall, 3)
            kept = own.kept
            status, said = await own.look(served.address, str(Signer.new("another-log").public))
            assert (status, "not signed by the key" in said) == (2, True)
            await _rewrite(settings)
            status, said = await own.look(served.address)
            assert (status, "The log contradicts" in said) == (1, True)
            assert own.kept == kept
            assert own.evidence.startswith("old 8\n")
        assert (await own.look(served.address))[0] == 2


async def _grow(hall: Hall, number: int) -> None:
    for minute in range(number):
        await append(None, minute)
    assert hall.settings.log_keys == KEYS
    await add()


async def _rewrite(settings: Settings) -> None:
    """Change an entry, and sign the whole log anew, with checkpoints of the same sizes."""
    async with without_triggers(settings, "access_log_entry", "access_log_span", "access_log_checkpoint") as database:
        await database.execute(
            "UPDATE access_log_entry SET digest = substr(digest, 2) || substr(digest, 1, 1) WHERE id = 2"
        )
        await database.execute("DELETE FROM access_log_span")
        await database.execute("DELETE FROM access_log_checkpoint")
    for number in (5, 3, 3):
        with patch.object(tree, "MAX_ENTRIES", number):
            async for _ in tree.add_checkpoints(KEYS, clock.now(), timedelta()):
                break
