"""What to do next: after a refusal, beside a yes, and after having enrolled."""

from collections.abc import Sequence
from datetime import date, timedelta

from api.language import Text
from api.schemes.rule import NextStep, RuleCode, RuleOutcome, RuleResult
from api.schemes.shared.declaration_window import CHANNELS, declaration_window

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
SETTLE_OVERLAP = NextStep(
    Text("办理城乡居民保险衔接", "Settle the overlap with residents' insurance"),
    Text(
        "登记后请到经办机构停止城乡居民养老或医疗参保，避免重复缴费。",
        "After enrolling, have the residents' insurance stopped at the counter, so that you do not pay twice.",
    ),
)
CHOOSE_SUBSIDISED = NextStep(
    Text("选择补贴区县", "Choose the district of the subsidy"),
    Text(
        "享受社保补贴期间，仅可选择补贴区县；如需变更，请到补贴区县经办机构咨询。",
        "While the subsidy lasts, only its district can be chosen; to change that, ask at its office.",
    ),
)
ENROL = NextStep(
    Text("阅读须知并登记", "Read the notice and enrol"),
    Text("可以在网厅办理灵活就业参保登记。", "You can enrol here."),
)
ALREADY = NextStep(
    Text("查看已有的参保登记", "See the enrolment you have"),
    Text(
        "无需重复登记；请按期向税务机关申报缴费。",
        "There is no need to enrol again. Declare and pay with the tax authority.",
    ),
)
AFTER: dict[RuleCode, tuple[NextStep, ...]] = {
    RuleCode.IDENTITY_DOCUMENT: (COUNTER,),
    RuleCode.RETIREMENT_AGE: (CLAIM_PENSION,),
    RuleCode.NOT_DRAWING_PENSION: (CLAIM_PENSION,),
    RuleCode.NOT_ENROLLED: (ALREADY,),
    RuleCode.EMPLOYER_STOPPED_PAYING: (ASK_EMPLOYER,),
    RuleCode.CHANNEL_OPEN: (APP, COUNTER),
    RuleCode.DISTRICT_OPEN: (CHOOSE_SUBSIDISED,),
}


def next_steps(results: Sequence[RuleResult], on: date, becomes: date | None) -> tuple[NextStep, ...]:
    """Return what to do next, each step once, in the order of the rules."""
    steps: list[NextStep] = []
    refused = [result for result in results if result.outcome is not RuleOutcome.PASS]
    if becomes is not None:
        steps.append(_wait(becomes))
    for result in refused:
        steps.extend((COUNTER,) if result.outcome is RuleOutcome.UNKNOWN else AFTER.get(result.rule.code, ()))
    if not refused:
        steps.append(ENROL)
        if any(result.rule.code is RuleCode.NOT_ENROLLED and result.reason for result in results):
            steps.append(SETTLE_OVERLAP)
    if not refused or any(result.rule.code is RuleCode.NOT_ENROLLED for result in refused):
        steps.extend(_declare(on))
    return tuple(dict.fromkeys(steps))


def next_steps_after_registration(on: date) -> tuple[NextStep, ...]:
    """Return what to do after having enrolled: declare in the next window, through one of the channels."""
    return (*_declare(on), *CHANNELS)


def _wait(becomes: date) -> NextStep:
    last_day = becomes - timedelta(days=1)
    return NextStep(
        Text(f"{becomes.isoformat()}起可以办理", f"Possible from {becomes.isoformat()}"),
        Text(
            f"{last_day.isoformat()}及以前不能办理，请届时再来。", f"Not until {last_day.isoformat()}. Come again then."
        ),
        due=becomes,
    )


def _declare(on: date) -> tuple[NextStep, ...]:
    window = declaration_window(on)
    if window is None:
        return ()
    days = f"{window.opens_on.isoformat()}—{window.closes_on.isoformat()}"
    return (
        NextStep(
            Text("向税务机关申报缴费", "Declare and pay with the tax authority"),
            Text(
                f"本期申报缴费时间为{days}；可按月、按季或按年申报。"
                if window.open
                else f"下一期申报缴费时间为{days}；可按月、按季或按年申报。",
                f"{'This' if window.open else 'The next'} window is {days}; monthly, quarterly or yearly.",
            ),
            due=window.closes_on,
        ),
    )
