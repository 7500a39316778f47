"""The time to verify 100,000 entries, by one process and by one for each processor, and the entries per second.

python -m tests.bench.auditing [ENTRIES]
"""

import asyncio
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from api.accesslog import batch_writer, store, verification
from api.accesslog.chain import Entry, Heads
from api.accesslog.processes import in_processes
from api.db.database import connected, migrate
from api.db.transactions.dispatch import in_transaction
from api.settings import Settings

SEEN = ["idNumber", "insuredDistrict", "mobileNumber", "name"]
ENTRY = Entry(
    None, "LIST", True, datetime(2026, 11, 24, 9, 30, tzinfo=UTC), "desk-1", "和平区社会保险经办机构", "核对参保信息",
    SEEN, list(range(1, 21)), "0" * 32,
)  # fmt: skip
BATCH = 10_000
CLIENTS, EACH = 64, 50


async def measure_log(folder: Path, count: int) -> None:
    """Fill a log, verify it, and append to it from many clients."""
    async with connected(Settings(data=folder), everywhere=True) as context:
        await migrate(context)
        for _ in range(count // BATCH):
            await in_transaction(lambda: store.append([ENTRY] * BATCH))
        started = perf_counter()
        found = await verification.verify()
        seconds = perf_counter() - started
        assert isinstance(found, Heads)
        print(f"verified  {found.entries:>9,} entries in {seconds:.2f} s")
        started = perf_counter()
        shared = in_processes(Settings(data=folder), os.cpu_count() or 1)
        assert await verification.verify(verifier=shared) == found
        seconds = perf_counter() - started
        print(
            f"shared    {found.entries:>9,} entries in {seconds:.2f} s, by {os.cpu_count()} processes that start first"
        )
        alone = [await _timed() for _ in range(200)]
        print(f"alone     {median(alone) * 1000:>9.2f} ms an entry, on disk")
        started = perf_counter()
        await asyncio.gather(*(_client() for _ in range(CLIENTS)))
        print(f"together  {CLIENTS * EACH / (perf_counter() - started):>9,.0f} entries/s of {CLIENTS} clients")


async def _timed() -> float:
    started = perf_counter()
    await batch_writer.record(ENTRY)
    return perf_counter() - started


async def _client() -> None:
    for _ in range(EACH):
        await batch_writer.record(ENTRY)


def main() -> None:
    """Print the times."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure_log(Path(name), count))


if __name__ == "__main__":
    main()
