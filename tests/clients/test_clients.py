"""The client libraries of others take the whole journey through a running Hall, each with its own caches and types.

Sign in, read the verdict, try the form, register, see the change without asking again, page through the access log,
withdraw.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.settings import Operations, Settings
from tests.architecture.sources import ROOT
from tests.http.serving import serving

HERE = Path(__file__).parent
TOOLS = HERE / "node_modules" / ".bin"
CLIENT_PYTHON = ROOT / ".venv" / "clients" / "bin"
SCHEMA = ROOT / "schema.graphql"
PATH = os.pathsep.join([os.environ["PATH"], str(Path(sys.executable).parent)])


def run(*command: str | Path, folder: Path = HERE) -> None:
    """Run a program, which must succeed."""
    ran = subprocess.run(
        [shutil.which(command[0], path=PATH) or command[0], *command[1:]],
        cwd=folder, check=False, capture_output=True, text=True, env=os.environ | {"PATH": PATH}, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]


@pytest.mark.parametrize("client", ["apollo", "urql"])
def test_normalising_cache_shows_the_truth(settings: Settings, client: str) -> None:
    """Apollo Client and urql with graphcache, with automatic persisted queries: no question is asked twice."""
    with serving(settings) as hall:
        run("node", f"{client}.mjs", f"{hall.address}/graphql")


def test_relay_compiles_and_runs(settings: Settings, tmp_path: Path) -> None:
    """Relay's compiler takes the schema, its hooks page through the log, and its manifest alone is executed."""
    folder = tmp_path / "relay"
    shutil.copytree(HERE / "relay", folder)
    shutil.copy(SCHEMA, folder)
    (folder / "persisted.json").write_text("{}", "utf-8")
    run(TOOLS / "relay-compiler", folder=folder)
    trusted = {"HALL_OPERATIONS": Operations.TRUSTED.value, "HALL_DOCUMENTS": str(folder / "persisted.json")}
    with serving(settings, **trusted) as hall:
        run("node", "relay.mjs", f"{hall.address}/graphql", folder)


def test_code_generator_makes_strict_types(settings: Settings, tmp_path: Path) -> None:
    """GraphQL Code Generator's documents pass tsc --strict, and its manifest alone is executed."""
    folder = tmp_path / "codegen"
    shutil.copytree(HERE / "codegen", folder)
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    for file in (SCHEMA, HERE / "journey.graphql"):
        shutil.copy(file, folder)
    run(TOOLS / "graphql-codegen", "--config", "codegen.json", folder=folder)
    run(TOOLS / "tsc", "-p", ".", folder=folder)
    manifest = folder / "generated" / "persisted-documents.json"
    with serving(settings, HALL_OPERATIONS="trusted", HALL_DOCUMENTS=str(manifest)) as hall:
        run("node", "compiled/journey.js", f"{hall.address}/graphql", folder=folder)


def test_ariadne_codegen_makes_a_client(settings: Settings, tmp_path: Path) -> None:
    """ariadne-codegen generates a client in Python from the schema and the operations."""
    folder = tmp_path / "python"
    shutil.copytree(HERE / "python", folder)
    for file in (SCHEMA, HERE / "journey.graphql"):
        shutil.copy(file, folder)
    run(CLIENT_PYTHON / "ariadne-codegen", folder=folder)
    with serving(settings) as hall:
        run(CLIENT_PYTHON / "python", "by_ariadne_codegen.py", f"{hall.address}/graphql", folder=folder)


def test_gql_checks_operations_against_the_schema(settings: Settings) -> None:
    """Gql introspects the schema, checks the operations against it, and executes them."""
    with serving(settings) as hall:
        run(CLIENT_PYTHON / "python", "by_gql.py", f"{hall.address}/graphql", folder=HERE / "python")


def test_linter_accepts_schema_and_operations(tmp_path: Path) -> None:
    """graphql-eslint's recommended and Relay rules hold, except for those that eslint.config.mjs explains."""
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    for file in (SCHEMA, HERE / "journey.graphql", HERE / "eslint.config.mjs"):
        shutil.copy(file, tmp_path)
    run(TOOLS / "eslint", "--max-warnings", "0", "schema.graphql", "journey.graphql", folder=tmp_path)


def test_gateway_composes_the_hall(settings: Settings) -> None:
    """A gateway composes the Hall with another service, and reads by keys no more than a client may."""
    with serving(settings, HALL_FEDERATION="1") as hall:
        run("node", "federation.mjs", f"{hall.address}/graphql")
