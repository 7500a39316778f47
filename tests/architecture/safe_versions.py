"""Whether what is pinned is at least as new as the versions that are known to be safe: safe_versions.toml.

python -m tests.architecture.safe_versions says what is not, and exits with 1.
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
# After so many days somebody should look again; that alone is no reason to refuse a change.
OLD_AFTER = 92


def complaints(pinned: list[tuple[str, str]], known: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong: a version that is too old, a package that nobody looked up, a line about none of them."""
    weak: Mapping[str, Any] = known["weak"]
    listed = {*weak, *known["none-found"]["packages"]}
    for package, version in pinned:
        if package not in listed:
            yield f"{package} is not in safe_versions.toml: look up its advisories, and add it."
        elif package in weak and Version(version) < Version(weak[package]["since"]):
            yield f"{package} {version} is weak ({', '.join(weak[package]['ended'])}); take {weak[package]['since']}."
    yield from (
        f"{package} is pinned no more: take it out of safe_versions.toml." for package in listed - {*dict(pinned)}
    )


def main() -> int:
    """Print what is wrong; return the exit status."""
    known = tomllib.loads(LIST.read_text("utf-8"))
    found = sorted(complaints(PINNED.findall((ROOT / "requirements-telemetry.txt").read_text("utf-8")), known))
    days = (date.today() - known["looked_up"]).days  # noqa: DTZ011 - the day of whoever runs it is near enough
    if days > OLD_AFTER:
        print(f"safe versions: nobody has looked for {days} days.")
    print(
        "\n".join(found) or f"safe versions: no pinned package is known to be weak; looked up on {known['looked_up']}"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
