"""How much is tried: little in the ordinary run, all that is promised in `make test-durability` and `make test-all`."""

import os

IS_FULL = os.environ.get("HALL_TEST_LOADS") == "full"


def many(ordinary: int, full: int) -> int:
    """Return how often something is tried in this run."""
    return full if IS_FULL else ordinary
