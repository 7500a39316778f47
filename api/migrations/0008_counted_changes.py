"""Change counters of cached tables on SQLite, by which readers invalidate their caches.

A rollback also rolls back the counter.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

COUNTS = """CREATE TABLE counted_changes
(table_name TEXT NOT NULL PRIMARY KEY, changes INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID"""
TRIGGER = """CREATE TRIGGER employer_{event} AFTER {event} ON employer
BEGIN UPDATE counted_changes SET changes = changes + 1 WHERE table_name = 'employer'; END"""
STATEMENTS = (
    COUNTS,
    "INSERT INTO counted_changes (table_name) VALUES ('employer')",
    # guard: renamed-employers-are-counted
    *(TRIGGER.format(event=event) for event in ("insert", "update", "delete")),
)


async def count(_: object, editor: BaseSchemaEditor) -> None:
    """Add the counters on SQLite. Rows are not cached with PostgreSQL."""
    if editor.client.capabilities.dialect == "sqlite":
        for statement in STATEMENTS:
            await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("hall", "0007_participations_in_order")]

    operations = [ops.RunPython(count)]
