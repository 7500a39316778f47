"""A Hall that is used for half an hour, and must not be larger afterwards: python -m tests.durability.soak [MINUTES]

It serves five hundred invented people, who read, enrol, withdraw, mistype, sign in with wrong passwords, send documents
that nobody sent before and hang up, in rounds of a minute. After each round everybody goes home, and its memory and its
file descriptors are counted. After the first third its caches are full: from then on memory may grow by ten megabytes,
and no descriptor may be left. It exits with 1 where that is not so. HALL_TEST_DATABASE says on which database.
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
from tests.durability.crowd import UNLIMITED, Member, invite
from tests.durability.wire import Cut, Wire
from tests.http.serving import Served, serving
from tests.postgres import postgresql
from tests.schemes.flexible_employment.test_registration import WITHDRAW

PEOPLE = 500
CLIENTS = 8
# A second; so many that caches fill in minutes, and so few that the machine has something left for others.
REQUESTS = 150
ROUND_SECONDS = 60
MOST_MEGABYTES = 10
QUIET_SECONDS = 10
# On a machine that is busy with other things, a wrong password may wait for its turn.
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
    """How large a process is."""

    megabytes: float
    descriptors: int


def complaints(sizes: Sequence[Size]) -> list[str]:
    """Return the signs of a resource leak over the rounds; empty without any."""
    settled, *later = sizes[len(sizes) // 3 :]
    grown = max(size.megabytes for size in later) - settled.megabytes
    left = later[-1].descriptors - settled.descriptors
    return [
        *([f"memory grew by {grown:.1f} MB; at most {MOST_MEGABYTES} are right"] if grown >= MOST_MEGABYTES else []),
        *([f"{left} file descriptors were left open"] if left > 0 else []),
    ]


def soak(minutes: float, *, round_seconds: float = ROUND_SECONDS) -> list[Size]:
    """Use a Hall for so long; return its size after each round."""
    with _opened() as (settings, members), serving(settings, **ENVIRONMENT) as served:
        return asyncio.run(_rounds(served, members, minutes * 60, round_seconds))


@contextmanager
def _opened() -> Iterator[tuple[Settings, list[Member]]]:
    """Make a database in which the crowd may enrol."""
    with tempfile.TemporaryDirectory() as folder, _databases() as databases:
        environment = {"HALL_DATA": folder, "HALL_DATABASE_URL": databases.create(Path(folder))}
        settings = Settings.from_environment(environment)
        asyncio.run(_migrated(settings))
        yield settings, asyncio.run(invite(settings, PEOPLE))


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
        sizes.append(await _at_rest(served))
        # Whoever listens for half an hour need not remember each request.
        served.lines.clear()
        print(f"round {len(sizes)}: {sizes[-1].megabytes:.1f} MB, {sizes[-1].descriptors} descriptors", flush=True)
    return sizes


async def _client(address: str, members: list[Member], numbers: Iterator[int], until: float) -> None:
    """Do one thing after another, at a steady pace."""
    async with httpx.AsyncClient(base_url=address, timeout=TIMEOUT_SECONDS) as browser:
        while monotonic() < until:
            began = monotonic()
            await random.choice(DEEDS)(browser, random.choice(members), next(numbers))
            await asyncio.sleep(max(0.0, CLIENTS / REQUESTS - (monotonic() - began)))


async def _ask(browser: httpx.AsyncClient, member: Member, query: str, **variables: object) -> httpx.Response:
    asked = {"query": query, "variables": variables}
    response = await browser.post("/graphql", json=asked, headers={"Authorization": f"Bearer {member.token}"})
    assert response.status_code < httpx.codes.INTERNAL_SERVER_ERROR, response.text
    return response


async def _read(browser: httpx.AsyncClient, member: Member, _: int) -> None:
    await _ask(browser, member, RECORD)


async def _read_anew(browser: httpx.AsyncClient, member: Member, number: int) -> None:
    await _ask(browser, member, f"query Q{number} {{ viewer {{ a{number}: account }} }}")


async def _mistype(browser: httpx.AsyncClient, member: Member, number: int) -> None:
    await _ask(browser, member, f"{{ nothing{number} ")


async def _enrol(browser: httpx.AsyncClient, member: Member, number: int) -> None:
    response = await browser.post("/graphql", content=member.body(f"key-{number}"), headers=member.headers())
    assert response.status_code == httpx.codes.OK, response.text


async def _withdraw(browser: httpx.AsyncClient, member: Member, number: int) -> None:
    person = (await _ask(browser, member, CURRENT)).json()["data"]["viewer"]["person"]
    if current := person["flexibleEmployment"]["current"]:
        await _ask(browser, member, WITHDRAW, input={"enrolmentId": current["id"], "idempotencyKey": f"away-{number}"})


async def _guess(browser: httpx.AsyncClient, member: Member, number: int) -> None:
    await _ask(browser, member, WRONG % f"nobody-{number}")


async def _look_around(browser: httpx.AsyncClient, _: Member, __: int) -> None:
    for path in ("/", "/hall.js", "/nowhere", "/healthz", "/readyz", "/metrics"):
        await browser.get(path)


async def _hang_up(browser: httpx.AsyncClient, member: Member, number: int) -> None:
    try:
        wire = await Wire.open(str(browser.base_url))
        await wire.send(member.body(f"cut-{number}"), member.headers())
        await asyncio.sleep(random.random() / 100)
        await wire.close()
    except Cut:
        return


# What is often done stands there more than once.
DEEDS = (_read, _read, _read, _read_anew, _read_anew, _mistype, _enrol, _withdraw, _look_around, _hang_up, _guess)


async def _at_rest(served: Served) -> Size:
    """Return the size of a Hall, once the connections of those who left are closed."""
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
    """Print what was seen; return the exit status."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 30
    sizes = soak(minutes)
    found = complaints(sizes)
    print("\n".join(found) or f"soak: {minutes:g} minutes, and nothing was left behind")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
