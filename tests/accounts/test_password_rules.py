"""A password needs a minimum length and must not be common; there are no composition rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.accounts.password_rules import MAX_LENGTH, MIN_DISTINCT, MIN_LENGTH, password_problem

NUMBER = "120101199003070013"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "8 to 256 characters"),
        ("a", "8 to 256 characters"),
        ("seven77", "8 to 256 characters"),
        ("long " * 52, "8 to 256 characters"),
        ("aaaaaaaa", "different characters"),
        ("88888888", "different characters"),
        ("12121212", "different characters"),
        ("\u200b" * 8, "different characters"),
        ("12345678", "most common"),
        ("PASSWORD", "most common"),
        ("a123456789", "most common"),
        ("1qaz2wsx", "most common"),
        ("Li.Ming.Desk", "guessed from the account"),
        ("li.ming.desk123", "guessed from the account"),
        (NUMBER, "guessed from the account"),
        ("19900307", "guessed from the account"),
        ("lm900307", "guessed from the account"),
        ("03070013", "guessed from the account"),
    ],
)
def test_weak_passwords_are_refused(password: str, why: str) -> None:
    """Refused: too short, one repeated character, common, the account's name, parts of the document number."""
    fault = password_problem(password, "li.ming.desk", NUMBER)
    assert fault is not None
    assert why in fault
    assert NUMBER not in fault


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "海河边的老槐树开花了",
        "eight ch",
        "li.ming.desk and more",
        "demo-eligible",
        "        vier",
    ],
)
def test_long_passwords_are_accepted(password: str) -> None:
    """Letters of one kind, Chinese, spaces, and passwords without a digit are accepted."""
    assert password_problem(password, "li.ming.desk", NUMBER) is None


@given(st.text(max_size=MAX_LENGTH + 10), st.text(max_size=20), st.none() | st.text(max_size=20))
def test_accepted_passwords_meet_minimum(password: str, account: str, number: str | None) -> None:
    """Any accepted password has the minimum length and number of distinct characters, and is not a known value."""
    if password_problem(password, account, number) is None:
        assert MIN_LENGTH <= len(password) <= MAX_LENGTH
        assert len(set(password)) >= MIN_DISTINCT
        assert password.casefold() not in {account.casefold(), (number or "").casefold()}
