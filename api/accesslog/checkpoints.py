"""Prints heads and signed checkpoints of the access log to the process log, out of reach of the database's owner."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from api import clock
from api.accesslog import store, tree
from api.accesslog.batch_writer import flush
from api.accesslog.chain import Heads
from api.encryption.signed_note import LogKeys
from api.timeouts import running_beside

CHECKPOINT_INTERVAL = timedelta(minutes=1)
# A database that does not respond must not delay the shutdown.
SHUTDOWN_TIMEOUT_SECONDS = 1
logger = logging.getLogger("hall")


@asynccontextmanager
async def printing_checkpoints(keys: LogKeys | None = None) -> AsyncIterator[None]:
    """Print the heads at start, every minute if there are new entries, and at shutdown after a flush.

    With keys, print the public one, and add a checkpoint of the heads, except at the start, where the log may have many
    entries without one.
    """
    if keys is not None:
        logger.info("checkpoints of the access log are signed by %s", keys.signer.public)
    first = await _print(None)
    try:
        async with running_beside(_print_regularly(first, keys)):
            yield
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(SHUTDOWN_TIMEOUT_SECONDS):
                await flush()
                await _add_checkpoints(keys, timedelta())
                await _print(None)


async def _print_regularly(last: Heads | None, keys: LogKeys | None) -> None:
    while True:
        await _add_checkpoints(keys, CHECKPOINT_INTERVAL / 2)
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


async def _add_checkpoints(keys: LogKeys | None, interval: timedelta) -> None:
    """Print the notes of new checkpoints, one line each, unless a process has added one within `interval`."""
    if keys is None:
        return
    try:
        async for note in tree.add_checkpoints(keys, clock.now(), interval):
            logger.info("a checkpoint of the access log is %s", " | ".join(note.splitlines()))
    except tree.Unusable as error:
        # The message says what to do, a traceback would not help.
        logger.error("%s", error)  # noqa: TRY400 - see above
    except Exception:
        logger.exception("no checkpoint of the access log can be added")
