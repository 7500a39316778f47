"""What to do next, for each verdict and after enrolling: only steps that the person can take."""

from collections.abc import Iterator
from datetime import date

from api.law.days import written_day
from api.law.rule import EligibilityOutcome, NextStep
from api.law.rulebook import Decided
from api.schemes.residents_pension.case import Case
from api.schemes.residents_pension.codes import RuleCode
from api.schemes.residents_pension.tiers import tiers_on
from api.schemes.shared.advice import SEE_ENROLMENT, SOCIAL_INSURANCE
from api.text.i18n import Text

ENROL_HERE = NextStep(
    Text("阅读须知并登记", "Read the notice and enrol"),
    Text(
        "可以在网厅办理城乡居民养老参保登记；登记时须声明不是在校学生。",
        "You can enrol here. On the form you declare that you are not a student in school.",
    ),
)
TIERS_OF_THE_CITY = NextStep(
    Text("缴费档次以本市公布为准", "The tiers are those that the city publishes"),
    Text(
        "缴费档次、政府补贴和缴费时间以本市公布为准，请拨打12333或向税务机关咨询。",
        "The yearly tiers, the subsidies and the time of payment are those that the city publishes. Call 12333, or ask the "
        "tax authority.",
    ),
    phone=SOCIAL_INSURANCE,
)
PAY_YEARLY = NextStep(
    Text("按年缴纳养老保险费", "Pay the contribution every year"),
    Text(
        "登记后每年缴费，多缴多得；累计缴费满15年、年满60周岁可以按月领取待遇。",
        "After enrolling you pay every year. With 15 years of contributions you draw a monthly "
        "benefit from the age of 60.",
    ),
)
PAY_UP_YEARS = NextStep(
    Text("逐年缴费，也可以补缴", "Pay every year, and pay up earlier years if you like"),
    Text(
        "距领取年龄不足15年的，应逐年缴费，也允许补缴，累计缴费不超过15年；补缴请到经办机构办理。",
        "With less than 15 years to go you pay every year. Earlier years can be paid up at the social insurance office, to 15 "
        "years in all.",
    ),
    phone=SOCIAL_INSURANCE,
)
JOIN_YEARS = NextStep(
    Text("两项养老保险可以衔接", "Both pensions can be joined"),
    Text(
        "达到法定退休年龄时，职工养老缴费满15年的，可以转入职工养老保险；不足15年的，可以转入城乡居民养老保险（人社部发〔2014〕17号）。",
        "At retirement, with 15 years in the employees' scheme you can move there; with less, into the residents' "
        "(人社部发〔2014〕17号).",
    ),
    phone=SOCIAL_INSURANCE,
)
CLAIM_BENEFIT = NextStep(
    Text("办理领取待遇", "Claim the benefit"),
    Text(
        "以前参加过城乡居民养老保险、年满60周岁的，请到经办机构办理按月领取待遇。",
        "If you were in the scheme before and are 60, claim the monthly benefit at the social insurance office.",
    ),
    phone=SOCIAL_INSURANCE,
)
PENSIONER = NextStep(
    Text("咨询养老待遇", "Ask about your pension"),
    Text(
        "您已领取养老待遇；对待遇有疑问，请到社保经办机构或拨打12333咨询。",
        "You draw a pension. For questions about it, go to the social insurance office or call 12333.",
    ),
    phone=SOCIAL_INSURANCE,
)
COVERED_ALREADY = NextStep(
    Text("无需登记", "No need to enrol"),
    Text(
        "您已有养老保险；停止缴费后，请再次查看能否登记。",
        "You have a pension insurance. Once payment has stopped, check again whether you can enrol.",
    ),
)
ENROL_AT_HOME = NextStep(
    Text("到户籍地参保", "Enrol where your household is registered"),
    Text(
        "城乡居民养老保险在户籍地参加，请向户籍所在地社保经办机构咨询。",
        "This scheme is joined where the household is registered. Ask the social insurance office there.",
    ),
    phone=SOCIAL_INSURANCE,
)
CORRECT_RECORD = NextStep(
    Text("到经办机构核对个人信息", "Have your record checked"),
    Text(
        "持本人居民身份证和户口簿，到社保经办机构核对补登，再来办理。",
        "Take your identity card and household register to the social insurance office, have your record completed, and "
        "come again.",
    ),
    phone=SOCIAL_INSURANCE,
)
AFTER_SCHOOL = NextStep(
    Text("离校后办理", "Enrol after school"),
    Text("在校学生不参加城乡居民养老保险，离校后可以登记。", "Students do not join. Enrol once you have left school."),
)


def advise(decided: Decided[Case]) -> tuple[NextStep, ...]:
    """Return the advice for a verdict. A permanent reason of a refusal hides the others."""
    return tuple(_advise(decided))


def _advise(decided: Decided[Case]) -> Iterator[NextStep]:
    failed, outcome = decided.failed, decided.outcome
    if outcome is EligibilityOutcome.ELIGIBLE:
        yield ENROL_HERE
        yield from after_registration(decided.cautions, decided.case.on)
        return
    if RuleCode.NOT_DRAWING_PENSION in failed:
        yield PENSIONER
    elif RuleCode.NOT_ENROLLED in failed:
        yield SEE_ENROLMENT
    elif RuleCode.BENEFIT_AGE in failed:
        yield CLAIM_BENEFIT
    elif failed & {RuleCode.NOT_IN_EMPLOYEES_PENSION, RuleCode.NOT_PUBLIC_SECTOR}:
        yield COVERED_ALREADY
    elif RuleCode.HOUSEHOLD_IN_CITY in failed:
        yield ENROL_AT_HOME
    elif RuleCode.NOT_IN_SCHOOL in failed:
        yield AFTER_SCHOOL
    if decided.becomes is not None:
        yield _wait(decided.becomes)
    if outcome is EligibilityOutcome.NEEDS_INFORMATION:
        yield CORRECT_RECORD


def _wait(becomes: date) -> NextStep:
    day = written_day(becomes)
    return NextStep(
        Text(f"{day.zh}起可以办理", f"You can enrol from {day.en}"),
        Text("自该日起符合条件，届时可再来办理。", "You qualify from that day. Come back then."),
    )


def after_registration(cautions: tuple[str, ...], on: date) -> Iterator[NextStep]:
    """Yield what follows enrolling; `cautions` are the conditions that held with a notice."""
    yield PAY_YEARLY
    if not tiers_on(on):
        yield TIERS_OF_THE_CITY
    if RuleCode.BENEFIT_AGE in cautions:
        yield PAY_UP_YEARS
    if RuleCode.NOT_IN_EMPLOYEES_PENSION in cautions:
        yield JOIN_YEARS
