"""Identity numbers: test vectors of the standards, canonical forms, and no exception for any string."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.people.identity_number import (
    KNOWN_TYPES,
    IdentityNumber,
    IdentityProblem,
    canonical,
    check_character,
    parse_identity_number,
)
from tests.durability.scale import repetitions

KINDS = sorted(KNOWN_TYPES)
BIRTHS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("id_type", "text", "born", "sex"),
    [
        ("01", "11010519491231002X", date(1949, 12, 31), "2"),
        ("01", "120101199003070013", date(1990, 3, 7), "1"),
        ("01", "12022519680512002X", date(1968, 5, 12), "2"),
        ("01", "120101201012010012", date(2010, 12, 1), "1"),
        ("16", "810000199408230021", date(1994, 8, 23), "2"),
        ("16", "830000199201300022", date(1992, 1, 30), "2"),
        ("07", "911124198108030024", date(1981, 8, 3), "2"),
    ],
)
def test_valid_numbers_carry_birth_date_and_sex(id_type: str, text: str, born: date, sex: str) -> None:
    """Valid numbers of each type carry birth date and sex; retired areas stay valid."""
    found = parse_identity_number(id_type, text)
    assert isinstance(found, IdentityNumber)
    assert (found.number, found.birth_date, found.sex) == (text, born, sex)


@pytest.mark.parametrize(
    ("id_type", "text", "code"),
    [
        ("01", "110105194912310028", "BAD_CHECK_DIGIT"),
        ("01", "120116199502290015", "INCONSISTENT"),
        ("01", "110105180012310028", "INCONSISTENT"),
        ("01", "110105491231002", "BAD_FORMAT"),
        ("01", "911124198108030024", "BAD_FORMAT"),
        ("01", "810000199408230021", "BAD_FORMAT"),
        ("16", "120101199003070013", "BAD_FORMAT"),
        ("07", "120101199003070013", "BAD_FORMAT"),
        ("01", "1201011990030700１³x", "BAD_FORMAT"),
        ("04", "X12345678", "BAD_FORMAT"),
        ("06", "123456789", "BAD_FORMAT"),
        ("08", "AB 1", "BAD_FORMAT"),
        ("77", "120101199003070013", "UNKNOWN_CODE"),
        ("", "", "UNKNOWN_CODE"),
    ],
)
def test_invalid_numbers_have_codes(id_type: str, text: str, code: str) -> None:
    """Format, check digit, impossible birth date and unknown type have codes; the message omits the number."""
    found = parse_identity_number(id_type, text if code != "INCONSISTENT" else text[:17] + check_character(text[:17]))
    assert isinstance(found, IdentityProblem)
    assert found.code == code
    assert not text or text not in found.message.zh + found.message.en


@pytest.mark.parametrize(
    ("id_type", "text", "number"),
    [
        ("01", " 120101 19900307 0013\t", "120101199003070013"),
        ("01", "１２０１０１１９９００３０７００１３", "120101199003070013"),
        ("01", "12022519680512002x", "12022519680512002X"),
        ("01", "12022519680512002Ｘ", "12022519680512002X"),
        ("04", "h12345678", "H12345678"),
        ("05", "M1234567890", "M1234567890"),
        ("06", "12345678", "12345678"),
        ("08", "c01x0006h", "C01X0006H"),
        ("17", "E12345678", "E12345678"),
    ],
)
def test_spellings_are_normalised(id_type: str, text: str, number: str) -> None:
    """Spaces, full-width digits and lower case are normalised."""
    found = parse_identity_number(id_type, text)
    assert isinstance(found, IdentityNumber)
    assert found.number == number
    assert canonical(id_type, found.number) == found.number


def test_generated_numbers_are_parsed() -> None:
    """Generated numbers are valid, carry their birth date and sex, and are invalid with another check character."""
    chance = random.Random(20250101)
    for _ in range(repetitions(20_000, 100_000)):
        born = date(1900, 1, 1) + timedelta(days=chance.randrange(73_000))
        seventeen = f"{chance.randrange(110000, 660000)}{born:%Y%m%d}{chance.randrange(1000):03}"
        check = check_character(seventeen)
        found = parse_identity_number("01", seventeen + check)
        assert isinstance(found, IdentityNumber)
        assert (found.birth_date, found.sex) == (born, "1" if int(seventeen[-1]) % 2 else "2")
        assert isinstance(
            parse_identity_number("01", seventeen + chance.choice("0123456789X".replace(check, ""))), IdentityProblem
        )


@given(st.sampled_from(["01", "16", "07", "04", "05", "06", "08", "17", "99", "x"]), st.text())
def test_any_string_is_parsed_or_rejected(id_type: str, text: str) -> None:
    """Any text is a number or a problem."""
    assert isinstance(parse_identity_number(id_type, text), IdentityNumber | IdentityProblem)


@given(st.sampled_from(KINDS), st.text())
def test_canonical_is_idempotent(id_type: str, text: str) -> None:
    """A second normalisation changes nothing."""
    assert canonical(id_type, canonical(id_type, text)) == canonical(id_type, text)


@given(BIRTHS, st.integers(0, 999))
def test_check_digit_detects_errors(born: date, sequence: int) -> None:
    """MOD 11-2 detects every single wrong digit and every swap of neighbours."""
    seventeen = f"120101{born:%Y%m%d}{sequence:03}"
    number = seventeen + check_character(seventeen)
    for place in range(17):
        other = str((int(number[place]) + 1) % 10)
        assert isinstance(parse_identity_number("01", number[:place] + other + number[place + 1 :]), IdentityProblem)
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert swapped == number or isinstance(parse_identity_number("01", swapped), IdentityProblem)
