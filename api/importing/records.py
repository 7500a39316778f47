"""Converts a row to a record: parses cells, checks the document, and compares redundant facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.importing.columns import NON_MAINLAND, PARTICIPATION, PERSON, SUBSIDY, ImportColumn
from api.importing.damage import Unfit, doubt
from api.importing.source import FileRow
from api.people import identity_number
from api.people.identity_number import IdentityProblem

RESIDENT_ID = "01"
KNOWN_SEXES = frozenset({"1", "2"})


class Rejected(Exception):
    """A row cannot be stored. Has the column and the reason, and nothing of the content."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(column, reason)
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Record:
    """A valid row: the document of its person, and the values of the file's columns."""

    row: FileRow
    id_type: str
    id_number: str
    values: Mapping[str, Any]

    @property
    def document(self) -> tuple[str, str]:
        """The type and the number of the person's document."""
        return self.id_type, self.id_number


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the three files: its columns, the required ones, its key columns, and a check of the whole row."""

    file: str
    columns: tuple[ImportColumn, ...]
    required: tuple[str, ...]
    told_apart_by: tuple[str, ...]
    checked: Callable[[dict[str, Any]], None]

    def record(self, row: FileRow, today: date) -> Record:
        """Return the record of a row, or raise Rejected."""
        if row.values is None:
            raise Rejected("", "列数与表头不符，或引号不成对")
        values = self._read(row.values)
        for name in self.required:
            if not row.values.get(name):
                raise Rejected(name, "必须填写")
        id_type = values.pop("id_type", None) or RESIDENT_ID
        number = identity_number.parse_identity_number(id_type, values.pop("id_number"))
        if isinstance(number, IdentityProblem):
            reason = doubt(row.values["idNumber"]) if number.code == "BAD_CHECK_DIGIT" else None
            raise Rejected("idNumber", reason or number.message.zh.removesuffix("。"))
        if self.file == "people.csv":
            _check_against_number(values, number, today)
        self.checked(values)
        return Record(row, number.id_type, number.number, values)

    def key(self, record: Record) -> tuple[Any, ...]:
        """Return the unique key of this record in the file."""
        return (*record.document, *(record.values.get(column) for column in self.told_apart_by))

    def _read(self, cells: Mapping[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in self.columns:
            cell = cells.get(column.name)
            if cell is None:
                continue
            try:
                values[column.stored] = column.read(cell) if cell else None
            except Unfit as unfit:
                raise Rejected(column.name, str(unfit)) from None
        return values


def _check_against_number(values: dict[str, Any], number: identity_number.IdentityNumber, today: date) -> None:
    """Fill in birth date and sex from the number; raise Rejected if the row contradicts them."""
    if number.birth_date is not None:
        if (values.get("birth_date") or number.birth_date) != number.birth_date:
            raise Rejected("birthDate", "与证件号码中的出生日期不一致")
        values["birth_date"] = number.birth_date
    if number.sex is not None:
        sex = values.get("sex")
        if sex in KNOWN_SEXES and sex != number.sex:
            raise Rejected("sex", "与证件号码中的性别不一致")
        values["sex"] = number.sex
    if (born := values.get("birth_date")) is not None and born > today:
        raise Rejected("birthDate", "晚于今天")


def _person(values: dict[str, Any]) -> None:
    _in_order(values, "exemption_start_date", "exemption_end_date", "exemptionEndDate")
    if values.get("drawing_pension", False) is None:
        del values["drawing_pension"]
    _employer(values)


def _participation(values: dict[str, Any]) -> None:
    _in_order(values, "started_on", "ended_on", "endedOn")
    _in_order(values, "first_enrolled_on", "started_on", "firstEnrolledOn")
    _employer(values)


def _subsidy(values: dict[str, Any]) -> None:
    _in_order(values, "starts_on", "ends_on", "endsOn")


def _in_order(values: Mapping[str, Any], first: str, last: str, column: str) -> None:
    begin, end = values.get(first), values.get(last)
    if begin is not None and end is not None and end < begin:
        raise Rejected(column, "日期先后颠倒")


def _employer(values: Mapping[str, Any]) -> None:
    if values.get("employer_name") and not values.get("employer_code"):
        raise Rejected("employerCode", "有单位名称时必须填写单位代码")


PERIOD = ("type", "district", "employer_code", "started_on")
KINDS = (
    Kind("people.csv", PERSON + NON_MAINLAND, ("idNumber", "name"), (), _person),
    Kind("participations.csv", PARTICIPATION, ("idNumber", "type", "status"), PERIOD, _participation),
    Kind("subsidies.csv", SUBSIDY, ("idNumber", "district", "startsOn"), ("district", "starts_on"), _subsidy),
)
