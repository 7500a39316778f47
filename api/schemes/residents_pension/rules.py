"""The conditions of 城乡居民养老参保登记 in the text's order: one pure function each, beside its clause."""

from datetime import date

from api.law.condition import Finding, Rule, rule
from api.law.parameter import Law
from api.schemes.residents_pension import facts
from api.schemes.residents_pension.case import EMPLOYEES, PUBLIC_SECTOR, RESIDENTS, Case
from api.schemes.residents_pension.codes import RuleCode
from api.schemes.residents_pension.findings import (
    DECLARE_NOT_IN_SCHOOL,
    FEW_YEARS,
    NO_BIRTH_DATE,
    PAYS_ALREADY,
    PUBLIC_SECTOR_CATEGORY,
    RESIDENCE_PERMIT,
    SUSPENDED_ALREADY,
    SUSPENDED_EMPLOYEES,
    TRANSITION,
    WHERE_REGISTERED,
)
from api.schemes.residents_pension.law import GUIDE
from api.text.i18n import Text

OPINION = "《国务院关于建立统一的城乡居民基本养老保险制度的意见》（国发〔2014〕8号）"
PERMIT_OF_RESIDENCE = "16"
ISSUED_ON = date(2014, 2, 21)
"""The day on which the Opinion was issued: 本意见印发之日."""


@rule(
    GUIDE["RP-1"],
    code=RuleCode.MINIMUM_AGE,
    title=Text("年满{minimum_age}周岁", "At least {minimum_age} years old"),
    refusal=Text(
        "未满{minimum_age}周岁，不能参加城乡居民养老保险。",
        "You are under {minimum_age}: you can enrol from your {minimum_age}th birthday.",
    ),
    refusal_title=Text("未满{minimum_age}周岁", "Under {minimum_age}"),
    legal_basis=f"{OPINION}三",
    facts=[facts.birth, facts.minimum_age],
    changes_on=lambda case, law: (facts.birthday(case, law, "minimum_age"),),
    reads=["minimum_age"],
)
def is_old_enough(case: Case, law: Law) -> Finding:
    """年满16周岁: from the birthday on, that day included."""
    birthday = facts.birthday(case, law, "minimum_age")
    return NO_BIRTH_DATE if birthday is None else birthday <= case.on


@rule(
    GUIDE["RP-1"],
    code=RuleCode.NOT_IN_SCHOOL,
    title=Text("不是在校学生", "Not a student in school"),
    refusal=Text(
        "在校学生不参加城乡居民养老保险，离校后可以登记。",
        "Students in school do not join this scheme. You can enrol after you leave school.",
    ),
    refusal_title=Text("您声明为在校学生", "You declared that you are in school"),
    legal_basis=f"{OPINION}三",
    facts=[facts.school],
    declared=True,
)
def is_not_in_school(case: Case, _law: Law) -> Finding:
    """不含在校学生: not in any record, so the person declares it."""
    return DECLARE_NOT_IN_SCHOOL if case.not_in_school is None else case.not_in_school


@rule(
    GUIDE["RP-1"],
    code=RuleCode.NOT_PUBLIC_SECTOR,
    title=Text("非国家机关和事业单位工作人员", "Not public-sector staff"),
    refusal=Text(
        "您正在参加机关事业养老保险，不属于城乡居民养老保险的参保范围。",
        "You are in the public-sector pension, so this scheme is not open to you.",
    ),
    refusal_title=Text("国家机关或事业单位工作人员", "Public-sector staff"),
    legal_basis=f"{OPINION}三；《中华人民共和国社会保险法》第十条第三款",
    facts=[facts.public_sector],
    changes_on=facts.payments,
    reads=[PUBLIC_SECTOR],
)
def is_not_public_sector_staff(case: Case, law: Law) -> Finding:
    """非国家机关和事业单位工作人员: neither in their pension nor recorded in one of their categories."""
    if case.joined_in(law.words(PUBLIC_SECTOR)):
        return False
    return PUBLIC_SECTOR_CATEGORY if case.public_sector else True


@rule(
    GUIDE["RP-1"],
    code=RuleCode.NOT_IN_EMPLOYEES_PENSION,
    title=Text("未参加职工基本养老保险", "Not in the employees' pension"),
    refusal=Text(
        "您正在参加职工基本养老保险，不再参加城乡居民养老保险。",
        "You are in the employees' pension and do not join this scheme as well.",
    ),
    refusal_title=Text("正在参加职工基本养老保险", "In the employees' pension"),
    legal_basis=f"{OPINION}三；《中华人民共和国社会保险法》第十条",
    facts=[facts.employees],
    changes_on=facts.payments,
    reads=[EMPLOYEES],
)
def is_outside_the_employees_pension(case: Case, law: Law) -> Finding:
    """不属于职工基本养老保险制度覆盖范围: neither an employer nor the person pays it; suspended, with a notice."""
    if case.paid_in(law.words(EMPLOYEES)):
        return False
    return SUSPENDED_EMPLOYEES if case.joined_in(law.words(EMPLOYEES)) else True


@rule(
    GUIDE["RP-1"],
    code=RuleCode.HOUSEHOLD_IN_CITY,
    title=Text("户籍在本市", "Household registered in this city"),
    refusal=Text(
        "城乡居民养老保险在户籍地参加，您的户籍不在本市。",
        "This scheme is joined where the household is registered, and yours is not registered in this city.",
    ),
    refusal_title=Text("户籍不在本市", "Household registered elsewhere"),
    legal_basis=f"{OPINION}三",
    facts=[facts.household],
)
def is_registered_here(case: Case, _law: Law) -> Finding:
    """可以在户籍地参加: by the address of the household, else by its type."""
    if case.id_type == PERMIT_OF_RESIDENCE and case.registered_here is not True:
        return RESIDENCE_PERMIT
    return WHERE_REGISTERED if case.registered_here is None else case.registered_here


@rule(
    GUIDE["RP-4"],
    code=RuleCode.BENEFIT_AGE,
    title=Text("未满{benefit_age}周岁", "Under {benefit_age}"),
    refusal=Text(
        "已年满{benefit_age}周岁，不再办理参保登记；以前参加过的，可以办理领取待遇。",
        "You are {benefit_age} or older and can no longer enrol. If you were in the scheme before, claim the benefit.",
    ),
    refusal_title=Text("已年满{benefit_age}周岁", "Already {benefit_age}"),
    legal_basis=f"{OPINION}七",
    facts=[facts.birth, facts.benefit_age],
    changes_on=lambda case, law: (facts.birthday(case, law, "benefit_age"), facts.few_years_from(case, law)),
    reads=["benefit_age", "contribution_years"],
)
def is_below_the_benefit_age(case: Case, law: Law) -> Finding:
    """距规定领取年龄: until the day before it; with a notice where fewer years remain than the benefit takes."""
    reached = facts.birthday(case, law, "benefit_age")
    if reached is None:
        return NO_BIRTH_DATE
    if reached <= case.on:
        return TRANSITION if reached <= ISSUED_ON else False
    few_from = facts.few_years_from(case, law)
    return FEW_YEARS if few_from is not None and few_from <= case.on else True


@rule(
    GUIDE["RP-3"],
    code=RuleCode.NOT_DRAWING_PENSION,
    title=Text("未领取养老待遇", "Not drawing a pension"),
    refusal=Text(
        "您已领取基本养老待遇，不再参加城乡居民养老保险。", "You draw a basic pension and do not join this scheme."
    ),
    refusal_title=Text("已领取养老待遇", "Already drawing a pension"),
    legal_basis=f"{OPINION}七",
    facts=[facts.pension],
)
def is_not_drawing_a_pension(case: Case, _law: Law) -> Finding:
    """未领取国家规定的基本养老保障待遇."""
    return not case.drawing_pension


@rule(
    GUIDE["RP-1"],
    code=RuleCode.NOT_ENROLLED,
    title=Text("尚未参加城乡居民养老保险", "Not yet enrolled"),
    refusal=Text(
        "您已办理城乡居民养老参保登记，无需重复办理。",
        "You have already enrolled in the residents' pension. There is no need to enrol again.",
    ),
    refusal_title=Text("您已办理参保登记", "You have already enrolled"),
    legal_basis=f"{OPINION}三",
    facts=[facts.enrolment, facts.residents],
    changes_on=facts.payments,
    reads=[RESIDENTS, EMPLOYEES, PUBLIC_SECTOR],
)
def is_not_enrolled_yet(case: Case, law: Law) -> Finding:
    """可以参加: once, in the Hall or elsewhere; 暂停缴费 is not 终止."""
    if case.is_enrolled(law):
        return False
    if case.paid_in(law.words(RESIDENTS)):
        return PAYS_ALREADY
    return SUSPENDED_ALREADY if case.joined_in(law.words(RESIDENTS)) else True


RULES: tuple[Rule[Case], ...] = (
    is_old_enough,
    is_not_in_school,
    is_not_public_sector_staff,
    is_outside_the_employees_pension,
    is_registered_here,
    is_below_the_benefit_age,
    is_not_drawing_a_pension,
    is_not_enrolled_yet,
)
