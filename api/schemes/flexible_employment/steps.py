"""What to do next: after a refusal, beside a yes, and after having enrolled."""

from collections.abc import Iterator, Sequence
from datetime import date

from api.language import Text
from api.schemes.condition import NO_LAW
from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.facts import CHANNELS as DOORS
from api.schemes.flexible_employment.facts import day_of_minimum_age
from api.schemes.flexible_employment.rules import WHICH_POSITION
from api.schemes.parameter import Law
from api.schemes.rule import Channel, NextStep, RuleCode, RuleOutcome, RuleResult
from api.schemes.shared.days import written_days
from api.schemes.shared.declaration_window import CHANNELS, DeclarationWindow, declaration_window

APP = NextStep(
    Text("使用“天津人力社保”手机APP", "Use the app 天津人力社保"),
    Text(
        "首次参保和单位停缴人员均可在APP办理参保登记。",
        "It enrols both first-time participants and those whose employer stopped paying.",
    ),
)
COUNTER = NextStep(
    Text("到经办机构或街镇党群服务中心办理", "Go to the counter"),
    Text(
        "持本人居民身份证，到户籍地或居住地社保经办机构、街镇党群服务中心办理。",
        "Take your identity card to the social-insurance office or the community service centre where you are "
        "registered or live.",
    ),
)
CORRECT_RECORD = NextStep(
    Text("到经办机构核对个人信息", "Have your record corrected"),
    Text(
        "持本人居民身份证，到社保经办机构核对补登所缺的信息，再来办理。",
        "Take your identity card to the social-insurance office, have what is missing added, and come again.",
    ),
)
SAY_POSITION = NextStep(
    Text("填写岗位性质", "Say what your position is"),
    Text(
        "在登记表中选择岗位性质：管理或生产。只需这一项即可判断。",
        "Choose management or production on the form. It is the one thing that is missing.",
    ),
)
ASK_EMPLOYER = NextStep(
    Text("请单位先办理减员", "Ask the employer to report the end of employment"),
    Text(
        "单位停缴后，可在网厅、APP、自助机或经办机构办理登记。",
        "Once it has stopped paying, enrol here, in the app, at a kiosk or at the counter.",
    ),
)
CLAIM_PENSION = NextStep(
    Text("咨询养老待遇", "Ask about your pension"),
    Text(
        "已达到退休年龄或已领取待遇的，请到社保经办机构咨询。",
        "Having reached the retirement date or drawing a pension, ask at the social-insurance office.",
    ),
)
CONFIRM_PENSION_AGE = NextStep(
    Text("确认领取养老待遇的时间", "Ask when your pension begins"),
    Text(
        "岗位性质为生产的，请到社保经办机构确认适用的退休年龄和领取待遇的时间。",
        "With a position in production, ask at the social-insurance office which retirement age holds for you.",
    ),
)
SETTLE_OVERLAP = NextStep(
    Text("办理城乡居民保险衔接", "Settle the overlap with residents' insurance"),
    Text(
        "登记后请到经办机构停止城乡居民养老或医疗参保，避免重复缴费。",
        "After enrolling, have the residents' insurance stopped at the counter, so that you do not pay twice.",
    ),
)
CHOOSE_DISTRICT = NextStep(
    Text("选择可办理的区县", "Choose an open district"),
    Text(
        "享受社保补贴期间，仅可选择补贴区县；如需变更，请到补贴区县社保经办机构咨询。",
        "While a subsidy lasts, only its district can be chosen; to change that, ask at that district's "
        "social-insurance office.",
    ),
)
ALREADY = NextStep(
    Text("查看已有的参保登记", "See the enrolment you have"),
    Text(
        "无需重复登记；请按期向税务机关申报缴费。",
        "There is no need to enrol again. Declare and pay with the tax authority.",
    ),
)
AFTER_FAIL: dict[RuleCode, tuple[NextStep, ...]] = {
    RuleCode.IDENTITY_DOCUMENT: (COUNTER,),
    RuleCode.MINIMUM_AGE: (),
    RuleCode.RETIREMENT_AGE: (CLAIM_PENSION,),
    RuleCode.NOT_DRAWING_PENSION: (CLAIM_PENSION,),
    RuleCode.NOT_ENROLLED: (ALREADY,),
    RuleCode.EMPLOYER_STOPPED_PAYING: (ASK_EMPLOYER,),
    RuleCode.CHANNEL_OPEN: (APP, COUNTER),
    RuleCode.DISTRICT_OPEN: (CHOOSE_DISTRICT,),
}
AFTER_CAUTION: dict[RuleCode, NextStep] = {
    RuleCode.RETIREMENT_AGE: CONFIRM_PENSION_AGE,
    RuleCode.NOT_ENROLLED: SETTLE_OVERLAP,
}
WAITS_FOR_PAYMENT = {RuleCode.NOT_ENROLLED}
"""Whoever is refused only because they are enrolled already still has to declare and pay."""


def next_steps(results: Sequence[RuleResult], case: Case, law: Law, becomes: date | None) -> tuple[NextStep, ...]:
    """Return what to do next, each step once, in the order of the rules."""
    return tuple(dict.fromkeys(_steps(results, case, law, becomes)))


def _steps(results: Sequence[RuleResult], case: Case, law: Law, becomes: date | None) -> Iterator[NextStep]:
    if becomes is not None:
        yield _wait(becomes)
    refused = [result for result in results if result.outcome is not RuleOutcome.PASS]
    if not refused:
        yield _enrol(case.channel)
    for result in refused:
        if result.outcome is RuleOutcome.FAIL:
            yield from AFTER_FAIL[result.rule.code]
            if result.rule.code is RuleCode.MINIMUM_AGE and becomes is None:
                yield _grow_up(case, law)
        else:
            yield _after_unknown(result)
    if not refused:
        yield from (AFTER_CAUTION[result.rule.code] for result in results if result.reason is not None)
    if {result.rule.code for result in refused} <= WAITS_FOR_PAYMENT:
        yield from _declare(declaration_window(case.on))


def _after_unknown(result: RuleResult) -> NextStep:
    """Return the one question to answer: the position on the form, anything else in the record."""
    if result.reason == NO_LAW.text:
        return COUNTER
    return SAY_POSITION if result.reason == WHICH_POSITION.text else CORRECT_RECORD


def next_steps_after_registration(on: date) -> tuple[NextStep, ...]:
    """Return what to do after having enrolled: declare in the next window, through one of the channels."""
    return (*_declare(declaration_window(on)), *CHANNELS)


def _wait(becomes: date) -> NextStep:
    day = becomes.isoformat()
    return NextStep(
        Text(f"{day}起可以办理", f"Possible from {day}"),
        Text(
            "目前不能办理的原因到那时不再存在，请届时再来。",
            "What stands against it now no longer will. Come again then.",
        ),
    )


def _grow_up(case: Case, law: Law) -> NextStep:
    """Return when somebody is old enough whom something else still hinders on that day."""
    age, birthday = law["minimum_age"].value, day_of_minimum_age(case, law)
    return NextStep(
        Text(f"年满{age}周岁后办理", f"Enrol when you are {age}"),
        Text(
            f"{birthday}年满{age}周岁；其他原因届时也须已经解决。",
            f"You will be {age} on {birthday}; what else stands against it has to be settled by then.",
        ),
    )


def _enrol(channel: Channel) -> NextStep:
    if channel is Channel.WEB_HALL:
        return NextStep(
            Text("阅读须知并登记", "Read the notice and enrol"),
            Text("可以在网厅办理灵活就业参保登记。", "You can enrol here."),
        )
    return NextStep(
        Text("办理参保登记", "Enrol"),
        Text(f"可以通过{DOORS[channel]}办理灵活就业参保登记。", f"You can enrol through: {DOORS[channel]}."),
    )


def _declare(window: DeclarationWindow | None) -> Iterator[NextStep]:
    if window is None:
        return
    days = written_days(window.opens_on, window.closes_on)
    which = Text("本期", "This window") if window.open else Text("下一期", "The next window")
    yield NextStep(
        Text("向税务机关申报缴费", "Declare and pay with the tax authority"),
        Text(
            f"{which.zh}申报缴费时间为{days.zh}；可按月、按季或按年，通过电子税务局、“天津税务”APP、微信或云闪付办理。",
            f"{which.en} is {days.en}; monthly, quarterly or yearly, on the electronic tax office, in the app "
            "天津税务, by WeChat or 云闪付.",
        ),
        due=window.closes_on,
    )
