"""The lines of the preview and of the receipt."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from api.codes.tables import CodeTableName, table
from api.enrolment.form import DISTRICT_FIELD, FieldKind, Form, FormField, Value
from api.enrolment.models import StoredEnrolment
from api.enrolment.receipt import Line
from api.enrolment.scheme import Scheme
from api.people import masks
from api.people.models import Person
from api.text.i18n import Text
from api.zone import in_shanghai

NOT_GIVEN = Text("未填写", "Not given")
NOT_RECORDED = Text("未登记", "Not recorded")
DECLARED = Text("本人声明", "Declared")
DISTRICT = Text("参保区县", "District")
MASKS = {FieldKind.ADDRESS: masks.address, FieldKind.MOBILE_NUMBER: masks.number}


def form_lines(scheme: Scheme, person: Person, form: Form, on: date) -> tuple[Line, ...]:
    """Return the parsed fields of the form, for the preview: the account's facts, the fields, what was declared.

    A choice is called what it is called on the day. The facts of the account are masked; `revealed` shows them in full.
    """
    declarations = [field for field in scheme.fields if field.kind is FieldKind.DECLARATION]
    others = [field for field in scheme.fields if field not in declarations and field.name in form.values]
    return (
        *_fixed_lines(person),
        *(_field_line(field, form.values[field.name], on) for field in others),
        _coded_line(DISTRICT_FIELD, DISTRICT, CodeTableName.DISTRICT, form.district),
        *_declared_lines(declarations, form),
    )


def receipt_lines(scheme: Scheme, person: Person, form: Form, now: datetime) -> tuple[Line, ...]:
    """Return the lines of the receipt. Personal facts are masked, because third parties read it."""
    moment = now.strftime("%Y-%m-%d %H:%M")
    masked = {
        field.name: MASKS[field.kind](form.text(field.name)) or "" for field in scheme.fields if field.kind in MASKS
    }
    return (
        Line(Text("办理事项", "Service"), scheme.title, "service"),
        *form_lines(scheme, person, replace(form, values={**form.values, **masked}), now.date()),
        _line("registeredAt", Text("登记时间", "Registered at"), moment),
        Line(Text("登记状态", "Status"), Text("登记未缴费", "Registered, nothing paid yet"), "status"),
    )


def declared_lines(scheme: Scheme, row: StoredEnrolment) -> tuple[Line, ...]:
    """Return what the person gave on the form of an enrolment, personal facts masked."""
    values = scheme.enrolments.values_of(row)
    on = in_shanghai(row.registered_at).date()
    given = [(field, values[field.name]) for field in scheme.fields if values.get(field.name) is not None]
    return tuple(
        _field_line(field, MASKS[field.kind](value) if field.kind in MASKS else value, on) for field, value in given
    )


def _field_line(field: FormField, value: Value, on: date) -> Line:
    label = Text(field.label.zh, field.label.en[:1].upper() + field.label.en[1:])
    if value is None:
        return Line(label, NOT_GIVEN, field.name)
    if field.codes is not None:
        return _coded_line(field.name, label, field.codes, str(value))
    choices = field.choices(on) if field.choices else ()
    called = next((choice.label for choice in choices if choice.value == value), None)
    return _line(field.name, label, str(value)) if called is None else Line(label, called, field.name)


def _declared_lines(declarations: list[FormField], form: Form) -> Iterator[Line]:
    for field in declarations:
        if field.name in form.values and field.statement is not None:
            yield Line(DECLARED, field.statement, field.name)


def _fixed_lines(person: Person) -> tuple[Line, ...]:
    born = masks.birth_date(person.birth_date)
    return (
        _coded_line("idType", Text("证件类型", "Document"), CodeTableName.ID_TYPE, person.id_type),
        _line("idNumber", Text("证件号码", "Document number"), masks.number(person.id_number) or ""),
        _line("name", Text("姓名", "Name"), masks.name(person.name) or ""),
        _coded_line("sex", Text("性别", "Sex"), CodeTableName.SEX, person.sex, NOT_RECORDED),
        Line(Text("出生日期", "Date of birth"), NOT_RECORDED if born is None else Text(born, born), "birthDate"),
    )


def _line(key: str, label: Text, value: str) -> Line:
    return Line(label, Text(value, value), key)


def _coded_line(key: str, label: Text, codes: CodeTableName, code: str | None, otherwise: Text = NOT_GIVEN) -> Line:
    if code is None:
        return Line(label, otherwise, key)
    known = table(codes).get(code)
    return Line(label, known.name if known else Text(code, code), key)
