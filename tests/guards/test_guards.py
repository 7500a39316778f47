"""That each guard is where its removal looks for it; `make guards` takes them away."""

from pathlib import Path

import pytest

from tests.guards.guard import Guard
from tests.guards.guards import GUARDS

CHECKOUT = Path(__file__).parents[2]


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_each_guard_stands_in_one_place(guard: Guard) -> None:
    """What is to be taken away is written once, and who should notice is there."""
    assert (CHECKOUT / guard.file).read_text("utf-8").count(guard.written) == 1
    assert all((CHECKOUT / path).exists() for path in guard.tests.split())
