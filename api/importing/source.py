"""Reads a file as a stream: its header, and each row with its original text."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Self, TextIO

from api.importing import workbook
from api.importing.columns import ImportColumn
from api.importing.damage import DAMAGE_THRESHOLD, DOUBTFUL, unescape_formula
from api.importing.encodings import CHUNK, detect_encoding
from api.importing.headers import MAX_HEADER_ROWS, Header, missing_header, parse_header

# Limits of one record; without them, an unclosed quotation mark would read the whole file into memory.
MAX_LINES, MAX_CHARACTERS = 200, 1 << 22
DELIMITERS = (",", "\t", ";", "|", "，")
# Excel's line that names the delimiter of a file.
SEP = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
csv.field_size_limit(1 << 20)

# The number of a record's first line or row, its text, its cells; None for the cells of malformed CSV.
Record = tuple[int, str, Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row: its line in the file (from 1), its original text, its values by column; None if it is malformed."""

    number: int
    text: str
    values: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file with a valid header; rejected rows are written in its `encoding` and with its `delimiter`."""

    path: Path
    encoding: str
    delimiter: str
    header: str
    columns: tuple[str | None, ...]
    unknown: tuple[str, ...]
    above: int
    records: Callable[[], Iterator[Record]]
    is_workbook: bool

    def rows(self) -> Iterator[FileRow]:
        """Yield the rows after the header as a stream."""
        for number, text, cells in islice(self.records(), self.above, None):
            if text.strip("\r\n"):
                yield FileRow(number, text, self._values(cells))

    @property
    def size(self) -> int | None:
        """The size of the file in bytes; None for a workbook, whose rows are compressed."""
        return None if self.is_workbook else self.path.stat().st_size

    def may_be_damaged(self) -> bool:
        """Return whether the file has several doubtful numbers, so that each of them has to be checked."""
        if self.is_workbook:
            return True
        found = 0
        with self.path.open(encoding=self.encoding, newline="") as file:
            while found < DAMAGE_THRESHOLD and (lines := file.readlines(CHUNK)):
                found += len(DOUBTFUL.findall("".join(lines)))
        return found >= DAMAGE_THRESHOLD

    def _values(self, cells: Sequence[str] | None) -> Mapping[str, str] | None:
        """Return the cells by column; None if their number is wrong, not counting empty cells at the end."""
        if cells is None:
            return None
        if len(cells) < len(self.columns):
            if not self.is_workbook:
                return None
            cells = [*cells, *[""] * (len(self.columns) - len(cells))]
        if any(cell.strip() for cell in cells[len(self.columns) :]):
            return None
        return {
            column: unescape_formula(cell.strip()) for column, cell in zip(self.columns, cells, strict=False) if column
        }


def open_source(path: Path, columns: Sequence[ImportColumn], required: frozenset[str]) -> SourceFile:
    """Return the file with its header; raise Unreadable if the encoding or the header is not valid."""
    if workbook.is_workbook(path):
        return _open_workbook(path, columns, required)
    encoding = detect_encoding(path)
    best: tuple[Header, str] | None = None
    for delimiter in _delimiters(path, encoding):

        def read(delimiter: str = delimiter) -> Iterator[Record]:
            with path.open(encoding=encoding, newline="") as file:
                yield from records(file, delimiter)

        found = _find_header(read(), columns, required)
        if isinstance(found, Header):
            best = max(best or (found, delimiter), (found, delimiter), key=lambda each: len(each[0].known))
            continue
        above, text, header = found
        return SourceFile(
            path, encoding, delimiter, text, header.columns, header.unknown, above, read, is_workbook=False
        )
    header, delimiter = best or (Header((), ()), ",")
    raise missing_header(header, required, columns, f"as {encoding.upper()} divided by {delimiter!r}")


def _open_workbook(path: Path, columns: Sequence[ImportColumn], required: frozenset[str]) -> SourceFile:
    best = Header((), ())
    for sheet in workbook.sheets(path):

        def read(sheet: str = sheet) -> Iterator[Record]:
            return workbook.records(path, sheet)

        found = _find_header(read(), columns, required)
        if isinstance(found, Header):
            best = max(best, found, key=lambda each: len(each.known))
            continue
        above, text, header = found
        return SourceFile(path, "utf-8-sig", ",", text, header.columns, header.unknown, above, read, is_workbook=True)
    raise missing_header(best, required, columns, "as a workbook")


def _find_header(
    found: Iterator[Record], columns: Sequence[ImportColumn], required: frozenset[str]
) -> tuple[int, str, Header] | Header:
    """Return the number of records up to the header, its text, and the header; or else the best candidate."""
    best = Header((), ())
    for above, (_, text, cells) in enumerate(islice(found, MAX_HEADER_ROWS), start=1):
        header = parse_header([cell.removeprefix("\ufeff") for cell in cells or []], columns)
        if required <= header.known:
            return above, text.removeprefix("\ufeff"), header
        best = max(best, header, key=lambda each: len(each.known))
    return best


def _delimiters(path: Path, encoding: str) -> Sequence[str]:
    """Return the possible delimiters: the one that the file names, or else all, the most common first."""
    with path.open(encoding=encoding, newline="") as file:
        said = SEP.fullmatch(file.readline(MAX_CHARACTERS).removeprefix("\ufeff"))
    return [said[1]] if said else DELIMITERS


def records(file: TextIO, delimiter: str = ",") -> Iterator[Record]:
    """Yield each record: the number of its first line, its text, its cells; None for the cells of malformed CSV.

    A quoted cell may contain line ends. The line of a quotation mark that is never closed becomes a record of its own,
    and the lines after it are parsed again.
    """
    lines = _Lines(file)
    reader = csv.reader(lines, strict=True, delimiter=delimiter)
    number = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            cells = None
            lines.keep_first()
        if not lines.taken:
            return
        yield number, "".join(lines.taken), cells
        number += len(lines.taken)
        lines.taken.clear()


class _Lines:
    """The lines of a file for `csv.reader`, limited for each record; buffers the lines of the current record."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._given_back: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        if len(self.taken) == MAX_LINES or sum(map(len, self.taken)) >= MAX_CHARACTERS:
            raise StopIteration
        line = self._given_back.popleft() if self._given_back else self._file.readline(MAX_CHARACTERS)
        if not line:
            raise StopIteration
        self.taken.append(line)
        return line

    def keep_first(self) -> None:
        """Push all lines back but the first."""
        self._given_back.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
