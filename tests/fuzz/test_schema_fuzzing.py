"""Schema-based fuzzing: valid operations have no errors, and invalid ones cause no faults.

`make fuzz` runs twenty thousand random operations. The default is 800 fixed ones on SQLite and, because little
depends on the database, a quarter of them on PostgreSQL, for the accounts that see rows.
"""

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.schema.root import schema
from api.settings import Settings
from tests.conftest import DATABASE
from tests.http.serving import Served, serving

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
HAS_ALL = "HALL_FUZZ_CASES" in os.environ
CASES = int(os.environ.get("HALL_FUZZ_CASES", "400" if DATABASE == "sqlite" else "100"))
IS_LONG = CASES > 5000
# Valid operations and invalid ones, apart or in one run.
MODES = ("positive", "negative") if IS_LONG else ("all",)
ACCOUNTS = (
    (None, "eligible", "clerk", "supervisor")
    if HAS_ALL
    else ("eligible", "supervisor")
    if DATABASE == "sqlite"
    else ("eligible",)
)
EACH = CASES // (len(MODES) * len(ACCOUNTS))
SEED = str(random.randrange(10**9) if IS_LONG else 20250101)
LAST = "Mutation.signOut"
# By default one account is enough to sign out.
SIGNS_OUT = "eligible"
GENERATED = re.compile(r"(\d+) generated")


@pytest.fixture
def served(settings: Settings) -> Iterator[Served]:
    """A demo server on a real socket."""
    with serving(settings) as served:
        yield served


def signed_in(served: Served, account: str | None) -> list[str]:
    """Return the schemathesis arguments of an account's session; empty without an account."""
    if account is None:
        return []
    query = "mutation ($i: SignInInput!) { signIn(input: $i) { __typename } }"
    credentials = {"i": {"account": account, "password": f"demo-{account}"}}
    answer = httpx.post(f"{served.address}/graphql", json={"query": query, "variables": credentials})
    return ["--header", f"Cookie: hall_session={answer.cookies['hall_session']}"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("account", ACCOUNTS)
def test_fuzzer_finds_no_failures(served: Served, account: str | None, mode: str) -> None:
    """Signed out, as a citizen and as staff: no error for valid operations, no fault for any, well-formed responses."""
    session = signed_in(served, account)
    # Operations come in alphabetical order, and signing out would end the session before the withdrawals.
    generated = fuzz(served, mode, *session, "--exclude-name", LAST)
    # There is no invalid way to sign out.
    if mode != "negative" and (IS_LONG or account == SIGNS_OUT):
        generated += fuzz(served, mode, *session, "--include-name", LAST)
    assert generated >= EACH
    statuses = {line["status"] for line in served.lines if "status" in line}
    assert statuses
    assert max(statuses) < 500


def fuzz(served: Served, mode: str, *options: str) -> int:
    """Run Schemathesis, which must find no failure; return the number of operations that it sent."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{served.address}/graphql"),
        *("--mode", mode, "--phases", "fuzzing", "--max-examples", str(_examples_per_field())),
        *("--seed", SEED, "--no-color", "--request-timeout", "20", *options),
    ]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "tests.fuzz.hooks", "PYTHONPATH": str(CHECKOUT)}
    found = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout[-6000:]
    return sum(int(number) for number in GENERATED.findall(found.stdout))


def _examples_per_field() -> int:
    """Return the number of operations per field; fields with few arguments repeat some."""
    root = schema._schema
    fields = {**root.query_type.fields, **root.mutation_type.fields}  # type: ignore[union-attr]  # it has both
    return EACH * 5 // (4 * len(fields)) + 1
