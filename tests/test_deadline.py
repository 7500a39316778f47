"""with_timeout: the behaviour of the work is unchanged until the time-out."""

import asyncio
from asyncio import Event

import pytest

from api.timeouts import holds_event_loop, with_timeout, yield_to_event_loop


async def _synchronous() -> str:
    return "done"


async def _asynchronous(seen: list[str]) -> str:
    await asyncio.sleep(0)
    seen.append("first")
    await asyncio.get_running_loop().run_in_executor(None, seen.append, "second")
    return "done"


async def test_result_is_returned() -> None:
    """Synchronous work, and work that awaits the event loop and a thread, return their results."""
    seen: list[str] = []
    assert await with_timeout(5, _synchronous()) == "done"
    assert await with_timeout(5, _asynchronous(seen)) == "done"
    assert seen == ["first", "second"]


@pytest.mark.parametrize("waits", [False, True])
async def test_exception_is_raised(waits: bool) -> None:  # noqa: FBT001 - a case of the table
    """Exceptions of the work are raised, before and after its first await."""

    async def failing() -> None:
        if waits:
            await asyncio.sleep(0)
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        await with_timeout(5, failing())


async def test_timed_out_work_is_cancelled() -> None:
    """Timed-out work is cancelled and can clean up with awaits; the caller gets TimeoutError."""
    seen: list[str] = []

    async def endless() -> None:
        try:
            await Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            seen.append("tidied")
            raise

    with pytest.raises(TimeoutError):
        await with_timeout(0.01, endless())
    assert seen == ["tidied"]


async def test_cancelled_caller_cancels_work() -> None:
    """A cancelled caller cancels its work, without a TimeoutError."""
    seen: list[str] = []
    started = Event()

    async def endless() -> None:
        started.set()
        try:
            await Event().wait()
        finally:
            seen.append("cancelled")

    task = asyncio.create_task(with_timeout(5, endless()))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["cancelled"]


async def test_caught_exception_continues() -> None:
    """Work that catches an exception of an awaited future continues."""

    async def surviving() -> str:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(future.set_exception, LookupError("nothing there"))
        try:
            await future
        except LookupError:
            await asyncio.sleep(0)
            return "survived"
        return "nothing happened"

    assert await with_timeout(5, surviving()) == "survived"


async def test_long_work_yields_and_times_out() -> None:
    """Long synchronous work yields to the event loop between steps, and is ended by the time-out."""
    seen: list[str] = []

    async def synchronous() -> None:
        while True:
            if holds_event_loop():
                await yield_to_event_loop()
                seen.append("gave way")

    async def other() -> None:
        await asyncio.sleep(0)
        seen.append("others went on")

    waiting = asyncio.create_task(other())
    with pytest.raises(TimeoutError):
        await with_timeout(0.3, synchronous())
    assert waiting.done()
    assert seen.index("others went on") < len(seen) - 1


async def test_short_work_does_not_yield() -> None:
    """Work shorter than one slice does not yield."""

    async def short() -> bool:
        return holds_event_loop()

    assert not await with_timeout(5, short())
