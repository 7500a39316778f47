"""The persons per second that the import stores into SQLite on one core, and its peak memory.

For comparison, the same run measures the csv module with one INSERT per row of the same columns.

 python -m tests.bench.importing [PEOPLE]
"""

import asyncio
import csv
import os
import resource
import sqlite3
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from api.db.database import connected, migrate
from api.importing import run
from api.settings import Settings
from tests.bench.population import PERSON_COLUMNS, TODAY, write_people


async def import_people(folder: Path) -> None:
    """Import the folder into a new database."""
    async with connected(Settings(data=folder)) as context:
        await migrate(context)
        await run(folder, TODAY)


def insert_rows(folder: Path) -> None:
    """Read the file with the csv module, and insert its rows unchanged."""
    with sqlite3.connect(folder / "plain.sqlite3") as rows, (folder / "people.csv").open(encoding="utf-8") as file:
        rows.execute(f"CREATE TABLE person ({', '.join(PERSON_COLUMNS)}, UNIQUE (idType, idNumber))")
        reader = csv.reader(file)
        next(reader)
        rows.executemany(f"INSERT INTO person VALUES ({', '.join('?' * len(PERSON_COLUMNS))})", reader)  # noqa: S608 - no value in it


def main() -> None:
    """Print the persons per second, the ratio to plain inserts, and the peak memory."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    os.sched_setaffinity(0, {0})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_people(folder / "people.csv", count)
        started, cpu = perf_counter(), process_time()
        asyncio.run(import_people(folder))
        seconds, cpu = perf_counter() - started, process_time() - cpu
        started = perf_counter()
        insert_rows(folder)
        plain = perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"imported  {count / seconds:>9,.0f} people/s ({count / cpu:,.0f} a second of processor)")
    print(f"inserted  {count / plain:>9,.0f} people/s; the import takes {seconds / plain:.1f} times as long")
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
