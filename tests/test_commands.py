"""`python -m api`: what an operator types, as a process of its own."""

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
from tests.forkserver import run
from tests.hall import open_hall

CHECKOUT = Path(__file__).parents[1]
NUMBER = "120101199003070013"


def command(
    settings: Settings, *words: str, typed: str = "", is_cold: bool = False, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Return what came of a command, with `typed` on its standard input."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HALL_")} | {
        "HALL_MODE": settings.mode.value,
        "HALL_DATA": str(settings.data),
        "HALL_DATABASE_URL": settings.database,
        **variables,
    }
    return run(*words, environment=environment, typed=typed, is_cold=is_cold)


def people(folder: Path, *rows: str) -> Path:
    """Write people.csv; return its folder."""
    (folder / "people.csv").write_text("\n".join(["idNumber,name", *rows, ""]), "utf-8")
    return folder


async def test_a_bureau_sets_up_its_own_hall(empty_settings: Settings, tmp_path: Path) -> None:
    """Import people, add a citizen's account and a clerk's, sign in with the password that was typed, issue a token."""
    typed_as_by_an_operator = partial(command, empty_settings, is_cold=True)
    imported = typed_as_by_an_operator("import", str(people(tmp_path, f"{NUMBER},林海平")))
    assert (imported.returncode, imported.stderr) == (0, "")
    assert "people.csv: read 1, stored 1, unchanged 0, rejected 0" in imported.stdout
    typed = f"{NUMBER}\na long password\n"
    citizen = typed_as_by_an_operator("account", "add", "lin", "--id-number", "-", typed=typed)
    clerk = typed_as_by_an_operator("account", "add", "desk", "--staff", "--district", "120101", typed="another one\n")
    token = typed_as_by_an_operator("token", "desk")
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


def test_the_exit_status_says_how_an_import_went(empty_settings: Settings, tmp_path: Path) -> None:
    """0 all stored, 1 some rejected, 2 nothing read."""
    statuses = [
        command(empty_settings, "import", str(people(tmp_path, *rows))).returncode
        for rows in ([f"{NUMBER},林海平"], [f"{NUMBER},林海平", "1,x"], [])
    ]
    assert statuses == [0, 1, 2]
    assert command(empty_settings, "import", str(tmp_path / "nowhere")).returncode == 2


def test_what_may_not_be_is_said_in_one_line(empty_settings: Settings) -> None:
    """A missing person, a taken name, an unknown account, a wrong setting: status 2, no traceback, nothing personal."""
    first = command(empty_settings, "account", "add", "desk", "--staff", typed="a password\n")
    refused = [
        command(empty_settings, "account", "add", "lin", "--id-number", NUMBER, typed="a password\n"),
        command(empty_settings, "account", "add", "desk", "--staff", typed="a password\n"),
        command(empty_settings, "token", "nobody"),
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


def test_migrating_twice_changes_nothing(empty_settings: Settings) -> None:
    """The second time it says so."""
    again = command(empty_settings, "migrate", is_cold=True)
    assert (again.returncode, again.stdout) == (0, "The database is up to date.\n")


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("schemes/flexible_employment/parameters.toml", 'value = "16"', 'value = "sixteen"', "parameters.toml:"),
        ("schemes/flexible_employment/guide.md", "## FE-5 注意事项 3", "## 注意事项 3", "guide.md:"),
        ("codes/tables/sex.csv", "1,男性", "0,男性", "sex.csv:"),
    ],
)
def test_malformed_data_is_refused_at_start_up(tmp_path: Path, name: str, before: str, after: str, said: str) -> None:
    """With the file and the line, in one sentence, before anybody is answered."""
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
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("variables", "cure"),
    [
        ({}, "HALL_PUBLIC_URL"),
        ({"HALL_PUBLIC_URL": "http://hall.example"}, "HALL_INSECURE_COOKIES"),
        ({"HALL_PUBLIC_URL": "https://hall.example", "HALL_GRAPHIQL": "1"}, "even-in-production"),
        ({"HALL_PUBLIC_URL": "https://hall.example", "HALL_INTROSPECTION": "yes"}, "even-in-production"),
    ],
)
def test_a_production_hall_does_not_open_by_accident(
    empty_settings: Settings, variables: dict[str, str], cure: str
) -> None:
    """Whoever forgot HTTPS, or left a developers' door open, is told in one sentence, and nothing listens."""
    refused = command(empty_settings, "serve", is_cold=False, **variables)
    assert refused.returncode == 2
    assert cure in refused.stderr
    assert refused.stderr.count("\n") == 1


async def test_a_crash_has_a_status_of_its_own(empty_settings: Settings) -> None:
    """1 is an answer and 2 the operator's: a fault of ours is 70, with its place, and no message that holds a value."""
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


def test_a_port_that_is_taken_is_named(empty_settings: Settings) -> None:
    """Status 2, with one process or with several."""
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
