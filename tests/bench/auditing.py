"""How long `python -m api audit verify` takes for 100,000 entries, and how many entries a second reads can add.

python -m tests.bench.auditing [ENTRIES]
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from api.accesslog import batch_writer, store
from api.accesslog.chain import ChainHead, Entry
from api.db.database import connected, migrate
from api.db.transactions.dispatch import in_transaction
from api.settings import Settings

SEEN = ["idNumber", "insuredDistrict", "mobileNumber", "name"]
SAID = Entry(
    None, "LIST", True, datetime(2026, 11, 24, 9, 30, tzinfo=UTC), "desk-1", "和平区社会保险经办机构", "核对参保信息",
    SEEN, list(range(1, 21)), "0" * 32,
)  # fmt: skip
AT_ONCE = 10_000
CLIENTS, EACH = 64, 50


async def audited(folder: Path, count: int) -> None:
    """Fill a log, go through it, and let many write to it."""
    async with connected(Settings(data=folder), everywhere=True) as context:
        await migrate(context)
        for _ in range(count // AT_ONCE):
            await in_transaction(lambda: store.append([SAID] * AT_ONCE))
        began = perf_counter()
        found = await store.verify()
        seconds = perf_counter() - began
        assert isinstance(found, ChainHead)
        print(f"verified  {found.number:>9,} entries in {seconds:.2f} s")
        alone = [await _timed() for _ in range(200)]
        print(f"alone     {median(alone) * 1000:>9.2f} ms an entry, on disk")
        began = perf_counter()
        await asyncio.gather(*(_client() for _ in range(CLIENTS)))
        print(f"together  {CLIENTS * EACH / (perf_counter() - began):>9,.0f} entries/s of {CLIENTS} clients")


async def _timed() -> float:
    began = perf_counter()
    await batch_writer.record(SAID)
    return perf_counter() - began


async def _client() -> None:
    for _ in range(EACH):
        await batch_writer.record(SAID)


def main() -> None:
    """Print how long each took."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(audited(Path(name), count))


if __name__ == "__main__":
    main()
