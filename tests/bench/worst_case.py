"""The processor time of the most expensive requests, accepted and refused.

 python -m tests.bench.worst_case

Each is sent three times with a new document, and the minimum is printed. The exit status is 1 if a request takes more
than 50 milliseconds. An asterisk marks requests above half of that.
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

MAX_SECONDS = 0.05
MARGIN = 2
TIMES = 3
HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "identity"}


async def main() -> int:
    """Measure all requests; return the exit status."""
    with tempfile.TemporaryDirectory() as data:
        async with open_hall(Settings(mode=Mode.DEMO, data=Path(data), introspection=True)) as hall:
            await _create_sessions()
            gc.freeze()
            dearest = [await _measured(hall, kind) for kind in KINDS]
            dearest += [await _measured_request(hall, name) for name in REQUESTS]
    return 0 if max(dearest) <= MAX_SECONDS else 1


async def _create_sessions() -> None:
    """Create the maximum number of sessions for each account."""
    for account in {account for _, account in KINDS.values() if account is not None}:
        for _ in range(MAX_SESSIONS):
            await service.issue_token(account, now=clock.now())


async def _measured(hall: Hall, kind: str) -> float:
    sizes = sorted({accepted(kind), min(accepted(kind) + 1, largest(kind)), largest(kind)})
    account = KINDS[kind][1]
    texts = {size: [document_text(kind, size, salt=str(time)) for time in range(TIMES)] for size in sizes}
    seconds = [await _minimum_seconds(hall, [{"query": text} for text in texts[size]], account) for size in sizes]
    return _printed(kind, [f"{size}: " for size in sizes], seconds)


async def _measured_request(hall: Hall, name: str) -> float:
    request, account = REQUESTS[name]
    salted = [_salted(request, time) for time in range(TIMES)]
    return _printed(name, [""], [await _minimum_seconds(hall, salted, account)])


def _salted(request: dict[str, Any], time: int) -> dict[str, Any]:
    return request | ({"query": f"{request['query']} #{time}"} if "query" in request else {})


def _printed(name: str, sizes: list[str], seconds: list[float]) -> float:
    columns = [f"{size}{each * 1000:.0f} ms" for size, each in zip(sizes, seconds, strict=True)]
    star = "  *" if max(seconds) > MAX_SECONDS / MARGIN else ""
    print(f"{name:<32} {'  '.join(columns)}{star}", flush=True)
    return max(seconds)


async def _minimum_seconds(hall: Hall, requests: list[dict[str, Any]], account: str | None) -> float:
    browser = await hall.browser(account)
    # The tests' search of responses for personal data, and decompression, are not the Hall's work.
    browser.event_hooks = {}
    seconds = []
    for request in requests:
        body = msgspec.json.encode(request)
        gc.collect()
        started = process_time()
        await browser.post("/graphql", content=body, headers=HEADERS)
        seconds.append(process_time() - started)
    return min(seconds)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
