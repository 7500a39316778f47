"""Reading a CSV file as a stream: its encoding, its header, and each row beside its text as it stands in the file."""

import csv
from codecs import BOM_UTF8, getincrementaldecoder
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

CHUNK = 1 << 20
LONGEST_RECORD = 200
csv.field_size_limit(1 << 20)


class Unreadable(Exception):
    """A whole file cannot be read; the message says why, and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (the header is 1), its text unchanged, its values by column; None where ragged."""

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
            numbered = records(file)
            next(numbered)
            for number, text in numbered:
                if text.strip("\r\n"):
                    yield Row(number, text, self._values(text))

    def _values(self, text: str) -> Mapping[str, str] | None:
        cells = cells_of(text)
        if cells is None or len(cells) > len(self.columns):
            return None
        if any(text.strip() for text in cells[len(self.columns) :]):
            return None
        return {column: cell.strip() for column, cell in zip(self.columns, cells, strict=False) if column}


def open_source(path: Path, labels: Mapping[str, str], required: frozenset[str]) -> Source:
    """Return the file with its header understood; raise Unreadable where encoding or header leave no way to read it."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        _, header = next(records(file), (0, ""))
    cells = cells_of(header) or []
    names = [labels.get(cell.strip()) for cell in cells]
    known = [name for name in names if name]
    if missing := sorted(required - set(known)):
        raise Unreadable(f"the header lacks {', '.join(missing)}")
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise Unreadable(f"the header names {', '.join(twice)} twice")
    unknown = tuple(cell.strip() for cell, name in zip(cells, names, strict=True) if not name)
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


def records(file: TextIO) -> Iterator[tuple[int, str]]:
    """Yield each record with the number of its first line; quoted cells may hold line ends.

    A quotation mark that is never closed would swallow the rest of the file: after `LONGEST_RECORD` lines its first
    line counts as a record of its own.
    """
    waiting: deque[str] = deque()
    number = 1
    while True:
        if not waiting and not _fill(file, waiting):
            return
        taken, quotes = 0, 0
        while True:
            quotes += waiting[taken].count('"')
            taken += 1
            if quotes % 2 == 0 or taken == LONGEST_RECORD or not (len(waiting) > taken or _fill(file, waiting)):
                break
        taken = taken if quotes % 2 == 0 else 1
        yield number, "".join(waiting.popleft() for _ in range(taken))
        number += taken


def _fill(file: TextIO, waiting: deque[str]) -> bool:
    line = file.readline()
    if line:
        waiting.append(line)
    return bool(line)


def cells_of(text: str) -> list[str] | None:
    """Return the cells of a record; None where it is no CSV."""
    try:
        return next(csv.reader([text], strict=True), None) if "\n" not in text.rstrip("\r\n") else _long_cells(text)
    except csv.Error:
        return None


def _long_cells(text: str) -> list[str] | None:
    return next(csv.reader(text.splitlines(keepends=True), strict=True), None)
