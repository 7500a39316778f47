"""The databases: a separate SQLite file and PostgreSQL cluster, with the same population."""

import asyncio
import multiprocessing
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from api.settings import Settings
from tests.bench.contestants import Store
from tests.bench.population import Population, populate
from tests.postgres import postgresql


@contextmanager
def populated_databases(folder: Path, people: int) -> Iterator[tuple[Mapping[Store, str], Population]]:
    """Create databases with this number of persons; yield their addresses and the population."""
    with postgresql() as server:
        addresses = {Store.SQLITE: f"sqlite://{folder / 'hall.sqlite3'}", Store.POSTGRESQL: server}
        populations = [_populate_in_process(folder, address, people) for address in addresses.values()]
        if any(each != populations[0] for each in populations):
            raise ValueError("the databases have different people")
        yield addresses, populations[0]


def _populate_in_process(folder: Path, address: str, people: int) -> Population:
    """Populate a database in a separate process, because Tortoise supports one kind of database per process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_populate, Settings(data=folder, database_url=address), folder, people).result()


def _populate(settings: Settings, folder: Path, people: int) -> Population:
    return asyncio.run(populate(settings, folder, people))
