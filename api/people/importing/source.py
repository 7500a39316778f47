"""Reading a CSV file as a stream: its encoding, its header, and each row beside its text as it stands in the file."""

import csv
from codecs import BOM_UTF8, getincrementaldecoder
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TextIO

CHUNK = 1 << 20
# What one record may take at most; without a limit, one bad quotation mark would read a whole file into memory.
MOST_LINES, MOST_SIGNS = 200, 1 << 22
csv.field_size_limit(1 << 20)


class Unreadable(Exception):
    """A whole file cannot be read; the message says why, and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (the header is 1), its text unchanged, its values by column, if it has any."""

    number: int
    text: str
    values: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Source:
    """A CSV file whose header is understood."""

    path: Path
    encoding: str
    header: str
    columns: tuple[str | None, ...]
    unknown: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """Yield the rows one by one, however large the file is."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            found = records(file)
            next(found)
            for number, text, cells in found:
                if text.strip("\r\n"):
                    yield Row(number, text, self._values(cells))

    def _values(self, cells: Sequence[str] | None) -> Mapping[str, str] | None:
        """Return the cells by column; None where they are more or fewer, but for empty ones behind the last column."""
        if cells is None or len(cells) < len(self.columns):
            return None
        if any(cell.strip() for cell in cells[len(self.columns) :]):
            return None
        return {column: cell.strip() for column, cell in zip(self.columns, cells, strict=False) if column}


def open_source(path: Path, labels: Mapping[str, str], required: frozenset[str]) -> Source:
    """Return the file with its header understood; raise Unreadable where encoding or header leave no way to read it."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        _, header, cells = next(records(file), (0, "", None))
    titles = [cell.removeprefix("\ufeff").strip() for cell in cells or []]
    names = [labels.get(title) for title in titles]
    known = [name for name in names if name]
    if missing := sorted(required - set(known)):
        raise Unreadable(f"the header lacks {', '.join(missing)}")
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise Unreadable(f"the header names {', '.join(twice)} twice")
    unknown = tuple(title for title, name in zip(titles, names, strict=True) if not name)
    return Source(path, encoding, header, tuple(names), unknown)


def encoding_of(path: Path) -> str:
    """Return how a file is written: UTF-8 with or without a byte-order mark, or GB18030."""
    with path.open("rb") as file:
        marked = file.read(len(BOM_UTF8)) == BOM_UTF8
    for encoding in ("utf-8-sig" if marked else "utf-8", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise Unreadable("it is neither UTF-8 nor GB18030")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def records(file: TextIO) -> Iterator[tuple[int, str, Sequence[str] | None]]:
    """Yield each record: the number of its first line, its text, its cells; None for cells where it is no CSV.

    A quoted cell may hold line ends. A quotation mark that is never closed would swallow the rest of the file: its line
    counts as a record of its own then, and the lines behind it are read anew.
    """
    lines = _Lines(file)
    reader = csv.reader(lines, strict=True)
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
