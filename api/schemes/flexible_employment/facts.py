"""The facts of a verdict: label, value and source of what the rules use."""

from collections.abc import Collection, Iterable
from datetime import date

from api.enrolment.case import payment_change_days
from api.enrolment.insurance_period import InsurancePeriod
from api.law.days import add_years, next_day
from api.law.parameter import Law
from api.law.rule import CALENDAR, DECLARED, RECORD, REQUEST, Channel, Fact
from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.law import REFUSE
from api.schemes.shared.retirement import FEMALE, MALE, PositionNature, Schedule, retirement_date
from api.text.i18n import Text

DOCUMENT = Text("证件类型", "Document")
BIRTH = Text("出生日期", "Date of birth")
SEX = Text("性别", "Sex")
POSITION = Text("岗位性质", "Position")
PENSION = Text("领取养老待遇", "Drawing a pension")
ENROLLED = Text("灵活就业参保", "Enrolled in flexible employment")
RESIDENTS = Text("在保的城乡居民险种", "Residents' insurance in force")
WORK = Text("在本市灵活就业", "In flexible employment in this city")
OWN = Text("本人缴纳的险种", "Insurance paid by the person")
OWN_STATE = Text("该险种参保状态", "State of that insurance")
OWN_DISTRICT = Text("该险种参保区县", "District of that insurance")
OWN_SINCE = Text("该险种本次参保起始日期", "Insured since")
EMPLOYER_PAYS = Text("单位在缴险种", "Insurance that an employer pays")
EMPLOYER_PAID = Text("单位缴费截至", "Employer paid until")
FIRST_TIME = Text("首次参保", "First-time participant")
CHANNEL = Text("办理渠道", "Channel")
SUBSIDY = Text("社保补贴区县", "District of the subsidy")
DISTRICT = Text("参保区县", "District chosen")
RETIREMENTS = {
    Schedule.MEN: Text("法定退休日期（男）", "Retirement date (men)"),
    Schedule.WOMEN_55: Text("法定退休日期（女，原55周岁）", "Retirement date (women, originally 55)"),
    Schedule.WOMEN_50: Text("法定退休日期（女，原50周岁）", "Retirement date (women, originally 50)"),
}
CHANNELS = {
    Channel.WEB_HALL: "天津社会保险个人网厅",
    Channel.APP: "“天津人力社保”手机APP",
    Channel.KIOSK: "第三代自助机",
    Channel.COUNTER: "社保经办机构、街镇党群服务中心",
}
MISSING = "未登记"
YES, NO = "是", "否"


def document(case: Case, _law: Law) -> Iterable[Fact]:
    """Return the type of the account's document."""
    yield Fact(DOCUMENT, case.id_type or MISSING, RECORD, "ID_TYPE")


def birth(case: Case, _law: Law) -> Iterable[Fact]:
    """Return the date of birth."""
    if case.birth_date is None:
        yield Fact(BIRTH, MISSING, RECORD)
    else:
        yield Fact(BIRTH, case.birth_date.isoformat(), RECORD, personal=True)


def birthday(case: Case, law: Law) -> Iterable[Fact]:
    """Return the day on which the person reaches the minimum age."""
    day = day_of_minimum_age(case, law)
    if day is not None:
        age = law["minimum_age"].value
        yield Fact(Text(f"年满{age}周岁之日", f"Day of turning {age}"), day.isoformat(), CALENDAR, personal=True)


def sex(case: Case, _law: Law) -> Iterable[Fact]:
    """Return the sex in the record."""
    yield Fact(SEX, MISSING, RECORD) if case.sex is None else Fact(SEX, case.sex, RECORD, "SEX")


def position(case: Case, _law: Law) -> Iterable[Fact]:
    """Return the position, unless the person is a man, for whom it has no effect."""
    if case.sex != MALE:
        nature = case.position_nature
        yield Fact(POSITION, MISSING, RECORD) if nature is None else Fact(POSITION, nature, RECORD, "POSITION_NATURE")


def retirements(case: Case, law: Law) -> Iterable[Fact]:
    """Return the possible retirement dates; for a woman in production also that of her other annex."""
    schedules = possible_schedules(case, law)
    if is_woman_in_production(case) and Schedule.WOMEN_50 not in schedules:
        schedules = (*schedules, Schedule.WOMEN_50)
    for schedule in schedules:
        day = None if case.birth_date is None else retirement_date(schedule, case.birth_date, law)
        if day is not None:
            yield Fact(RETIREMENTS[schedule], day.isoformat(), CALENDAR, personal=True)


def pension(case: Case, _law: Law) -> Iterable[Fact]:
    """Return whether the person draws a pension."""
    yield Fact(PENSION, YES if case.drawing_pension else NO, RECORD)


def work(case: Case, _law: Law) -> Iterable[Fact]:
    """Return the person's declaration about their work."""
    values = {True: YES, False: NO, None: "尚未声明"}
    yield Fact(WORK, values[case.works_in_city], DECLARED)


def enrolment(case: Case, law: Law) -> Iterable[Fact]:
    """Return whether an enrolment of the Hall is in force."""
    yield Fact(ENROLLED, YES if case.is_enrolled(law) else NO, RECORD)


def own_insurances(case: Case, law: Law) -> Iterable[Fact]:
    """Return the insurances that the person pays or has suspended: type, status, district and first day."""
    for period in case.self_paid(law) or case.self_suspended(law):
        yield Fact(OWN, period.type, RECORD, "INSURANCE_TYPE")
        yield Fact(OWN_STATE, period.status, RECORD, "PARTICIPATION_STATUS")
        if period.district is not None:
            yield Fact(OWN_DISTRICT, period.district, RECORD, "DISTRICT")
        if period.started_on is not None:
            yield Fact(OWN_SINCE, period.started_on.isoformat(), RECORD)


def residents(case: Case, law: Law) -> Iterable[Fact]:
    """Return the residents' insurances that are in force."""
    for kind in sorted({period.type for period in case.paid_in(law.words("resident_insurances"))}):
        yield Fact(RESIDENTS, kind, RECORD, "INSURANCE_TYPE")


def employer(case: Case, law: Law) -> Iterable[Fact]:
    """Return the insurances that an employer pays on the day, and the last paid day."""
    types = law.words("employee_insurances")
    paying = case.paid_by_employers(law)
    if not paying:
        yield Fact(EMPLOYER_PAYS, "无", RECORD)
    for kind in sorted({period.type for period in paying}):
        yield Fact(EMPLOYER_PAYS, kind, RECORD, "INSURANCE_TYPE")
    paid = paying or tuple(period for period in case.participations if period.employer and period.type in types)
    last = last_day_of_employers(paid)
    if last is not None:
        yield Fact(EMPLOYER_PAID, last.isoformat(), RECORD)


def last_day_of_employers(paid: Collection[InsurancePeriod]) -> date | None:
    """Return the last day of these periods; None without periods or if one has no end yet."""
    ends = [period.ended_on for period in paid if period.ended_on is not None]
    return max(ends) if ends and len(ends) == len(paid) else None


def first_time(case: Case, law: Law) -> Iterable[Fact]:
    """Return whether the person joins for the first time."""
    yield Fact(FIRST_TIME, YES if is_first_time(case, law) else NO, RECORD)


def channel(case: Case, _law: Law) -> Iterable[Fact]:
    """Return the channel of the request."""
    yield Fact(CHANNEL, CHANNELS[case.channel], REQUEST)


def subsidy(case: Case, law: Law) -> Iterable[Fact]:
    """Return the districts whose subsidy is active."""
    for district in case.subsidised_districts(law.words("districts")):
        yield Fact(SUBSIDY, district, RECORD, "DISTRICT")


def district(case: Case, _law: Law) -> Iterable[Fact]:
    """Return the chosen district."""
    if case.district is None:
        yield Fact(DISTRICT, "尚未选择", REQUEST)
    else:
        yield Fact(DISTRICT, case.district or MISSING, REQUEST, "DISTRICT")


def day_of_minimum_age(case: Case, law: Law) -> date | None:
    """Return the birthday of the minimum age; None if it is unknown or outside the calendar."""
    return None if case.birth_date is None else add_years(case.birth_date, law.number("minimum_age"))


def is_first_time(case: Case, law: Law) -> bool:
    """Return whether the person has never joined employees' insurance, by an employer or in flexible employment."""
    return not case.has_registered() and not case.has_joined(law.words("employee_insurances"))


def is_woman_in_production(case: Case) -> bool:
    """Return whether the two schedules of women may give different results, which requires the notice."""
    return case.sex == FEMALE and case.position_nature is PositionNature.PRODUCTION


def possible_schedules(case: Case, law: Law) -> tuple[Schedule, ...]:
    """Return the possible retirement schedules of the person: several if a deciding fact is missing.

    The law names the schedule of women in flexible employment. The position decides only if the law refuses women in
    production between the two schedules.
    """
    if case.sex == MALE:
        return (Schedule.MEN,)
    own = Schedule(law["women_schedule"].value)
    if case.position_nature is PositionNature.MANAGEMENT:
        women: tuple[Schedule, ...] = (Schedule.WOMEN_55,)
    elif law["women_between_schedules"].value != REFUSE:
        women = (own,)
    elif case.position_nature is PositionNature.PRODUCTION:
        women = (Schedule.WOMEN_50,)
    else:
        women = tuple(dict.fromkeys((own, Schedule.WOMEN_50)))
    return women if case.sex == FEMALE else (Schedule.MEN, *women)


def retirement_change_days(case: Case, law: Law) -> Iterable[date | None]:
    """Return the possible retirement dates."""
    if case.birth_date is not None:
        for schedule in possible_schedules(case, law):
            yield retirement_date(schedule, case.birth_date, law)


def payments(case: Case, _law: Law) -> Iterable[date | None]:
    """Return the days on which payment begins or stops, and the days of registrations."""
    return payment_change_days(case)


def subsidy_change_days(case: Case, _law: Law) -> Iterable[date | None]:
    """Return the days on which a subsidy begins, and the days after its end."""
    for each in case.subsidies:
        yield each.starts_on
        if each.ends_on is not None:
            yield next_day(each.ends_on)
