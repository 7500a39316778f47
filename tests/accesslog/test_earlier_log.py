"""The log of a release before the hash chain becomes the start of the chain."""

from pathlib import Path

from tortoise.migrations.executor import MigrationTarget

from api.accesslog import store, verification
from api.accesslog.chain import Heads
from api.db.database import _executor, connected, migrate
from api.settings import Settings
from tests.accesslog.entries import entries
from tests.databases import Databases

PERSON = """
INSERT INTO person (id, public_id, id_type, id_number, name, folded_name, drawing_pension)
VALUES (7, 'person_x', '01', '120101199003070013', '林海平', '林海平', false)"""
EARLIER = """
INSERT INTO access_log_entry (id, person_id, at, actor, organisation, purpose, fields_seen, request_id)
VALUES ({}, 7, '2026-11-20 09:30:{}+00:00', '{}', '{}', '{}', '["name", "idNumber"]', 'r{}')"""
WRITTEN = (
    (3, "01.250000", "clerk", "和平区社会保险经办机构", "核对停缴日期", 1),
    (5, "02", "lin", "本人", "灵活就业参保登记", 2),
    (9, "03", "lin", "本人", "撤回灵活就业参保登记", 3),
)


async def test_earlier_log_is_migrated_to_chain(databases: Databases, tmp_path: Path) -> None:
    """Entries keep their order and get consecutive numbers; their act is derived from the purpose."""
    settings = Settings.from_environment({"HALL_DATA": str(tmp_path), "HALL_DATABASE_URL": databases.create(tmp_path)})
    async with connected(settings) as context:
        await _executor(context).migrate([MigrationTarget("hall", "0002_promises")])
        database = context.connections.get("default")
        for statement in (PERSON, *(EARLIER.format(*row) for row in WRITTEN)):
            await database.execute_query(statement)
        await migrate(context)
        found = await verification.verify()
        assert isinstance(found, Heads)
        assert found.entries == 3
        moments = [entry.at.isoformat() for _, entry in await store.read(1, 9) if entry]
    log = await entries(settings)
    assert [(entry["id"], entry["act"], entry["person_id"]) for entry in log] == [
        (1, "READ", 7), (2, "ENROL", 7), (3, "WITHDRAW", 7),
    ]  # fmt: skip
    assert [(entry["actor"], entry["organisation"], entry["purpose"]) for entry in log] == [row[2:5] for row in WRITTEN]
    assert [entry["fields_seen"] for entry in log] == [["name", "idNumber"]] * 3
    assert moments == [f"2026-11-20T09:30:{second}+00:00" for second in ("01.250000", "02", "03")]
