"""Which advice a verdict gives: what the person who reads it can do, and nothing that they cannot.

What rules a person out for good is answered alone: a pensioner need not hear of channels, nor a foreigner of employers.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.language import Text
from api.schemes.condition import NO_LAW
from api.schemes.flexible_employment import advice, facts
from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.findings import WHICH_POSITION
from api.schemes.parameter import Law
from api.schemes.rule import Channel, NextStep, RuleCode, RuleOutcome, RuleResult
from api.schemes.shared.days import written_days
from api.schemes.shared.declaration_window import (
    CHANNELS,
    TAX_OFFICE,
    TAX_TELEPHONE,
    DeclarationWindow,
    declaration_window,
)
from api.schemes.shared.retirement import retirement_date

SOON = timedelta(days=31)
FIRST_TIME_THEN = Text(
    "届时首次参保请用“天津人力社保”手机APP，或到经办机构、街镇党群服务中心办理。",
    "To join for the first time then, use the app 天津人力社保, or go to the social insurance office or the community "
    "service centre.",
)
ELSE_THEN = Text("其他原因届时也须已经解决。", "By then, the other reasons have to be settled too.")
FROM_THEN = Text("自该日起符合条件，届时可再来办理。", "You qualify from that day. Come back then.")
AFTER_CAUTION: dict[RuleCode, NextStep] = {
    RuleCode.RETIREMENT_AGE: advice.CONFIRM_PENSION_AGE,
    RuleCode.NOT_ENROLLED: advice.SETTLE_OVERLAP,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What the rules answered one case, and what follows from it."""

    results: Sequence[RuleResult]
    case: Case
    law: Law
    becomes: date | None
    ceases: date | None
    eligible_by: tuple[Channel, ...]

    def failed(self) -> set[RuleCode]:
        """Return the conditions that do not hold."""
        return {result.rule.code for result in self.results if result.outcome is RuleOutcome.FAIL}

    def unknown(self) -> list[RuleResult]:
        """Return the results for which the record lacks a fact, in the order of the rules."""
        return [each for each in self.results if each.outcome is RuleOutcome.UNKNOWN and not each.declared]

    def cautions(self) -> list[RuleCode]:
        """Return the conditions that hold with something to mind."""
        return [each.rule.code for each in self.results if each.outcome is RuleOutcome.PASS and each.reason]


def next_steps(answers: Answers) -> tuple[NextStep, ...]:
    """Return what to do next, each step once."""
    return tuple(dict.fromkeys(_steps(answers)))


def _steps(answers: Answers) -> Iterator[NextStep]:
    case, failed = answers.case, answers.failed()
    if RuleCode.NOT_DRAWING_PENSION in failed:
        yield advice.ASK_ABOUT_PENSION
    elif RuleCode.RETIREMENT_AGE in failed:
        yield from (advice.CLAIM_PENSION, advice.PAY_UP_YEARS)
    elif RuleCode.NOT_ENROLLED in failed:
        yield from _enrolled_already(answers)
    elif RuleCode.IDENTITY_DOCUMENT in failed:
        yield advice.another_document(case.id_type)
    elif not failed and not answers.unknown():
        yield from _eligible(answers)
    else:
        yield from _hindered(answers, failed)


def _enrolled_already(answers: Answers) -> Iterator[NextStep]:
    case, law = answers.case, answers.law
    if answers.becomes is not None:
        yield advice.wait(answers.becomes, FROM_THEN)
    if case.is_enrolled(law):
        yield advice.SEE_ENROLMENT
    elif case.self_paid(law):
        yield from (advice.PAY_ON, advice.CHANGE_DISTRICT)
    else:
        yield from (advice.RESUME, advice.CHANGE_DISTRICT)
    yield from _declare(declaration_window(case.on))


def _eligible(answers: Answers) -> Iterator[NextStep]:
    case, ceases = answers.case, answers.ceases
    window = declaration_window(case.on)
    yield advice.enrol(case.channel)
    if ceases is not None and ceases - case.on <= SOON:
        yield advice.open_until(ceases - timedelta(days=1))
    yield from (AFTER_CAUTION[code] for code in answers.cautions())
    if ceases is None or window is None or ceases > window.closes_on.replace(day=1):
        yield from _declare(window)
    elif ceases in _retirement_dates(answers):
        yield advice.retires_soon(ceases)
    else:
        yield advice.employer_begins(ceases)


def _hindered(answers: Answers, failed: Collection[RuleCode]) -> Iterator[NextStep]:
    """Return what to do about each reason that can be mended, in the order of the rules."""
    case, law = answers.case, answers.law
    subsidised = case.subsidised_districts(law.words("districts")) if RuleCode.DISTRICT_OPEN in failed else ()
    # The subsidy's own district is open today: there is nothing to wait for.
    if answers.becomes is not None and failed != {RuleCode.DISTRICT_OPEN}:
        yield advice.wait(answers.becomes, _why_then(answers, failed))
    if RuleCode.MINIMUM_AGE in failed and answers.becomes is None:
        yield from _grow_up(answers, failed)
    if RuleCode.WORKS_IN_CITY in failed:
        yield advice.WORK_ELSEWHERE
    if RuleCode.EMPLOYER_STOPPED_PAYING in failed:
        yield from _employer_pays(answers)
    if RuleCode.CHANNEL_OPEN in failed and RuleCode.MINIMUM_AGE not in failed:
        yield from _other_channels(answers)
    if RuleCode.DISTRICT_OPEN in failed:
        yield advice.subsidised(subsidised) if subsidised else advice.CHOOSE_DISTRICT
    for result in answers.unknown():
        yield _known(result, case)


def _why_then(answers: Answers, failed: Collection[RuleCode]) -> Text:
    """Return what changes on the day from which on the person qualifies."""
    if failed == {RuleCode.MINIMUM_AGE}:
        age = answers.law["minimum_age"].value
        return Text(f"满{age}周岁后即可登记。", f"You can enrol once you are {age}.")
    if failed == {RuleCode.EMPLOYER_STOPPED_PAYING}:
        return Text(
            "单位停缴后即可登记，届时可再来办理。",
            "You can enrol once your employer has stopped paying. Come back then.",
        )
    return FROM_THEN


def _grow_up(answers: Answers, failed: Collection[RuleCode]) -> Iterator[NextStep]:
    birthday = facts.day_of_minimum_age(answers.case, answers.law)
    if birthday is not None:
        is_first_time_only = failed == {RuleCode.MINIMUM_AGE, RuleCode.CHANNEL_OPEN} and not answers.unknown()
        then = FIRST_TIME_THEN if is_first_time_only else ELSE_THEN
        yield advice.grow_up(answers.law["minimum_age"].value, birthday, then)


def _employer_pays(answers: Answers) -> Iterator[NextStep]:
    """Return whom to ask; where the record has the last day already, nobody."""
    ends = [period.ended_on for period in answers.case.paid_by_employers(answers.law)]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        yield advice.ASK_EMPLOYER
    elif answers.becomes is None:
        yield advice.employer_pays_until(max(known))


def _other_channels(answers: Answers) -> Iterator[NextStep]:
    """Return the channels that take this person today; where something else is in the way, those that take their kind."""
    open_to_their_kind = answers.eligible_by or tuple(
        channel for channel in (Channel.APP, Channel.COUNTER) if channel is not answers.case.channel
    )
    if Channel.APP in open_to_their_kind:
        yield advice.APP
    if Channel.COUNTER in open_to_their_kind:
        yield advice.counter(answers.case.id_type)


def _known(result: RuleResult, case: Case) -> NextStep:
    """Return how the one missing fact becomes known: the position on the form, anything else in the record."""
    if result.reason == NO_LAW.text:
        return advice.CONSULT
    return advice.SAY_POSITION if result.reason == WHICH_POSITION.text else advice.correct_record(case.id_type)


def _retirement_dates(answers: Answers) -> set[date | None]:
    case, law = answers.case, answers.law
    if case.birth_date is None:
        return set()
    return {retirement_date(schedule, case.birth_date, law) for schedule in facts.possible_schedules(case, law)}


def next_steps_after_registration(
    on: date, cautions: Collection[RuleCode] = (), *, suspended: bool = False
) -> tuple[NextStep, ...]:
    """Return what to do after having enrolled: declare in the next window, settle what the verdict said to mind.

    The channels of declaring stand last. While payment is suspended, it is to be resumed.
    """
    return (
        *((advice.RESUME,) if suspended else ()),
        *_declare(declaration_window(on)),
        *(step for code, step in AFTER_CAUTION.items() if code in cautions),
        *CHANNELS,
    )


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
