"""The databases: an SQLite file and a PostgreSQL of the bench's own, with the same people."""

import asyncio
import multiprocessing
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from api.settings import Settings
from tests.bench.contestants import Store
from tests.bench.population import Population, settle
from tests.postgres import postgresql


@contextmanager
def settled(folder: Path, people: int) -> Iterator[tuple[Mapping[Store, str], Population]]:
    """Keep databases with so many people; give their addresses, and who is there."""
    with postgresql() as server:
        addresses = {Store.SQLITE: f"sqlite://{folder / 'hall.sqlite3'}", Store.POSTGRESQL: server}
        populations = [_apart(folder, address, people) for address in addresses.values()]
        if any(each != populations[0] for each in populations):
            raise ValueError("the databases have different people")
        yield addresses, populations[0]


def _apart(folder: Path, address: str, people: int) -> Population:
    """Settle people from a process of its own: Tortoise keeps to one kind of database for its life."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_settled, Settings(data=folder, database_url=address), folder, people).result()


def _settled(settings: Settings, folder: Path, people: int) -> Population:
    return asyncio.run(settle(settings, folder, people))
