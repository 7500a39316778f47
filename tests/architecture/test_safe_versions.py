"""A pinned package that is known to be weak is refused."""

import pytest

from tests.architecture.safe_versions import complaints

KNOWN = {"weak": {"ours": {"since": "1.10.0", "ended": ["CVE-1"]}}, "none-found": {"packages": ["theirs"]}}


@pytest.mark.parametrize(
    ("pinned", "said"),
    [
        ([("ours", "1.10.0"), ("theirs", "1")], []),
        ([("ours", "2.0"), ("theirs", "1")], []),
        ([("ours", "1.9.9"), ("theirs", "1")], ["ours 1.9.9 is weak (CVE-1); take 1.10.0."]),
        (
            [("ours", "1.10.0"), ("theirs", "1"), ("new", "1")],
            ["new is not in safe_versions.toml: look up its advisories, and add it."],
        ),
        ([("ours", "1.10.0")], ["theirs is pinned no more: take it out of safe_versions.toml."]),
    ],
)
def test_what_is_pinned_is_compared(pinned: list[tuple[str, str]], said: list[str]) -> None:
    """By numbers and not by letters; packages that nobody looked up, and lines that are left over, are told too."""
    assert list(complaints(pinned, KNOWN)) == said
