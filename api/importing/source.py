"""Reading a file as a stream: its header, and each row beside its text as it stands in the file."""

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
from api.importing.damage import DOUBTFUL, SEVERAL, as_written
from api.importing.encodings import CHUNK, encoding_of
from api.importing.headers import MOST_ROWS_ABOVE, Header, lacking, understood

# What one record may take at most; without a limit, one bad quotation mark would read a whole file into memory.
MOST_LINES, MOST_SIGNS = 200, 1 << 22
DELIMITERS = (",", "\t", ";", "|", "，")
# The line by which Excel is told the delimiter of a file.
SEP = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
csv.field_size_limit(1 << 20)

# The number of a record's first line or row, its text, its cells; None for cells where it is no CSV.
Record = tuple[int, str, Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row: its line in the file (from 1), its text unchanged, its values by column, if it has any."""

    number: int
    text: str
    values: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file whose header is understood; `encoding` and `delimiter` are how rows of it are written down again."""

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
        """Yield the rows behind the header one by one, however large the file is."""
        for number, text, cells in islice(self.records(), self.above, None):
            if text.strip("\r\n"):
                yield FileRow(number, text, self._values(cells))

    @property
    def size(self) -> int | None:
        """How many bytes the rows take; None where that is unknown."""
        return None if self.is_workbook else self.path.stat().st_size

    def may_be_damaged(self) -> bool:
        """Return whether it is worth looking at every number of the file: whether several are doubtful."""
        if self.is_workbook:
            return True
        found = 0
        with self.path.open(encoding=self.encoding, newline="") as file:
            while found < SEVERAL and (lines := file.readlines(CHUNK)):
                found += len(DOUBTFUL.findall("".join(lines)))
        return found >= SEVERAL

    def _values(self, cells: Sequence[str] | None) -> Mapping[str, str] | None:
        """Return the cells by column; None where they are more or fewer, but for empty ones behind the last column."""
        if cells is None:
            return None
        if len(cells) < len(self.columns):
            if not self.is_workbook:
                return None
            cells = [*cells, *[""] * (len(self.columns) - len(cells))]
        if any(cell.strip() for cell in cells[len(self.columns) :]):
            return None
        return {column: as_written(cell.strip()) for column, cell in zip(self.columns, cells, strict=False) if column}


def open_source(path: Path, columns: Sequence[ImportColumn], required: frozenset[str]) -> SourceFile:
    """Return the file with its header understood; raise Unreadable where encoding or header leave no way to read it."""
    if workbook.is_workbook(path):
        return _open_workbook(path, columns, required)
    encoding = encoding_of(path)
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
    raise lacking(header, required, columns, f"as {encoding.upper()} divided by {delimiter!r}")


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
    raise lacking(best, required, columns, "as a workbook")


def _find_header(
    found: Iterator[Record], columns: Sequence[ImportColumn], required: frozenset[str]
) -> tuple[int, str, Header] | Header:
    """Return how many records there are down to the header, its text, and the header; or the row most like one."""
    best = Header((), ())
    for above, (_, text, cells) in enumerate(islice(found, MOST_ROWS_ABOVE), start=1):
        header = understood([cell.removeprefix("\ufeff") for cell in cells or []], columns)
        if required <= header.known:
            return above, text.removeprefix("\ufeff"), header
        best = max(best, header, key=lambda each: len(each.known))
    return best


def _delimiters(path: Path, encoding: str) -> Sequence[str]:
    """Return what may divide the cells, the likeliest first: what the file itself says, else what there is."""
    with path.open(encoding=encoding, newline="") as file:
        said = SEP.fullmatch(file.readline(MOST_SIGNS).removeprefix("\ufeff"))
    return [said[1]] if said else DELIMITERS


def records(file: TextIO, delimiter: str = ",") -> Iterator[Record]:
    """Yield each record: the number of its first line, its text, its cells; None for cells where it is no CSV.

    A quoted cell may hold line ends. A quotation mark that is never closed would swallow the rest of the file: its line
    counts as a record of its own then, and the lines behind it are read anew.
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
    """The lines of a file for a reader that takes as many as it needs, up to a limit; those of this record are kept."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._given_back: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        if len(self.taken) == MOST_LINES or sum(map(len, self.taken)) >= MOST_SIGNS:
            raise StopIteration
        line = self._given_back.popleft() if self._given_back else self._file.readline(MOST_SIGNS)
        if not line:
            raise StopIteration
        self.taken.append(line)
        return line

    def keep_first(self) -> None:
        """Give all lines back but the first."""
        self._given_back.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
