"""What a person checks before sending, and what the receipt says."""

from dataclasses import replace
from datetime import datetime

from api.codes.tables import CodeTableName, table
from api.language import Text
from api.people import masks
from api.people.models import Person
from api.schemes.flexible_employment.form import Form
from api.schemes.receipt import Line


def form_lines(person: Person, form: Form) -> tuple[Line, ...]:
    """Return what a person checks before sending: what the account fixes, masked, and the form as it was understood."""
    return (
        *_fixed_lines(person),
        _coded_line(
            Text("户口性质", "Household registration"),
            CodeTableName.HOUSEHOLD_REGISTRATION_TYPE,
            form.household_registration_type,
        ),
        _coded_line(Text("民族", "Ethnic group"), CodeTableName.ETHNIC_GROUP, form.ethnic_group),
        Line(Text("常驻地址", "Residential address"), Text(form.residential_address, form.residential_address)),
        Line(Text("手机号码", "Mobile number"), Text(form.mobile_number, form.mobile_number)),
        *_position_lines(form),
        _coded_line(Text("参保区县", "District"), CodeTableName.DISTRICT, form.insured_district),
    )


def receipt_lines(person: Person, form: Form, now: datetime) -> tuple[Line, ...]:
    """Return what the receipt says, personal facts masked: it is shown to anyone the person hands it to."""
    moment = now.strftime("%Y-%m-%d %H:%M")
    address, mobile = masks.address(form.residential_address) or "", masks.mobile_number(form.mobile_number) or ""
    kept = replace(form, residential_address=address, mobile_number=mobile)
    return (
        Line(Text("办理事项", "Service"), Text("灵活就业参保登记", "Flexible-employment enrolment")),
        *form_lines(person, kept),
        Line(Text("登记时间", "Registered at"), Text(moment, moment)),
        Line(Text("登记状态", "Status"), Text("登记未缴费", "Registered, nothing paid yet")),
    )


def _fixed_lines(person: Person) -> tuple[Line, ...]:
    name, number = masks.name(person.name) or "", masks.id_number(person.id_number) or ""
    return (
        Line(Text("姓名", "Name"), Text(name, name)),
        _coded_line(Text("证件类型", "Document"), CodeTableName.ID_TYPE, person.id_type),
        Line(Text("证件号码", "Document number"), Text(number, number)),
    )


def _position_lines(form: Form) -> tuple[Line, ...]:
    if form.position_nature is None:
        return ()
    return (_coded_line(Text("岗位性质", "Position"), CodeTableName.POSITION_NATURE, form.position_nature),)


def _coded_line(label: Text, codes: CodeTableName, code: str) -> Line:
    known = table(codes).get(code)
    return Line(label, known.name if known else Text(code, code))
