"""Machines share their rate limits by a Redis; without it each limits by its own counts, and none waits for it."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import httpx
import pytest
from limits.storage import storage_from_string

from api.errors import SettingsError
from api.http.graphql import shared_rate_limits
from api.http.graphql.rate_limit_storage import MemoryStorage
from api.http.graphql.shared_rate_limits import SharedStorage, connect
from api.settings import Settings
from api.timeouts import running_beside
from tests.http.redis import keys_of, needs_redis, primary_of, serving_redis, serving_sentinels
from tests.http.serving import Served, free_port, serving
from tests.webhooks.receiver import until

QUERY = {"query": "{ offices { name phone } }"}
LIMIT = 1_500
GONE = "rate limits are counted by each machine alone"
BACK = "rate limits are shared again"


def ask(hall: Served) -> int:
    """Return the status of a request."""
    return httpx.post(f"{hall.address}/graphql", json=QUERY).status_code


async def _refuses(hall: Served) -> bool:
    return await asyncio.to_thread(ask, hall) == 429


async def _learns(hall: Served) -> bool:
    """Return whether a Hall refuses because of what another has counted: asked seldom, its own counts stay small."""
    await asyncio.sleep(shared_rate_limits.EXCHANGE_SECONDS)
    return await _refuses(hall)


@needs_redis
async def test_two_halls_share_a_limit(settings: Settings) -> None:
    """What one Hall has counted, another refuses; without the Redis both serve; when it is back, they share again."""
    port = free_port()
    shared = {"HALL_LIMITS_URL": f"redis://127.0.0.1:{port}", "HALL_RATE_ADDRESS_COST": str(LIMIT)}
    with serving_redis(port) as redis, serving(settings, **shared) as one, serving(settings, **shared) as other:
        assert ask(other) == 200
        await until(lambda: _refuses(one))
        await until(lambda: _learns(other))
        assert [name for name in keys_of(port) if "127.0.0.1" in name or "address" in name] == []
        assert len(keys_of(port)) == 1
        redis.kill()
        redis.wait()
        for hall in (one, other):
            hall.wait_until(GONE)
        began = perf_counter()
        assert ask(other) == 200
        assert perf_counter() - began < 1
        await until(lambda: _refuses(one))  # by its own counts
        with serving_redis(port):
            for hall in (one, other):
                hall.wait_until(BACK)
            await until(lambda: _refuses(one))
            assert [len(hall.events(GONE)) for hall in (one, other)] == [1, 1]
            assert [len(hall.events(BACK)) for hall in (one, other)] == [1, 1]
            await until(lambda: _learns(other))


@needs_redis
async def test_workers_share_with_another_machine(empty_settings: Settings) -> None:
    """Two workers, which count together by themselves, also refuse what another machine has counted."""
    port = free_port()
    shared = {"HALL_LIMITS_URL": f"redis://127.0.0.1:{port}", "HALL_RATE_ADDRESS_COST": str(LIMIT)}
    with (
        serving_redis(port),
        serving(empty_settings, HALL_WORKERS="2", **shared) as workers,
        serving(empty_settings, **shared) as other,
    ):
        workers.wait_until("Application startup complete", 2)
        assert ask(workers) == 200
        await until(lambda: _refuses(other))
        await until(lambda: _learns(workers))
        assert len(keys_of(port)) == 1
        assert workers.events(GONE) == other.events(GONE) == []


def test_hall_opens_without_the_redis(settings: Settings) -> None:
    """A Redis that does not answer keeps no Hall from opening, and no request waiting."""
    unused = {"HALL_LIMITS_URL": f"redis://127.0.0.1:{free_port()}", "HALL_RATE_ADDRESS_COST": str(LIMIT)}
    with serving(settings, **unused) as hall:
        assert ask(hall) == 200
        hall.wait_until(GONE)
        statuses = [ask(hall) for _ in range(30)]
        assert statuses[0] == 200
        assert statuses[-1] == 429


@needs_redis
async def test_sentinels_name_another_primary(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """After the loss of the primary the counts go to the new one, by themselves."""
    with serving_sentinels(tmp_path) as (address, servers):
        storages = [SharedStorage(MemoryStorage(), connect(address)) for _ in range(2)]
        async with running_beside(storages[0].share()), running_beside(storages[1].share()):
            await until(lambda: _is_shared("before", *storages))
            lost = primary_of(address)
            servers[lost].kill()
            await until(lambda: _is_another(address, lost))
            await until(lambda: _is_shared("after", *storages))
            assert keys_of(primary_of(address)) != []
    assert {record.levelno for record in caplog.records if "rate limits" in record.message} <= {logging.WARNING}


async def _is_shared(key: str, one: SharedStorage, other: SharedStorage) -> bool:
    one.incr(key, 60, 5)
    other.incr(key, 60, 1)
    return other.get(key) > other._local.get(key) > 0


async def _is_another(address: str, lost: int) -> bool:
    return await asyncio.to_thread(primary_of, address) != lost


async def test_counts_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each exchange a process knows what all have counted, and counts on from there at once."""
    everywhere = storage_from_string("async+memory://")
    one, other = (SharedStorage(MemoryStorage(), everywhere) for _ in range(2))  # type: ignore[arg-type]  # asynchronous
    assert (one.incr("a", 60, 5), other.incr("a", 60, 2)) == (5, 2)
    await one._exchange()
    await other._exchange()
    assert (one.get("a"), other.get("a"), other.incr("a", 60, 1)) == (5, 7, 8)
    assert one.incr("a", 60, 1) == 6
    await one._exchange()
    await other._exchange()
    assert (one.get("a"), other.get("a")) == (8, 9)
    assert other.get("b") == 0
    monkeypatch.setattr(shared_rate_limits, "MAX_EXCHANGED", 1)
    one.incr("small", 60, 1)
    one.incr("large", 60, 9)
    await one._exchange()
    assert list(one._pending) == ["small"]
    await one._exchange()
    assert one._pending == {}


@pytest.mark.usefixtures("later")
async def test_window_begins_anew(later: Callable[..., None]) -> None:
    """What all have counted in an earlier window is not held against anybody."""
    storage = SharedStorage(MemoryStorage(), storage_from_string("async+memory://"))  # type: ignore[arg-type]  # as above
    storage.incr("a", 60, 5)
    await storage._exchange()
    storage._seen["a"] = 500
    assert storage.incr("a", 60, 1) == 501
    later(timedelta(seconds=61))
    assert storage.get("a") == 0
    assert storage.incr("a", 60, 1) == 1


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1", "redis:", "redis://", "redis+sentinel://127.0.0.1:26379", "memory://x"]
)
def test_address_is_checked(url: str) -> None:
    """Another kind of storage, or sentinels without the name of their service, are refused with the cure."""
    with pytest.raises(SettingsError, match="HALL_LIMITS_URL"):
        Settings.from_environment({"HALL_LIMITS_URL": url})


def test_password_of_the_redis_is_not_shown() -> None:
    """The address may contain a password, which the settings do not print."""
    settings = Settings.from_environment({"HALL_LIMITS_URL": "valkey://:secret@127.0.0.1:6379/1"})
    assert settings.limits_url.endswith("/1")
    assert "secret" not in repr(settings)
