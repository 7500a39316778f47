"""The cost of counting a request for the rate limits, beside the cost of a small answer.

 python -m tests.bench.limits

A small answer is a citizen's own name, by a trusted document and without a socket. The exchange with a real Redis runs
meanwhile, and its processor time counts too. The exit status is 1 if shared counting takes more than a tenth of it.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from time import process_time

import msgspec
from limits.storage import Storage

from api.http.graphql.rate_limit_storage import FILE, MemoryStorage, SharedFileStorage, create_shared_file
from api.http.graphql.rate_limits import RateLimits
from api.http.graphql.shared_rate_limits import SharedStorage, connect
from api.settings import Mode, Settings
from api.timeouts import running_beside
from tests.hall import Hall, open_hall
from tests.http.redis import serving_redis
from tests.http.serving import free_port

QUERY = {"query": "{ viewer { person { name } } }"}
ROUNDS, TIMES = 7, 1_000
ADDRESSES = 50
SHARE = 0.1


async def main() -> int:
    """Measure and print; return the exit status."""
    with tempfile.TemporaryDirectory() as name, serving_redis(port := free_port()):
        folder = Path(name)
        create_shared_file(folder)
        async with open_hall(Settings(mode=Mode.DEMO, data=folder)) as hall:
            answer = await _answer_seconds(hall)
        print(f"a small answer                    {answer * 1e6:7.1f} µs")
        everywhere = connect(f"redis://127.0.0.1:{port}")
        storages: dict[str, Storage] = {
            "a count in memory": MemoryStorage(),
            "a count in the file of workers": SharedFileStorage(folder / FILE),
            "a count shared by machines": SharedStorage(MemoryStorage(), everywhere),
        }
        shares = [await _printed(what, storage, answer) for what, storage in storages.items()]
    return 0 if shares[-1] <= SHARE else 1


async def _answer_seconds(hall: Hall) -> float:
    """Return the processor time of one answer, by the application itself."""
    browser = await hall.browser("eligible")
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items()).encode()
    headers = [(b"host", b"h"), (b"content-type", b"application/json"), (b"cookie", cookie)]
    body = {"type": "http.request", "body": msgspec.json.encode(QUERY), "more_body": False}
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": "/graphql", "query_string": b"",
        "headers": headers, "client": ("127.0.0.1", 1),
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        return body

    async def send(message: object) -> None:
        """Drop the answer."""

    async def ask() -> None:
        await hall.app({**scope}, receive, send)

    return await _median_seconds(ask)


async def _printed(what: str, storage: Storage, answer: float) -> float:
    """Measure the two counts of a request, of its address and its account; return the share of one in an answer."""
    limits, number = RateLimits(Settings(rate_cost=10**9, rate_address_cost=10**9)), 0
    limits._storage = storage

    async def hit() -> None:
        nonlocal number
        number += 1
        limits._hit(limits._by_address, f"192.0.2.{number % ADDRESSES}", 4)
        limits._hit(limits._by_account, f"account-{number % ADDRESSES}", 4)

    async with running_beside(storage.share()) if isinstance(storage, SharedStorage) else nullcontext():
        seconds = await _median_seconds(hit)
    each = seconds / 2
    print(f"{what:<33} {each * 1e6:7.1f} µs  {each / answer:6.1%} of an answer")
    return each / answer


async def _median_seconds(work: Callable[[], Awaitable[None]]) -> float:
    """Return the processor time of one call: the median of the rounds, each with what ran in the background."""
    rounds = []
    for _ in range(ROUNDS):
        began = process_time()
        for number in range(TIMES):
            await work()
            if number % 100 == 0:
                await asyncio.sleep(0.01)
        rounds.append((process_time() - began) / TIMES)
    return median(rounds)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
