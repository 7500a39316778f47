"""A purpose is a text that the person can read."""

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
def test_signs_that_say_nothing_are_no_purpose(sign: str) -> None:
    """Alone, and many of them."""
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
def test_a_purpose_is_kept_as_it_was_said(typed: str, kept: str | None) -> None:
    """But for white space at its ends."""
    assert valid_purpose(typed) == kept


@given(st.text(max_size=250))
def test_whatever_is_kept_can_be_read(typed: str) -> None:
    """It has a letter or a number that is seen, and a length; and stating it again changes nothing."""
    kept = valid_purpose(typed)
    if kept is not None:
        assert 0 < len(kept) <= PURPOSE_LENGTH
        assert any(unicodedata.category(sign)[0] in "LN" for sign in set(kept) - IGNORABLE)
        assert valid_purpose(kept) == kept
