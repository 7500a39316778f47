"""What lies in the house, and under which names."""

import re
from pathlib import Path, PurePosixPath

from tests.architecture.sources import ROOT, lines_with, matching, no_offenders, sources, text

TOP_LEVEL = {
    "api", "web", "tests", "docs", "schema.graphql", "pyproject.toml", "README.md",
    "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile",
    "requirements.in", "requirements.txt", "requirements-test.in", "requirements-test.txt",
    "requirements-node.in", "requirements-node.txt", "requirements-telemetry.in", "requirements-telemetry.txt",
}  # fmt: skip
LINES = 300
# Tortoise writes a migration as one piece, and nobody edits it.
WRITTEN_BY_TOOLS = set(matching("api/migrations/*.py"))
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


def test_a_file_can_be_read_at_once() -> None:
    """No file has more than about three hundred lines."""
    lengths = {path: len(text(path).splitlines()) for path in {*matching("*.py", "*.js", "*.css")} - WRITTEN_BY_TOOLS}
    no_offenders(
        (f"{path}: {length} lines" for path, length in lengths.items() if length > LINES),
        f"A file has at most {LINES} lines: move what belongs together to a file of its own.",
    )


def test_every_name_says_what_it_names() -> None:
    """No file and no folder is a place for whatever has no place."""
    named = {path: {PurePosixPath(part).stem for part in path.parts} for path in set(sources()) - NAMED_BY_THE_FIELD}
    no_offenders(
        (str(path) for path, names in named.items() if names & NAMES_THAT_SAY_NOTHING),
        "Name a file or a folder after what it holds.",
    )


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    """No file names a folder of somebody's machine."""
    # A folder directly below the root may be called what a page is called.
    here = [re.escape(f"{folder}/") for folder in (ROOT, Path.home()) if len(folder.parts) > 2]
    folders = re.compile("|".join([*here, r"(?<![\w./-])/(?:home|root|opt|Users)/\w+"]))
    readable = [path for path in sources() if path.suffix in READABLE]
    no_offenders(
        (f"{place}: {line[:160]}" for place, line in lines_with(folders, *readable)),
        "Name a path relative to the checkout, or take it from a setting.",
    )


def test_a_lock_names_no_host() -> None:
    """The pins of npm are hashes; whence the files come is for each machine to say."""
    no_offenders(
        (place for place, _ in lines_with(re.compile('"resolved"'), *matching("*package-lock.json"))),
        "Remove the `resolved` entries: they record the registry of one machine.",
    )


def test_nobody_postpones() -> None:
    """What is not done is not in the code."""
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    no_offenders(
        (f"{place}: {line}" for place, line in lines_with(words, *matching("api/*.py", "web/*.js"))),
        "Do it now, or open an issue, and delete the comment.",
    )
