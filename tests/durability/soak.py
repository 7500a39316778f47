"""Soak test: a server under load for half an hour must not leak: python -m tests.durability.soak [MINUTES]

The clients of 500 persons read, enrol, withdraw, send malformed and new documents, try wrong passwords and disconnect,
in rounds of a minute. After each round, when all connections are closed, resident memory and file descriptors are
measured. After the first third of the rounds the caches are full: from then on memory may grow by 10 MB, and no file
descriptor may be leaked; otherwise the exit status is 1. HALL_TEST_DATABASE selects the database.
"""

import asyncio
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic

import httpx

from api.db.database import connected, migrate
from api.settings import Settings
from tests.databases import Databases, PostgreSQLDatabases, SQLiteDatabases
from tests.durability.crowd import UNLIMITED, Member, store_members
from tests.durability.wire import DISCONNECTED, Connection
from tests.http.serving import Served, serving
from tests.postgres import postgresql
from tests.schemes.flexible_employment.test_registration import WITHDRAW

PEOPLE = 500
CLIENTS = 8
# Per second: fills the caches within minutes, and leaves processor time for other processes.
REQUESTS = 150
ROUND_SECONDS = 60
MAX_MEGABYTES = 10
QUIET_SECONDS = 10
# On a busy machine, a wrong password may be queued for its hash.
TIMEOUT_SECONDS = 60
RECORD = """{ viewer { person {
    name idNumber insurances { type { name } district { name } }
    flexibleEmployment { current { id status receipt { number lines { label value } } } eligibility { outcome } }
} } }"""
ENVIRONMENT = UNLIMITED | {
    "HALL_WRONG_SIGN_INS": "0",
    "HALL_PUBLIC_URL": "https://hall.example",
    "HALL_METRICS_FROM": "127.0.0.1",
}
CURRENT = "{ viewer { person { flexibleEmployment { current { id } } } } }"
WRONG = 'mutation { signIn(input: { account: "%s", password: "wrong" }) { __typename } }'


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a process."""

    megabytes: float
    descriptors: int


def leaks(sizes: Sequence[Size]) -> list[str]:
    """Return the signs of a resource leak over the rounds; empty without any."""
    settled, *later = sizes[len(sizes) // 3 :]
    growth = max(size.megabytes for size in later) - settled.megabytes
    leaked = later[-1].descriptors - settled.descriptors
    return [
        *([f"memory grew by {growth:.1f} MB; at most {MAX_MEGABYTES} are allowed"] if growth >= MAX_MEGABYTES else []),
        *([f"{leaked} file descriptors were left open"] if leaked > 0 else []),
    ]


def soak(minutes: float, *, round_seconds: float = ROUND_SECONDS) -> list[Size]:
    """Run the load for this time; return the size of the server after each round."""
    with _opened() as (settings, members), serving(settings, **ENVIRONMENT) as served:
        return asyncio.run(_rounds(served, members, minutes * 60, round_seconds))


@contextmanager
def _opened() -> Iterator[tuple[Settings, list[Member]]]:
    """Create a database with the persons."""
    with tempfile.TemporaryDirectory() as folder, _databases() as databases:
        environment = {"HALL_DATA": folder, "HALL_DATABASE_URL": databases.create(Path(folder))}
        settings = Settings.from_environment(environment)
        asyncio.run(_migrated(settings))
        yield settings, asyncio.run(store_members(settings, PEOPLE))


@contextmanager
def _databases() -> Iterator[Databases]:
    if os.environ.get("HALL_TEST_DATABASE") != "postgresql":
        yield SQLiteDatabases()
        return
    with postgresql() as server, closing(PostgreSQLDatabases(server)) as databases:
        yield databases


async def _migrated(settings: Settings) -> None:
    async with connected(settings) as context:
        await migrate(context)


async def _rounds(served: Served, members: list[Member], seconds: float, round_seconds: float) -> list[Size]:
    sizes: list[Size] = []
    numbers = count()
    until = monotonic() + seconds
    while monotonic() < until:
        await asyncio.gather(
            *(_client(served.address, members, numbers, monotonic() + round_seconds) for _ in range(CLIENTS))
        )
        sizes.append(await _idle_size(served))
        # Log lines of half an hour would take memory of this process.
        served.lines.clear()
        print(f"round {len(sizes)}: {sizes[-1].megabytes:.1f} MB, {sizes[-1].descriptors} descriptors", flush=True)
    return sizes


async def _client(address: str, members: list[Member], numbers: Iterator[int], until: float) -> None:
    """Send requests at a steady rate."""
    async with httpx.AsyncClient(base_url=address, timeout=TIMEOUT_SECONDS) as browser:
        while monotonic() < until:
            started = monotonic()
            await random.choice(ACTIONS)(browser, random.choice(members), next(numbers))
            await asyncio.sleep(max(0.0, CLIENTS / REQUESTS - (monotonic() - started)))


async def _ask(browser: httpx.AsyncClient, member: Member, query: str, **variables: object) -> httpx.Response:
    request = {"query": query, "variables": variables}
    response = await browser.post("/graphql", json=request, headers={"Authorization": f"Bearer {member.token}"})
    assert response.status_code < httpx.codes.INTERNAL_SERVER_ERROR, response.text
    return response


async def _read(browser: httpx.AsyncClient, member: Member, _: int) -> None:
    await _ask(browser, member, RECORD)


async def _read_new_document(browser: httpx.AsyncClient, member: Member, number: int) -> None:
    await _ask(browser, member, f"query Q{number} {{ viewer {{ a{number}: account }} }}")


async def _send_malformed(browser: httpx.AsyncClient, member: Member, number: int) -> None:
    await _ask(browser, member, f"{{ nothing{number} ")


async def _enrol(browser: httpx.AsyncClient, member: Member, number: int) -> None:
    response = await browser.post("/graphql", content=member.body(f"key-{number}"), headers=member.headers())
    assert response.status_code == httpx.codes.OK, response.text


async def _withdraw(browser: httpx.AsyncClient, member: Member, number: int) -> None:
    person = (await _ask(browser, member, CURRENT)).json()["data"]["viewer"]["person"]
    if current := person["flexibleEmployment"]["current"]:
        await _ask(browser, member, WITHDRAW, input={"enrolmentId": current["id"], "idempotencyKey": f"away-{number}"})


async def _guess(browser: httpx.AsyncClient, member: Member, number: int) -> None:
    await _ask(browser, member, WRONG % f"unknown-{number}")


async def _get_pages(browser: httpx.AsyncClient, _: Member, __: int) -> None:
    for path in ("/", "/hall.js", "/nowhere", "/healthz", "/readyz", "/metrics"):
        await browser.get(path)


async def _disconnect(browser: httpx.AsyncClient, member: Member, number: int) -> None:
    try:
        connection = await Connection.open(str(browser.base_url))
        await connection.send(member.body(f"cut-{number}"), member.headers())
        await asyncio.sleep(random.random() / 100)
        await connection.close()
    except DISCONNECTED:
        return


# Frequent actions are listed more than once.
ACTIONS = (
    _read,
    _read,
    _read,
    _read_new_document,
    _read_new_document,
    _send_malformed,
    _enrol,
    _withdraw,
    _get_pages,
    _disconnect,
    _guess,
)


async def _idle_size(served: Served) -> Size:
    """Return the size of the server after the connections of the clients are closed."""
    smallest = served.size()
    until = monotonic() + QUIET_SECONDS
    while monotonic() < until:
        await asyncio.sleep(0.5)
        now = served.size()
        if now == smallest:
            break
        smallest = min(smallest, now, key=lambda size: size[1])
    return Size(smallest[0] / 2**20, smallest[1])


def main() -> int:
    """Print the result; return the exit status."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 30
    sizes = soak(minutes)
    found = leaks(sizes)
    print("\n".join(found) or f"soak: {minutes:g} minutes without a leak")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
