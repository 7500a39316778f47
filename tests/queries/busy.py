"""A connection of the embedded database's reader that is busy now and then."""

from typing import Any

import apsw


class Busy:
    """A connection that is busy when it is asked for something, and otherwise another one."""

    def __init__(self, inner: apsw.Connection, asked: str) -> None:
        self._inner = inner
        self._asked = asked

    def execute(self, sql: str, *values: Any) -> apsw.Cursor:
        """Refuse that, and carry out anything else."""
        if self._asked in sql:
            error = apsw.BusyError("database is locked")
            error.extendedresult = apsw.SQLITE_BUSY  # type: ignore[attr-defined]  # apsw gives its errors one
            raise error
        return self._inner.execute(sql, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
