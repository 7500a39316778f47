"""A person takes the proof of an entry away, and verifies it offline; a changed one proves nothing."""

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from api.accesslog.proofs import verified_content
from api.accesslog.store import using_chains
from api.encryption.signed_note import Signer
from api.settings import Settings
from tests.accesslog.entries import entries, without_triggers
from tests.accesslog.test_chains import append, people
from tests.accesslog.test_tree import KEYS, add
from tests.hall import Hall, open_hall
from tests.test_commands import command

LOG = "{ viewer { person { accessLog(first: 4) { nodes { id } } } } }"
PROOF = "query ($entry: ID!) { viewer { accessLogProof(entry: $entry) } }"
REVEAL = 'query { viewer { person { revealed(purpose: "核对") { name } } } }'


@pytest.fixture
async def proofs(settings: Settings) -> AsyncIterator[list[str]]:
    """The proofs of three entries of a person, in two checkpoints, among entries of others in three chains."""
    async with open_hall(replace(settings, log_keys=KEYS)) as hall:
        with using_chains(3):
            for minute in range(3):
                await hall.ask(REVEAL, account="eligible")
                assert (await _proofs(hall))[0] is None
                for person in await people(5):
                    await append(person, minute)
                if minute:
                    await add()
        yield [proof or "" for proof in await _proofs(hall)]


async def _proofs(hall: Hall, account: str = "eligible") -> list[str | None]:
    """Return what an account gets as proofs of the four newest entries of a person."""
    answer = await hall.ask(LOG, account="eligible")
    ids = [node["id"] for node in answer["data"]["viewer"]["person"]["accessLog"]["nodes"]]
    asked = [await hall.ask(PROOF, {"entry": each}, account) for each in ids]
    return [each["data"]["viewer"]["accessLogProof"] for each in asked]


async def test_proofs_have_their_entries(proofs: list[str], settings: Settings) -> None:
    """Each proof is valid for the log's key, and has the entry as it is stored."""
    stored = {entry["id"]: entry for entry in await entries(settings)}
    seen = []
    for proof in proofs:
        row, person, act, granted, _, actor, organisation, purpose, fields, shown, request = verified_content(
            proof, KEYS.public
        )
        entry = stored[row]
        assert [person, act, granted, actor, organisation, purpose, fields, shown, request] == [
            entry["person_id"], entry["act"], bool(entry["granted"]), entry["actor"], entry["organisation"],
            entry["purpose"], entry["fields_seen"], entry["people_seen"], entry["request_id"],
        ]  # fmt: skip
        seen.append((actor, row))
    assert len(set(seen)) == len(proofs) >= 3


async def test_proofs_are_for_the_person_alone(hall: Hall) -> None:
    """Nobody else gets the proof of an entry by its id: no other citizen, no clerk and no supervisor."""
    await hall.ask(REVEAL, account="eligible")
    await add()
    assert (await _proofs(hall))[0] is not None
    for account in ("enrolled", "clerk", "supervisor"):
        assert set(await _proofs(hall, account)) == {None}
    malformed = await hall.ask(PROOF, {"entry": "access_x"}, "eligible")
    assert malformed == {"data": {"viewer": {"accessLogProof": None}}}


@pytest.mark.parametrize(
    ("old", "new"),
    [("index ", "index 1"), ("index ", "index x"), ("extra ", "extra AAAA"), ("extra ", "else "), ("v1", "v2"),
     ("\n\n", "\nAAAA\n\n"), ("\n\n", "\né\n\n"), ("\n\n", "\n")],
)  # fmt: skip
async def test_changed_proof_is_not_valid(proofs: list[str], old: str, new: str) -> None:
    """A proof with another entry, place or path is refused."""
    with pytest.raises(ValueError, match=r"it |path|leaf"):
        verified_content(proofs[0].replace(old, new, 1), KEYS.public)


async def test_forged_content_is_not_valid(proofs: list[str]) -> None:
    """Another purpose in the content, another signed size, or another key is refused."""
    extra = proofs[0].split("\n")[1].removeprefix("extra ")
    before, content = base64.b64decode(extra)[:64], msgspec.json.decode(base64.b64decode(extra)[64:])
    content[7] = "another purpose"
    forged = base64.b64encode(before + msgspec.json.encode(content)).decode()
    with pytest.raises(ValueError, match="it does not lead"):
        verified_content(proofs[0].replace(extra, forged), KEYS.public)
    with pytest.raises(ValueError, match="none of the known keys"):
        verified_content(proofs[0], [Signer.new(KEYS.signer.name).public])


async def test_command_verifies_offline(proofs: list[str], settings: Settings, tmp_path: Path) -> None:
    """The command prints what the entry says, needs no database, and refuses a changed proof."""
    offline = replace(settings, data=tmp_path, database_url=f"sqlite://{tmp_path / 'none' / 'hall.sqlite3'}")
    file, key = tmp_path / "proof", ("--key", str(KEYS.signer.public))
    file.write_text(proofs[0], "utf-8")
    done = command(offline, "proof", str(file), *key)
    assert (done.returncode, done.stderr) == (0, "")
    assert "The proof is valid" in done.stdout
    assert "who       " in done.stdout
    file.write_text(proofs[0].replace("index ", "index 9"), "utf-8")
    changed = command(offline, "proof", str(file), *key)
    assert (changed.returncode, changed.stdout[:22]) == (1, "The proof is not valid")
    assert command(offline, "proof", str(tmp_path / "missing"), *key).returncode == 2


async def test_entry_without_its_neighbours_has_no_proof(settings: Settings) -> None:
    """If entries of its checkpoint are missing, an entry has no proof: the tree cannot be computed."""
    async with open_hall(replace(settings, log_keys=KEYS)) as hall:
        await hall.ask(REVEAL, account="eligible")
        await append(None, 1)
        await add()
        assert (await _proofs(hall))[0]
        async with without_triggers(settings) as database:
            await database.execute("DELETE FROM access_log_entry WHERE person_id IS NULL")
        assert (await _proofs(hall))[0] is None
