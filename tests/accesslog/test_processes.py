"""Several processes append to one log."""

import asyncio
import os
import sys
from pathlib import Path

from api.accesslog import verification
from api.accesslog.chain import Heads
from api.db.database import connected
from api.settings import Settings

WRITES = """
import asyncio, os
from datetime import UTC, datetime
from api.accesslog import store
from api.accesslog.chain import Entry
from api.db.database import connected
from api.settings import Settings
from api.db.transactions.dispatch import in_transaction

async def write():
    said = Entry(None, "READ", False, datetime.now(UTC), "clerk", "", "", [], [], "r")
    async with connected(Settings.from_environment(os.environ), everywhere=True):
        await asyncio.gather(*(in_transaction(lambda: store.append([said])) for _ in range(40)))

asyncio.run(write())
"""


async def test_concurrent_processes_write_one_chain(empty_settings: Settings) -> None:
    """Entries of three processes form one chain without duplicate numbers or gaps."""
    environment = os.environ | {"HALL_DATA": str(empty_settings.data), "HALL_DATABASE_URL": empty_settings.database}
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITES, cwd=Path(__file__).parents[2], env=environment
        )
        for _ in range(3)
    ]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    async with connected(empty_settings):
        found = await verification.verify()
    assert isinstance(found, Heads)
    assert found.entries == 3 * 40
