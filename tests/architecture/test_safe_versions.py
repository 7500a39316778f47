"""Vulnerable pinned packages are reported."""

import pytest

from tests.architecture.safe_versions import problems

KNOWN = {"weak": {"ours": {"since": "1.10.0", "ended": ["CVE-1"]}}, "none-found": {"packages": ["theirs"]}}


@pytest.mark.parametrize(
    ("pinned", "expected"),
    [
        ([("ours", "1.10.0"), ("theirs", "1")], []),
        ([("ours", "2.0"), ("theirs", "1")], []),
        ([("ours", "1.9.9"), ("theirs", "1")], ["ours 1.9.9 is vulnerable (CVE-1); take 1.10.0."]),
        (
            [("ours", "1.10.0"), ("theirs", "1"), ("new", "1")],
            ["new is not in safe_versions.toml: look up its advisories, and add it."],
        ),
        ([("ours", "1.10.0")], ["theirs is not pinned: remove it from safe_versions.toml."]),
    ],
)
def test_pinned_versions_are_compared(pinned: list[tuple[str, str]], expected: list[str]) -> None:
    """Versions are compared numerically; packages without a look-up and leftover entries are reported."""
    assert list(problems(pinned, KNOWN)) == expected
