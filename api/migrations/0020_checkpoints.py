"""Signed checkpoints of the access log, and the removal of entries that are older than the law asks to keep."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

TABLES = ("access_log_checkpoint", "access_log_span", "access_log_removal")
REFUSED = "RAISE(ABORT, 'the access log is only added to')"
# An entry may be removed once a removal names its checkpoint or a later one, but not for 184 days, six months.
REMOVED = """EXISTS (SELECT 1 FROM (SELECT after, checkpoint_id FROM access_log_span WHERE id >= OLD.id ORDER BY id LIMIT 1) span
WHERE span.after < OLD.id AND span.checkpoint_id <= (SELECT max(id) FROM access_log_removal))"""
SQLITE_STAYS = (
    "DROP TRIGGER access_log_entry_stays",
    # guard: entries-are-not-deleted
    f"""CREATE TRIGGER access_log_entry_stays BEFORE DELETE ON access_log_entry
WHEN OLD.at >= datetime('now', '-184 days') OR NOT {REMOVED} BEGIN SELECT {REFUSED}; END""",
)
SQLITE = (
    "CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} BEGIN SELECT {refused}; END",
    "CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} BEGIN SELECT {refused}; END",
    """CREATE TRIGGER {table}_new BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
BEGIN SELECT {refused}; END""",
)
POSTGRESQL_STAYS = f"""CREATE OR REPLACE FUNCTION access_log_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'access_log_entry' THEN
IF OLD.at < now() - interval '184 days' AND {REMOVED} THEN RETURN OLD; END IF; END IF;
RAISE EXCEPTION 'the access log is only added to' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
POSTGRESQL = (
    "CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION access_log_is_only_added_to()",
    "CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION access_log_is_only_added_to()",
)


async def guard(_: object, editor: BaseSchemaEditor) -> None:
    """Make the tables append-only, and let old entries be removed."""
    is_sqlite = editor.client.capabilities.dialect == "sqlite"
    statements = [*SQLITE_STAYS] if is_sqlite else [POSTGRESQL_STAYS]
    for table in TABLES:
        statements += [each.format(table=table, refused=REFUSED) for each in (SQLITE if is_sqlite else POSTGRESQL)]
    for statement in statements:
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("hall", "0019_webhooks")]

    operations = [
        ops.CreateModel(
            name="LogCheckpoint",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=False,
                        primary_key=True,
                        unique=True,
                        db_index=True,
                        description="from 1, without gaps",
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("size", fields.BigIntField(description="how many entries the tree has")),
                (
                    "subtrees",
                    fields.JSONField(
                        description="hashes of the complete subtrees, the largest first",
                        encoder=JSON_DUMPS,
                        decoder=loads,
                    ),
                ),
                (
                    "note",
                    fields.TextField(
                        description="size and root, signed: https://c2sp.org/tlog-checkpoint", unique=False
                    ),
                ),
            ],
            options={
                "table": "access_log_checkpoint",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "检查点: the Merkle tree of the log at a moment, and its root, signed. Rows are added and never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LogRemoval",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=False, primary_key=True, unique=True, db_index=True, description="the checkpoint"
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("exported", fields.CharField(description="SHA-256 of the file with the entries", max_length=64)),
            ],
            options={
                "table": "access_log_removal",
                "app": "hall",
                "pk_attr": "id",
                "table_description": "Entries up to a checkpoint were exported, and may be removed. Rows are added and never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LogSpan",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=False, primary_key=True, unique=True, db_index=True, description="the last entry"
                    ),
                ),
                ("after", fields.BigIntField(description="the row id before the first entry")),
                ("digest", fields.CharField(description="that of the last entry", max_length=64)),
                ("position", fields.BigIntField(description="the place of the first entry in the tree, from 0")),
                (
                    "checkpoint",
                    fields.ForeignKeyField(
                        "hall.LogCheckpoint",
                        source_field="checkpoint_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="spans",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "access_log_span",
                "app": "hall",
                "indexes": [Index(fields=["checkpoint_id", "position"])],
                "pk_attr": "id",
                "table_description": "Consecutive entries of one chain that a checkpoint added to the tree. Rows are added and never changed.",
            },
            bases=["Model"],
        ),
        ops.RunPython(guard),
    ]
