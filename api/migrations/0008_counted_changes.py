"""The embedded database counts the changes of tables whose rows are remembered: whoever reads can tell whether any was.

A transaction that is undone undoes its count too.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

COUNTED = ("employer",)
COUNTS = """CREATE TABLE counted_changes
(table_name TEXT NOT NULL PRIMARY KEY, changes INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID"""
TRIGGER = """CREATE TRIGGER {table}_{event} AFTER {event} ON {table}
BEGIN UPDATE counted_changes SET changes = changes + 1 WHERE table_name = '{table}'; END"""


async def count(_: object, editor: BaseSchemaEditor) -> None:
    """Count from now on. PostgreSQL has nobody who would look: it is asked for everything each time."""
    if editor.client.capabilities.dialect != "sqlite":
        return
    await editor.client.execute_query(COUNTS)
    for table in COUNTED:
        await editor.client.execute_query("INSERT INTO counted_changes (table_name) VALUES (?)", [table])
        for event in ("insert", "update", "delete"):
            await editor.client.execute_query(TRIGGER.format(table=table, event=event))


class Migration(migrations.Migration):
    dependencies = [("hall", "0007_participations_in_order")]

    operations = [ops.RunPython(count)]
