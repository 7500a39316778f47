"""Nothing is lost or doubled, writes come back within 30 s, and clients see BUSY and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

import httpx
import pytest

from api.accesslog import verification
from api.accesslog.chain import Heads
from api.db.database import connected
from tests.cluster.cluster import Cluster, running_cluster
from tests.cluster.crowd import READERS, Crowd
from tests.cluster.machine import wait_for
from tests.databases import apart
from tests.durability.crowd import Member, store_members
from tests.durability.records import records

MEMBERS = 6_000
WRITES_BACK_SECONDS = 30
WARM_UP_SECONDS = 2
PARTITION_SECONDS = 9
AtWork = Callable[[], AbstractAsyncContextManager[Crowd]]
pytestmark = pytest.mark.xdist_group("cluster")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """The cluster of all tests, with people who may enrol."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def members(cluster: Cluster) -> Iterator[Member]:
    """The people who have not enrolled yet, and whose tokens no client uses."""
    stored: list[Member] = []

    async def store_all() -> None:
        stored.extend(await store_members(cluster.settings, MEMBERS))

    apart(store_all)
    return iter(stored)


@pytest.fixture
async def crowd(cluster: Cluster, members: Iterator[Member]) -> AsyncIterator[AtWork]:
    """Clients at work; afterwards what they were told is compared with what is stored."""

    @asynccontextmanager
    async def at_work() -> AsyncIterator[Crowd]:
        crowd = Crowd(cluster.address, members)
        async with crowd.at_work():
            await asyncio.sleep(WARM_UP_SECONDS)
            yield crowd
            await _writes_again(crowd)
        await _check(cluster, crowd)

    await asyncio.to_thread(cluster.wait_until_whole)
    yield at_work
    await asyncio.to_thread(cluster.wait_until_whole)


async def _writes_again(crowd: Crowd) -> None:
    """Wait until writes are acknowledged again."""
    before = len(crowd.acknowledged)
    async with asyncio.timeout(WRITES_BACK_SECONDS + 30):
        while len(crowd.acknowledged) < before + 20:  # noqa: ASYNC110 - several clients write
            await asyncio.sleep(0.1)


async def _check(cluster: Cluster, crowd: Crowd) -> None:
    print(  # noqa: T201 - figures of a run
        f"\n{len(crowd.receipts)} receipts, {crowd.read_receipts} of them read at once, {crowd.busy_writes} BUSY; "
        f"{crowd.reads} reads, {crowd.busy_reads} BUSY; {crowd.disconnected} connections lost; "
        f"longest time without a write {crowd.longest_gap():.1f} s"
    )
    assert crowd.unexpected == []
    assert crowd.longest_gap() < WRITES_BACK_SECONDS
    assert crowd.read_receipts
    async with records(cluster.settings) as stored:
        receipts = [row[0] for row in await stored.ask("SELECT number FROM receipt")]
        assert set(crowd.receipts.values()) <= set(receipts)
        assert len(set(receipts)) == len(receipts)
        assert await stored.broken_invariants() == []
    apart(lambda: _verify(cluster))


async def _verify(cluster: Cluster) -> None:
    async with connected(cluster.settings):
        assert isinstance(await verification.verify(), Heads)


async def test_planned_switchover(cluster: Cluster, crowd: AtWork) -> None:
    """The operator makes the standby the primary."""
    async with crowd() as clients:
        await asyncio.to_thread(cluster.switch_over)
    assert clients.busy_reads == 0


async def test_postgresql_is_killed(cluster: Cluster, crowd: AtWork) -> None:
    """PostgreSQL of the primary is killed; Patroni starts it again, or makes a standby the primary."""
    primary = await asyncio.to_thread(cluster.primary)
    async with crowd() as clients:
        primary.kill_postgresql()
    assert clients.busy_reads == 0


async def test_machine_of_the_primary_is_lost(cluster: Cluster, crowd: AtWork) -> None:
    """The machine of the primary is lost with its Hall and its etcd, and comes back."""
    primary = await asyncio.to_thread(cluster.primary)
    async with crowd() as clients:
        await asyncio.to_thread(primary.kill)
    # Those that the Hall of that machine was answering.
    assert clients.busy_reads <= READERS
    primary.start()
    primary.start_hall()


async def test_standby_is_paused(cluster: Cluster, crowd: AtWork) -> None:
    """The synchronous standby does not answer; another one takes its place."""
    standby = await asyncio.to_thread(cluster.standby)
    async with crowd() as clients:
        standby.pause()
        await _writes_again(clients)
        standby.resume()
    assert clients.busy_reads == 0


async def test_primary_is_lost_after_a_partition(cluster: Cluster, crowd: AtWork) -> None:
    """No standby receives what the primary commits; then the primary is lost with it."""
    primary = await asyncio.to_thread(cluster.primary)
    standbys = [machine for machine in cluster.machines if machine is not primary]
    async with crowd() as clients:
        for standby in standbys:
            standby.cut_replication()
        await asyncio.sleep(2)
        acknowledged = len(clients.acknowledged)
        # Longer than each time-out: commits wait, and no receipt is acknowledged.
        await asyncio.sleep(PARTITION_SECONDS - 2)
        assert len(clients.acknowledged) == acknowledged
        clients.partitioned_seconds = PARTITION_SECONDS
        await asyncio.to_thread(primary.kill)
        for standby in standbys:
            standby.drop_replication()
    assert clients.busy_reads <= READERS
    primary.start()
    primary.start_hall()


async def test_halls_are_replaced_one_by_one(cluster: Cluster, crowd: AtWork) -> None:
    """A rolling update: each Hall stops in order and starts again; no client is refused."""
    async with crowd() as clients:
        for machine in cluster.machines:
            cluster.tell_proxy(machine, "drain")
            await asyncio.sleep(1)
            await asyncio.to_thread(machine.stop_hall)
            machine.start_hall()
            await asyncio.to_thread(wait_for, "the Hall is ready", partial(_is_ready, machine.ports.hall))
            cluster.tell_proxy(machine, "ready")
            # Its health check has to pass.
            await asyncio.sleep(2)
        assert (clients.busy_writes, clients.busy_reads) == (0, 0)


async def test_hall_starts_without_a_primary(cluster: Cluster) -> None:
    """A Hall that starts while no PostgreSQL runs waits, and opens by itself."""
    for machine in cluster.machines:
        await asyncio.to_thread(machine.kill)
    first = cluster.machines[0]
    first.start_hall()
    await asyncio.to_thread(wait_for, "the Hall listens", lambda: _status(first.ports.hall, "/healthz") == 200)
    assert _status(first.ports.hall, "/") == 200
    assert _status(first.ports.hall, "/readyz") == 503
    for machine in cluster.machines:
        machine.start()
    await asyncio.to_thread(wait_for, "the Hall opens", lambda: _is_ready(first.ports.hall), 120)
    for machine in cluster.machines[1:]:
        machine.start_hall()
    await asyncio.to_thread(cluster.wait_until_whole)


def _status(port: int, path: str) -> int:
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", headers={"Host": "hall.example"}).status_code
    except httpx.HTTPError:
        return 0


def _is_ready(port: int) -> bool:
    return _status(port, "/readyz") == 200
