"""What encryption at rest costs: the same people imported and read, in a plain database and in a sealed one, in turns.

python -m tests.bench.sealing [PEOPLE]
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
from tests.bench.population import Population, settle
from tests.bench.works import DOCUMENTS
from tests.hall import open_hall

ROUNDS = 5
WARM = 10
RECORD = (DOCUMENTS / "record.graphql").read_text("utf-8")
READS = {"one person": ("one-person", 200), "page of 50": ("page", 20)}


async def settled(settings: Settings, people: int) -> tuple[Population, float]:
    """Return who is in a new database, and how many seconds of processor it took to bring them in."""
    settings.data.mkdir()
    began = process_time()
    population = await settle(settings, settings.data, people)
    return population, process_time() - began


async def seconds(settings: Settings, name: str, token: str, times: int) -> float:
    """Return how long an answer takes in a Hall that has answered before, without a socket between."""
    document = (DOCUMENTS / f"{name}.graphql").read_text("utf-8") + RECORD
    headers = {"Authorization": f"Bearer {token}"}
    async with open_hall(settings) as hall:
        for asked in range(-WARM, times):
            if asked == 0:
                began = perf_counter()
            response = await hall.post(json={"query": document}, headers=headers)
            assert "errors" not in response.json()
        return (perf_counter() - began) / times


async def compared(folder: Path, people: int) -> None:
    """Print what each takes, plain and sealed."""
    plain = replace(Settings.from_environment({}), rate_cost=0, rate_address_cost=0, rate_lookups=0)
    sealed = replace(plain, keyring=Keyring.parse(f"new:{new_key()}", new_key()))
    places = [replace(each, data=folder / name) for name, each in (("plain", plain), ("sealed", sealed))]
    (population, before), (_, after) = [await settled(place, people) for place in places]
    print(f"import      {before * 1e6 / people:9.0f} us a person, sealed {after / before:.2f} times as much")
    for what, (name, times) in READS.items():
        token = population.citizens[0].token if name == "one-person" else population.clerk_token
        taken = [[await seconds(place, name, token, times) for place in places] for _ in range(ROUNDS)]
        ratio = median(after / before for before, after in taken)
        print(f"{what:<11} {median(before for before, _ in taken) * 1e6:9.0f} us, sealed {ratio:.2f} times as much")


def main() -> None:
    """Compare two thousand people, or as many as are said."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(compared(Path(name), people))


if __name__ == "__main__":
    main()
