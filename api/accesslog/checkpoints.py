"""Checkpoints: the head of the access log in the process log, out of reach of the database's owner."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from api.accesslog import store
from api.accesslog.batch_writer import flush
from api.accesslog.chain import Heads
from api.timeouts import running_beside

CHECKPOINT_INTERVAL = timedelta(minutes=10)
# A database that does not respond must not delay the shutdown.
SHUTDOWN_TIMEOUT_SECONDS = 1
logger = logging.getLogger("hall")


@asynccontextmanager
async def printing_checkpoints() -> AsyncIterator[None]:
    """Print the head at start, every ten minutes if it has changed, and at shutdown after a flush."""
    first = await _print(None)
    try:
        async with running_beside(_print_regularly(first)):
            yield
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(SHUTDOWN_TIMEOUT_SECONDS):
                await flush()
                await _print(None)


async def _print_regularly(last: Heads | None) -> None:
    while True:
        await asyncio.sleep(CHECKPOINT_INTERVAL.total_seconds())
        last = await _print(last)


async def _print(last: Heads | None) -> Heads | None:
    """Print the heads of all chains unless they are `last`; return those that were printed last."""
    try:
        heads = await store.heads()
    except Exception:
        logger.exception("the heads of the access log cannot be read")
        return last
    if heads != last:
        logger.info("the head of the access log is %s", heads)
    return heads
