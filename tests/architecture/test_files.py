"""The files of the repository and their names."""

import re
from pathlib import Path, PurePosixPath

from tests.architecture.sources import ROOT, lines_with, matching, no_offenders, sources, text

TOP_LEVEL = {
    "api", "deploy", "web", "tests", "docs", "schema.graphql", "pyproject.toml", "README.md",
    "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile",
    "requirements.in", "requirements.txt", "requirements-test.in", "requirements-test.txt",
    "requirements-node.in", "requirements-node.txt", "requirements-telemetry.in", "requirements-telemetry.txt",
}  # fmt: skip
LINES = 300
# Tortoise generates migrations, which are not edited.
GENERATED = set(matching("api/migrations/*.py"))
VAGUE_NAMES = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
# "base" is the conventional name of a style sheet for default styles.
CONVENTIONAL_NAMES = {PurePosixPath("web/styles/base.css")}
READABLE = {
    "", ".css", ".csv", ".graphql", ".html", ".in", ".js", ".json", ".md", ".mjs", ".py", ".svg", ".toml", ".ts",
    ".txt", ".yaml", ".yml",
}  # fmt: skip


def test_top_level_is_fixed() -> None:
    """The top level has only the listed names and dot-files."""
    assert {path.parts[0] for path in sources() if not path.parts[0].startswith(".")} - TOP_LEVEL == set()


def test_files_are_short() -> None:
    """No source file has more than 300 lines."""
    lengths = {path: len(text(path).splitlines()) for path in {*matching("*.py", "*.js", "*.css")} - GENERATED}
    no_offenders(
        (f"{path}: {length} lines" for path, length in lengths.items() if length > LINES),
        f"A file has at most {LINES} lines: move what belongs together to a file of its own.",
    )


def test_names_are_specific() -> None:
    """No file or folder has a vague name such as `utils`."""
    named = {path: {PurePosixPath(part).stem for part in path.parts} for path in set(sources()) - CONVENTIONAL_NAMES}
    no_offenders(
        (str(path) for path, names in named.items() if names & VAGUE_NAMES),
        "Name a file or a folder after what it holds.",
    )


def test_files_name_no_machine_path() -> None:
    """No file contains a path of a developer's machine."""
    # A folder directly below the root may have the name of a page.
    here = [re.escape(f"{folder}/") for folder in (ROOT, Path.home()) if len(folder.parts) > 2]
    folders = re.compile("|".join([*here, r"(?<![\w./-])/(?:home|root|opt|Users)/\w+"]))
    readable = [path for path in sources() if path.suffix in READABLE]
    no_offenders(
        (f"{place}: {line[:160]}" for place, line in lines_with(folders, *readable)),
        "Name a path relative to the checkout, or take it from a setting.",
    )


def test_lock_files_name_no_host() -> None:
    """Lock files of npm have hashes and no download URLs, because the registry depends on the machine."""
    no_offenders(
        (place for place, _ in lines_with(re.compile('"resolved"'), *matching("*package-lock.json"))),
        "Remove the `resolved` entries: they record the registry of one machine.",
    )


def test_no_postponed_work() -> None:
    """The code has no TODO, FIXME, XXX or HACK comment."""
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    no_offenders(
        (f"{place}: {line}" for place, line in lines_with(words, *matching("api/*.py", "web/*.js"))),
        "Do it now, or open an issue, and delete the comment.",
    )
