"""Writes a second to the access log with one chain and with eight, on PostgreSQL: python -m tests.bench.chains

Four processes with five connections each append in transactions of their own, as enrolments do. A commit takes five
milliseconds, as if it waited for a synchronous standby: a deferred trigger sleeps while the chain is locked.
"""

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

from api.accesslog import store, verification
from api.accesslog.chain import Heads
from api.accesslog.store import using_chains
from api.db.database import connected, migrate
from api.db.transactions.dispatch import in_transaction
from api.settings import Settings
from tests.bench.auditing import ENTRY
from tests.postgres import postgresql

PROCESSES, CONNECTIONS, SECONDS, ROUNDS = 4, 5, 3, 3
CHAINS = (1, 8)
STANDBY = (
    """CREATE FUNCTION wait_for_standby() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_sleep(0.005); RETURN NULL; END $$""",
    """CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON access_log_entry DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION wait_for_standby()""",
)


async def _prepare(settings: Settings) -> None:
    async with connected(settings) as context:
        await migrate(context)
        for statement in STANDBY:
            await context.connections.get("default").execute_query(statement)


def _write(settings: Settings, chains: int, until: float) -> int:
    return asyncio.run(_write_until(settings, chains, until))


async def _write_until(settings: Settings, chains: int, until: float) -> int:
    async def client(number: int) -> int:
        written = 0
        while time.time() < until:
            # As of many people: the actor decides the chain.
            entry = ENTRY._replace(actor=f"desk-{number}-{written}")
            await in_transaction(lambda: store.append([entry]))  # noqa: B023 - it runs at once
            written += 1
        return written

    async with connected(settings, everywhere=True):
        with using_chains(chains):
            return sum(await asyncio.gather(*(client(number) for number in range(CONNECTIONS))))


async def _verify(settings: Settings) -> int:
    async with connected(settings):
        found = await verification.verify()
    assert isinstance(found, Heads)
    return found.entries


def main() -> None:
    """Print the rates and their ratio."""
    rates: dict[int, list[float]] = {chains: [] for chains in CHAINS}
    with postgresql() as address, ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        settings = Settings(data=Path("unused"), database_url=address)
        asyncio.run(_prepare(settings))
        for _ in range(ROUNDS):
            for chains in CHAINS:
                until = time.time() + SECONDS + 1
                parts = [pool.submit(_write, settings, chains, until) for _ in range(PROCESSES)]
                began = time.time()
                total = sum(part.result() for part in parts)
                rates[chains].append(total / (time.time() - began))
        print(f"{asyncio.run(_verify(settings)):,} entries verified")
    for chains, measured in rates.items():
        print(f"{chains} chains  {median(measured):>7,.0f} writes/s")
    print(f"ratio     {median(rates[CHAINS[1]]) / median(rates[CHAINS[0]]):>7.2f}")


if __name__ == "__main__":
    main()
