"""Everything that is installed was chosen, and is exactly what was chosen."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture.sources import ROOT, imported, matching, text

PINS = ("requirements.txt", "requirements-telemetry.txt", "requirements-test.txt", "requirements-node.txt")
# Used by name: uvicorn finds its loop and its parser, Tortoise its driver, zoneinfo its data.
FOUND_BY_OTHERS = {"asyncpg", "httptools", "tzdata", "uvloop"}
IMPORTED_AS = {
    "opentelemetry-api": "opentelemetry",
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry",
    "opentelemetry-sdk": "opentelemetry",
    "prometheus-client": "prometheus_client",
    "pypika-tortoise": "pypika_tortoise",
    "argon2-cffi": "argon2",
    "strawberry-graphql": "strawberry",
    "tortoise-orm": "tortoise",
}
PART_OF = {"graphql": "strawberry"}


def pins(name: str) -> dict[str, str]:
    """Return the version, with its marker, at which each package of a file is pinned."""
    found = re.findall(r"^([a-z0-9.-]+)==([^\\]+?) \\$", text(PurePosixPath(name)), re.MULTILINE)
    assert found
    return dict(found)


def wanted(name: str) -> set[str]:
    """Return the packages that a list of ours names."""
    return set(re.findall(r"^([a-z][a-z0-9.-]*)", text(PurePosixPath(name)), re.MULTILINE))


@pytest.mark.parametrize("name", PINS)
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    """Each entry is `name==version` and its hashes; nothing says where to download."""
    entries = re.split(r"(?<!\\)\n", text(PurePosixPath(name)))
    packages = [entry for entry in entries if entry and not entry.startswith("#")]
    assert [
        entry for entry in packages if not re.match(r"[a-z0-9.-]+==\S+.* \\\n +--hash=sha256:[0-9a-f]{64}", entry)
    ] == []
    assert "://" not in text(PurePosixPath(name))


@pytest.mark.parametrize("name", PINS)
def test_every_wish_is_pinned(name: str) -> None:
    """What a .in file names stands in its .txt file; `make requirements` writes it."""
    assert wanted(name.replace(".txt", ".in")) - set(pins(name)) == set()


def test_the_tests_run_with_what_is_served() -> None:
    """Whatever serves is pinned at the same version for the tests."""
    for name in ("requirements.txt", "requirements-telemetry.txt"):
        assert pins(name).items() - pins("requirements-test.txt").items() == set()


def test_the_hall_asks_for_what_it_imports_and_no_more() -> None:
    """Two lists name the packages that the Hall imports, and those that its libraries look for."""
    modules = {name.partition(".")[0] for path in matching("api/*.py") for name in imported(path)}
    foreign = {PART_OF.get(name, name) for name in modules - set(sys.stdlib_module_names) - {"api"}}
    lists = wanted("requirements.in") | wanted("requirements-telemetry.in")
    asked = {IMPORTED_AS.get(name, name) for name in lists}
    assert foreign - FOUND_BY_OTHERS == asked - FOUND_BY_OTHERS


def test_the_bill_of_materials_has_what_is_pinned(tmp_path: Path) -> None:
    """Each package of the Hall, in the pinned version, with the hashes that are accepted of it; nothing else."""
    environment = os.environ | {"HALL_DATA": str(tmp_path)}
    subprocess.run(["make", "sbom"], cwd=ROOT, env=environment, check=True, capture_output=True)
    listed = json.loads((tmp_path / "sbom.cdx.json").read_text("utf-8"))["components"]
    pinned = {name: version.partition(" ")[0] for name, version in pins("requirements.txt").items()}
    assert {each["name"]: each["version"] for each in listed} == pinned
    hashes = {found["content"] for each in listed for at in each["externalReferences"] for found in at["hashes"]}
    assert hashes == set(re.findall("--hash=sha256:([0-9a-f]{64})", text(PurePosixPath("requirements.txt"))))
