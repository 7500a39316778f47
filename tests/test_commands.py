"""`python -m api`: the commands as processes of their own."""

import os
import shutil
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from api.db.database import connected
from api.settings import Settings
from tests.conftest import SWITCHES
from tests.forkserver import number_from, run
from tests.hall import open_hall

CHECKOUT = Path(__file__).parents[1]
NUMBER = "120101199003070013"


def command(
    settings: Settings, *words: str, typed: str = "", is_cold: bool = False, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Return the result of a command with `typed` on its standard input."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HALL_")} | {
        "HALL_MODE": settings.mode.value,
        "HALL_DATA": str(settings.data),
        "HALL_DATABASE_URL": settings.database,
        **SWITCHES,
        **variables,
    }
    return run(*words, environment=environment, typed=typed, is_cold=is_cold)


def people(folder: Path, *rows: str) -> Path:
    """Write people.csv; return its folder."""
    (folder / "people.csv").write_text("\n".join(["idNumber,name", *rows, ""]), "utf-8")
    return folder


async def test_setting_up_a_hall(empty_settings: Settings, tmp_path: Path) -> None:
    """Import persons, add accounts of a citizen and a clerk, sign in with the typed password, issue a token."""
    cold_command = partial(command, empty_settings, is_cold=True)
    imported = cold_command("import", str(people(tmp_path, f"{NUMBER},林海平")))
    assert (imported.returncode, imported.stderr) == (0, "")
    assert "people.csv: read 1, stored 1, unchanged 0, rejected 0" in imported.stdout
    typed = f"{NUMBER}\na long password\n"
    citizen = cold_command("account", "add", "lin", "--id-number", "-", typed=typed)
    clerk = cold_command("account", "add", "desk", "--staff", "--district", "120101", typed="another one\n")
    token = cold_command("token", "desk")
    assert (citizen.returncode, clerk.returncode, token.returncode) == (0, 0, 0)
    assert NUMBER not in citizen.stdout + citizen.stderr
    async with open_hall(empty_settings) as hall:
        sign_in = "mutation ($i: SignInInput!) { signIn(input: $i) { ... on SignedIn { viewer { person { name } } } } }"
        answer = await hall.ask(sign_in, {"i": {"account": "lin", "password": "a long password"}})
        assert answer["data"]["signIn"]["viewer"]["person"] == {"name": "林*"}
        program = await hall.new_browser()
        headers = {"Authorization": f"Bearer {token.stdout.strip()}"}
        answer = (await program.post("/graphql", json={"query": "{ viewer { roles } }"}, headers=headers)).json()
        assert answer["data"]["viewer"] == {"roles": ["CLERK"]}


def test_exit_status_of_import(empty_settings: Settings, tmp_path: Path) -> None:
    """0: all stored, 1: some rejected, 2: nothing read."""
    statuses = [
        command(empty_settings, "import", str(people(tmp_path, *rows))).returncode
        for rows in ([f"{NUMBER},林海平"], [f"{NUMBER},林海平", "1,x"], [])
    ]
    assert statuses == [0, 1, 2]
    assert command(empty_settings, "import", str(tmp_path / "nowhere")).returncode == 2


def test_refused_command_prints_one_line(empty_settings: Settings) -> None:
    """A refused command has status 2 and one line without a traceback or personal data."""
    first = command(empty_settings, "account", "add", "desk", "--staff", typed="a password\n")
    refused = [
        command(empty_settings, "account", "add", "lin", "--id-number", NUMBER, typed="a password\n"),
        command(empty_settings, "account", "add", "desk", "--staff", typed="a password\n"),
        command(empty_settings, "token", "unknown"),
        command(empty_settings, "migrate", HALL_MODE="holiday"),
        command(empty_settings, "serve", HALL_PORT="many"),
        command(empty_settings, "migrate", HALL_DATABASE_URL="mysql://localhost/hall"),
    ]
    assert first.returncode == 0
    for result in refused:
        assert result.returncode == 2
        assert result.stderr.startswith("hall: ")
        assert result.stderr.count("\n") == 1
        assert NUMBER not in result.stderr


def test_migrate_is_idempotent(empty_settings: Settings) -> None:
    """A second migration reports that the database is up to date."""
    again = command(empty_settings, "migrate", is_cold=True)
    assert (again.returncode, again.stdout) == (0, "The database is up to date.\n")


@pytest.mark.parametrize(
    ("name", "before", "after", "message"),
    [
        ("schemes/flexible_employment/parameters.toml", 'value = "16"', 'value = "sixteen"', "parameters.toml:"),
        ("schemes/flexible_employment/guide.md", "## FE-5 注意事项 3", "## 注意事项 3", "guide.md:"),
        ("codes/tables/sex.csv", "1,男性", "0,男性", "sex.csv:"),
    ],
)
def test_malformed_data_is_rejected_at_start(tmp_path: Path, name: str, before: str, after: str, message: str) -> None:
    """A malformed data file ends the start with one line that names the file."""
    shutil.copytree(CHECKOUT / "api", tmp_path / "api", ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "api" / name
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "api", "schema"], cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 2
    assert result.stderr.startswith("hall: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("variables", "advice"),
    [
        ({}, "HALL_PUBLIC_URL"),
        ({"HALL_PUBLIC_URL": "http://hall.example"}, "HALL_INSECURE_COOKIES"),
        ({"HALL_PUBLIC_URL": "https://hall.example", "HALL_GRAPHIQL": "1"}, "even-in-production"),
        ({"HALL_PUBLIC_URL": "https://hall.example", "HALL_INTROSPECTION": "yes"}, "even-in-production"),
    ],
)
def test_unsafe_production_settings_are_refused(
    empty_settings: Settings, variables: dict[str, str], advice: str
) -> None:
    """Unsafe settings end the start in production with one line, before a port is opened."""
    refused = command(empty_settings, "serve", is_cold=False, **variables)
    assert refused.returncode == 2
    assert advice in refused.stderr
    assert refused.stderr.count("\n") == 1


async def test_exit_status_of_fault(empty_settings: Settings) -> None:
    """A fault has status 70, and prints its location without values."""
    async with connected(empty_settings) as context:
        await context.connections.get("default").execute_script("DROP TABLE session")
    crashed = (
        command(empty_settings, "account", "add", "desk", "--staff", typed="a password\n"),
        command(empty_settings, "token", "desk"),
    )
    assert [ended.returncode for ended in crashed] == [0, 70]
    first, *places = crashed[1].stderr.splitlines()
    assert first.startswith("hall: a fault of the Hall itself, ")
    assert any("api/accounts/service.py:" in place for place in places)
    assert "session" not in first
    assert "desk" not in crashed[1].stderr


def test_short_command_keeps_its_exit_status() -> None:
    """A fork that ends before its process id is read has still said both: its id, then its exit status."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"1234\n0\n")
        assert (number_from(ours), number_from(ours)) == (1234, 0)


def test_used_port_is_reported(empty_settings: Settings) -> None:
    """A used port has status 2, with one process or with several."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        for workers in ("1", "2"):
            refused = command(
                empty_settings,
                "serve",
                is_cold=True,
                HALL_PORT=port,
                HALL_INSECURE_COOKIES="1",
                HALL_WORKERS=workers,
            )
            assert refused.returncode == 2
            assert refused.stderr.startswith(f"hall: it cannot listen on 127.0.0.1:{port}")
            assert refused.stderr.count("\n") == 1
