"""The conditions of 灵活就业参保登记, in the guide's order: one pure function for each, beside its clause."""

from datetime import date
from functools import lru_cache

from api.language import Text
from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.law import GUIDE, LAW
from api.schemes.rule import Answer, Fact, PositionNature, Rule, RuleCode, RuleOutcome, rule
from api.schemes.shared.days import add_years
from api.schemes.shared.retirement import FEMALE, MALE, Schedule, retirement_by, schedule_of

PASS, FAIL, UNKNOWN = RuleOutcome.PASS, RuleOutcome.FAIL, RuleOutcome.UNKNOWN
RECORD, REQUEST, CALENDAR = "record", "request", "calendar"
BIRTH = Text("出生日期", "Date of birth")
NO_FIGURE = Text(
    "没有当日适用的规定，不能判断，请向社保经办机构咨询。", "No rule is recorded for that day. Ask at the counter."
)


@lru_cache(maxsize=1024)
def figures(key: str, day: date) -> frozenset[str]:
    """Return the words of a parameter in force on a day; none where the law had none."""
    found = LAW.on(key, day)
    return frozenset(found.value.split()) if found else frozenset()


def fact(zh: str, en: str, value: object, source: str) -> Fact:
    """Return a fact; what is missing reads 未登记."""
    return Fact(Text(zh, en), "未登记" if value is None else str(value), source)


@rule(
    GUIDE["FE-2"],
    code=RuleCode.IDENTITY_DOCUMENT,
    title=Text("证件类型可以办理", "The identity document is admitted"),
    legal_basis="《中华人民共和国社会保险法》第十条；《香港澳门台湾居民在内地（大陆）参加社会保险暂行办法》第二条",
    reads=["admitted_id_types"],
)
def has_an_admitted_document(case: Case) -> Answer:
    """可持二代居民身份证; by configuration also the residence permit of Hong Kong, Macao and Taiwan residents."""
    facts = (fact("证件类型", "Document", case.id_type, RECORD),)
    admitted = figures("admitted_id_types", case.on)
    if not admitted:
        return Answer(UNKNOWN, facts, NO_FIGURE)
    if case.id_type in admitted:
        return Answer(PASS, facts)
    refusal = Text(
        "请持居民身份证（港澳台居民持居住证）办理；该证件类型不能办理灵活就业参保登记。",
        "Enrolment takes a resident identity card, or the residence permit of Hong Kong, Macao and Taiwan residents; "
        "this kind of document is not admitted.",
    )
    return Answer(FAIL, facts, refusal)


@rule(
    GUIDE["FE-1"],
    code=RuleCode.MINIMUM_AGE,
    title=Text("年满16周岁", "At least 16 years old"),
    legal_basis="《中华人民共和国劳动法》第十五条",
    reads=["minimum_age"],
)
def is_old_enough(case: Case) -> Answer:
    """年满 16 周岁: from the 16th birthday on, that day included."""
    facts = (fact(BIRTH.zh, BIRTH.en, case.birth_date, RECORD),)
    if case.birth_date is None:
        return Answer(
            UNKNOWN,
            facts,
            Text("档案中没有出生日期，请到经办机构补登。", "The record has no date of birth. Have it added."),
        )
    age = LAW.on("minimum_age", case.on)
    birthday = add_years(case.birth_date, int(age.value)) if age else None
    if age is None or birthday is None:
        return Answer(UNKNOWN, facts, NO_FIGURE)
    facts = (*facts, fact(f"满{age.value}周岁", f"{age.value}th birthday", birthday, CALENDAR))
    if case.on >= birthday:
        return Answer(PASS, facts)
    return Answer(
        FAIL,
        facts,
        Text(
            f"未满{age.value}周岁，不能办理灵活就业参保登记。",
            f"Younger than {age.value}: enrolment is possible from the {age.value}th birthday on.",
        ),
    )


@rule(
    GUIDE["FE-1"],
    code=RuleCode.RETIREMENT_AGE,
    title=Text("未达到法定退休年龄", "Before the statutory retirement date"),
    legal_basis="《国务院关于渐进式延迟法定退休年龄的办法》第一条",
    reads=["women_between_schedules"],
)
def is_before_retirement(case: Case) -> Answer:
    """未达到退休年龄: until the day before the retirement date; a woman in production between the schedules is told so."""
    dates = _retirement_dates(case)
    facts = (
        fact("性别", "Sex", case.sex, RECORD),
        fact(BIRTH.zh, BIRTH.en, case.birth_date, RECORD),
        fact("岗位性质", "Position", case.position_nature, RECORD),
        *(fact(f"法定退休日期（{name}）", f"Retirement date ({name})", day, CALENDAR) for name, day in dates.items()),
    )
    if case.birth_date is None or not dates:
        return Answer(
            UNKNOWN,
            facts,
            Text(
                "档案中的出生日期不能推算退休日期，请到经办机构核对。",
                "The record's date of birth does not tell the retirement date. Have it checked.",
            ),
        )
    reached = Text(
        "已达到法定退休年龄，不能办理灵活就业参保登记。",
        "The statutory retirement date is reached: enrolment is no longer possible.",
    )
    if all(case.on >= day for day in dates.values()):
        return Answer(FAIL, facts, reached)
    if all(case.on < day for day in dates.values()):
        return Answer(PASS, facts)
    if case.sex != FEMALE:
        return Answer(
            UNKNOWN,
            facts,
            Text(
                "档案中没有性别，不能判断是否达到退休年龄，请到经办机构补登。",
                "The record has no sex, on which the retirement date depends. Have it added.",
            ),
        )
    return _between_schedules(case, facts, reached)


def _between_schedules(case: Case, facts: tuple[Fact, ...], reached: Text) -> Answer:
    """Return the answer to a woman who has reached the date of production, but not that of flexible employment."""
    if case.position_nature is PositionNature.MANAGEMENT:
        return Answer(PASS, facts)
    if "refuse" not in figures("women_between_schedules", case.on):
        if case.position_nature is None:
            return Answer(PASS, facts)
        notice = Text(
            "您的岗位性质为生产，已达到女工人的法定退休年龄；灵活就业参保按55周岁的退休年龄办理，可以登记。请向经办机构确认领取养老待遇的时间。",
            "Your position is production, and the retirement date of women workers is reached. Flexible employment goes by "
            "the schedule of 55: you may enrol. Ask the office when your pension begins.",
        )
        return Answer(PASS, facts, notice)
    if case.position_nature is PositionNature.PRODUCTION:
        return Answer(FAIL, facts, reached)
    question = Text(
        "请填写岗位性质（管理或生产），以判断是否达到退休年龄。",
        "Say whether your position is management or production: the retirement date depends on it.",
    )
    return Answer(UNKNOWN, facts, question)


def _retirement_dates(case: Case) -> dict[str, date]:
    """Return the dates that matter: one for a man, two for a woman unless in management, all where the sex is missing."""
    if case.birth_date is None:
        return {}
    names = {Schedule.MEN: "男", Schedule.WOMEN_55: "女，55周岁", Schedule.WOMEN_50: "女，50周岁"}
    if case.sex == MALE or (case.sex == FEMALE and case.position_nature is PositionNature.MANAGEMENT):
        schedules = [schedule_of(case.sex, case.position_nature)]
    elif case.sex == FEMALE:
        schedules = [Schedule.WOMEN_55, Schedule.WOMEN_50]
    else:
        schedules = list(Schedule)
    found = {schedule: retirement_by(schedule, case.birth_date, case.on) for schedule in schedules if schedule}
    return {names[schedule]: at.date for schedule, at in found.items() if at is not None}


@rule(
    GUIDE["FE-1"],
    code=RuleCode.NOT_DRAWING_PENSION,
    title=Text("未领取养老待遇", "Not drawing a pension"),
    legal_basis="《中华人民共和国社会保险法》第十六条",
)
def is_not_drawing_a_pension(case: Case) -> Answer:
    """未达到退休年龄的: whoever draws a pension has retired, at whatever age."""
    facts = (fact("领取养老待遇", "Drawing a pension", "是" if case.drawing_pension else "否", RECORD),)
    if not case.drawing_pension:
        return Answer(PASS, facts)
    return Answer(
        FAIL,
        facts,
        Text("已领取养老待遇，不能办理灵活就业参保登记。", "A pension is being drawn: enrolment is not possible."),
    )


@rule(
    GUIDE["FE-5"],
    code=RuleCode.NOT_ENROLLED,
    title=Text("尚未参加灵活就业参保", "Not enrolled already"),
    legal_basis="《灵活就业人员参保须知》；办事指南 注意事项 3",
    reads=["resident_insurances"],
)
def is_not_enrolled_yet(case: Case) -> Answer:
    """已参保灵活就业人员无需重复登记; residents' insurance is no hindrance, but has to be settled."""
    facts = (fact("灵活就业参保", "Enrolled in flexible employment", "是" if case.enrolled else "否", RECORD),)
    if case.enrolled:
        return Answer(
            FAIL,
            facts,
            Text(
                "该人员已存在灵活就业参保信息，无需重复登记。",
                "Already enrolled in flexible employment; there is no need to enrol again.",
            ),
        )
    residents = figures("resident_insurances", case.on)
    if case.paying_in(residents, by_employer=False) or case.paying_in(residents, by_employer=True):
        return Answer(
            PASS,
            facts,
            Text(
                "您正在参加城乡居民养老或医疗保险，登记后请办理衔接，避免重复参保。",
                "You are in the residents' pension or medical insurance. After enrolling, have the overlap settled.",
            ),
        )
    return Answer(PASS, facts)


@rule(
    GUIDE["FE-3"],
    code=RuleCode.EMPLOYER_STOPPED_PAYING,
    title=Text("单位已停缴", "The employer has stopped paying"),
    legal_basis="《中华人民共和国社会保险法》第十条、第五十八条；《灵活就业人员参保须知》一",
    reads=["employee_insurances"],
)
def has_no_paying_employer(case: Case) -> Answer:
    """单位停缴人员: while an employer pays, nobody is flexibly employed."""
    paying = case.paying_in(figures("employee_insurances", case.on), by_employer=True)
    facts = (fact("单位缴费", "An employer pays", "是" if paying else "否", RECORD),)
    if not paying:
        return Answer(PASS, facts)
    return Answer(
        FAIL,
        facts,
        Text(
            "单位尚未办理停缴，请先由单位办理减员。",
            "The employer has not stopped paying. Ask it to report the end of employment first.",
        ),
    )


@rule(
    GUIDE["FE-3"],
    code=RuleCode.CHANNEL_OPEN,
    title=Text("该渠道可以办理", "The channel is open"),
    legal_basis="《灵活就业人员参保须知》一",
    reads=["first_time_channels", "employer_stopped_channels"],
)
def is_using_an_open_channel(case: Case) -> Answer:
    """首次参保 by app or at the counter; 单位停缴 by every channel."""
    first_time = not case.enrolled and not case.participated_in(figures("employee_insurances", case.on))
    facts = (
        fact("首次参保", "First-time participant", "是" if first_time else "否", RECORD),
        fact("办理渠道", "Channel", case.channel.value, REQUEST),
    )
    channels = figures("first_time_channels" if first_time else "employer_stopped_channels", case.on)
    if not channels:
        return Answer(UNKNOWN, facts, NO_FIGURE)
    if case.channel in channels:
        return Answer(PASS, facts)
    return Answer(
        FAIL,
        facts,
        Text(
            "首次参保请通过“天津人力社保”APP或到经办机构、街镇党群服务中心办理。",
            "Join for the first time through the app 天津人力社保 or at the counter.",
        ),
    )


@rule(
    GUIDE["FE-4"],
    code=RuleCode.DISTRICT_OPEN,
    title=Text("该区县可以选择", "The district is open"),
    legal_basis="办事指南 注意事项 2",
    reads=["districts"],
)
def is_choosing_an_open_district(case: Case) -> Answer:
    """享受社保补贴人员，默认仅可选择补贴区县."""
    subsidised = case.subsidised_districts()
    facts = (
        fact("社保补贴区县", "District of the subsidy", " ".join(subsidised) or "无", RECORD),
        fact("参保区县", "District chosen", case.district or "尚未选择", REQUEST),
    )
    if case.district is None:
        return Answer(PASS, facts)
    districts = figures("districts", case.on)
    if not districts:
        return Answer(UNKNOWN, facts, NO_FIGURE)
    if case.district not in districts:
        return Answer(
            FAIL, facts, Text("没有这个参保区县，请从列表中选择。", "There is no such district. Choose from the list.")
        )
    if subsidised and case.district not in subsidised:
        return Answer(FAIL, facts, ONLY_SUBSIDISED)
    return Answer(PASS, facts)


ONLY_SUBSIDISED = Text(
    "您正在享受社保补贴，仅可选择补贴区县。", "You receive a subsidy: only its district can be chosen."
)
RULES: tuple[Rule[Case], ...] = (
    has_an_admitted_document,
    is_old_enough,
    is_before_retirement,
    is_not_drawing_a_pension,
    is_not_enrolled_yet,
    has_no_paying_employer,
    is_using_an_open_channel,
    is_choosing_an_open_district,
)
