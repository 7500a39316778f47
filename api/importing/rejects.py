"""The file beside the input with what could not be stored: for its operator alone, safe to open in a spreadsheet."""

import csv
import os
from io import StringIO
from typing import Self, TextIO

from api.errors import Refused
from api.importing.damage import disarmed
from api.importing.source import FileRow, SourceFile
from api.terminal import say

DISARMED = "；以=、+、-、@开头的单元格前已加'，避免表格软件运行，重新导入时可以保留"
FOR_ITS_OWNER_ALONE = 0o600


class Rejects:
    """The file with what could not be stored; there is none when all could."""

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
        """Write a row behind its number, the column and the reason: unchanged, but for what a spreadsheet would run."""
        if self._file is None:
            self._file = self._open()
            self._file.write(self._written("row", "column", "reason") + _ended(disarmed(self._source.header)))
        text = disarmed(row.text)
        if text != row.text:
            self._disarmed += 1
            reason += DISARMED
        self._file.write(self._written(row.number, column, reason) + _ended(text))
        self.count += 1

    def _written(self, *cells: object) -> str:
        out = StringIO()
        delimiter = self._source.delimiter
        csv.writer(out, delimiter=delimiter, lineterminator=delimiter).writerow(cells)
        return out.getvalue()

    def _open(self) -> TextIO:
        try:
            return open(self._path, "x", encoding=self._source.encoding, newline="", opener=_privately)
        except OSError as error:
            raise self._refused(error) from None

    def _refused(self, error: OSError) -> Refused:
        return Refused(f"{self._path} cannot be written: {error.strerror}")


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, FOR_ITS_OWNER_ALONE)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"
