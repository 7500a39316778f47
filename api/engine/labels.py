"""Codes with their names as JSON text: written once for each code of a table, and looked up from then on."""

from collections.abc import Callable
from typing import Any

from api.codes.schema import coded
from api.codes.tables import CodeTableName, table
from api.engine.leaves import NULL


class Labels(dict[str | None, str]):
    """What a selection shows of each code of a table, which does not depend on who asks."""

    def __init__(self, name: CodeTableName, write: Callable[[Any], str], *, is_nullable: bool) -> None:
        super().__init__({None: NULL} if is_nullable else {})
        self._name = name
        self._write = write

    def __missing__(self, code: str) -> str:
        """Write a code; one that the table does not know is not remembered: there may be any number of them."""
        text = self._write(coded(self._name, code))
        if table(self._name).get(code) is not None:
            self[code] = text
        return text
