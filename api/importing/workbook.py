"""Reads a workbook (.xlsx) row by row, with cells as in a CSV file."""

import csv
import warnings
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import StringIO
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from api.importing.encodings import CURE, Unreadable

ZIP_MAGIC = b"PK\x03\x04"
# The limit of the unpacked size, against zip bombs.
MAX_UNPACKED_BYTES = 2 << 30
# Further columns are ignored: a workbook can have 16,384 in each row.
MAX_COLUMNS = 200
# Spreadsheets store fifteen digits of a number; larger ones have lost digits.
LARGEST_WHOLE = 10**15

# What openpyxl and zipfile raise for a truncated or damaged workbook; XML parse errors are SyntaxErrors.
DAMAGED = (
    BadZipFile, EOFError, KeyError, IndexError, TypeError, AttributeError, ValueError, SyntaxError, OSError, zlib.error,
)  # fmt: skip

Record = tuple[int, str, Sequence[str] | None]


def is_workbook(path: Path) -> bool:
    """Return whether a file is a ZIP archive, whatever its name."""
    with path.open("rb") as file:
        return file.read(len(ZIP_MAGIC)) == ZIP_MAGIC


def sheets(path: Path) -> list[str]:
    """Return the names of the sheets; raise Unreadable if the file is no readable workbook."""
    try:
        with ZipFile(path) as parts:
            if "xl/workbook.xml" not in parts.namelist():
                raise Unreadable(f"it is a packed file, but no .xlsx workbook; {CURE}")
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED_BYTES:
                raise Unreadable(f"unpacked it is larger than {MAX_UNPACKED_BYTES >> 30} GiB; divide it")
        with warnings.catch_warnings(action="ignore"), path.open("rb") as file:
            return [sheet.title for sheet in _load(file).worksheets]
    except DAMAGED as error:
        raise Unreadable(f"it is a damaged workbook ({type(error).__name__}); open it and {CURE}") from None


def records(path: Path, sheet: str) -> Iterator[Record]:
    """Yield each non-empty row: its number in the sheet, its text as CSV, its cells."""
    number = 0
    try:
        with warnings.catch_warnings(action="ignore"), path.open("rb") as file:
            rows = _load(file)[sheet]
            rows.reset_dimensions()
            for number, values in enumerate(rows.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
                cells = [_text(value) for value in values]
                while cells and not cells[-1]:
                    cells.pop()
                if cells:
                    yield number, _to_csv(cells), cells
    except DAMAGED as error:
        raise Unreadable(f"the workbook is damaged behind row {number} ({type(error).__name__}); {CURE}") from None


def _load(file: BinaryIO) -> Any:
    from openpyxl import load_workbook  # noqa: PLC0415 - most imports read no workbook, and it takes 12 MB

    return load_workbook(file, read_only=True, data_only=True)


def _text(value: Any) -> str:
    """Return a cell as text. A number of too many digits is written with an exponent, which the import rejects."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float() if abs(value) >= LARGEST_WHOLE:
            return f"{value:.14E}"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _to_csv(cells: Sequence[str]) -> str:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
