"""Identity numbers: canonical form, check digits, and the holder's birth date, sex and area.

GB 11643-1999 for resident identity cards (01) and residence permits of Hong Kong, Macao and Taiwan residents (16); the
permanent residence card for foreigners (07) in its old and its new form; the others by document_forms.toml.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from api.text.folding import MAX_LENGTH, number_form
from api.text.i18n import Text

FORMS = Path(__file__).with_name("document_forms.toml")

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
EARLIEST_YEAR = 1900
RESIDENT = re.compile(r"[1-8][0-9]{16}[0-9X]", re.ASCII)
PERMIT = re.compile(r"8[123]0000[0-9]{11}[0-9X]", re.ASCII)
FOREIGNER = re.compile(r"9[0-9]{16}[0-9X]", re.ASCII)
OLD_FOREIGNER = re.compile(r"[A-Z]{3}[0-9]{12}", re.ASCII)
# Types whose numbers have letters and digits only: separators are a matter of typing.
UNDIVIDED_TYPES = frozenset({"01", "04", "05", "06", "07", "08", "16", "17"})
DIVIDERS = re.compile(r"[-./_·]")
DIVIDERS_AND_BRACKETS = re.compile(r"[-./_·()]")
# Older permits of Taiwan residents print a letter in brackets after the number.
TAIWAN_WITH_LETTER = re.compile(r"([0-9]{8}|[0-9]{10})\(?([A-Z])\)?", re.ASCII)
# 军字第1234567号 is also written 军1234567.
OFFICER_NUMBER = re.compile(r"([\u4e00-\u9fff]{1,3}?)(?:字第|字|第)?([A-Z0-9]{4,12})号?")
NUMBERED_TYPES = frozenset({"01", "16", "07"})
KNOWN_TYPES = frozenset({f"{code:02}" for code in range(1, 18)} | {"90", "99"})

ProblemCode = Literal["BAD_FORMAT", "BAD_CHECK_DIGIT", "INCONSISTENT", "UNKNOWN_CODE"]


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A number in canonical form, with the birth date, sex (GB/T 2261.1) and area that it encodes, or None."""

    id_type: str
    number: str
    birth_date: date | None
    sex: str | None
    area: str | None


@dataclass(frozen=True, slots=True)
class IdentityProblem:
    """Why a text is not a number of its type; the message contains nothing of the text."""

    code: ProblemCode
    message: Text


BAD_FORMAT = IdentityProblem(
    "BAD_FORMAT",
    Text(
        "证件号码的格式与证件类型不符，请核对。",
        "The number does not have the form of this kind of document. Check it.",
    ),
)
BAD_CHECK_DIGIT = IdentityProblem(
    "BAD_CHECK_DIGIT",
    Text("证件号码的校验位不正确，请逐位核对。", "The number's check digit does not fit. Compare it sign by sign."),
)
NO_SUCH_BIRTH_DATE = IdentityProblem(
    "INCONSISTENT",
    Text("证件号码中的出生日期不存在，请核对。", "The date of birth inside the number does not exist. Check it."),
)
UNKNOWN_TYPE = IdentityProblem("UNKNOWN_CODE", Text("没有这种证件类型。", "There is no such kind of document."))


@dataclass(frozen=True, slots=True)
class NumberForm:
    """The format of a document type's numbers: the pattern of the canonical form, and a description."""

    pattern: re.Pattern[str]
    expected: Text


@cache
def forms() -> Mapping[str, NumberForm]:
    """Return the format of each document type without a check digit, by code."""
    described = tomllib.loads(FORMS.read_text("utf-8"))["form"]
    return {
        code: NumberForm(re.compile(each["pattern"]), Text(each["zh"], each["en"]))
        for each in described
        for code in each["types"]
    }


def canonical(id_type: str, text: str) -> str:
    """Return the text in the stored form of that document type."""
    number = number_form(text)
    if (
        len(number) > MAX_LENGTH
        or id_type not in UNDIVIDED_TYPES
        or (number.isascii() and number.isalnum() and id_type != "06")
    ):
        return number
    if id_type == "06" and (permit := TAIWAN_WITH_LETTER.fullmatch(DIVIDERS.sub("", number))):
        return f"{permit[1]}({permit[2]})"
    undivided = DIVIDERS_AND_BRACKETS.sub("", number)
    # Without the divider, adjacent characters can normalize to one.
    return number if undivided == number else canonical(id_type, undivided)


def spellings(text: str) -> tuple[str, ...]:
    """Return every stored form that a number of unknown document type may have."""
    number = number_form(text)
    forms_by_order = {number: None} | {canonical(code, number): None for code in sorted(UNDIVIDED_TYPES)}
    if officer := OFFICER_NUMBER.fullmatch(number):
        forms_by_order |= {f"{officer[1]}{officer[2]}": None, f"{officer[1]}字第{officer[2]}号": None}
    return tuple(forms_by_order)


def parse_identity_number(id_type: str, text: str) -> IdentityNumber | IdentityProblem:
    """Return the decoded number, or why it is not one of its type. Never raises, whatever the text."""
    number = canonical(id_type, text)
    if id_type not in KNOWN_TYPES:
        return UNKNOWN_TYPE
    if id_type == "07" and OLD_FOREIGNER.fullmatch(number):
        return _read_old_foreigner(number)
    if id_type in NUMBERED_TYPES:
        return _read_numbered(id_type, number)
    form = forms()[id_type]
    if not form.pattern.fullmatch(number):
        return _bad_format(form)
    return IdentityNumber(id_type, number, None, None, None)


def _bad_format(form: NumberForm) -> IdentityProblem:
    return IdentityProblem(
        "BAD_FORMAT",
        Text(
            f"证件号码的格式与证件类型不符，应为{form.expected.zh}。",
            f"The number does not have the form of this kind of document: {form.expected.en}.",
        ),
    )


def check_character(seventeen: str) -> str:
    """Return the check character of GB 11643 (ISO 7064 MOD 11-2) over the first seventeen digits."""
    return CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, seventeen, strict=True)) % 11]


def _read_numbered(id_type: str, number: str) -> IdentityNumber | IdentityProblem:
    shape = {"01": RESIDENT, "16": PERMIT, "07": FOREIGNER}[id_type]
    if not shape.fullmatch(number) or (id_type == "01" and PERMIT.fullmatch(number)):
        return BAD_FORMAT
    if check_character(number[:17]) != number[17]:
        return BAD_CHECK_DIGIT
    birth = _parse_birth_date(number[6:14])
    if birth is None:
        return NO_SUCH_BIRTH_DATE
    return IdentityNumber(id_type, number, birth, "1" if int(number[16]) % 2 else "2", number[:6])


def _read_old_foreigner(number: str) -> IdentityNumber | IdentityProblem:
    """Read three letters, four digits of area, six of birth, one of sequence, and a check digit by weights 7-3-1."""
    values = [int(sign) if sign.isdigit() else ord(sign) - ord("A") + 10 for sign in number[:-1]]
    if sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10 != int(number[-1]):
        return BAD_CHECK_DIGIT
    century = "19" if int(number[7:9]) > 30 else "20"
    birth = _parse_birth_date(century + number[7:13])
    return NO_SUCH_BIRTH_DATE if birth is None else IdentityNumber("07", number, birth, None, number[3:7])


def _parse_birth_date(digits: str) -> date | None:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
    return day if day.year >= EARLIEST_YEAR else None
