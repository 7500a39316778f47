"""Reads a form leniently, and collects all problems at once."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from api.codes.tables import Code, CodeTableName, table
from api.enrolment.form import (
    DISTRICT_FIELD,
    FieldKind,
    FieldProblem,
    FieldProblemCode,
    Form,
    FormField,
    Value,
    Withdrawal,
)
from api.people import mobile_number, postal_address
from api.text.characters import is_writable
from api.text.i18n import Text

KEY_LENGTH = 64
VERSION_LENGTH = 40
ADDRESS_LENGTH = 200
REASON_LENGTH = 200
KEY = Text("幂等键", "idempotency key")
NOTICE_VERSION = Text("参保须知版本", "notice version")
DISTRICT = Text("参保区县", "district")
REASON = Text("撤回原因", "reason")
YES, NO = "true", "false"


def read_form(  # noqa: PLR0913 - what is sent besides the fields
    fields: Sequence[FormField],
    given: Mapping[str, Value],
    *,
    idempotency_key: str,
    notice_version: str,
    district: str,
    on: date,
) -> tuple[Form, list[FieldProblem]]:
    """Return the parsed form of a day and all its problems; `given` are the values by field."""
    reader = FormReader()
    key = reader.text("idempotencyKey", KEY, idempotency_key, KEY_LENGTH)
    version = reader.text("noticeVersion", NOTICE_VERSION, notice_version, VERSION_LENGTH)
    chosen = reader.code(DISTRICT_FIELD, DISTRICT, district, CodeTableName.DISTRICT)
    values = {field.name: reader.field(field, given.get(field.name), on) for field in fields if field.is_asked(on)}
    unmade = {field.name for field in fields if field.kind is FieldKind.DECLARATION and values.get(field.name) is None}
    asked = {name: value for name, value in values.items() if name not in unmade}
    reader.unknown(given.keys() - values.keys())
    return Form(key, version, chosen, asked), reader.problems


def readable(fields: Sequence[FormField], given: Mapping[str, Value], on: date) -> dict[str, Value]:
    """Return the values that can be read, for a verdict before the form is complete."""
    found: dict[str, Value] = {}
    for field in fields:
        reader = FormReader()
        value = reader.field(field, given.get(field.name), on) if field.name in given else None
        if value is not None and not reader.problems:
            found[field.name] = value
    return found


class FormReader:
    """Parses the fields of an input and collects their problems."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def field(self, field: FormField, value: Value, on: date) -> Value:
        """Return the value of a field as it is stored; None where an optional one is empty."""
        if value is None or (isinstance(value, str) and not value.strip()):
            if field.required:
                self._missing(field)
            return None
        if field.kind is FieldKind.DECLARATION:
            return self.declaration(field, value)
        text = str(value)
        if field.kind is FieldKind.ADDRESS:
            return self.address(field.name, field.label, text)
        if field.kind is FieldKind.MOBILE_NUMBER:
            return self.mobile(field.name, text)
        if field.codes is not None:
            return self.code(field.name, field.label, text, field.codes)
        return self.choice(field, text, on)

    def declaration(self, field: FormField, value: Value) -> bool | None:
        """Return what is declared; from programs that send text, `true` or `false`."""
        if isinstance(value, bool):
            return value
        if value in {YES, NO}:
            return value == YES
        self._problem(field.name, FieldProblemCode.BAD_FORMAT, Text("请声明“是”或“否”。", "Declare true or false."))
        return None

    def choice(self, field: FormField, value: str, on: date) -> str:
        """Return one of the values that the field offers on a day."""
        read = unicodedata.normalize("NFKC", value[:KEY_LENGTH]).strip()
        if read not in {choice.value for choice in (field.choices(on) if field.choices else ())}:
            said = Text(
                f"没有找到这个{field.label.zh}，请从列表中选择。",
                f"This {field.label.en} was not found. Choose one from the list.",
            )
            self._problem(field.name, FieldProblemCode.UNKNOWN_CODE, said)
        return read

    def unknown(self, names: Iterable[str]) -> None:
        """Report fields that the form does not have."""
        said = Text("登记表没有这一项，请去掉。", "The form has no such field. Leave it out.")
        for name in sorted(names):
            self._problem(name[:KEY_LENGTH], FieldProblemCode.UNKNOWN_CODE, said)

    def _missing(self, field: FormField) -> None:
        if field.kind is FieldKind.DECLARATION:
            said = Text("请确认本人声明。", "Confirm the declaration.")
        elif field.kind in {FieldKind.CODE, FieldKind.CHOICE}:
            said = Text(f"请选择{field.label.zh}。", f"Choose the {field.label.en}.")
        else:
            said = Text(f"请填写{field.label.zh}。", f"Fill in the {field.label.en}.")
        self._problem(field.name, FieldProblemCode.REQUIRED, said)

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


def read_withdrawal(
    *, enrolment_id: str, idempotency_key: str, reason: str | None
) -> tuple[Withdrawal, list[FieldProblem]]:
    """Return the parsed withdrawal and all its problems."""
    reader = FormReader()
    withdrawal = Withdrawal(
        enrolment_id=enrolment_id.strip(),
        idempotency_key=reader.text("idempotencyKey", KEY, idempotency_key, KEY_LENGTH),
        reason=reader.optional_text("reason", REASON, reason, REASON_LENGTH),
    )
    return withdrawal, reader.problems
