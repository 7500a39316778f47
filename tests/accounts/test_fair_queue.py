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


class RecordingQueue:
    """A queue that records the order of its jobs."""

    def __init__(self, concurrency: int = 2) -> None:
        self.queue = FairQueue(concurrency)
        self.running: list[frozenset[str]] = []
        self.order: list[str] = []
        self.release = asyncio.Event()

    async def work(self, *keys: str) -> None:
        """Hold a slot until `leave` is set."""
        async with self.queue.slot(*keys):
            self.order.append("".join(keys))
            await self.release.wait()

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
            self.release.set()
            await asyncio.gather(*tasks, return_exceptions=True)


async def test_jobs_of_key_run_one_at_a_time() -> None:
    """Ten jobs of one account are queued; the last job, of another account, gets the second slot at once."""
    recording = RecordingQueue()
    async with recording.working(*["a"] * 10, "b"):
        assert recording.order == ["a", "b"]
    assert recording.order == ["a", "b", *["a"] * 9]


async def test_any_common_key_serialises_jobs() -> None:
    """Many accounts from one address run one at a time, and so does one account from many addresses."""
    recording = RecordingQueue()
    async with recording.working("ax", "bx", "ay", "cz"):
        assert recording.order == ["ax", "cz"]


async def test_queued_job_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that times out leaves the queue."""
    monkeypatch.setattr(fair_queue, "TIMEOUT_SECONDS", 0.01)
    recording = RecordingQueue()
    async with recording.working("a", "a") as (_, late):
        with pytest.raises(QueueFull):
            await late
    async with recording.queue.slot("a"):
        pass


async def test_queue_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue is limited for each key and in total; a job beyond the limit fails at once."""
    monkeypatch.setattr(fair_queue, "MAX_WAITING_PER_KEY", 2)
    monkeypatch.setattr(fair_queue, "MAX_WAITING", 3)
    recording = RecordingQueue()
    async with recording.working("a", "a", "a", "a", "b", "c", "c") as tasks:
        assert [task.done() for task in tasks] == [False, False, False, True, False, False, True]
        assert isinstance(tasks[3].exception(), QueueFull)
        assert isinstance(tasks[6].exception(), QueueFull)


async def test_cancelled_job_frees_its_slot() -> None:
    """A job that is cancelled while queued or while running frees its place."""
    recording = RecordingQueue()
    async with recording.working("a", "a", "a") as (first, second, _):
        second.cancel()
        first.cancel()
        await asyncio.wait([first, second])
        await asyncio.sleep(0)
        assert recording.order == ["a", "a"]


@given(KEYS, st.integers(1, 3), st.sets(st.integers(0, 11)))
def test_keys_are_exclusive_and_released(wanted: list[frozenset[str]], concurrency: int, cancelled: set[int]) -> None:
    """For any keys and cancellations, no key is used twice at a time, and all slots are released."""

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
