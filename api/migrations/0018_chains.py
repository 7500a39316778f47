"""A person's entries in the order of their times: those of several chains have no order of ids.

The entries stay as they are: the log becomes its first chain.
"""

from typing import cast

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from api.db.migration_writer import StateOnly
from api.db.postgresql.client import Client
from api.db.postgresql.online import build_index

NAME = "access_log_entry_of_person"
COLUMNS = "ON access_log_entry (person_id, at, id)"
SQLITE = "CREATE INDEX access_log_entry_of_person ON access_log_entry (person_id, at, id)"
# An older Hall reads a person's entries along the new index too, and sorts them.
BEFORE = "idx_access_log__person__24f4d0"


async def index(_: object, editor: BaseSchemaEditor) -> None:
    """Build the index, and drop the one before."""
    client = editor.client
    if client.capabilities.dialect == "sqlite":
        await client.execute_query(SQLITE)
        await client.execute_query(f"DROP INDEX {BEFORE}")
        return
    connection = await cast("Client", client).open_command_connection()
    try:
        await build_index(connection, NAME, f"CREATE INDEX CONCURRENTLY {{name}} {COLUMNS}")
        await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {BEFORE}")
    finally:
        await connection.close()


class Migration(migrations.Migration):
    dependencies = [("hall", "0017_device_of_a_session")]
    atomic = False

    operations = [
        ops.RunPython(index),
        StateOnly(
            ops.RemoveIndex(model_name="AccessLogEntry", fields=["person_id", "id"]),
            ops.AddIndex(model_name="AccessLogEntry", index=Index(fields=["person_id", "at", "id"])),
            ops.AlterField(
                model_name="AccessLogEntry",
                name="id",
                field=fields.BigIntField(
                    generated=False,
                    primary_key=True,
                    unique=True,
                    db_index=True,
                    description="from 1 in each chain, without gaps",
                ),
            ),
        ),
    ]
