"""Validation of the purpose, which the person concerned reads."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.accesslog.service import PURPOSE_LENGTH, valid_purpose
from api.text.folding import IGNORABLE

INVISIBLE = [
    "\u200b",
    "\u2060",
    "\u3164",
    "\ufeff",
    "\u115f",
    "\u1160",
    "\u00ad",
    "\u2800",
    "\u202e",
    "\u2066",
    "\U000e0041",
]


@pytest.mark.parametrize(
    "sign", [*INVISIBLE, "\u3000", "\u00a0", "\t", "。", "…", "-", "\u0301", "\ud800", "\0"], ids=ascii
)
def test_invisible_characters_are_no_purpose(sign: str) -> None:
    """A text of invisible characters or punctuation alone is refused."""
    assert valid_purpose(sign) is None
    assert valid_purpose(sign * 20) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 核对参保信息 ", "核对参保信息"),
        ("核对\u2060参保\ufeff信息", "核对\u2060参保\ufeff信息"),
        ("check 2", "check 2"),
        ("办理（复核）。", "办理（复核）。"),
        ("长" * 200, "长" * 200),
        ("长" * 201, None),
        ("line\nbreak", None),
    ],
)
def test_purpose_is_stripped(typed: str, kept: str | None) -> None:
    """Only white space at the ends is removed."""
    assert valid_purpose(typed) == kept


@given(st.text(max_size=250))
def test_valid_purpose_is_readable(typed: str) -> None:
    """A valid purpose has a visible letter or number and a limited length, and validation is idempotent."""
    kept = valid_purpose(typed)
    if kept is not None:
        assert 0 < len(kept) <= PURPOSE_LENGTH
        assert any(unicodedata.category(sign)[0] in "LN" for sign in set(kept) - IGNORABLE)
        assert valid_purpose(kept) == kept
