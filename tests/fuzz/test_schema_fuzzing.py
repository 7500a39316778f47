"""What a schema-based fuzzer finds: nothing. Valid operations have no errors, invalid ones no faults."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.settings import Settings
from tests.http.serving import Served, serving

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
EXAMPLES = os.environ.get("HALL_FUZZ_EXAMPLES", "25")


@pytest.fixture
def served(settings: Settings) -> Iterator[Served]:
    """A demo Hall on a real socket."""
    with serving(settings) as served:
        yield served


def signed_in(served: Served, account: str | None) -> list[str]:
    """Return the header by which schemathesis acts as an account; none for nobody."""
    if account is None:
        return []
    query = "mutation ($i: SignInInput!) { signIn(input: $i) { __typename } }"
    credentials = {"i": {"account": account, "password": f"demo-{account}"}}
    answer = httpx.post(f"{served.address}/graphql", json={"query": query, "variables": credentials})
    return ["--header", f"Cookie: hall_session={answer.cookies['hall_session']}"]


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("account", [None, "eligible", "clerk"])
def test_a_fuzzer_finds_nothing(served: Served, account: str | None, mode: str) -> None:
    """Signed out, as a citizen and as staff: no error on a valid call, no fault on any, every answer well formed."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{served.address}/graphql"),
        *("--mode", mode, "--phases", "coverage,fuzzing", "--max-examples", EXAMPLES),
        *("--seed", "20250101", "--no-color", "--request-timeout", "20"),
        *signed_in(served, account),
    ]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "tests.fuzz.hooks", "PYTHONPATH": str(CHECKOUT)}
    found = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout[-6000:]
    statuses = {line["status"] for line in served.lines if "status" in line}
    assert statuses
    assert max(statuses) < 500
