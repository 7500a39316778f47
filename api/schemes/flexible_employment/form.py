"""The form of 灵活就业参保登记: what a person fills in, read forgivingly, with every problem told at once."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from api.codes.tables import CodeTableName, table
from api.language import Text
from api.people import mobile_number
from api.schemes.rule import PositionNature

KEY_LENGTH = 64
VERSION_LENGTH = 40
ADDRESS_LENGTH = 200
REASON_LENGTH = 200
# Rare characters of addresses may be newer than Python's tables, or stand where a bureau's own font has put them.
UNWRITABLE = {"Cc", "Cs"}


class FieldProblemCode(StrEnum):
    """What is wrong with a field."""

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
    """One field and what is wrong with it."""

    path: tuple[str, ...]
    code: FieldProblemCode
    message: Text


@dataclass(frozen=True, slots=True)
class Form:
    """What a person filled in, in canonical form."""

    idempotency_key: str
    notice_version: str
    insured_district: str
    household_registration_type: str
    ethnic_group: str
    residential_address: str
    mobile_number: str
    position_nature: PositionNature | None

    def content(self) -> dict[str, str | None]:
        """Return all that the form says beside its key."""
        return {
            "noticeVersion": self.notice_version,
            "insuredDistrict": self.insured_district,
            "householdRegistrationType": self.household_registration_type,
            "ethnicGroup": self.ethnic_group,
            "residentialAddress": self.residential_address,
            "mobileNumber": self.mobile_number,
            "positionNature": self.position_nature,
        }


class Reader:
    """Reads the fields of an input one by one, and gathers their problems."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def text(self, name: str, label: Text, value: str, longest: int) -> str:
        """Return `value` without surrounding space; a problem where it is blank, too long or unwritable."""
        read = value.strip()
        if not read:
            self._problem(name, FieldProblemCode.REQUIRED, Text(f"请填写{label.zh}。", f"Fill in the {label.en}."))
        elif len(read) > longest:
            said = Text(f"{label.zh}最多{longest}个字。", f"The {label.en} has {longest} characters at most.")
            self._problem(name, FieldProblemCode.TOO_LONG, said)
        elif any(unicodedata.category(sign) in UNWRITABLE for sign in read):
            said = Text(
                f"{label.zh}含有无法保存的字符，请重新填写。",
                f"The {label.en} has signs that cannot be stored. Type it again.",
            )
            self._problem(name, FieldProblemCode.BAD_FORMAT, said)
        return read

    def optional_text(self, name: str, label: Text, value: str | None, longest: int) -> str | None:
        """Return `value` as `text` does, or None where it is blank."""
        return self.text(name, label, value, longest) if value and value.strip() else None

    def code(self, name: str, label: Text, value: str, codes: CodeTableName) -> str:
        """Return the code; a problem where the table does not know it or a form may not offer it."""
        read = unicodedata.normalize("NFKC", value).strip() if len(value) <= KEY_LENGTH else value
        known = table(codes).get(read)
        if not read:
            self._problem(name, FieldProblemCode.REQUIRED, Text(f"请选择{label.zh}。", f"Choose the {label.en}."))
        elif known is None:
            said = Text(
                f"没有这个{label.zh}代码，请从列表中选择。",
                f"There is no such code for the {label.en}. Choose from the list.",
            )
            self._problem(name, FieldProblemCode.UNKNOWN_CODE, said)
        elif not known.selectable or known.retired:
            said = Text(
                f"“{known.name.zh}”不能选择，请选择更具体或现行的一项。",
                f"“{known.name.en}” cannot be chosen. Choose one from the list.",
            )
            self._problem(name, FieldProblemCode.NOT_SELECTABLE, said)
        return read

    def mobile(self, name: str, value: str) -> str:
        """Return the mobile number as eleven digits; a problem where it is none of the mainland."""
        if not value.strip():
            self._problem(name, FieldProblemCode.REQUIRED, Text("请填写手机号码。", "Fill in the mobile number."))
            return ""
        read = mobile_number.read(value)
        if read is None:
            said = Text(
                "手机号码应为11位数字，以1开头，如 13800001234。",
                "A mobile number has 11 digits and begins with 1, like 13800001234.",
            )
            self._problem(name, FieldProblemCode.BAD_FORMAT, said)
        return read or ""

    def _problem(self, name: str, code: FieldProblemCode, message: Text) -> None:
        self.problems.append(FieldProblem(("input", name), code, message))


KEY = Text("幂等键", "idempotency key")


def read_form(
    *,
    idempotency_key: str,
    notice_version: str,
    insured_district: str,
    household_registration_type: str,
    ethnic_group: str,
    residential_address: str,
    mobile_number: str,
    position_nature: PositionNature | None,
) -> tuple[Form, list[FieldProblem]]:
    """Return the form as it was meant, and every problem in it."""
    reader = Reader()
    household = Text("户口性质", "household registration")
    form = Form(
        idempotency_key=reader.text("idempotencyKey", KEY, idempotency_key, KEY_LENGTH),
        notice_version=reader.text(
            "noticeVersion", Text("参保须知版本", "notice version"), notice_version, VERSION_LENGTH
        ),
        insured_district=reader.code(
            "insuredDistrict", Text("参保区县", "district"), insured_district, CodeTableName.DISTRICT
        ),
        household_registration_type=reader.code(
            "householdRegistrationType",
            household,
            household_registration_type,
            CodeTableName.HOUSEHOLD_REGISTRATION_TYPE,
        ),
        ethnic_group=reader.code("ethnicGroup", Text("民族", "ethnic group"), ethnic_group, CodeTableName.ETHNIC_GROUP),
        residential_address=reader.text(
            "residentialAddress", Text("常驻地址", "residential address"), residential_address, ADDRESS_LENGTH
        ),
        mobile_number=reader.mobile("mobileNumber", mobile_number),
        position_nature=position_nature,
    )
    return form, reader.problems


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a person fills in to withdraw."""

    enrolment_id: str
    idempotency_key: str
    reason: str | None

    def content(self) -> dict[str, str | None]:
        """Return all that it says beside its key."""
        return {"enrolmentId": self.enrolment_id, "reason": self.reason}


def read_withdrawal(
    *, enrolment_id: str, idempotency_key: str, reason: str | None
) -> tuple[Withdrawal, list[FieldProblem]]:
    """Return the withdrawal as it was meant, and every problem in it."""
    reader = Reader()
    withdrawal = Withdrawal(
        enrolment_id=enrolment_id.strip(),
        idempotency_key=reader.text("idempotencyKey", KEY, idempotency_key, KEY_LENGTH),
        reason=reader.optional_text("reason", Text("撤回原因", "reason"), reason, REASON_LENGTH),
    )
    return withdrawal, reader.problems
