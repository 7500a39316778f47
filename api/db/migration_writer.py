"""Writing migrations: what the models have that no migration brings, and operations that change no database."""

from pathlib import Path

from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import Operation, TortoiseOperation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.writer import MigrationWriter, format_migration_name

from api.db.database import APPS


class StateOnly(Operation):
    """Operations that tell Tortoise what the database has already, since a migration in SQL or Python brought it."""

    def __init__(self, *operations: TortoiseOperation) -> None:
        self._operations = operations

    def describe(self) -> str:
        """Return what the operations are."""
        return f"State only: {'; '.join(operation.describe() for operation in self._operations)}"

    def state_forward(self, app_label: str, state: State) -> None:
        """Change what Tortoise knows."""
        for operation in self._operations:
            operation.state_forward(app_label, state)

    async def run(
        self,
        app_label: str,
        state: State,
        dry_run: bool,  # noqa: ARG002, FBT001 - Tortoise calls it so
        state_editor: BaseSchemaEditor | None = None,  # noqa: ARG002 - Tortoise calls it so
    ) -> None:
        """Change what Tortoise knows, and no database."""
        self.state_forward(app_label, state)

    async def database_forward(self, *_: object) -> None:
        """Change nothing."""

    async def database_backward(self, *_: object) -> None:
        """Change nothing."""


async def unwritten(context: TortoiseContext) -> list[MigrationWriter]:
    """Return the migrations that the models still need; none where each change of a model has its migration."""
    apps = context.apps
    if apps is None:
        raise LookupError("the database is not open")
    writers: list[MigrationWriter] = await MigrationAutodetector(apps, APPS).changes()
    return writers


async def write(context: TortoiseContext, name: str) -> list[Path]:
    """Write the migrations that the models need, as 0015_name; return their files."""
    writers = await unwritten(context)
    for writer in writers:
        writer.name = format_migration_name(int(writer.name.partition("_")[0]), name)
    return [Path(writer.write()) for writer in writers]
