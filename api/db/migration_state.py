"""Reads which migrations a database has.

Tortoise's recorder takes every error for an empty database: the first migration would then run on a database that is
only unreachable, locked or forbidden.
"""

from tortoise.migrations.graph import MigrationKey

from api.adapters.tortoise import Recorder
from api.errors import DatabaseUnusable

IN_SQLITE = "SELECT count(*) AS found FROM sqlite_master WHERE type = 'table' AND name = '{table}'"
IN_POSTGRESQL = "SELECT count(*) AS found FROM pg_catalog.pg_class WHERE oid = to_regclass('{table}')"
# to_regclass ignores schemas on the search path on which the role lacks USAGE.
HIDDEN_IN_POSTGRESQL = """
SELECT n.nspname AS schema FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = '{table}' AND NOT has_schema_privilege(n.oid, 'USAGE') AND n.nspname = ANY (
    SELECT trim(both ' "' FROM each) FROM unnest(string_to_array(current_setting('search_path'), ',')) each
)
"""


class StrictRecorder(Recorder):
    """Tortoise's recorder, which raises errors of the database."""

    async def applied_migrations(self) -> list[MigrationKey]:
        """Return the applied migrations; none where the database has no migration table."""
        if not await self._has_table():
            return []
        _, rows = await self.connection.execute_query(
            f'SELECT app, name FROM "{self.table_name}" ORDER BY applied_at, app, name'  # noqa: S608 - the name is Tortoise's constant
        )
        return [MigrationKey(app_label=row["app"], name=row["name"]) for row in rows]

    async def _has_table(self) -> bool:
        if self._dialect == "sqlite":
            return bool((await self._rows(IN_SQLITE))[0]["found"])
        if (await self._rows(IN_POSTGRESQL))[0]["found"]:
            return True
        if hidden := await self._rows(HIDDEN_IN_POSTGRESQL):
            schema = hidden[0]["schema"]
            raise DatabaseUnusable(
                f"The role may not use the schema {schema}, where this database has its tables: "
                f"GRANT USAGE ON SCHEMA {schema} to it."
            )
        return False

    async def _rows(self, sql: str) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = await self.connection.execute_query_dict(sql.format(table=self.table_name))
        return rows
