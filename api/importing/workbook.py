"""Reading a workbook (.xlsx) row by row: each cell as a CSV file would have it."""

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

BEGINNING = b"PK\x03\x04"
# What all parts of a workbook may take when unpacked: a small file can unpack to any size.
MOST_BYTES = 2 << 30
# Columns behind these are ignored: a workbook can claim sixteen thousand in each row.
MOST_COLUMNS = 200
# A spreadsheet keeps fifteen digits of a number; what is larger has lost the others.
LARGEST_WHOLE = 10**15

# What openpyxl and zipfile raise over a workbook that is cut off or changed; parse errors of XML are SyntaxErrors.
DAMAGED = (
    BadZipFile, EOFError, KeyError, IndexError, TypeError, AttributeError, ValueError, SyntaxError, OSError, zlib.error,
)  # fmt: skip

Record = tuple[int, str, Sequence[str] | None]


def is_workbook(path: Path) -> bool:
    """Return whether a file is a workbook, whatever its name."""
    with path.open("rb") as file:
        return file.read(len(BEGINNING)) == BEGINNING


def sheets(path: Path) -> list[str]:
    """Return the names of the sheets; raise Unreadable where the file is no workbook that can be read."""
    try:
        with ZipFile(path) as parts:
            if "xl/workbook.xml" not in parts.namelist():
                raise Unreadable(f"it is a packed file, but no .xlsx workbook; {CURE}")
            if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
                raise Unreadable(f"unpacked it is larger than {MOST_BYTES >> 30} GiB; divide it")
        with warnings.catch_warnings(action="ignore"), path.open("rb") as file:
            return [sheet.title for sheet in _loaded(file).worksheets]
    except DAMAGED as error:
        raise Unreadable(f"it is a damaged workbook ({type(error).__name__}); open it and {CURE}") from None


def records(path: Path, sheet: str) -> Iterator[Record]:
    """Yield each row that is not empty: its number in the sheet, its text as CSV, its cells."""
    number = 0
    try:
        with warnings.catch_warnings(action="ignore"), path.open("rb") as file:
            rows = _loaded(file)[sheet]
            rows.reset_dimensions()
            for number, values in enumerate(rows.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
                cells = [_text(value) for value in values]
                while cells and not cells[-1]:
                    cells.pop()
                if cells:
                    yield number, _written(cells), cells
    except DAMAGED as error:
        raise Unreadable(f"the workbook is damaged behind row {number} ({type(error).__name__}); {CURE}") from None


def _loaded(file: BinaryIO) -> Any:
    from openpyxl import load_workbook  # noqa: PLC0415 - most imports read no workbook, and it takes 12 MB

    return load_workbook(file, read_only=True, data_only=True)


def _text(value: Any) -> str:
    """Return a cell as text. A number with more digits than a spreadsheet keeps is written so that it is refused."""
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


def _written(cells: Sequence[str]) -> str:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
