"""The file of rejected rows beside the input: readable by its owner only, safe to open in a spreadsheet."""

import csv
import os
from io import StringIO
from typing import Self, TextIO

from api.errors import Refused
from api.importing.damage import escape_formulas
from api.importing.source import FileRow, SourceFile
from api.terminal import say

ESCAPED_REMARK = "；以=、+、-、@开头的单元格前已加'，避免表格软件运行，重新导入时可以保留"
OWNER_ONLY = 0o600


class Rejects:
    """The file of rejected rows; it is created with the first one."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._path = source.path.with_name(f"{source.path.stem}.rejected.csv")
        self._file: TextIO | None = None
        self._disarmed = 0
        self.count = 0

    def __enter__(self) -> Self:
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise self._refused(error) from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
        if self._disarmed:
            said = "row(s) had cells that a spreadsheet would run as formulas; these begin with ' now"
            say(f"{self._path.name}: {self._disarmed} {said}")

    def add(self, row: FileRow, column: str, reason: str) -> None:
        """Write the row's number, the column, the reason, and the row itself with formulas escaped."""
        if self._file is None:
            self._file = self._open()
            self._file.write(
                self._written("row", "column", "reason") + _with_line_end(escape_formulas(self._source.header))
            )
        text = escape_formulas(row.text)
        if text != row.text:
            self._disarmed += 1
            reason += ESCAPED_REMARK
        self._file.write(self._written(row.number, column, reason) + _with_line_end(text))
        self.count += 1

    def _written(self, *cells: object) -> str:
        out = StringIO()
        delimiter = self._source.delimiter
        csv.writer(out, delimiter=delimiter, lineterminator=delimiter).writerow(cells)
        return out.getvalue()

    def _open(self) -> TextIO:
        try:
            return open(self._path, "x", encoding=self._source.encoding, newline="", opener=_open_owner_only)
        except OSError as error:
            raise self._refused(error) from None

    def _refused(self, error: OSError) -> Refused:
        return Refused(f"{self._path} cannot be written: {error.strerror}")


def _open_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ONLY)


def _with_line_end(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"
