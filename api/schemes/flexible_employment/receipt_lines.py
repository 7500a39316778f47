"""The lines of the preview and of the receipt."""

from dataclasses import replace
from datetime import datetime

from api.codes.tables import CodeTableName, table
from api.enrolment.receipt import Line
from api.people import masks
from api.people.models import Person
from api.schemes.flexible_employment.form import Form
from api.text.i18n import Text

NOT_GIVEN = Text("未填写", "Not given")
NOT_RECORDED = Text("未登记", "Not recorded")
WORKS_HERE = Text("我在本市灵活就业", "I am in flexible employment in this city")


def form_lines(person: Person, form: Form) -> tuple[Line, ...]:
    """Return the eleven parsed fields of the form in the guide's order, for the preview.

    The facts of the account are masked; `revealed` shows them in full.
    """
    return (
        *_fixed_lines(person),
        _coded_line(
            "householdRegistrationType",
            Text("户口性质", "Household registration"),
            CodeTableName.HOUSEHOLD_REGISTRATION_TYPE,
            form.household_registration_type,
        ),
        _coded_line("ethnicGroup", Text("民族", "Ethnic group"), CodeTableName.ETHNIC_GROUP, form.ethnic_group),
        _line("residentialAddress", Text("常驻地址", "Residential address"), form.residential_address),
        _line("mobileNumber", Text("手机号码", "Mobile number"), form.mobile_number),
        _coded_line(
            "positionNature",
            Text("岗位性质", "Position"),
            CodeTableName.POSITION_NATURE,
            form.position_nature,
            NOT_GIVEN,
        ),
        _coded_line("insuredDistrict", Text("参保区县", "District"), CodeTableName.DISTRICT, form.insured_district),
        *_declared_lines(form),
    )


def receipt_lines(person: Person, form: Form, now: datetime) -> tuple[Line, ...]:
    """Return the lines of the receipt. Personal facts are masked, because third parties read it."""
    moment = now.strftime("%Y-%m-%d %H:%M")
    address, mobile = masks.address(form.residential_address) or "", masks.number(form.mobile_number) or ""
    masked = replace(form, residential_address=address, mobile_number=mobile)
    return (
        Line(Text("办理事项", "Service"), Text("灵活就业参保登记", "Flexible-employment enrolment"), "service"),
        *form_lines(person, masked),
        _line("registeredAt", Text("登记时间", "Registered at"), moment),
        Line(Text("登记状态", "Status"), Text("登记未缴费", "Registered, nothing paid yet"), "status"),
    )


def _fixed_lines(person: Person) -> tuple[Line, ...]:
    born = masks.birth_date(person.birth_date)
    return (
        _coded_line("idType", Text("证件类型", "Document"), CodeTableName.ID_TYPE, person.id_type),
        _line("idNumber", Text("证件号码", "Document number"), masks.number(person.id_number) or ""),
        _line("name", Text("姓名", "Name"), masks.name(person.name) or ""),
        _coded_line("sex", Text("性别", "Sex"), CodeTableName.SEX, person.sex, NOT_RECORDED),
        Line(Text("出生日期", "Date of birth"), NOT_RECORDED if born is None else Text(born, born), "birthDate"),
    )


def _declared_lines(form: Form) -> tuple[Line, ...]:
    if form.works_in_city is None:
        return ()
    return (Line(Text("本人声明", "Declared"), WORKS_HERE, "worksInCity"),)


def _line(key: str, label: Text, value: str) -> Line:
    return Line(label, Text(value, value), key)


def _coded_line(key: str, label: Text, codes: CodeTableName, code: str | None, otherwise: Text = NOT_GIVEN) -> Line:
    if code is None:
        return Line(label, otherwise, key)
    known = table(codes).get(code)
    return Line(label, known.name if known else Text(code, code), key)
