"""Records the database and responses of this release: python -m tests.upgrade.writing tests/upgrade/0.2.0.json

It imports persons, adds accounts, serves, enrols, withdraws and looks up, and writes each table with its rows, and the
response of each person's own query; beside it the schema of the release. Run it once per release, before its version
is raised: from then on test_releases.py migrates the file with every later release, and test_schema_changes.py
compares the schema. It uses commands and the HTTP API only, so that it runs with old releases.
"""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from tests.upgrade.story import CITIZENS, ENROL, FILES, LOG, LOOK_UP, OWN, SIGN_IN, WITHDRAW, form

SQLITE_INTERNAL = "sqlite_%"
# The full-text index of names and its shadow tables.
NAME_INDEX = "person_folded_name%"
TIMEOUT_SECONDS = 60


def main(file: Path) -> None:
    """Write `file`."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"HALL_MODE": "production", "HALL_DATA": folder, "HALL_INSECURE_COOKIES": "1"}
        _set_up(Path(folder), environment)
        with _served(environment) as address:
            read = _run_story(address)
        tables = _tables(Path(folder) / "hall.sqlite3")
    file.write_text(json.dumps({"tables": tables, "read": read}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    schema = [sys.executable, "-m", "api", "schema"]
    file.with_suffix(".graphql").write_bytes(subprocess.run(schema, check=True, capture_output=True).stdout)


def _set_up(folder: Path, environment: dict[str, str]) -> None:
    """Import the persons, and add accounts."""

    def run(*arguments: str, typed: str = "") -> None:
        command = [sys.executable, "-m", "api", *arguments]
        subprocess.run(command, env=environment, input=typed, text=True, check=True, stdout=subprocess.DEVNULL)

    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    run("migrate")
    run("import", str(folder))
    for account, number in CITIZENS.items():
        run("account", "add", account, "--id-number", number, typed=f"demo-{account}\n")
    run("account", "add", "desk", "--staff", "--district", "120101", "--organisation", "和平区", typed="demo-desk\n")


@contextmanager
def _served(environment: dict[str, str], code: Path | None = None) -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "api", "serve"]
    address = f"http://127.0.0.1:{port}"
    there = environment | {"HALL_PORT": str(port)}
    with subprocess.Popen(command, cwd=code, env=there, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until_open(address)
            yield address
        finally:
            process.terminate()


def _wait_until_open(address: str) -> None:
    until = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            if httpx.get(f"{address}/readyz").is_success:
                return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


def _run_story(address: str) -> dict[str, Any]:
    """Run all actions; return the response of each person's own query."""
    with ExitStack() as stack:
        browsers = {
            account: stack.enter_context(httpx.Client(base_url=address, timeout=TIMEOUT_SECONDS))
            for account in (*CITIZENS, "desk")
        }

        def ask(account: str, document: str, **variables: Any) -> dict[str, Any]:
            answer = browsers[account].post("/graphql", json={"query": document, "variables": variables}).json()
            assert "errors" not in answer, answer
            data: dict[str, Any] = answer["data"]
            return data

        for account in browsers:
            signed = ask(account, SIGN_IN, input={"account": account, "password": f"demo-{account}"})
            assert signed["signIn"]["__typename"] == "SignedIn", signed
        notice = ask("lin", "{ notice { version } }")["notice"]["version"]
        ask("lin", ENROL, input=form("key of lin", notice))
        enrolment = ask("gu", ENROL, input=form("key of gu", notice))["registerFlexibleEmployment"]["enrolment"]["id"]
        withdrawn = ask("gu", WITHDRAW, input={"enrolmentId": enrolment, "idempotencyKey": "second key of gu"})
        assert withdrawn["withdrawFlexibleEmployment"]["__typename"] == "FlexibleEmploymentWithdrawn", withdrawn
        assert ask("desk", LOOK_UP, idNumber=CITIZENS["lin"])["person"] is not None
        return {account: {"own": ask(account, OWN), "log": ask(account, LOG), "notice": notice} for account in CITIZENS}


def _tables(database: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table by column name, with decoded JSON columns."""
    with closing(sqlite3.connect(database)) as connection:
        named = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE ? AND name NOT LIKE ? ORDER BY name",
            [SQLITE_INTERNAL, NAME_INDEX],
        )
        return {name: _rows(connection, name) for (name,) in named.fetchall()}


def _rows(connection: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    columns = connection.execute("SELECT name, type FROM pragma_table_info(?)", [table]).fetchall()
    return [
        {
            name: json.loads(value) if kind == "JSON" and value is not None else value
            for (name, kind), value in zip(columns, row, strict=True)
        }
        for row in connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
