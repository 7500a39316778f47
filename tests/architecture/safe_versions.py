"""Compares the pinned versions with the lowest versions without known vulnerabilities: safe_versions.toml.

python -m tests.architecture.safe_versions prints the differences, and exits with 1 if there are any.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from packaging.version import Version

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("safe_versions.toml")
PINNED = re.compile(r"^([a-z0-9-]+)==([^ ;\\]+)", re.MULTILINE)
# After this number of days a warning is printed; it does not fail the check.
WARN_AFTER_DAYS = 92


def problems(pinned: list[tuple[str, str]], known: Mapping[str, Any]) -> Iterator[str]:
    """Yield the problems: vulnerable versions, unlisted packages, and listed packages that are not pinned."""
    weak: Mapping[str, Any] = known["weak"]
    listed = {*weak, *known["none-found"]["packages"]}
    for package, version in pinned:
        if package not in listed:
            yield f"{package} is not in safe_versions.toml: look up its advisories, and add it."
        elif package in weak and Version(version) < Version(weak[package]["since"]):
            entry = weak[package]
            yield f"{package} {version} is vulnerable ({', '.join(entry['ended'])}); take {entry['since']}."
    yield from (f"{package} is not pinned: remove it from safe_versions.toml." for package in listed - {*dict(pinned)})


def main() -> int:
    """Print the problems; return the exit status."""
    known = tomllib.loads(LIST.read_text("utf-8"))
    found = sorted(problems(PINNED.findall((ROOT / "requirements-telemetry.txt").read_text("utf-8")), known))
    days = (date.today() - known["looked_up"]).days  # noqa: DTZ011 - the date in the machine's zone is accurate enough
    if days > WARN_AFTER_DAYS:
        print(f"safe versions: the advisories were looked up {days} days ago.")
    print(
        "\n".join(found)
        or f"safe versions: no pinned package has a known vulnerability; looked up on {known['looked_up']}"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
