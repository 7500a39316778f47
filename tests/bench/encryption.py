"""The cost of encryption at rest: import and reads with and without encryption, in turns.

python -m tests.bench.encryption [PEOPLE]
"""

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from api.encryption.keyring import Keyring, new_key
from api.settings import Settings
from tests.bench.population import Population, populate
from tests.bench.works import DOCUMENTS
from tests.hall import open_hall

ROUNDS = 5
WARM = 10
RECORD = (DOCUMENTS / "record.graphql").read_text("utf-8")
READS = {"one person": ("one-person", 200), "page of 50": ("page", 20)}


async def populated(settings: Settings, people: int) -> tuple[Population, float]:
    """Return the population of a new database, and the processor seconds of its import."""
    settings.data.mkdir()
    started = process_time()
    population = await populate(settings, settings.data, people)
    return population, process_time() - started


async def seconds(settings: Settings, name: str, token: str, times: int) -> float:
    """Return the seconds of a response after a warm-up, without a socket."""
    document = (DOCUMENTS / f"{name}.graphql").read_text("utf-8") + RECORD
    headers = {"Authorization": f"Bearer {token}"}
    async with open_hall(settings) as hall:
        for number in range(-WARM, times):
            if number == 0:
                started = perf_counter()
            response = await hall.post(json={"query": document}, headers=headers)
            assert "errors" not in response.json()
        return (perf_counter() - started) / times


async def compare(folder: Path, people: int) -> None:
    """Print the times with and without encryption."""
    plain = replace(Settings.from_environment({}), rate_cost=0, rate_address_cost=0, rate_lookups=0)
    encrypted = replace(plain, keyring=Keyring.parse(f"new:{new_key()}", new_key()))
    places = [replace(each, data=folder / name) for name, each in (("plain", plain), ("encrypted", encrypted))]
    (population, before), (_, after) = [await populated(place, people) for place in places]
    print(f"import      {before * 1e6 / people:9.0f} us a person, encrypted {after / before:.2f} times as much")
    for label, (name, times) in READS.items():
        token = population.citizens[0].token if name == "one-person" else population.clerk_token
        pairs = [[await seconds(place, name, token, times) for place in places] for _ in range(ROUNDS)]
        ratio = median(after / before for before, after in pairs)
        print(f"{label:<11} {median(before for before, _ in pairs) * 1e6:9.0f} us, encrypted {ratio:.2f} times as much")


def main() -> None:
    """Compare with two thousand persons, or the given number."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(compare(Path(name), people))


if __name__ == "__main__":
    main()
