"""The conditions of 灵活就业参保登记 in the guide's order: one pure function each, beside its clause."""

from api.law.condition import Finding, Rule, rule
from api.law.parameter import Law
from api.schemes.flexible_employment import facts
from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.codes import RuleCode
from api.schemes.flexible_employment.findings import (
    BETWEEN_SCHEDULES,
    CHANNEL_CLOSED,
    DECLARE_WORK,
    EMPLOYER_PAYS_TOO,
    FIRST_TIME,
    NO_BIRTH_DATE,
    NO_SEX,
    NO_SUCH_DISTRICT,
    NOT_FIRST_TIME_HERE,
    ONLY_SUBSIDISED,
    OVERLAP,
    PAYS_ALREADY,
    SUSPENDED_ALREADY,
    WHICH_POSITION,
    paid_until,
)
from api.schemes.flexible_employment.law import GUIDE, NOTICE
from api.schemes.shared.retirement import FEMALE, Schedule, retirement_date
from api.text.i18n import Text


@rule(
    GUIDE["FE-2"],
    code=RuleCode.IDENTITY_DOCUMENT,
    title=Text("证件可以办理", "Your document is accepted"),
    refusal=Text(
        "您的证件类型不在受理范围内，不能办理灵活就业参保登记。",
        "Your kind of document is not accepted for enrolling in flexible employment.",
    ),
    refusal_title=Text("该证件不能办理", "This document is not accepted"),
    legal_basis="《中华人民共和国社会保险法》第十条；《香港澳门台湾居民在内地（大陆）参加社会保险暂行办法》第二条",
    facts=[facts.document],
    reads=["admitted_id_types"],
)
def has_an_admitted_document(case: Case, law: Law) -> Finding:
    """可持二代居民身份证; by the dated figures also the residence permit of Hong Kong, Macao and Taiwan residents."""
    return case.id_type in law.words("admitted_id_types")


@rule(
    GUIDE["FE-1"],
    code=RuleCode.MINIMUM_AGE,
    title=Text("年满{minimum_age}周岁", "At least {minimum_age} years old"),
    refusal=Text(
        "未满{minimum_age}周岁，不能办理灵活就业参保登记。",
        "You are under {minimum_age}: you can enrol from your {minimum_age}th birthday.",
    ),
    refusal_title=Text("未满{minimum_age}周岁", "Under {minimum_age}"),
    legal_basis="《中华人民共和国劳动法》第十五条；《中华人民共和国民法典》第二百零二条",
    facts=[facts.birth, facts.birthday],
    changes_on=lambda case, law: (facts.day_of_minimum_age(case, law),),
    reads=["minimum_age"],
)
def is_old_enough(case: Case, law: Law) -> Finding:
    """年满 16 周岁: from the birthday on, that day included; born on 29 February, in other years on the 28th."""
    birthday = facts.day_of_minimum_age(case, law)
    return NO_BIRTH_DATE if birthday is None else birthday <= case.on


@rule(
    GUIDE["FE-1"],
    code=RuleCode.RETIREMENT_AGE,
    title=Text("未达到法定退休年龄", "Before statutory retirement"),
    refusal=Text(
        "已达到法定退休年龄，不能办理灵活就业参保登记。",
        "You have reached the statutory retirement date and can no longer enrol.",
    ),
    refusal_title=Text("已达到法定退休年龄", "Statutory retirement reached"),
    legal_basis="《全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定》；《国务院关于渐进式延迟法定退休年龄的办法》第一条；劳社部发〔2001〕20号",
    facts=[facts.sex, facts.birth, facts.position, facts.retirements],
    changes_on=facts.retirement_change_days,
    reads=[
        "women_schedule",
        "women_between_schedules",
        "retirement_age_men",
        "retirement_age_women_55",
        "retirement_age_women_50",
    ],
    reads_if_any=[
        "retirement_delay_begins",
        "retirement_delay_step_men",
        "retirement_delay_step_women_55",
        "retirement_delay_step_women_50",
        "retirement_delay_most_men",
        "retirement_delay_most_women_55",
        "retirement_delay_most_women_50",
    ],
)
def is_before_retirement(case: Case, law: Law) -> Finding:
    """未达到退休年龄: until the day before the retirement date; with a notice to women in production between the schedules."""
    if case.birth_date is None:
        return NO_BIRTH_DATE
    dates = [retirement_date(schedule, case.birth_date, law) for schedule in facts.possible_schedules(case, law)]
    known = [day for day in dates if day is not None]
    if len(known) < len(dates):
        return NO_BIRTH_DATE
    if case.on >= max(known):
        return False
    if case.on >= min(known):
        return WHICH_POSITION if case.sex == FEMALE else NO_SEX
    return BETWEEN_SCHEDULES if _is_between_schedules(case, law) else True


def _is_between_schedules(case: Case, law: Law) -> bool:
    if case.birth_date is None or law["women_between_schedules"].value != NOTICE:
        return False
    reached = retirement_date(Schedule.WOMEN_50, case.birth_date, law)
    return facts.is_woman_in_production(case) and reached is not None and reached <= case.on


@rule(
    GUIDE["FE-1"],
    code=RuleCode.NOT_DRAWING_PENSION,
    title=Text("未领取养老待遇", "Not drawing a pension"),
    refusal=Text("已领取养老待遇，不能办理灵活就业参保登记。", "You draw a pension and cannot enrol."),
    refusal_title=Text("已领取养老待遇", "Already drawing a pension"),
    legal_basis="《中华人民共和国社会保险法》第十六条",
    facts=[facts.pension],
)
def is_not_drawing_a_pension(case: Case, _law: Law) -> Finding:
    """未达到退休年龄的: a person who draws a pension has retired, at any age."""
    return not case.drawing_pension


@rule(
    GUIDE["FE-1"],
    code=RuleCode.WORKS_IN_CITY,
    title=Text("在本市灵活就业", "In flexible employment in this city"),
    refusal=Text(
        "灵活就业参保登记面向在本市从事各类灵活就业的人员。",
        "Enrolment is for people in flexible employment in this city.",
    ),
    refusal_title=Text("您声明不在本市灵活就业", "You declared no flexible employment here"),
    legal_basis="《中华人民共和国社会保险法》第十条；办事指南业务功能说明",
    facts=[facts.work],
    declared=True,
)
def is_working_in_the_city(case: Case, _law: Law) -> Finding:
    """在本市从事各类灵活就业的人员: not in any record, so the person declares it with the consent."""
    return DECLARE_WORK if case.works_in_city is None else case.works_in_city


@rule(
    GUIDE["FE-5"],
    code=RuleCode.NOT_ENROLLED,
    title=Text("尚未参加灵活就业参保", "Not yet enrolled"),
    refusal=Text(
        "您已办理灵活就业参保登记，无需重复办理。",
        "You have already enrolled in flexible employment. There is no need to enrol again.",
    ),
    refusal_title=Text("您已办理参保登记", "You have already enrolled"),
    legal_basis="《中华人民共和国社会保险法》第十条；办事指南注意事项第3项",
    facts=[facts.enrolment, facts.own_insurances, facts.residents],
    changes_on=facts.payments,
    reads=["self_paid_insurances", "employee_insurances", "resident_insurances"],
)
def is_not_enrolled_yet(case: Case, law: Law) -> Finding:
    """已参保灵活就业人员无需重复登记, in the Hall or elsewhere; residents' insurance only causes a notice.

    A person who pays 职工养老 or 职工医疗 without an employer is insured in flexible employment. 暂停缴费 is not 终止: the
    registration remains in force and payment can resume, unless an employer has taken over since.
    """
    paid = case.self_paid(law)
    if not paid and case.self_suspended(law):
        return SUSPENDED_ALREADY
    if case.is_enrolled(law):
        return False
    if paid:
        return PAYS_ALREADY
    return OVERLAP if case.paid_in(law.words("resident_insurances")) else True


@rule(
    GUIDE["FE-3"],
    code=RuleCode.EMPLOYER_STOPPED_PAYING,
    title=Text("没有单位在为您缴费", "No employer is paying for you"),
    refusal=Text(
        "单位尚未办理停缴，请先由单位办理减员。",
        "Your employer has not stopped paying. Ask it to report the end of your employment first.",
    ),
    refusal_title=Text("单位仍在为您缴费", "Your employer is still paying"),
    legal_basis="《中华人民共和国社会保险法》第十条、第五十八条；《灵活就业人员参保须知》一",
    facts=[facts.employer],
    changes_on=facts.payments,
    reads=["employee_insurances", "employer_only_insurances", "self_paid_insurances"],
)
def has_no_paying_employer(case: Case, law: Law) -> Finding:
    """单位停缴人员: while an employer pays any of the employees' insurances, it has not stopped paying.

    If the record has the last day, the employer has reported it already. Enrolled people need not act.
    """
    paid = case.paid_by_employers(law)
    if not paid:
        return True
    if case.self_paid(law):
        return EMPLOYER_PAYS_TOO
    last = facts.last_day_of_employers(paid)
    return False if last is None else paid_until(last)


@rule(
    GUIDE["FE-3"],
    code=RuleCode.CHANNEL_OPEN,
    title=Text("该渠道可以办理", "This channel is open to you"),
    refusal=FIRST_TIME,
    refusal_title=Text("该渠道不受理首次参保", "Not open for first-time enrolment"),
    legal_basis="《灵活就业人员参保须知》一",
    facts=[facts.first_time, facts.channel],
    changes_on=facts.payments,
    reads=["employee_insurances", "first_time_channels", "employer_stopped_channels"],
)
def is_using_an_open_channel(case: Case, law: Law) -> Finding:
    """首次参保 by app or at the counter; 单位停缴 by every channel."""
    if facts.is_first_time(case, law):
        is_open = case.channel in law.words("first_time_channels")
        return is_open or NOT_FIRST_TIME_HERE.get(case.channel, False)
    return True if case.channel in law.words("employer_stopped_channels") else CHANNEL_CLOSED


@rule(
    GUIDE["FE-4"],
    code=RuleCode.DISTRICT_OPEN,
    title=Text("该区县可以选择", "The district is open to you"),
    refusal=ONLY_SUBSIDISED,
    refusal_title=Text("享受补贴期间只能选择补贴区县", "Only the district of your subsidy"),
    legal_basis="办事指南注意事项第2项",
    facts=[facts.subsidy, facts.district],
    changes_on=facts.subsidy_change_days,
    reads=["districts"],
)
def is_choosing_an_open_district(case: Case, law: Law) -> Finding:
    """享受社保补贴人员，默认仅可选择补贴区县; holds while no district is chosen."""
    districts = law.words("districts")
    if case.district is None:
        return True
    if case.district not in districts:
        return NO_SUCH_DISTRICT
    subsidised = case.subsidised_districts(districts)
    return not subsidised or case.district in subsidised


RULES: tuple[Rule[Case], ...] = (
    has_an_admitted_document,
    is_old_enough,
    is_before_retirement,
    is_not_drawing_a_pension,
    is_working_in_the_city,
    is_not_enrolled_yet,
    has_no_paying_employer,
    is_using_an_open_channel,
    is_choosing_an_open_district,
)
