"""The conditions of 灵活就业参保登记, in the guide's order: one pure function for each, beside its clause."""

from api.language import Text
from api.schemes.condition import Caution, Finding, Question, Refusal, Rule, rule
from api.schemes.flexible_employment import facts
from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.law import GUIDE, NOTICE
from api.schemes.parameter import Law
from api.schemes.rule import RuleCode
from api.schemes.shared.retirement import FEMALE, Schedule, retirement_date

NO_BIRTH_DATE = Question(
    Text(
        "档案中没有可用的出生日期，请到经办机构核对补登。",
        "The record has no usable date of birth. Have it corrected at the counter.",
    )
)
NO_SEX = Question(
    Text(
        "档案中没有性别，不能判断是否达到退休年龄，请到经办机构核对补登。",
        "The record does not say whether you are a man or a woman, on which the retirement date depends. Have it "
        "corrected at the counter.",
    )
)
WHICH_POSITION = Question(
    Text(
        "请填写岗位性质（管理或生产），以判断是否达到退休年龄。",
        "Say whether your position is management or production: the retirement date depends on it.",
    )
)
BETWEEN_SCHEDULES = Caution(
    Text(
        "您的岗位性质为生产，已达到原50周岁女职工的法定退休日期；灵活就业人员按原55周岁办理，可以登记。请向经办机构确认领取养老待遇的时间。",
        "Your position is production, and the retirement date of women originally retiring at 50 is reached. Flexible "
        "employment goes by that of 55, so you may enrol. Ask the social-insurance office when your pension begins.",
    )
)
OVERLAP = Caution(
    Text(
        "您正在参加城乡居民养老或医疗保险，可以登记；登记后请到经办机构办理衔接，避免重复参保。",
        "You are in the residents' pension or medical insurance. You may enrol; then have the overlap settled at the "
        "social-insurance office.",
    )
)
CHANNEL_CLOSED = Refusal(
    Text("该渠道暂不办理灵活就业参保登记。", "Enrolment in flexible employment is not possible through this channel.")
)
NO_SUCH_DISTRICT = Refusal(
    Text("没有这个参保区县，请从列表中选择。", "There is no such district. Choose one from the list.")
)
ONLY_SUBSIDISED = Text(
    "您正在享受社保补贴，仅可选择补贴区县。", "You receive a subsidy: only its district can be chosen."
)


@rule(
    GUIDE["FE-2"],
    code=RuleCode.IDENTITY_DOCUMENT,
    title=Text("证件类型可以办理", "The identity document is admitted"),
    because=Text(
        "请持居民身份证（港澳台居民持居住证）办理；该证件类型不能办理灵活就业参保登记。",
        "Enrolment takes a resident identity card, or the residence permit of Hong Kong, Macao and Taiwan residents; "
        "this kind of document is not admitted.",
    ),
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
    because=Text(
        "未满{minimum_age}周岁，不能办理灵活就业参保登记。",
        "Younger than {minimum_age}: enrolment is possible from the {minimum_age}th birthday on.",
    ),
    legal_basis="《中华人民共和国劳动法》第十五条；《中华人民共和国民法典》第二百零二条",
    facts=[facts.birth, facts.birthday],
    turns=lambda case, law: (facts.day_of_minimum_age(case, law),),
    reads=["minimum_age"],
)
def is_old_enough(case: Case, law: Law) -> Finding:
    """年满 16 周岁: from the birthday on, that day included; born on 29 February, in other years on the 28th."""
    birthday = facts.day_of_minimum_age(case, law)
    return NO_BIRTH_DATE if birthday is None else birthday <= case.on


@rule(
    GUIDE["FE-1"],
    code=RuleCode.RETIREMENT_AGE,
    title=Text("未达到法定退休年龄", "Before the statutory retirement date"),
    because=Text(
        "已达到法定退休年龄，不能办理灵活就业参保登记。",
        "The statutory retirement date is reached: enrolment is no longer possible.",
    ),
    legal_basis="《全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定》；《国务院关于渐进式延迟法定退休年龄的办法》第一条；劳社部发〔2001〕20号",
    facts=[facts.sex, facts.birth, facts.position, facts.retirements],
    turns=facts.turns_of_retirement,
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
    """未达到退休年龄: until the day before the retirement date; a woman in production between the schedules is told so."""
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
    because=Text("已领取养老待遇，不能办理灵活就业参保登记。", "A pension is being drawn: enrolment is not possible."),
    legal_basis="《中华人民共和国社会保险法》第十六条",
    facts=[facts.pension],
)
def is_not_drawing_a_pension(case: Case, _law: Law) -> Finding:
    """未达到退休年龄的: whoever draws a pension has retired, at whatever age."""
    return not case.drawing_pension


@rule(
    GUIDE["FE-5"],
    code=RuleCode.NOT_ENROLLED,
    title=Text("尚未参加灵活就业参保", "Not enrolled already"),
    because=Text(
        "该人员已存在灵活就业参保信息，无需重复登记。",
        "Already enrolled in flexible employment; there is no need to enrol again.",
    ),
    legal_basis="《中华人民共和国社会保险法》第十条；办事指南注意事项第3项",
    facts=[facts.enrolment, facts.residents],
    reads=["resident_insurances"],
)
def is_not_enrolled_yet(case: Case, law: Law) -> Finding:
    """已参保灵活就业人员无需重复登记; residents' insurance is no hindrance, but has to be settled."""
    if case.enrolled:
        return False
    return OVERLAP if case.paid_in(law.words("resident_insurances")) else True


@rule(
    GUIDE["FE-3"],
    code=RuleCode.EMPLOYER_STOPPED_PAYING,
    title=Text("单位已停缴", "The employer has stopped paying"),
    because=Text(
        "单位尚未办理停缴，请先由单位办理减员。",
        "The employer has not stopped paying. Ask it to report the end of employment first.",
    ),
    legal_basis="《中华人民共和国社会保险法》第十条、第五十八条；《灵活就业人员参保须知》一",
    facts=[facts.employer],
    turns=facts.turns_of_payment,
    reads=["employee_insurances"],
)
def has_no_paying_employer(case: Case, law: Law) -> Finding:
    """单位停缴人员: while an employer pays, nobody is flexibly employed."""
    return not any(period.employer for period in case.paid_in(law.words("employee_insurances")))


@rule(
    GUIDE["FE-3"],
    code=RuleCode.CHANNEL_OPEN,
    title=Text("该渠道可以办理", "The channel is open"),
    because=Text(
        "首次参保请通过“天津人力社保”APP或到经办机构、街镇党群服务中心办理。",
        "Join for the first time through the app 天津人力社保, or at the social-insurance office or the community "
        "service centre.",
    ),
    legal_basis="《灵活就业人员参保须知》一",
    facts=[facts.first_time, facts.channel],
    turns=facts.turns_of_payment,
    reads=["employee_insurances", "first_time_channels", "employer_stopped_channels"],
)
def is_using_an_open_channel(case: Case, law: Law) -> Finding:
    """首次参保 by app or at the counter; 单位停缴 by every channel."""
    if facts.is_first_time(case, law):
        return case.channel in law.words("first_time_channels")
    return True if case.channel in law.words("employer_stopped_channels") else CHANNEL_CLOSED


@rule(
    GUIDE["FE-4"],
    code=RuleCode.DISTRICT_OPEN,
    title=Text("该区县可以选择", "The district is open"),
    because=ONLY_SUBSIDISED,
    legal_basis="办事指南注意事项第2项",
    facts=[facts.subsidy, facts.district],
    turns=facts.turns_of_subsidy,
    reads=["districts"],
)
def is_choosing_an_open_district(case: Case, law: Law) -> Finding:
    """享受社保补贴人员，默认仅可选择补贴区县; while none is chosen, none is refused."""
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
    is_not_enrolled_yet,
    has_no_paying_employer,
    is_using_an_open_channel,
    is_choosing_an_open_district,
)
