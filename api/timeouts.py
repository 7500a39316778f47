"""Work that may take so long and no longer, or that goes on while something is open."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Generator
from contextlib import asynccontextmanager, suppress
from functools import partial
from time import perf_counter
from types import coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")
# So long one request keeps the event loop before others get their turn, between two questions to the database.
TURN_SECONDS = 0.02


class _Turn:
    """When this process last gave the event loop back, or took it up for a request."""

    began = 0.0


async def with_timeout(seconds: float, work: Coroutine[Any, Any, Answer]) -> Answer:
    """Return what `work` gives; raise TimeoutError, with `work` cancelled, where it takes more than so many seconds.

    What is done at once costs no timer.
    """
    _Turn.began = perf_counter()
    try:
        waited_for = work.send(None)
    except StopIteration as done:
        answer: Answer = done.value
        return answer
    await ensure_task()
    async with asyncio.timeout(seconds):
        return await resume(work, waited_for)


def holds_event_loop() -> bool:
    """Return whether one request has run for long: work that can pause then calls `yield_to_event_loop`."""
    return perf_counter() - _Turn.began > TURN_SECONDS


async def yield_to_event_loop() -> None:
    """Let others have the event loop, and let a limit of time take effect: it cannot stop what never waits."""
    await ensure_task()
    await asyncio.sleep(0)
    _Turn.began = perf_counter()


async def ensure_task() -> None:
    """Go on in a task, which timers need: whoever begins work outside any makes one when it has to wait."""
    if asyncio.current_task() is None:
        await asyncio.sleep(0)


@coroutine
def resume(work: Coroutine[Any, Any, Answer], waited_for: Any) -> Generator[Any, Any, Answer]:
    """Go on with work that was begun, as `await` would have."""
    while True:
        try:
            given = yield waited_for
        except BaseException as error:  # noqa: BLE001 - cancellation too is for the work
            step = partial(work.throw, error)
        else:
            step = partial(work.send, given)
        _Turn.began = perf_counter()
        try:
            waited_for = step()
        except StopIteration as done:
            answer: Answer = done.value
            return answer


@asynccontextmanager
async def running_beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let `work` go on beside the block, until the block ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
