"""The fair queue: a client that sends many sign-ins at once delays only itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.accounts import fair_queue
from api.accounts.fair_queue import FairQueue, QueueFull

KEYS = st.lists(st.frozensets(st.sampled_from("abcd"), min_size=1, max_size=2), max_size=12)


class Watched:
    """A queue that records the order of its jobs."""

    def __init__(self, concurrency: int = 2) -> None:
        self.queue = FairQueue(concurrency)
        self.running: list[frozenset[str]] = []
        self.order: list[str] = []
        self.leave = asyncio.Event()

    async def work(self, *keys: str) -> None:
        """Hold a slot until `leave` is set."""
        async with self.queue.slot(*keys):
            self.order.append("".join(keys))
            await self.leave.wait()

    @asynccontextmanager
    async def working(self, *each: str) -> AsyncIterator[list[asyncio.Task[None]]]:
        """Start jobs one after the other, each with the letters of a word as keys."""
        tasks = []
        for keys in each:
            tasks.append(asyncio.create_task(self.work(*keys)))
            await asyncio.sleep(0)
        try:
            yield tasks
        finally:
            self.leave.set()
            await asyncio.gather(*tasks, return_exceptions=True)


async def test_one_at_a_time_for_each_key_and_others_pass_by() -> None:
    """Ten jobs of one account are queued; the last job, of another account, gets the second slot at once."""
    watched = Watched()
    async with watched.working(*["a"] * 10, "b"):
        assert watched.order == ["a", "b"]
    assert watched.order == ["a", "b", *["a"] * 9]


async def test_a_key_in_common_is_enough() -> None:
    """Many accounts from one address run one at a time, and so does one account from many addresses."""
    watched = Watched()
    async with watched.working("ax", "bx", "ay", "cz"):
        assert watched.order == ["ax", "cz"]


async def test_who_waits_too_long_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that times out leaves the queue."""
    monkeypatch.setattr(fair_queue, "TIMEOUT_SECONDS", 0.01)
    watched = Watched()
    async with watched.working("a", "a") as (_, late):
        with pytest.raises(QueueFull):
            await late
    async with watched.queue.slot("a"):
        pass


async def test_a_crowd_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue is limited for each key and in total; a job beyond the limit fails at once."""
    monkeypatch.setattr(fair_queue, "MAX_WAITING_PER_KEY", 2)
    monkeypatch.setattr(fair_queue, "MAX_WAITING", 3)
    watched = Watched()
    async with watched.working("a", "a", "a", "a", "b", "c", "c") as tasks:
        assert [task.done() for task in tasks] == [False, False, False, True, False, False, True]
        assert isinstance(tasks[3].exception(), QueueFull)
        assert isinstance(tasks[6].exception(), QueueFull)


async def test_who_hangs_up_leaves_no_gap() -> None:
    """A job that is cancelled while queued or while running frees its place."""
    watched = Watched()
    async with watched.working("a", "a", "a") as (first, second, _):
        second.cancel()
        first.cancel()
        await asyncio.wait([first, second])
        await asyncio.sleep(0)
        assert watched.order == ["a", "a"]


@given(KEYS, st.integers(1, 3), st.sets(st.integers(0, 11)))
def test_whatever_comes_no_key_is_taken_twice_and_all_is_given_back(
    wanted: list[frozenset[str]], concurrency: int, cancelled: set[int]
) -> None:
    """For any keys and any cancellations."""

    async def run() -> None:
        queue, running = FairQueue(concurrency), list[frozenset[str]]()

        async def work(keys: frozenset[str]) -> None:
            async with queue.slot(*keys):
                assert len(running) < concurrency
                assert all(keys.isdisjoint(each) for each in running)
                running.append(keys)
                try:
                    await asyncio.sleep(0)
                finally:
                    running.remove(keys)

        tasks = [asyncio.create_task(work(keys)) for keys in wanted]
        await asyncio.sleep(0)
        for number in cancelled & set(range(len(tasks))):
            tasks[number].cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(each is None or isinstance(each, asyncio.CancelledError) for each in outcomes)
        async with asyncio.timeout(5), queue.slot("a", "b", "c", "d"):
            assert running == []

    asyncio.run(run())
