"""The number of repetitions: small by default, full in `make test-durability` and `make test-all`."""

import os

IS_FULL = os.environ.get("HALL_TEST_LOADS") == "full"


def repetitions(default: int, full: int) -> int:
    """Return the number of repetitions for this run."""
    return full if IS_FULL else default
