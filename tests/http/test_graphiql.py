"""GraphiQL: where its files come from, and what is there until they have come."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from graphql import get_introspection_query, parse, validate

from api.http.graphiql import setup
from api.http.graphiql.page import HERE, READY, GraphiQL, site_folder
from api.http.graphql.query_cost import measure, violations
from api.schema.root import schema
from api.settings import Settings
from tests.hall import Hall, open_hall

Npm = Callable[[str], None]


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Npm:
    """Put an npm of our own first on the path; it does what it is given as a script."""

    def put(script: str) -> None:
        path = tmp_path / "bin" / "npm"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(path.parent), prepend=":")

    return put


# Stands for `npm ci`: what it brings is an esbuild that writes what it is asked to bundle.
BRINGS_ESBUILD = """
mkdir -p node_modules/.bin
cat > node_modules/.bin/esbuild <<'SCRIPT'
#!/bin/sh
for word in "$@"; do case $word in --outdir=*) folder=${word#--outdir=};; esac; done
mkdir -p "$folder" && echo "$1" > "$folder/graphiql.js"
SCRIPT
chmod +x node_modules/.bin/esbuild
echo ran >> "$(dirname "$0")/runs"
"""


def test_files_are_fetched_once(npm: Npm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time nothing is done; when the sources or the pins have changed, everything is."""
    settings = Settings(data=tmp_path / "data")
    npm(BRINGS_ESBUILD)
    assert [setup.install(settings), setup.install(settings)] == [0, 0]
    assert _runs(tmp_path) == 1
    monkeypatch.setattr(setup, "ESBUILD", ("--other",))
    setup.install(settings)
    assert _runs(tmp_path) == 2
    assert {path.name for path in (tmp_path / "data").iterdir()} == {"graphiql"}


@pytest.mark.parametrize(("script", "said"), [("echo no network >&2; exit 1", "no network")])
def test_a_failure_says_why_and_leaves_what_was_there(npm: Npm, tmp_path: Path, script: str, said: str) -> None:
    """An older bundle keeps working, and nothing half-made is left."""
    settings = Settings(data=tmp_path / "data")
    old = site_folder(settings)
    old.mkdir(parents=True)
    (old / READY).write_text("older")
    npm(script)
    with pytest.raises(setup.NotPrepared, match=said):
        setup.install(settings)
    assert (old / READY).read_text() == "older"
    assert [path.name for path in settings.data.iterdir()] == ["graphiql"]


async def test_the_hall_opens_without_its_files(hall: Hall) -> None:
    """Until they are there the page says so, and looks again by itself."""
    response = await hall.get("/graphiql")
    assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert 'http-equiv="refresh"' in response.text
    assert "make graphiql" in response.text
    assert (await hall.get("/graphiql/graphiql.js")).status_code == httpx.codes.NOT_FOUND


async def test_files_that_arrive_are_served_at_once(hall: Hall) -> None:
    """Without opening the Hall anew."""
    assert (await hall.get("/graphiql")).status_code == httpx.codes.SERVICE_UNAVAILABLE
    site = site_folder(hall.settings)
    site.mkdir()
    (site / "graphiql.js").write_text("export {}")
    (site / READY).write_text("now")
    assert (await hall.get("/graphiql")).status_code == httpx.codes.OK
    assert (await hall.get("/graphiql/graphiql.js")).headers["content-type"].startswith("text/javascript")
    (site / "other.js").write_text("export {}")
    (site / READY).write_text("later")
    assert (await hall.get("/graphiql/other.js")).status_code == httpx.codes.OK
    assert (await hall.get("/graphiql/ready")).status_code == httpx.codes.NOT_FOUND
    assert (await hall.get("/graphiql/")).headers["location"] == "../graphiql"
    assert (await hall.post("/graphiql")).status_code == httpx.codes.METHOD_NOT_ALLOWED


async def test_it_is_closed_in_production(empty_settings: Settings) -> None:
    """Neither the page nor its files, nor introspection."""
    async with open_hall(empty_settings) as hall:
        for path in ("/graphiql", "/graphiql/graphiql.js"):
            assert (await hall.get(path)).status_code == httpx.codes.NOT_FOUND
        refused = await hall.ask(get_introspection_query())
    assert "introspection" in refused["errors"][0]["message"]


@pytest.mark.parametrize("example", sorted(HERE.glob("examples/*.graphql")), ids=lambda path: path.stem)
def test_every_example_can_be_run(example: Path) -> None:
    """What GraphiQL opens with fits the schema and its limits, and has a name for its tab."""
    document = parse(example.read_text(encoding="utf-8"))
    assert validate(schema._schema, document) == []
    assert violations(measure(document, schema._schema)) == []
    assert f"examples/{example.name}" in (HERE / "examples.js").read_text(encoding="utf-8")


def test_pins_are_exact() -> None:
    """Which files are served does not depend on the day of the set-up."""
    package = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert [version for version in versions if not version[0].isdigit()] == []


def test_the_page_asks_nobody_else() -> None:
    """Every address in our own files is relative."""
    for path in (*HERE.glob("*.html"), *HERE.glob("*.js"), *HERE.glob("*.css")):
        assert "://" not in path.read_text(encoding="utf-8"), path


def test_the_page_is_found_beside_the_code() -> None:
    """Opening GraphiQL needs nothing but the files of the checkout."""
    GraphiQL(Settings(data=Path("nowhere")))


def _runs(folder: Path) -> int:
    return len((folder / "bin" / "runs").read_text().splitlines())
