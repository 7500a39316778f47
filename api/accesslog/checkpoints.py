"""Printing the head of the log to the log of the process, so that a copy lies where the database's owner is not."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from api.accesslog import store
from api.accesslog.batch_writer import flush
from api.accesslog.chain import ChainHead
from api.timeouts import running_beside

EVERY = timedelta(minutes=10)
# At the end a database that does not answer is not waited for.
ENDING_SECONDS = 1
logger = logging.getLogger("hall")


@asynccontextmanager
async def printing_checkpoints() -> AsyncIterator[None]:
    """Print the head now, whenever it has moved in ten minutes, and at the end, when every entry is written."""
    first = await _print(None)
    try:
        async with running_beside(_print_regularly(first)):
            yield
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(ENDING_SECONDS):
                await flush()
                await _print(None)


async def _print_regularly(last: ChainHead | None) -> None:
    while True:
        await asyncio.sleep(EVERY.total_seconds())
        last = await _print(last)


async def _print(last: ChainHead | None) -> ChainHead | None:
    """Print the head unless it is `last`; return what was printed last."""
    try:
        head = await store.head()
    except Exception:
        logger.exception("the head of the access log cannot be read")
        return last
    if head != last:
        logger.info("the head of the access log is %s", head)
    return head
