"""GraphiQL: installation of its files, and the page before and after it."""

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
    """Put a fake npm, which runs the given script, first on PATH."""

    def put(script: str) -> None:
        path = tmp_path / "bin" / "npm"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(path.parent), prepend=":")

    return put


# Replaces `npm ci`: installs an esbuild that writes the bundle it is called for.
INSTALLS_ESBUILD = """
mkdir -p node_modules/.bin
cat > node_modules/.bin/esbuild <<'SCRIPT'
#!/bin/sh
for word in "$@"; do case $word in --outdir=*) folder=${word#--outdir=};; esac; done
mkdir -p "$folder" && echo "$1" > "$folder/graphiql.js"
SCRIPT
chmod +x node_modules/.bin/esbuild
echo ran >> "$(dirname "$0")/runs"
"""


def test_files_are_installed_once(npm: Npm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second installation does nothing unless the sources or the pinned versions have changed."""
    settings = Settings(data=tmp_path / "data")
    npm(INSTALLS_ESBUILD)
    assert [setup.install(settings), setup.install(settings)] == [0, 0]
    assert _runs(tmp_path) == 1
    monkeypatch.setattr(setup, "ESBUILD", ("--other",))
    setup.install(settings)
    assert _runs(tmp_path) == 2
    assert {path.name for path in (tmp_path / "data").iterdir()} == {"graphiql"}


@pytest.mark.parametrize(("script", "message"), [("echo no network >&2; exit 1", "no network")])
def test_failed_installation_keeps_older_files(npm: Npm, tmp_path: Path, script: str, message: str) -> None:
    """A failed installation raises the reason, keeps the older bundle, and leaves no partial files."""
    settings = Settings(data=tmp_path / "data")
    old = site_folder(settings)
    old.mkdir(parents=True)
    (old / READY).write_text("older")
    npm(script)
    with pytest.raises(setup.NotPrepared, match=message):
        setup.install(settings)
    assert (old / READY).read_text() == "older"
    assert [path.name for path in settings.data.iterdir()] == ["graphiql"]


async def test_page_without_files_is_503(hall: Hall) -> None:
    """Without its files the page returns 503, names the make target, and reloads itself."""
    response = await hall.get("/graphiql")
    assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert 'http-equiv="refresh"' in response.text
    assert "make graphiql" in response.text
    assert (await hall.get("/graphiql/graphiql.js")).status_code == httpx.codes.NOT_FOUND


async def test_installed_files_are_served_without_restart(hall: Hall) -> None:
    """New files are served without a restart of the server."""
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


async def test_graphiql_is_disabled_in_production(empty_settings: Settings) -> None:
    """In production the page, its files and introspection are disabled."""
    async with open_hall(empty_settings) as hall:
        for path in ("/graphiql", "/graphiql/graphiql.js"):
            assert (await hall.get(path)).status_code == httpx.codes.NOT_FOUND
        refused = await hall.ask(get_introspection_query())
    assert "introspection" in refused["errors"][0]["message"]


@pytest.mark.parametrize("example", sorted(HERE.glob("examples/*.graphql")), ids=lambda path: path.stem)
def test_examples_are_valid(example: Path) -> None:
    """Each example is valid against the schema, within the limits, and listed for a tab."""
    document = parse(example.read_text(encoding="utf-8"))
    assert validate(schema._schema, document) == []
    assert violations(measure(document, schema._schema)) == []
    assert f"examples/{example.name}" in (HERE / "examples.js").read_text(encoding="utf-8")


def test_dependency_versions_are_pinned() -> None:
    """Dependencies have exact versions, so that the bundle does not depend on the day of installation."""
    package = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert [version for version in versions if not version[0].isdigit()] == []


def test_page_has_no_external_urls() -> None:
    """All URLs in the page's own files are relative."""
    for path in (*HERE.glob("*.html"), *HERE.glob("*.js"), *HERE.glob("*.css")):
        assert "://" not in path.read_text(encoding="utf-8"), path


def test_page_needs_only_checkout_files() -> None:
    """The application is created with the files of the checkout alone."""
    GraphiQL(Settings(data=Path("nowhere")))


def _runs(folder: Path) -> int:
    return len((folder / "bin" / "runs").read_text().splitlines())
