"""The facts of a verdict: label, value and source of what the rules use."""

from collections.abc import Iterable
from datetime import date

from api.enrolment.case import payment_change_days
from api.law.days import add_years, next_day
from api.law.parameter import Law
from api.law.rule import CALENDAR, DECLARED, RECORD, Fact
from api.schemes.residents_pension.case import EMPLOYEES, PUBLIC_SECTOR, RESIDENTS, Case
from api.text.i18n import Text

BIRTH = Text("出生日期", "Date of birth")
SCHOOL = Text("非在校学生", "Not a student in school")
STAFF = Text("机关事业单位人员类别", "Category of public-sector staff")
PENSIONS = Text("在保的养老保险", "Pension insurance in force")
HOUSEHOLD = Text("户籍在本市", "Household registered in this city")
BENEFIT = Text("领取养老待遇", "Drawing a pension")
ENROLLED = Text("城乡居民养老参保登记", "Enrolled in the residents' pension")
MISSING, YES, NO = "未登记", "是", "否"


def birth(case: Case, _law: Law) -> Iterable[Fact]:
    """Return the date of birth."""
    if case.birth_date is None:
        yield Fact(BIRTH, MISSING, RECORD)
    else:
        yield Fact(BIRTH, case.birth_date.isoformat(), RECORD, personal=True)


def minimum_age(case: Case, law: Law) -> Iterable[Fact]:
    """Return the day on which the person reaches the minimum age."""
    yield from _birthday(case, law, "minimum_age")


def benefit_age(case: Case, law: Law) -> Iterable[Fact]:
    """Return the day on which the person reaches the age of the benefit."""
    yield from _birthday(case, law, "benefit_age")


def _birthday(case: Case, law: Law, figure: str) -> Iterable[Fact]:
    day = birthday(case, law, figure)
    if day is not None:
        age = law[figure].value
        yield Fact(Text(f"年满{age}周岁之日", f"Day of turning {age}"), day.isoformat(), CALENDAR, personal=True)


def school(case: Case, _law: Law) -> Iterable[Fact]:
    """Return what the person declares about school."""
    yield Fact(SCHOOL, {True: YES, False: NO, None: "尚未声明"}[case.not_in_school], DECLARED)


def public_sector(case: Case, law: Law) -> Iterable[Fact]:
    """Return whether the record has a category of public-sector staff, and the public-sector pension."""
    yield Fact(STAFF, "有" if case.public_sector else "无", RECORD)
    yield from _pensions(case, law.words(PUBLIC_SECTOR))


def employees(case: Case, law: Law) -> Iterable[Fact]:
    """Return the employees' pension in force."""
    yield from _pensions(case, law.words(EMPLOYEES))


def residents(case: Case, law: Law) -> Iterable[Fact]:
    """Return the residents' pension in force."""
    yield from _pensions(case, law.words(RESIDENTS))


def _pensions(case: Case, types: tuple[str, ...]) -> Iterable[Fact]:
    found = sorted({period.type for period in case.joined_in(types)})
    if not found:
        yield Fact(PENSIONS, "无", RECORD)
    for kind in found:
        yield Fact(PENSIONS, kind, RECORD, "INSURANCE_TYPE")


def household(case: Case, _law: Law) -> Iterable[Fact]:
    """Return whether the household is registered in this city."""
    yield Fact(HOUSEHOLD, {True: YES, False: NO, None: MISSING}[case.registered_here], RECORD)


def pension(case: Case, _law: Law) -> Iterable[Fact]:
    """Return whether the person draws a pension."""
    yield Fact(BENEFIT, YES if case.drawing_pension else NO, RECORD)


def enrolment(case: Case, law: Law) -> Iterable[Fact]:
    """Return whether an enrolment of the Hall is in force."""
    yield Fact(ENROLLED, YES if case.is_enrolled(law) else NO, RECORD)


def birthday(case: Case, law: Law, figure: str) -> date | None:
    """Return the birthday of an age of the law; None if it is unknown or outside the calendar."""
    return None if case.birth_date is None else add_years(case.birth_date, law.number(figure))


def few_years_from(case: Case, law: Law) -> date | None:
    """Return the first day on which fewer than the years of contributions remain to the age of the benefit."""
    if case.birth_date is None:
        return None
    reached = add_years(case.birth_date, law.number("benefit_age") - law.number("contribution_years"))
    return None if reached is None else next_day(reached)


def payments(case: Case, _law: Law) -> Iterable[date | None]:
    """Return the days on which payment begins or stops, and the days of registrations."""
    return payment_change_days(case)
