"""A connection of SQLite's reader that fails with BUSY for some statements."""

from typing import Any

import apsw


class Busy:
    """A connection that fails with BUSY for statements that contain `part`, and otherwise delegates to another."""

    def __init__(self, inner: apsw.Connection, part: str) -> None:
        self._inner = inner
        self._part = part

    def execute(self, sql: str, *values: Any) -> apsw.Cursor:
        """Execute a statement, or fail."""
        if self._part in sql:
            error = apsw.BusyError("database is locked")
            error.extendedresult = apsw.SQLITE_BUSY  # type: ignore[attr-defined]  # apsw gives its errors one
            raise error
        return self._inner.execute(sql, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
