"""Requirements: every package is chosen, pinned with hashes, and used."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture.sources import ROOT, imported, matching, text

PINS = (
    "requirements.txt",
    "requirements-telemetry.txt",
    "requirements-test.txt",
    "requirements-node.txt",
    "tests/clients/requirements.txt",
    "tests/cluster/requirements.txt",
)
# Loaded by other packages: uvicorn's event loop and parser, Tortoise's driver, the client of limits, zoneinfo's data.
LOADED_BY_OTHERS = {"asyncpg", "httptools", "redis", "tzdata", "uvloop"}
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
    """Return the pinned version, with its marker, of each package of a file."""
    found = re.findall(r"^([a-z0-9.-]+)==([^\\]+?) \\$", text(PurePosixPath(name)), re.MULTILINE)
    assert found
    return dict(found)


def requested(name: str) -> set[str]:
    """Return the packages that a .in file names."""
    return set(re.findall(r"^([a-z][a-z0-9.-]*)", text(PurePosixPath(name)), re.MULTILINE))


@pytest.mark.parametrize("name", PINS)
def test_packages_are_pinned_with_hashes(name: str) -> None:
    """Each entry is `name==version` with hashes, and the file has no URL."""
    entries = re.split(r"(?<!\\)\n", text(PurePosixPath(name)))
    packages = [entry for entry in entries if entry and not entry.startswith("#")]
    assert [
        entry for entry in packages if not re.match(r"[a-z0-9.-]+==\S+.* \\\n +--hash=sha256:[0-9a-f]{64}", entry)
    ] == []
    assert "://" not in text(PurePosixPath(name))


@pytest.mark.parametrize("name", PINS)
def test_requested_packages_are_pinned(name: str) -> None:
    """Each package of a .in file is in its .txt file; `make requirements` writes it."""
    assert requested(name.replace(".txt", ".in")) - set(pins(name)) == set()


def test_tests_use_runtime_versions() -> None:
    """Runtime packages are pinned to the same versions for the tests."""
    for name in ("requirements.txt", "requirements-telemetry.txt"):
        assert pins(name).items() - pins("requirements-test.txt").items() == set()


def test_requirements_equal_imports() -> None:
    """requirements.in and requirements-telemetry.in name the imported packages and those that libraries load."""
    modules = {name.partition(".")[0] for path in matching("api/*.py") for name in imported(path)}
    foreign = {PART_OF.get(name, name) for name in modules - set(sys.stdlib_module_names) - {"api"}}
    lists = requested("requirements.in") | requested("requirements-telemetry.in")
    required = {IMPORTED_AS.get(name, name) for name in lists}
    assert foreign - LOADED_BY_OTHERS == required - LOADED_BY_OTHERS


def test_bill_of_materials_equals_pins(tmp_path: Path) -> None:
    """The SBOM has each pinned package with its version and accepted hashes, and no others."""
    environment = os.environ | {"HALL_DATA": str(tmp_path)}
    subprocess.run(["make", "sbom"], cwd=ROOT, env=environment, check=True, capture_output=True)
    listed = json.loads((tmp_path / "sbom.cdx.json").read_text("utf-8"))["components"]
    pinned = {name: version.partition(" ")[0] for name, version in pins("requirements.txt").items()}
    assert {each["name"]: each["version"] for each in listed} == pinned
    hashes = {found["content"] for each in listed for at in each["externalReferences"] for found in at["hashes"]}
    assert hashes == set(re.findall("--hash=sha256:([0-9a-f]{64})", text(PurePosixPath("requirements.txt"))))
