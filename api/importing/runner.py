"""The import: a stream of rows in batches, each batch one transaction.

Invalid rows go to FILE.rejected.csv beside the input, with row number, column and reason. A first pass over all numbers
of a file detects damage by a spreadsheet. The import is idempotent: after an abort, running it again completes it.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tortoise.exceptions import BaseORMException

from api import clock
from api.accesslog import service as access_log
from api.accesslog.store import append
from api.db.transactions.transaction import transaction
from api.db.transactions.unit_of_work import execute
from api.errors import DatabaseError
from api.importing.bulk_insert import optimize_name_index
from api.importing.damage import are_damaged, doubt
from api.importing.encodings import Unreadable
from api.importing.persistence import STORES, BatchResult
from api.importing.progress import Progress
from api.importing.records import KINDS, Kind, Record, Rejected
from api.importing.rejects import Rejects
from api.importing.seen_rows import SeenRows
from api.importing.source import FileRow, SourceFile, open_source
from api.terminal import say

# A batch is limited in characters too: extremely long rows must not add up in memory.
BATCH_ROWS, BATCH_CHARACTERS = 2000, 1 << 22
MAX_TITLE_LENGTH = 40
SUFFIXES = frozenset({".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".et", ".ods"})
ALL_STORED, SOME_REJECTED, NOTHING_READ = 0, 1, 2


@dataclass(slots=True)
class Counts:
    """The counts of a file's rows by result."""

    read: int = 0
    stored: int = 0
    unchanged: int = 0
    rejected: int = 0

    def __str__(self) -> str:
        """Return the summary that the import prints."""
        return f"read {self.read}, stored {self.stored}, unchanged {self.unchanged}, rejected {self.rejected}"


async def run(folder: Path, today: date) -> int:
    """Import the files of a folder and print the results.

    Returns 0 if all rows were stored, 1 if some were rejected, 2 if nothing could be read.
    """
    readable, refused = _readable(folder)
    if not readable and not refused:
        say(f"Nothing to read: {folder} needs {', '.join(kind.file for kind in KINDS)}, or any of them.")
    if not readable:
        return NOTHING_READ
    reference = secrets.token_hex(16)
    counts = []
    for kind, source in readable:
        counts.append(count := Counts())
        try:
            await _load(kind, source, today, reference, count)
        except Unreadable as error:
            refused = True
            say(f"{source.path.name}: cannot be read to its end: {error}")
    if any(count.stored for count in counts):
        await transaction(optimize_name_index)
    for (_, source), count in zip(readable, counts, strict=True):
        say(f"{source.path.name}: {count}")
    if not any(count.read for count in counts):
        return NOTHING_READ
    return SOME_REJECTED if refused or any(count.rejected for count in counts) else ALL_STORED


def _readable(folder: Path) -> tuple[list[tuple[Kind, SourceFile]], bool]:
    """Return the readable files of a folder, and whether there are others, whose errors are printed."""
    readable: list[tuple[Kind, SourceFile]] = []
    refused = False
    for kind in KINDS:
        for path in _files(folder, kind):
            try:
                source = _open(folder, kind, path)
            except (Unreadable, OSError) as error:
                refused = True
                say(f"{path.name}: cannot be read: {error if isinstance(error, Unreadable) else error.strerror}")
                continue
            if source.unknown:
                say(f"{path.name}: ignored columns: {', '.join(_shown(title) for title in source.unknown)}")
            readable.append((kind, source))
    return readable, refused


def _files(folder: Path, kind: Kind) -> list[Path]:
    stem = Path(kind.file).stem
    try:
        return sorted(path for path in folder.iterdir() if path.stem.casefold() == stem and _is_table(path))
    except OSError:
        return []


def _is_table(path: Path) -> bool:
    return path.suffix.casefold() in SUFFIXES and path.is_file()


def _open(folder: Path, kind: Kind, path: Path) -> SourceFile:
    if len(files := _files(folder, kind)) > 1:
        raise Unreadable(f"there is more than one such file ({', '.join(each.name for each in files)}); keep one")
    return open_source(path, kind.columns, frozenset(kind.required))


async def _load(kind: Kind, source: SourceFile, today: date, reference: str, counts: Counts) -> None:
    damaged = source.may_be_damaged() and are_damaged((row.values or {}).get("idNumber", "") for row in source.rows())
    with Progress(source.path.name, source.size) as progress, Rejects(source) as rejects, SeenRows() as seen:
        for rows in _batches(source.rows()):
            records = list(_records(kind, _without_damaged(rows, rejects, damaged=damaged), today, rejects, seen))
            await _store(kind, records, rejects, counts, reference)
            counts.read += len(rows)
            counts.rejected = rejects.count
            progress.advance(sum(len(row.text.encode(source.encoding)) for row in rows), counts.read)


def _batches(rows: Iterator[FileRow]) -> Iterator[list[FileRow]]:
    batch: list[FileRow] = []
    signs = 0
    for row in rows:
        batch.append(row)
        signs += len(row.text)
        if len(batch) == BATCH_ROWS or signs >= BATCH_CHARACTERS:
            yield batch
            batch, signs = [], 0
    if batch:
        yield batch


def _without_damaged(rows: Iterable[FileRow], rejects: Rejects, *, damaged: bool) -> Iterator[FileRow]:
    """Yield the rows; in a damaged file, reject those with a doubtful number."""
    for row in rows:
        reason = doubt(row.values["idNumber"]) if damaged and row.values is not None else None
        if reason is not None:
            rejects.add(row, "idNumber", reason)
        else:
            yield row


def _records(kind: Kind, rows: Iterable[FileRow], today: date, rejects: Rejects, seen: SeenRows) -> Iterator[Record]:
    for row in rows:
        try:
            record = kind.record(row, today)
        except Rejected as rejected:
            rejects.add(row, rejected.column, rejected.reason)
            continue
        earlier = seen.first(kind.key(record), row.number)
        if earlier is None:
            yield record
        else:
            rejects.add(row, "idNumber", f"与第{earlier}行重复")


async def _store(kind: Kind, records: Sequence[Record], rejects: Rejects, counts: Counts, reference: str) -> None:
    if not records:
        return

    async def stored_and_logged() -> BatchResult:
        outcome = await STORES[kind.file](records, clock.today())
        if outcome.stored:
            names = records[0].row.values or {}
            await execute(append([access_log.import_entry(kind.file, names, clock.now(), reference)]))
        return outcome

    try:
        outcome = await transaction(stored_and_logged)
    except BaseORMException as error:
        # The database's message quotes the row, and this is printed: give only the position and the type.
        place = f"rows {records[0].row.number} to {records[-1].row.number}"
        raise DatabaseError(f"{kind.file}: {place} could not be stored ({type(error).__name__})") from None
    counts.stored += outcome.stored
    counts.unchanged += outcome.unchanged
    for record in outcome.strangers:
        rejects.add(record.row, "idNumber", "没有这个人，请先导入 people.csv")


def _shown(title: str) -> str:
    """Return the title of a column without control characters, which a terminal would interpret."""
    shown = "".join(sign if sign.isprintable() else "?" for sign in title[:MAX_TITLE_LENGTH])
    return shown if shown == title else f"{shown}…"
