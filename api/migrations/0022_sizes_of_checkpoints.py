"""Checkpoints by their size, which witnesses name."""

from typing import cast

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from api.db.migration_writer import StateOnly
from api.db.postgresql.client import Client
from api.db.postgresql.online import build_index

NAME = "access_log_checkpoint_of_size"
COLUMNS = "ON access_log_checkpoint (size)"
SQLITE = "CREATE INDEX access_log_checkpoint_of_size ON access_log_checkpoint (size)"


async def index(_: object, editor: BaseSchemaEditor) -> None:
    """Build the index."""
    client = editor.client
    if client.capabilities.dialect == "sqlite":
        await client.execute_query(SQLITE)
        return
    connection = await cast("Client", client).open_command_connection()
    try:
        await build_index(connection, NAME, f"CREATE INDEX CONCURRENTLY {{name}} {COLUMNS}")
    finally:
        await connection.close()


class Migration(migrations.Migration):
    dependencies = [("hall", "0021_parts_of_names")]
    atomic = False

    operations = [
        ops.RunPython(index),
        StateOnly(
            ops.AlterField(
                model_name="LogCheckpoint",
                name="size",
                field=fields.BigIntField(db_index=True, description="how many entries the tree has"),
            ),
        ),
    ]
