"""The longest wait of 16 clients while the keys of a PostgreSQL database are widened to 64 bits.

python -m tests.bench.widening [--people 1000000]

Citizens from all over the table read their records, enrol and withdraw, before the migration and during it. A wait
lasts from a request to its answer; after a BUSY, until the answer to the request that repeats it.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from importlib import import_module
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import AsyncMock, patch

from api import clock
from api.db.database import connected
from api.people.models import Person
from api.schemes.flexible_employment.scheme import SCHEME
from api.settings import Settings
from tests.bench.contestants import NO_LIMITS
from tests.bench.population import Citizen, create_citizens
from tests.bench.scale.crowd import IMPORTED, create_crowd
from tests.bench.works import ONE_PERSON, form
from tests.databases import PostgreSQLDatabases
from tests.durability.wire import Connection, connection_to
from tests.http.serving import serving
from tests.postgres import postgresql
from tests.schemes.flexible_employment.test_registration import REGISTER, WITHDRAW
from tests.upgrade.widening import WIDENING, WITHOUT_LATER_TRIGGERS, migrate_apart, only_widen, serve_unmigrated

CLIENTS, CITIZENS = 16, 4_000
# Seconds: of a client between two requests, of the measurement before the migration, and of a migration at most.
REST, BEFORE_SECONDS, MIGRATION_SECONDS = 0.02, 30, 7_200
MEMORY = "1GB"
OK, BUSY = 200, 503
SHOWN = 5


@dataclass(slots=True)
class Waits:
    """The waits in seconds by what was asked, each with the time when it began."""

    began: float = field(default_factory=perf_counter)
    found: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    busy: int = 0

    def show(self, when: str) -> None:
        """Print their number, and the longest."""
        print(f"{when}: {perf_counter() - self.began:,.0f} s, {self.busy} times BUSY")
        for what, waits in self.found.items():
            ordered = sorted(waits, reverse=True)
            longest = ", ".join(f"{seconds:.2f} s ({at:,.0f})" for seconds, at in ordered[:SHOWN])
            print(
                f"  {what:<9}{len(waits):>9,}   99 of 100 in {ordered[len(ordered) // 100][0]:.3f} s; longest {longest}"
            )


class Client:
    """A client of the Hall for many citizens."""

    def __init__(self, connection: Connection, citizens: Sequence[Citizen], waits: list[Waits]) -> None:
        self._connection = connection
        self._citizens = citizens
        # The last is that of the time now.
        self._waits = waits

    async def run(self) -> None:
        """Read, enrol, read and withdraw for one citizen after the other, until cancelled."""
        notice = SCHEME.notice_on(clock.today())
        assert notice is not None
        for round_, citizen in self._turns():
            key = f"{citizen.row}-{round_}"
            await self._ask("read", citizen, ONE_PERSON.document)
            given = form(citizen, notice.version) | {"idempotencyKey": f"enrol-{key}"}
            enrolled = (await self._ask("enrol", citizen, REGISTER, given))["registerFlexibleEmployment"]
            assert enrolled["__typename"] == "FlexibleEmploymentRegistered", enrolled
            await self._ask("read", citizen, ONE_PERSON.document)
            enrolment = {"enrolmentId": enrolled["enrolment"]["id"], "idempotencyKey": f"withdraw-{key}"}
            withdrawn = (await self._ask("withdraw", citizen, WITHDRAW, enrolment))["withdrawFlexibleEmployment"]
            assert withdrawn["__typename"] == "FlexibleEmploymentWithdrawn", withdrawn

    def _turns(self) -> Iterator[tuple[int, Citizen]]:
        for number, citizen in enumerate(cycle(self._citizens)):
            yield number // len(self._citizens), citizen

    async def _ask(self, what: str, citizen: Citizen, document: str, given: object = None) -> Any:
        body = json.dumps({"query": document, "variables": {} if given is None else {"input": given}}).encode()
        headers = {"Authorization": f"Bearer {citizen.token}", "Content-Type": "application/json"}
        began = perf_counter()
        while (answer := await self._connection.post(body, headers)).status == BUSY:
            self._waits[-1].busy += 1
        waits = self._waits[-1]
        waits.found.setdefault(what, []).append((perf_counter() - began, began - waits.began))
        assert answer.status == OK, answer
        content = answer.content
        assert "errors" not in content, content
        await asyncio.sleep(REST)
        return content["data"]


def main() -> None:
    """Print the waits before the migration and during it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.widening", description="Waits while keys are widened.")
    parser.add_argument("--people", type=int, default=1_000_000)
    people = parser.parse_args().people
    with (
        tempfile.TemporaryDirectory(prefix="hall-widening-") as folder,
        postgresql(MEMORY) as server,
        closing(PostgreSQLDatabases(server)) as databases,
    ):
        settings = Settings(data=Path(folder), database_url=databases.create(Path(folder)))
        print(f"{settings.database}", flush=True)
        with patch.object(import_module(WIDENING), "widen_keys", AsyncMock()):
            create_crowd(settings, people)
        citizens = asyncio.run(_citizens(settings, people))
        with serving(settings, serve_unmigrated, **NO_LIMITS) as hall:
            asyncio.run(_measure(settings, hall.address, citizens))


async def _citizens(settings: Settings, people: int) -> tuple[Citizen, ...]:
    """Return citizens from all over the table."""
    async with connected(settings) as context:
        await context.connections.get("default").execute_script(WITHOUT_LATER_TRIGGERS)
        # The servers of tests do not wait for their disk, as one in production does.
        await context.connections.get("default").execute_query("ALTER SYSTEM SET fsync = on")
        await context.connections.get("default").execute_query("SELECT pg_reload_conf()")
        some = range(IMPORTED + 1, people, max(1, (people - IMPORTED) // CITIZENS))
        return await create_citizens(await Person.filter(id__in=list(some)).order_by("id"))


async def _measure(settings: Settings, address: str, citizens: Sequence[Citizen]) -> None:
    waits = [Waits()]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_client(address, citizens[place::CLIENTS], waits)) for place in range(CLIENTS)]
        await asyncio.sleep(BEFORE_SECONDS)
        waits[-1].show("before")
        waits.append(Waits())
        await asyncio.to_thread(migrate_apart, settings, only_widen, MIGRATION_SECONDS)
        waits[-1].show("while keys are widened")
        for task in tasks:
            task.cancel()


async def _client(address: str, citizens: Sequence[Citizen], waits: list[Waits]) -> None:
    async with connection_to(address) as connection:
        await Client(connection, citizens, waits).run()


if __name__ == "__main__":
    main()
