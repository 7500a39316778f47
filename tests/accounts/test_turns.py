"""Who sends many sign-ins at once waits for themselves; everybody else passes by."""

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
    """Turns, and who has one."""

    def __init__(self, at_once: int = 2) -> None:
        self.queue = FairQueue(at_once)
        self.running: list[frozenset[str]] = []
        self.order: list[str] = []
        self.leave = asyncio.Event()

    async def work(self, *keys: str) -> None:
        """Have a turn until all are told to leave."""
        async with self.queue.slot(*keys):
            self.order.append("".join(keys))
            await self.leave.wait()

    @asynccontextmanager
    async def working(self, *each: str) -> AsyncIterator[list[asyncio.Task[None]]]:
        """Let several ask for turns, one after the other, each with the keys of its letters."""
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
    """Ten of one account wait behind each other; somebody else, who came last, has the other turn at once."""
    watched = Watched()
    async with watched.working(*["a"] * 10, "b"):
        assert watched.order == ["a", "b"]
    assert watched.order == ["a", "b", *["a"] * 9]


async def test_a_key_in_common_is_enough() -> None:
    """Many accounts from one address are one crowd, and so is one account from many addresses."""
    watched = Watched()
    async with watched.working("ax", "bx", "ay", "cz"):
        assert watched.order == ["ax", "cz"]


async def test_who_waits_too_long_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """And is not waited for afterwards."""
    monkeypatch.setattr(fair_queue, "TIMEOUT_SECONDS", 0.01)
    watched = Watched()
    async with watched.working("a", "a") as (_, late):
        with pytest.raises(QueueFull):
            await late
    async with watched.queue.slot("a"):
        pass


async def test_a_crowd_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many wait for one key, and so many in all; the next is sent away at once."""
    monkeypatch.setattr(fair_queue, "MAX_WAITING_PER_KEY", 2)
    monkeypatch.setattr(fair_queue, "MAX_WAITING", 3)
    watched = Watched()
    async with watched.working("a", "a", "a", "a", "b", "c", "c") as tasks:
        assert [task.done() for task in tasks] == [False, False, False, True, False, False, True]
        assert isinstance(tasks[3].exception(), QueueFull)
        assert isinstance(tasks[6].exception(), QueueFull)


async def test_who_hangs_up_leaves_no_gap() -> None:
    """Somebody who is cancelled while waiting, or while it is their turn, keeps nobody out."""
    watched = Watched()
    async with watched.working("a", "a", "a") as (first, second, _):
        second.cancel()
        first.cancel()
        await asyncio.wait([first, second])
        await asyncio.sleep(0)
        assert watched.order == ["a", "a"]


@given(KEYS, st.integers(1, 3), st.sets(st.integers(0, 11)))
def test_whatever_comes_no_key_is_taken_twice_and_all_is_given_back(
    wanted: list[frozenset[str]], at_once: int, cancelled: set[int]
) -> None:
    """Whoever asks for which keys, and whoever gives up when."""

    async def tried() -> None:
        given, running = FairQueue(at_once), list[frozenset[str]]()

        async def work(keys: frozenset[str]) -> None:
            async with given.slot(*keys):
                assert len(running) < at_once
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
        async with asyncio.timeout(5), given.slot("a", "b", "c", "d"):
            assert running == []

    asyncio.run(tried())
