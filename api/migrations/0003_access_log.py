"""Converts the access log to an append-only hash chain that begins with the earlier entries."""

from datetime import UTC, datetime

from orjson import dumps, loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from api.accesslog.chain import EMPTY, Entry, head_after

# INSERT OR REPLACE deletes a row without running the DELETE triggers.
SQLITE = (
    # guard: entries-are-not-changed
    """CREATE TRIGGER access_log_entry_kept BEFORE UPDATE ON access_log_entry
BEGIN SELECT RAISE(ABORT, 'the access log is only added to'); END""",
    """CREATE TRIGGER access_log_entry_stays BEFORE DELETE ON access_log_entry
BEGIN SELECT RAISE(ABORT, 'the access log is only added to'); END""",
    """CREATE TRIGGER access_log_entry_new BEFORE INSERT ON access_log_entry
WHEN EXISTS (SELECT 1 FROM access_log_entry WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the access log is only added to'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION access_log_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the access log is only added to' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER access_log_entry_kept BEFORE UPDATE OR DELETE ON access_log_entry
FOR EACH ROW EXECUTE FUNCTION access_log_is_only_added_to()""",
    """CREATE TRIGGER access_log_entry_stays BEFORE TRUNCATE ON access_log_entry
FOR EACH STATEMENT EXECUTE FUNCTION access_log_is_only_added_to()""",
)
COLUMNS = "id, digest, person_id, act, granted, at, actor, organisation, purpose, fields_seen, people_seen, request_id"
# The earlier log had no act; its purposes identify the writes.
WRITES = {"灵活就业参保登记": "ENROL", "撤回灵活就业参保登记": "WITHDRAW"}


async def chain(_: object, editor: BaseSchemaEditor) -> None:
    """Rewrite the earlier entries in their order, numbered without gaps."""
    client = editor.client
    is_sqlite = client.capabilities.dialect == "sqlite"
    places = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?" if is_sqlite else "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12"
    _, rows = await client.execute_query("SELECT * FROM access_log_entry_before ORDER BY id")
    head = EMPTY
    for row in rows:
        at, seen = row["at"], loads(row["fields_seen"])
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        act = WRITES.get(row["purpose"], "READ")
        who = (row["actor"], row["organisation"], row["purpose"])
        entry = Entry(row["person_id"], act, True, moment, *who, seen, [], row["request_id"])
        head = head_after(head, entry)
        stored = str(moment) if is_sqlite else moment
        values = [
            head.number,
            head.digest,
            entry.person,
            act,
            True,
            stored,
            *who,
            dumps(seen).decode(),
            "[]",
            row["request_id"],
        ]
        await client.execute_query(
            f"INSERT INTO access_log_entry ({COLUMNS}) VALUES ({places})",  # noqa: S608 - our own names
            values,
        )


async def guard(_: object, editor: BaseSchemaEditor) -> None:
    """Make the log append-only."""
    for statement in SQLITE if editor.client.capabilities.dialect == "sqlite" else POSTGRESQL:
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("hall", "0002_promises")]

    operations = [
        ops.RunSQL("CREATE TABLE access_log_entry_before AS SELECT * FROM access_log_entry"),
        ops.DeleteModel(name="AccessLogEntry"),
        ops.CreateModel(
            name="AccessLogEntry",
            fields=[
                (
                    "id",
                    fields.IntField(
                        generated=False,
                        primary_key=True,
                        unique=True,
                        db_index=True,
                        description="from 1, without gaps",
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "hall.Person",
                        source_field="person_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="access_log",
                        on_delete=OnDelete.RESTRICT,
                        description="whose record was shown or changed, nobody's for a search and a refusal",
                    ),
                ),
                (
                    "act",
                    fields.CharField(description="what was asked for: see accounts/authorization.py", max_length=20),
                ),
                ("granted", fields.BooleanField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("actor", fields.CharField(description="the account", max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("purpose", fields.CharField(max_length=200)),
                (
                    "fields_seen",
                    fields.JSONField(
                        description="names of facts and filters, never values", encoder=JSON_DUMPS, decoder=loads
                    ),
                ),
                (
                    "people_seen",
                    fields.JSONField(
                        description="row numbers of those a search showed", encoder=JSON_DUMPS, decoder=loads
                    ),
                ),
                ("request_id", fields.CharField(max_length=36)),
                (
                    "digest",
                    fields.CharField(description="SHA-256 over the digest before and all of this row", max_length=64),
                ),
            ],
            options={
                "table": "access_log_entry",
                "app": "hall",
                "indexes": [Index(fields=["person_id", "id"])],
                "pk_attr": "id",
                "table_description": "访问记录: one use of a record, one search, or one refusal. Rows are added and never changed: see chain.py.",
            },
            bases=["Model"],
        ),
        ops.RunPython(chain),
        ops.RunSQL("DROP TABLE access_log_entry_before"),
        ops.RunPython(guard),
    ]
