"""How much processor the dearest requests take: those that are let through, and those that are refused.

    python -m tests.bench.worst_case

Each is sent three times, with a document never seen before; the least is printed, and the exit status is 1 if one takes
more than 50 milliseconds. A star marks each that has less than a margin of two.
"""

import asyncio
import gc
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

import msgspec

from api import clock
from api.accounts import service
from api.accounts.sessions import MAX_SESSIONS
from api.settings import Mode, Settings
from tests.hall import Hall, open_hall
from tests.http.worst_case_documents import KINDS, REQUESTS, accepted, document_text, largest

MOST_SECONDS = 0.05
MARGIN = 2
TIMES = 3


async def main() -> int:
    """Measure all; return the exit status."""
    with tempfile.TemporaryDirectory() as data:
        async with open_hall(Settings(mode=Mode.DEMO, data=Path(data), introspection=True)) as hall:
            await _sign_in_everywhere()
            gc.freeze()
            dearest = [await _measured(hall, way) for way in KINDS]
            dearest += [await _sent(hall, name) for name in REQUESTS]
    return 0 if max(dearest) <= MOST_SECONDS else 1


async def _sign_in_everywhere() -> None:
    """Give each account that asks as many sessions as it may have."""
    for account in {account for _, account in KINDS.values() if account is not None}:
        for _ in range(MAX_SESSIONS):
            await service.issue_token(account, now=clock.now())


async def _measured(hall: Hall, way: str) -> float:
    sizes = sorted({accepted(way), min(accepted(way) + 1, largest(way)), largest(way)})
    account = KINDS[way][1]
    texts = {size: [document_text(way, size, salt=str(time)) for time in range(TIMES)] for size in sizes}
    seconds = [await _least(hall, [{"query": text} for text in texts[size]], account) for size in sizes]
    return _printed(way, [f"{size}: " for size in sizes], seconds)


async def _sent(hall: Hall, name: str) -> float:
    request, account = REQUESTS[name]
    salted = [_salted(request, time) for time in range(TIMES)]
    return _printed(name, [""], [await _least(hall, salted, account)])


def _salted(request: dict[str, Any], time: int) -> dict[str, Any]:
    return request | ({"query": f"{request['query']} #{time}"} if "query" in request else {})


def _printed(name: str, sizes: list[str], seconds: list[float]) -> float:
    said = [f"{size}{took * 1000:.0f} ms" for size, took in zip(sizes, seconds, strict=True)]
    star = "  *" if max(seconds) > MOST_SECONDS / MARGIN else ""
    print(f"{name:<32} {'  '.join(said)}{star}", flush=True)
    return max(seconds)


async def _least(hall: Hall, requests: list[dict[str, Any]], account: str | None) -> float:
    browser = await hall.browser(account)
    seconds = []
    for request in requests:
        body = msgspec.json.encode(request)
        gc.collect()
        began = process_time()
        await browser.post("/graphql", content=body, headers={"Content-Type": "application/json"})
        seconds.append(process_time() - began)
    return min(seconds)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
