"""Time-outs for coroutines, fair scheduling on the event loop, and background tasks."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Generator
from contextlib import asynccontextmanager, suppress
from functools import partial
from time import perf_counter
from types import coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")
# How long a request may hold the event loop before it yields, between two queries.
MAX_HOLD_SECONDS = 0.02


class _EventLoopHold:
    """The time at which the current request got the event loop."""

    since = 0.0


async def with_timeout(seconds: float, work: Coroutine[Any, Any, Result], *, since: float | None = None) -> Result:
    """Return the result of `work`; cancel it and raise TimeoutError after `seconds`.

    `since`, a value of `perf_counter`, is when they began, by default now: several steps can share one deadline. Work
    that completes synchronously gets neither a task nor a time-out.
    """
    _EventLoopHold.since = perf_counter()
    try:
        awaited = work.send(None)
    except StopIteration as done:
        result: Result = done.value
        return result
    await ensure_task()
    passed = 0.0 if since is None else perf_counter() - since
    # guard: one-deadline
    async with asyncio.timeout(seconds - passed):
        return await resume(work, awaited)


def holds_event_loop() -> bool:
    """Return whether the current request should call `yield_to_event_loop`."""
    return perf_counter() - _EventLoopHold.since > MAX_HOLD_SECONDS


async def yield_to_event_loop() -> None:
    """Yield to other requests and to time-outs, which cannot interrupt a coroutine that never suspends."""
    await ensure_task()
    await asyncio.sleep(0)
    _EventLoopHold.since = perf_counter()


async def ensure_task() -> None:
    """Suspend once outside a task: the caller then creates one, which `asyncio.timeout` requires."""
    if asyncio.current_task() is None:
        await asyncio.sleep(0)


@coroutine
def resume(work: Coroutine[Any, Any, Result], awaited: Any) -> Generator[Any, Any, Result]:
    """Continue a coroutine that has yielded `awaited`, as `await` would."""
    while True:
        try:
            sent = yield awaited
        except BaseException as error:  # noqa: BLE001 - the work receives cancellation too
            step = partial(work.throw, error)
        else:
            step = partial(work.send, sent)
        _EventLoopHold.since = perf_counter()
        try:
            awaited = step()
        except StopIteration as done:
            result: Result = done.value
            return result


@asynccontextmanager
async def running_beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run `work` as a background task until the block ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
