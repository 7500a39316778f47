"""A real Redis on loopback, alone or with a replica and sentinels; nothing is written to a disk."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
import redis

from tests.http.serving import free_port

SECONDS = 10
SERVICE = "hall"
needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")


@contextmanager
def serving_redis(port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server on a port until the block ends, unless it is killed before."""
    fixed = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    with subprocess.Popen(["redis-server", *fixed, *options], stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield process
        finally:
            process.kill()


@contextmanager
def serving_sentinels(folder: Path) -> Iterator[tuple[str, dict[int, subprocess.Popen[bytes]]]]:
    """Run a primary, a replica and three sentinels; yield their address, and the two servers by port."""
    primary, replica = free_port(), free_port()
    with ExitStack() as stack:
        servers = {
            primary: stack.enter_context(serving_redis(primary)),
            replica: stack.enter_context(serving_redis(replica, "--replicaof", f"127.0.0.1 {primary}")),
        }
        ports = [free_port() for _ in range(3)]
        for port in ports:
            file = folder / f"sentinel-{port}.conf"
            file.write_text(
                f"port {port}\nbind 127.0.0.1\ndir {folder}\nsentinel monitor {SERVICE} 127.0.0.1 {primary} 2\n"
                f"sentinel down-after-milliseconds {SERVICE} 500\nsentinel failover-timeout {SERVICE} 3000\n",
                "ascii",
            )
            process = stack.enter_context(
                subprocess.Popen(["redis-server", str(file), "--sentinel"], stdout=subprocess.DEVNULL)
            )
            stack.callback(process.kill)
            _wait_for(port)
        _wait_until_known(ports[0])
        yield f"redis+sentinel://{','.join(f'127.0.0.1:{port}' for port in ports)}/{SERVICE}", servers


def primary_of(address: str) -> int:
    """Return the port of the primary by the first sentinel."""
    sentinel = int(address.split(",", maxsplit=1)[0].rpartition(":")[2])
    with redis.Redis(port=sentinel) as client:
        return int(client.sentinel_get_master_addr_by_name(SERVICE)[1])


def keys_of(port: int) -> list[str]:
    """Return the names of all counters."""
    with redis.Redis(port=port) as client:
        return [key.decode() for key in client.scan_iter()]


def _wait_for(port: int) -> None:
    with redis.Redis(port=port) as client:
        _until(client.ping, redis.ConnectionError)


def _wait_until_known(sentinel: int) -> None:
    """Wait until the sentinels know each other and the replica."""
    with redis.Redis(port=sentinel) as client:
        _until(
            lambda: (state := client.sentinel_master(SERVICE))["num-slaves"] == 1 and state["num-other-sentinels"] == 2
        )


def _until(holds: Callable[[], object], passing: type[Exception] | tuple[()] = ()) -> None:
    end = monotonic() + SECONDS
    while monotonic() < end:
        try:
            if holds():
                return
        except passing:
            pass
        sleep(0.05)
    raise TimeoutError
