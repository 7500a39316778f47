"""The form of 灵活就业参保登记: parsed leniently, with all problems reported at once."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from api.codes.tables import Code, CodeTableName, table
from api.people import mobile_number, postal_address
from api.schemes.rule import PositionNature
from api.text.characters import is_writable
from api.text.i18n import Text

KEY_LENGTH = 64
VERSION_LENGTH = 40
ADDRESS_LENGTH = 200
REASON_LENGTH = 200


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


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of the form in canonical form."""

    idempotency_key: str
    notice_version: str
    insured_district: str
    household_registration_type: str
    ethnic_group: str
    residential_address: str
    mobile_number: str
    position_nature: PositionNature | None
    works_in_city: bool | None = None

    def content(self) -> dict[str, str | bool | None]:
        """Return all fields but the key, for its digest; a field that earlier releases lacked is omitted, not null."""
        declared = {} if self.works_in_city is None else {"worksInCity": self.works_in_city}
        return declared | {
            "noticeVersion": self.notice_version,
            "insuredDistrict": self.insured_district,
            "householdRegistrationType": self.household_registration_type,
            "ethnicGroup": self.ethnic_group,
            "residentialAddress": self.residential_address,
            "mobileNumber": self.mobile_number,
            "positionNature": self.position_nature,
        }


class FormReader:
    """Parses the fields of an input and collects their problems."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def text(self, name: str, label: Text, value: str, longest: int) -> str:
        """Return `value` without surrounding space; blank, too long and unstorable texts are problems."""
        read = value.strip()
        if not read:
            self._problem(name, FieldProblemCode.REQUIRED, Text(f"请填写{label.zh}。", f"Fill in the {label.en}."))
        elif len(read) > longest:
            said = Text(f"{label.zh}最多{longest}个字。", f"The {label.en} has {longest} characters at most.")
            self._problem(name, FieldProblemCode.TOO_LONG, said)
        elif not is_writable(read):
            said = Text(
                f"{label.zh}含有无法保存的字符，请重新填写。",
                f"The {label.en} has signs that cannot be stored. Type it again.",
            )
            self._problem(name, FieldProblemCode.BAD_FORMAT, said)
        return read

    def optional_text(self, name: str, label: Text, value: str | None, longest: int) -> str | None:
        """Return `value` as `text` does, or None if it is blank."""
        return self.text(name, label, value, longest) if value and value.strip() else None

    def code(self, name: str, label: Text, value: str, codes: CodeTableName) -> str:
        """Return the code; unknown and not selectable codes are problems."""
        read = unicodedata.normalize("NFKC", value).strip() if len(value) <= KEY_LENGTH else value
        known = table(codes).get(read)
        if not read:
            self._problem(name, FieldProblemCode.REQUIRED, Text(f"请选择{label.zh}。", f"Choose the {label.en}."))
        elif known is None:
            said = Text(
                f"没有找到这个{label.zh}，请从列表中选择。",
                f"This {label.en} was not found. Choose one from the list.",
            )
            self._problem(name, FieldProblemCode.UNKNOWN_CODE, said)
        elif not known.selectable or known.retired:
            said = _not_selectable(label, known)
            self._problem(name, FieldProblemCode.NOT_SELECTABLE, said)
        return read

    def address(self, name: str, label: Text, value: str) -> str:
        """Return an address as `text` does; an incomplete address is a problem."""
        read = self.text(name, label, value, ADDRESS_LENGTH)
        is_readable = not any(problem.path == ("input", name) for problem in self.problems)
        if is_readable and (said := postal_address.missing_part(read)) is not None:
            self._problem(name, FieldProblemCode.BAD_FORMAT, said)
        return read

    def mobile(self, name: str, value: str) -> str:
        """Return the mobile number as eleven digits; other numbers than of the mainland are problems."""
        if not value.strip():
            self._problem(name, FieldProblemCode.REQUIRED, Text("请填写手机号码。", "Fill in the mobile number."))
            return ""
        read = mobile_number.parse_mobile_number(value)
        if read is None:
            said = Text(
                "手机号码应为11位数字，以1开头，如 13800001234。",
                "A mobile number has 11 digits and begins with 1, like 13800001234.",
            )
            self._problem(name, FieldProblemCode.BAD_FORMAT, said)
        return read or ""

    def _problem(self, name: str, code: FieldProblemCode, message: Text) -> None:
        self.problems.append(FieldProblem(("input", name), code, message))


def _not_selectable(label: Text, known: Code) -> Text:
    """Return why a known code cannot be chosen: it is retired, or the head of a group."""
    zh, en = known.name.zh, known.name.en
    if known.retired:
        return Text(f"“{zh}”已停用，请选择现行{label.zh}。", f"“{en}” is no longer used. Choose a current {label.en}.")
    return Text(f"“{zh}”过于笼统，请选择更具体的一项。", f"“{en}” is too general. Choose a more specific entry.")


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
    works_in_city: bool | None = None,
) -> tuple[Form, list[FieldProblem]]:
    """Return the parsed form and all its problems."""
    reader = FormReader()
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
        residential_address=reader.address(
            "residentialAddress", Text("常驻地址", "residential address"), residential_address
        ),
        mobile_number=reader.mobile("mobileNumber", mobile_number),
        position_nature=position_nature,
        works_in_city=works_in_city,
    )
    return form, reader.problems


RESIDENT_ID, RESIDENCE_PERMIT = "01", "16"
# 港澳台侨人员 and 外国人, including group heads: they hold no resident identity card of the mainland.
ELSEWHERE = {"30", "31", "32", "33", "34", "40", "41", "42"}
# The household registration for the area code at the beginning of a residence permit's number.
REGIONS = {"81": "31", "82": "32", "83": "33"}


def contradictions(form: Form, id_type: str, id_number: str) -> list[FieldProblem]:
    """Return the contradictions between the form and the account's document."""
    chosen = form.household_registration_type
    if id_type == RESIDENT_ID and chosen in ELSEWHERE:
        said = Text(
            "您持居民身份证，户口性质不能选择港澳台侨或外国人，请选择本地、外地或居民户口。",
            "You hold a resident identity card, so the household registration cannot be that of Hong Kong, Macao, Taiwan, "
            "overseas Chinese or foreigners.",
        )
    elif id_type == RESIDENCE_PERMIT and chosen != REGIONS.get(id_number[:2], chosen):
        right = table(CodeTableName.HOUSEHOLD_REGISTRATION_TYPE).get(REGIONS[id_number[:2]])
        name = right.name if right else Text("", "")
        said = Text(
            f"与您的港澳台居民居住证不一致，请选择“{name.zh}”。",
            f"This does not agree with your residence permit. Choose “{name.en}”.",
        )
    else:
        return []
    return [FieldProblem(("input", "householdRegistrationType"), FieldProblemCode.INCONSISTENT, said)]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The input of a withdrawal."""

    enrolment_id: str
    idempotency_key: str
    reason: str | None

    def content(self) -> dict[str, str | None]:
        """Return all fields but the key, for its digest."""
        return {"enrolmentId": self.enrolment_id, "reason": self.reason}


def read_withdrawal(
    *, enrolment_id: str, idempotency_key: str, reason: str | None
) -> tuple[Withdrawal, list[FieldProblem]]:
    """Return the parsed withdrawal and all its problems."""
    reader = FormReader()
    withdrawal = Withdrawal(
        enrolment_id=enrolment_id.strip(),
        idempotency_key=reader.text("idempotencyKey", KEY, idempotency_key, KEY_LENGTH),
        reason=reader.optional_text("reason", Text("撤回原因", "reason"), reason, REASON_LENGTH),
    )
    return withdrawal, reader.problems
