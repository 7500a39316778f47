"""Writes the migrations that models need, and offers operations that change Tortoise's state alone."""

from pathlib import Path

from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import Operation, TortoiseOperation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.writer import MigrationWriter, format_migration_name

from api.db.database import APPS


class StateOnly(Operation):
    """Operations that update Tortoise's state for changes that SQL or Python code has made to the database."""

    def __init__(self, *operations: TortoiseOperation) -> None:
        self._operations = operations

    def describe(self) -> str:
        """Describe the operations."""
        return f"State only: {'; '.join(operation.describe() for operation in self._operations)}"

    def state_forward(self, app_label: str, state: State) -> None:
        """Update Tortoise's state."""
        for operation in self._operations:
            operation.state_forward(app_label, state)

    async def run(
        self,
        app_label: str,
        state: State,
        dry_run: bool,  # noqa: ARG002, FBT001 - Tortoise's signature
        state_editor: BaseSchemaEditor | None = None,  # noqa: ARG002 - Tortoise's signature
    ) -> None:
        """Update Tortoise's state, and no database."""
        self.state_forward(app_label, state)

    async def database_forward(self, *_: object) -> None:
        """Leave the database unchanged."""

    async def database_backward(self, *_: object) -> None:
        """Leave the database unchanged."""


async def unwritten(context: TortoiseContext) -> list[MigrationWriter]:
    """Return the migrations that the models lack."""
    apps = context.apps
    if apps is None:
        raise LookupError("the database is not open")
    writers: list[MigrationWriter] = await MigrationAutodetector(apps, APPS).changes()
    return writers


async def write(context: TortoiseContext, name: str) -> list[Path]:
    """Write the migrations that the models lack, as 0015_name; return their files."""
    writers = await unwritten(context)
    for writer in writers:
        writer.name = format_migration_name(int(writer.name.partition("_")[0]), name)
    return [Path(writer.write()) for writer in writers]
