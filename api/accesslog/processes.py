"""Verifies parts of the log in several processes."""

import asyncio
import gc
import multiprocessing
from collections import deque
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from api.accesslog.parts import Broken, Part, verify_part
from api.accesslog.verification import Results, Verifier
from api.db.database import connected
from api.encryption.keyring import Keyring
from api.encryption.signed_note import PublicKey
from api.settings import Settings

# Parts of each process that are begun, or done and not yet reported.
QUEUED = 2


def in_processes(settings: Settings, number: int) -> Verifier:
    """Return what verifies parts in so many processes."""
    # No column that is verified is encrypted.
    plain = replace(settings, keyring=Keyring(), log_keys=None)

    async def verify(parts: AsyncIterator[Part], keys: Sequence[PublicKey]) -> Results:
        loop = asyncio.get_running_loop()
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(number, context) as pool:
            begun: deque[tuple[Part, asyncio.Future[Broken | None]]] = deque()
            try:
                async for part in parts:
                    begun.append((part, loop.run_in_executor(pool, _verify, plain, part, tuple(keys))))
                    if len(begun) > QUEUED * number:
                        first, result = begun.popleft()
                        yield first, await result
                while begun:
                    first, result = begun.popleft()
                    yield first, await result
            finally:
                pool.shutdown(cancel_futures=True)

    return verify


def _verify(settings: Settings, part: Part, keys: Sequence[PublicKey]) -> Broken | None:
    return asyncio.run(_verify_opened(settings, part, keys))


async def _verify_opened(settings: Settings, part: Part, keys: Sequence[PublicKey]) -> Broken | None:
    """Verify a part on a connection of its own: an idle connection has a thread, with which a process does not end."""
    # The rows of a part are no garbage, and the process ends soon.
    gc.disable()
    async with connected(settings):
        return await verify_part(part, keys)
