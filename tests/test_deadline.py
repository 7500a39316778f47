"""Work with a time-out does what the same work would do alone, until its time is over."""

import asyncio
from asyncio import Event

import pytest

from api.timeouts import holds_event_loop, with_timeout, yield_to_event_loop


async def _at_once() -> str:
    return "done"


async def _in_two_waits(seen: list[str]) -> str:
    await asyncio.sleep(0)
    seen.append("first")
    await asyncio.get_running_loop().run_in_executor(None, seen.append, "second")
    return "done"


async def test_work_gives_its_answer_whether_or_not_it_waits() -> None:
    """What is done at once, and what waits for the loop and for a thread, both give their answers."""
    seen: list[str] = []
    assert await with_timeout(5, _at_once()) == "done"
    assert await with_timeout(5, _in_two_waits(seen)) == "done"
    assert seen == ["first", "second"]


@pytest.mark.parametrize("waits", [False, True])
async def test_a_fault_of_the_work_arrives(waits: bool) -> None:  # noqa: FBT001 - a case of the table
    """What the work raises is raised, before it waits and after."""

    async def failing() -> None:
        if waits:
            await asyncio.sleep(0)
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        await with_timeout(5, failing())


async def test_what_takes_too_long_is_cancelled_where_it_waits() -> None:
    """The work learns that it is given up, may tidy up with waits of its own, and its caller gets TimeoutError."""
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


async def test_whoever_waits_can_be_cancelled() -> None:
    """A cancelled caller cancels its work, and is not told of a time-out."""
    seen: list[str] = []
    begun = Event()

    async def endless() -> None:
        begun.set()
        try:
            await Event().wait()
        finally:
            seen.append("cancelled")

    task = asyncio.create_task(with_timeout(5, endless()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["cancelled"]


async def test_a_fault_that_the_work_survives_is_over() -> None:
    """Work that catches a fault of what it waits for goes on."""

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


async def test_long_work_gives_way_and_is_given_up() -> None:
    """What never waits for anything lets others go on between its questions, and a limit of time ends it."""
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


async def test_short_work_does_not_give_way() -> None:
    """What takes less than a turn is done in one go."""

    async def short() -> bool:
        return holds_event_loop()

    assert not await with_timeout(5, short())
