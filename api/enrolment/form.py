"""The form of an enrolment: its fields, parsed leniently, with all problems reported at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from api.codes.tables import CodeTableName, table
from api.people.models import Person
from api.text.i18n import Text

DISTRICT_FIELD = "insuredDistrict"
ADDRESS_HINT = Text(
    "写到门牌号，例如：和平区南京路1号2门301。修改只用于本次登记，不改变档案。",
    "Down to the door, for example 和平区南京路1号2门301. A change is for this enrolment only; your record stays as it is.",
)
MOBILE_HINT = Text("11 位，中间有空格或前面有 +86 也可以。", "Eleven digits; spaces and +86 are fine.")
Value = str | bool | None
"""The value of a field: a text, a declaration, or nothing."""


class FieldProblemCode(StrEnum):
    """The kind of a field's problem."""

    REQUIRED = "REQUIRED"
    TOO_LONG = "TOO_LONG"
    BAD_FORMAT = "BAD_FORMAT"
    BAD_CHECK_DIGIT = "BAD_CHECK_DIGIT"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    NOT_SELECTABLE = "NOT_SELECTABLE"
    INCONSISTENT = "INCONSISTENT"
    TOO_LOW = "TOO_LOW"
    TOO_HIGH = "TOO_HIGH"
    NO_FIGURE = "NO_FIGURE"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field and its problem."""

    path: tuple[str, ...]
    code: FieldProblemCode
    message: Text


class FieldKind(StrEnum):
    """How a field is filled in, and how its value is read."""

    CODE = "CODE"
    CHOICE = "CHOICE"
    ADDRESS = "ADDRESS"
    MOBILE_NUMBER = "MOBILE_NUMBER"
    DECLARATION = "DECLARATION"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a form offers, and what it is called."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a scheme's form beside the district, which every form has.

    `name` is its name in the schema. `codes` is the table of a CODE, of which `offers` says what a form offers a person;
    `choices` gives the values of a CHOICE on a day: without any, the field is not asked. `statement` is what a
    DECLARATION declares. `recorded` gives the code that the record has, by which a form is filled in.
    """

    name: str
    label: Text
    kind: FieldKind
    required: bool = True
    hint: Text | None = None
    codes: CodeTableName | None = None
    offers: Callable[[Person, str], bool] | None = None
    choices: Callable[[date], Sequence[Choice]] | None = None
    statement: Text | None = None
    recorded: Callable[[Person], str | None] | None = None

    def is_asked(self, on: date) -> bool:
        """Return whether the form of a day has the field."""
        return self.choices is None or bool(self.choices(on))

    def offered(self, person: Person, on: date) -> Sequence[Choice]:
        """Return the values that the form of a day offers a person; none where the value is typed."""
        if self.choices is not None:
            return self.choices(on)
        if self.codes is None:
            return ()
        entries = (each for each in table(self.codes).entries if each.selectable and not each.retired)
        return [
            Choice(each.code, each.name) for each in entries if self.offers is None or self.offers(person, each.code)
        ]


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form in canonical form.

    `values` are those beside the district, by their names in the schema: None for an optional field that is empty, and
    no entry for a declaration that was not made.
    """

    idempotency_key: str
    notice_version: str
    district: str
    values: Mapping[str, Value]

    def content(self) -> dict[str, Value]:
        """Return all fields but the key, for its digest."""
        return {**self.values, "noticeVersion": self.notice_version, DISTRICT_FIELD: self.district}

    def text(self, name: str) -> str | None:
        """Return the value of a field that is no declaration; None where it is empty."""
        value = self.values.get(name)
        return None if value is None else str(value)

    def declarations(self) -> dict[str, bool]:
        """Return what was declared."""
        return {name: value for name, value in self.values.items() if isinstance(value, bool)}


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The input of a withdrawal."""

    enrolment_id: str
    idempotency_key: str
    reason: str | None

    def content(self) -> dict[str, str | None]:
        """Return all fields but the key, for its digest."""
        return {"enrolmentId": self.enrolment_id, "reason": self.reason}
