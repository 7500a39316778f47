"""Chooses the advice for a verdict: only steps that the person can take.

A permanent reason of a refusal hides the others: a pensioner gets no advice on channels, a foreigner none on employers.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from api.law.condition import NO_LAW
from api.law.days import written_day, written_days
from api.law.parameter import Law
from api.law.rule import Channel, NextStep, RuleOutcome, RuleResult
from api.schemes.flexible_employment import advice, facts
from api.schemes.flexible_employment.case import EMPLOYEES, Case
from api.schemes.flexible_employment.codes import RuleCode
from api.schemes.flexible_employment.findings import WHICH_POSITION
from api.schemes.shared.advice import SEE_ENROLMENT
from api.schemes.shared.declaration_window import (
    CHANNELS,
    TAX_OFFICE,
    TAX_TELEPHONE,
    DeclarationWindow,
    declaration_window,
)
from api.schemes.shared.retirement import retirement_date
from api.text.i18n import Text

SOON = timedelta(days=31)
FIRST_TIME_THEN = Text(
    "届时首次参保请用“天津人力社保”手机APP，或到经办机构、街镇党群服务中心办理。",
    "To join for the first time then, use the app 天津人力社保, or go to the social insurance office or the community "
    "service centre.",
)
ELSE_THEN = Text("其他原因届时也须已经解决。", "By then, the other reasons have to be settled too.")
ENDS_THEN = Text(
    "您的参保到前一日为止，自该日起可以重新登记。",
    "Your insurance ends on the day before. From then on you can enrol again.",
)
FROM_THEN = Text("自该日起符合条件，届时可再来办理。", "You qualify from that day. Come back then.")
AFTERWARDS: dict[str, Text] = {
    RuleCode.RETIREMENT_AGE: Text("次日达到法定退休年龄。", "On the next day you reach statutory retirement."),
    RuleCode.EMPLOYER_STOPPED_PAYING: Text("次日起由单位为您缴费。", "From the next day an employer pays for you."),
    RuleCode.NOT_ENROLLED: Text(
        "次日起您以个人身份参保，届时无需登记。",
        "From the next day you are insured for yourself and need not enrol.",
    ),
    RuleCode.DISTRICT_OPEN: Text(
        "次日起仅可选择补贴区县。", "From the next day only the district of your subsidy is open."
    ),
}
AFTER_CAUTION: dict[str, NextStep] = {
    RuleCode.RETIREMENT_AGE: advice.CONFIRM_PENSION_AGE,
    RuleCode.NOT_ENROLLED: advice.SETTLE_OVERLAP,
}


@dataclass(frozen=True, slots=True)
class AdviceInput:
    """The results of the rules for one case, and the days on which they change.

    `waits_until` is the day on which the person qualifies with a district that they may choose today. `ends_by` is the
    first condition that fails on the day `ceases`.
    """

    results: Sequence[RuleResult]
    case: Case
    law: Law
    becomes: date | None
    waits_until: date | None
    ceases: date | None
    ends_by: str | None
    eligible_by: tuple[Channel, ...]

    def failed(self) -> set[str]:
        """Return the conditions that do not hold."""
        return {result.rule.code for result in self.results if result.outcome is RuleOutcome.FAIL}

    def unknown(self) -> list[RuleResult]:
        """Return the results that lack a fact of the record, in the order of the rules."""
        return [each for each in self.results if each.outcome is RuleOutcome.UNKNOWN and not each.declared]

    def cautions(self) -> list[str]:
        """Return the conditions that hold with a notice."""
        return [each.rule.code for each in self.results if each.outcome is RuleOutcome.PASS and each.reason]


def next_steps(basis: AdviceInput) -> tuple[NextStep, ...]:
    """Return what to do next, each step once."""
    return tuple(dict.fromkeys(_steps(basis))) or (advice.CONSULT,)


def _steps(basis: AdviceInput) -> Iterator[NextStep]:
    case, failed = basis.case, basis.failed()
    if RuleCode.NOT_DRAWING_PENSION in failed:
        yield advice.ASK_ABOUT_PENSION
    elif RuleCode.RETIREMENT_AGE in failed:
        yield from (advice.CLAIM_PENSION, advice.PAY_UP_YEARS)
    elif RuleCode.NOT_ENROLLED in failed:
        yield from _already_enrolled(basis)
    elif RuleCode.IDENTITY_DOCUMENT in failed:
        yield advice.another_document(case.id_type)
    elif not failed and not basis.unknown():
        yield from _eligible(basis)
    else:
        yield from _not_eligible(basis, failed)


def _already_enrolled(basis: AdviceInput) -> Iterator[NextStep]:
    case, law, becomes = basis.case, basis.law, basis.becomes
    paying = tuple(_pay(case, law))
    if becomes is not None:
        # The insurance ends without any action, and later months need no payment.
        yield advice.wait(becomes, ENDS_THEN)
        if becomes <= _first_payable(case.on):
            return
    if not case.self_paid(law) and case.self_suspended(law):
        yield from (advice.RESUME, advice.CHANGE_DISTRICT) if _declares(paying) else (advice.INSURED_ALREADY,)
    elif case.is_enrolled(law):
        yield SEE_ENROLMENT
    else:
        yield advice.PAY_ON if _declares(paying) else advice.INSURED_ALREADY
        yield advice.CHANGE_DISTRICT
    yield from paying


def _eligible(basis: AdviceInput) -> Iterator[NextStep]:
    case, ceases = basis.case, basis.ceases
    yield advice.enrol(case.channel)
    if ceases is not None and ceases - case.on <= SOON:
        yield _open_until(ceases - timedelta(days=1), basis.ends_by)
    yield from (AFTER_CAUTION[code] for code in basis.cautions())
    yield from _pay(case, basis.law)


def _open_until(last: date, ends_by: str | None) -> NextStep:
    day = written_day(last)
    other = Text("此后请再次查看能否登记。", "After that day, check again whether you can enrol.")
    return NextStep(
        Text(f"可办理至{day.zh}（含当日）", f"You can enrol until {day.en}"),
        other if ends_by is None else AFTERWARDS.get(ends_by, other),
    )


def _not_eligible(basis: AdviceInput, failed: set[str]) -> Iterator[NextStep]:
    case, law, unknown = basis.case, basis.law, basis.unknown()
    subsidised = case.subsidised_districts(law.words("districts")) if RuleCode.DISTRICT_OPEN in failed else ()
    if basis.waits_until is not None:
        yield advice.wait(basis.waits_until, _why_then(failed, law))
    if RuleCode.MINIMUM_AGE in failed and basis.waits_until is None:
        yield from _wait_for_birthday(basis, failed)
    for result in unknown:
        yield _complete_fact(result, case)
    if RuleCode.WORKS_IN_CITY in failed:
        yield advice.WORK_ELSEWHERE
    if RuleCode.EMPLOYER_STOPPED_PAYING in failed:
        yield from _employer_pays(basis)
    if RuleCode.CHANNEL_OPEN in failed and failed <= {RuleCode.CHANNEL_OPEN, RuleCode.DISTRICT_OPEN} and not unknown:
        yield from _other_channels(basis)
    if RuleCode.DISTRICT_OPEN in failed:
        alone = failed == {RuleCode.DISTRICT_OPEN} and not unknown
        yield advice.subsidised(subsidised, today=alone) if subsidised else advice.CHOOSE_DISTRICT


def _why_then(failed: set[str], law: Law) -> Text:
    if failed == {RuleCode.MINIMUM_AGE}:
        age = law["minimum_age"].value
        return Text(f"满{age}周岁后即可登记。", f"You can enrol once you are {age}.")
    if failed == {RuleCode.EMPLOYER_STOPPED_PAYING}:
        return Text(
            "单位停缴后即可登记，届时可再来办理。",
            "You can enrol once your employer has stopped paying. Come back then.",
        )
    return FROM_THEN


def _wait_for_birthday(basis: AdviceInput, failed: set[str]) -> Iterator[NextStep]:
    birthday = facts.day_of_minimum_age(basis.case, basis.law)
    if birthday is not None:
        is_first_time_only = failed == {RuleCode.MINIMUM_AGE, RuleCode.CHANNEL_OPEN} and not basis.unknown()
        then = FIRST_TIME_THEN if is_first_time_only else ELSE_THEN
        yield advice.wait_for_birthday(basis.law["minimum_age"].value, birthday, then)


def _employer_pays(basis: AdviceInput) -> Iterator[NextStep]:
    """Yield the last day that the employer pays, if it is recorded; else the advice to ask the employer."""
    case, law = basis.case, basis.law
    last = facts.last_day_of_employers(case.paid_by_employers(law))
    retirement = _retirement(case, law)
    if last is not None:
        if basis.waits_until is None:
            yield advice.employer_pays_until(last)
    elif retirement is not None and retirement - case.on <= SOON:
        yield advice.EMPLOYER_PAYS
    else:
        yield advice.ASK_EMPLOYER


def _other_channels(basis: AdviceInput) -> Iterator[NextStep]:
    """Yield the channels that are open to this person, or if the district is wrong, to people of their kind."""
    case = basis.case
    open_to_their_kind = basis.eligible_by or tuple(
        channel for channel in (Channel.APP, Channel.COUNTER) if channel is not case.channel
    )
    if Channel.APP in open_to_their_kind:
        yield advice.APP
    if Channel.COUNTER in open_to_their_kind:
        yield advice.counter(case.id_type)
    retirement = _retirement(case, basis.law)
    if retirement is not None and retirement <= _first_payable(case.on):
        yield advice.retires_soon(retirement)


def _complete_fact(result: RuleResult, case: Case) -> NextStep:
    """Return how to supply a missing fact: the position on the form, all others in the record."""
    if result.reason == NO_LAW.text:
        return advice.CONSULT
    return advice.SAY_POSITION if result.reason == WHICH_POSITION.text else advice.correct_record(case.id_type)


def next_steps_after_registration(
    case: Case, law: Law, cautions: Collection[str] = (), *, suspended: bool = False
) -> tuple[NextStep, ...]:
    """Return the advice after enrolling: declare in the next window, resume payment, settle the notices of the verdict.

    A person who retires before the next payable month, or whose employer pays it, has nothing to declare. The channels
    of declaring come last.
    """
    paying = tuple(_pay(case, law))
    declares = _declares(paying) or not paying
    return (
        *((advice.RESUME,) if suspended and declares else ()),
        *paying,
        *(step for code, step in AFTER_CAUTION.items() if code in cautions),
        *(CHANNELS if declares else ()),
    )


def _pay(case: Case, law: Law) -> Iterator[NextStep]:
    """Yield how to pay the next month that can be declared, unless an employer pays it or the person retires before."""
    first = _first_payable(case.on)
    retirement = _retirement(case, law)
    by_employers = replace(case, on=first).paid_by_employers(law) if EMPLOYEES in law else ()
    begins = [period.started_on for period in by_employers if period.started_on is not None]
    if by_employers and case.paid_by_employers(law):
        yield advice.EMPLOYER_PAYS_TOO
    elif begins:
        yield advice.employer_begins(max(begins))
    elif retirement is not None and retirement <= first:
        yield advice.retires_soon(retirement)
    else:
        yield from _declare(declaration_window(case.on))


def _declares(steps: Collection[NextStep]) -> bool:
    return any(step.due is not None for step in steps)


def _first_payable(on: date) -> date:
    """Return the first day of the next month that can be declared; date.max without any."""
    window = declaration_window(on)
    return date.max if window is None else window.closes_on.replace(day=1)


def _retirement(case: Case, law: Law) -> date | None:
    """Return the latest possible retirement date; None if it is unknown."""
    if case.birth_date is None or "women_schedule" not in law or "women_between_schedules" not in law:
        return None
    dates = [retirement_date(schedule, case.birth_date, law) for schedule in facts.possible_schedules(case, law)]
    known = [day for day in dates if day is not None]
    return max(known) if known and len(known) == len(dates) else None


def _declare(window: DeclarationWindow | None) -> Iterator[NextStep]:
    if window is None:
        return
    days = written_days(window.opens_on, window.closes_on)
    which = Text("本期", "This period") if window.open else Text("下一期", "The next period")
    yield NextStep(
        Text("向税务机关申报缴费", "Declare and pay with the tax authority"),
        Text(
            f"{which.zh}申报缴费期为{days.zh}；可按月、按季或按年，通过电子税务局、“天津税务”APP、微信或云闪付办理。",
            f"{which.en} is {days.en}. Pay monthly, quarterly or yearly, on the electronic tax office, in the "
            "app 天津税务, by WeChat or 云闪付.",
        ),
        due=window.closes_on,
        url=TAX_OFFICE,
        phone=TAX_TELEPHONE,
    )
