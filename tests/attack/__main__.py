"""Attack test: the promises of the Hall, checked from outside.

 python -m tests.attack [NAME...]

HALL_URL is the address of a Hall on this machine with the demo data; without it a server is started. One line per
promise has the result, the number of attempts and the time. The exit status is 1 if a promise is broken, and 2 if
no promise was checked.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from time import perf_counter

from api.settings import Mode, Settings
from tests.attack.promise import PROMISES, Broken, Promise
from tests.attack.target import NotLoopback, Target, require_loopback, target
from tests.http.serving import serving

# Longer than any promise takes on a busy machine; how fast the Hall is, its promises say themselves.
TIMEOUT_SECONDS = 600


def main() -> int:
    """Check the promises; return the exit status."""
    promises = load(sys.argv[1:])
    if not promises:
        print(f"There is no such promise. The promises are: {', '.join(promise.name for promise in PROMISES)}")
        return 2
    try:
        with _hall() as address:
            return 0 if asyncio.run(attack(address, promises)) else 1
    except NotLoopback as error:
        print(error)
        return 2


def load(names: Sequence[str] = ()) -> list[Promise]:
    """Return the promises of this package's modules: all, or those with these names."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem != "__main__" and not path.stem.startswith("test_"):
            import_module(f"tests.attack.{path.stem}")
    return [promise for promise in PROMISES if not names or promise.name in names]


@contextmanager
def _hall() -> Iterator[str]:
    """Yield the address of the Hall; without HALL_URL, start one with its own database."""
    if address := os.environ.get("HALL_URL"):
        yield require_loopback(address)
        return
    with tempfile.TemporaryDirectory() as data, serving(Settings(mode=Mode.DEMO, data=Path(data))) as served:
        yield served.address


async def attack(address: str, promises: Sequence[Promise]) -> bool:
    """Check the promises at this address and print the results; return whether all hold."""
    async with target(address) as hall:
        held = [await _checked(promise, hall) for promise in promises]
    print(f"{sum(held)} of {len(held)} promises held")
    return all(held)


async def _checked(promise: Promise, hall: Target) -> bool:
    began = perf_counter()
    hall.forget_sessions()
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            word, figure = "held  ", await promise.check(hall)
    except Broken as broken:
        word, figure = "BROKEN", str(broken)
    except Exception as error:  # noqa: BLE001 - a check that cannot be carried out has not shown that the promise holds
        word, figure = "BROKEN", f"could not be tried: {type(error).__name__} {error}"
    print(f"{word} {promise.name:<28} {perf_counter() - began:6.1f} s  {promise.sentence} ({figure})", flush=True)
    return word == "held  "


if __name__ == "__main__":
    sys.exit(main())
