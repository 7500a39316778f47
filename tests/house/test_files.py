"""What lies in the house, and under which names."""

import re
from pathlib import Path, PurePosixPath

import pytest

from tests.house.sources import ROOT, matching, sources, text

TOP_LEVEL = {
    "api", "web", "tests", "docs", "schema.graphql", "pyproject.toml", "README.md",
    "CHANGELOG.md", "LICENSE", "Makefile",
    "requirements.in", "requirements.txt", "requirements-test.in", "requirements-test.txt",
    "requirements-node.in", "requirements-node.txt", "requirements-telemetry.in", "requirements-telemetry.txt",
}  # fmt: skip
LINES = 300
# Tortoise writes a migration as one piece, and nobody edits it.
WRITTEN_BY_TOOLS = set(matching("api/db/migrations/*.py"))
NAMES_THAT_SAY_NOTHING = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
# Half of a page's look is what every element starts from; style sheets have called that "base" since there are any.
NAMED_BY_THE_FIELD = {PurePosixPath("web/styles/base.css")}
READABLE = {
    "", ".css", ".csv", ".graphql", ".html", ".in", ".js", ".json", ".md", ".mjs", ".py", ".svg", ".toml", ".ts",
    ".txt", ".yaml", ".yml",
}  # fmt: skip


def test_the_top_level_is_settled() -> None:
    """Besides the settled names, only dot-files lie at the top."""
    assert {path.parts[0] for path in sources() if not path.parts[0].startswith(".")} - TOP_LEVEL == set()


@pytest.mark.parametrize("path", sorted({*matching("*.py", "*.js", "*.css")} - WRITTEN_BY_TOOLS), ids=str)
def test_a_file_can_be_read_at_once(path: PurePosixPath) -> None:
    """No file has more than about three hundred lines."""
    assert len(text(path).splitlines()) <= LINES


def test_every_name_says_what_it_names() -> None:
    """No file and no folder is a place for whatever has no place."""
    named = {path: {PurePosixPath(part).stem for part in path.parts} for path in set(sources()) - NAMED_BY_THE_FIELD}
    assert [str(path) for path, names in named.items() if names & NAMES_THAT_SAY_NOTHING] == []


@pytest.mark.parametrize("path", [path for path in sources() if path.suffix in READABLE], ids=str)
def test_no_file_knows_the_machine_it_was_written_on(path: PurePosixPath) -> None:
    """No file names a folder of somebody's machine."""
    # A folder directly below the root may be called what a page is called.
    found = [f"{folder}/" for folder in (ROOT, Path.home()) if len(folder.parts) > 2 and f"{folder}/" in text(path)]
    assert found + re.findall(r"(?<![\w./-])/(?:home|root|opt|Users)/\w+", text(path)) == []


@pytest.mark.parametrize("path", matching("*package-lock.json"), ids=str)
def test_a_lock_names_no_host(path: PurePosixPath) -> None:
    """The pins of npm are hashes; whence the files come is for each machine to say."""
    assert '"resolved"' not in text(path)


def test_nobody_postpones() -> None:
    """What is not done is not in the code."""
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    code = [path for path in matching("api/*.py", "web/*.js") if words.search(text(path))]
    assert code == []
