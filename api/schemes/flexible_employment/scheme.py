"""灵活就业参保登记 as a scheme: what the rest of the Hall asks about it."""

from collections.abc import Sequence
from datetime import date

from api.codes.tables import CodeTableName
from api.enrolment.case import DistrictChoice
from api.enrolment.form import FieldProblem, Form
from api.enrolment.scheme import Choices, Record, Scheme
from api.enrolment.status import Coverage
from api.enrolment.store import period_of, registration_of
from api.law.rule import Channel, NextStep, Verdict
from api.people.models import Person
from api.schemes.flexible_employment import case as cases
from api.schemes.flexible_employment import form, law, verdict
from api.schemes.flexible_employment.case import Case, Subsidy
from api.schemes.flexible_employment.codes import DESCRIPTIONS
from api.schemes.flexible_employment.contributions.calculation import (
    ContributionBase,
    ContributionRequest,
    contributions,
)
from api.schemes.flexible_employment.contributions.figures import INSURANCES
from api.schemes.flexible_employment.models import FlexibleEmploymentChange, FlexibleEmploymentEnrolment
from api.schemes.flexible_employment.next_steps import next_steps_after_registration
from api.schemes.flexible_employment.scenarios import read_scenarios
from api.schemes.shared.declaration_window import DeclarationKind
from api.schemes.shared.retirement import Schedule, position_nature
from api.text.i18n import Text


class FlexibleEmployment(Scheme):
    """灵活就业参保登记."""

    name = law.SCHEME
    title = Text("灵活就业参保登记", "Flexible-employment enrolment")
    form_title = Text("城镇灵活就业人员新参保登记", "New enrolment of urban flexible workers")
    notice_title = Text("灵活就业人员参保须知", "Notice for flexible employment")
    notice_summary = Text(
        "年满16周岁、未达法定退休年龄、在本市灵活就业的，可以参保登记；首次参保的请用手机APP或到窗口办理。"
        "登记后在上月21日至本月19日向税务机关申报缴费，12月20日至31日停止办理。",
        "Whoever is 16, has not reached the statutory retirement age and is in flexible employment in this city may "
        "enrol, the first time by the app or at a counter. Contributions are declared to the tax authority from the "
        "21st of the month before to the 19th, and not from 20 to 31 December.",
    )
    payment = Text(
        "按月、按季或者按年，于上月21日至本月19日向税务机关申报缴费",
        "declared to the tax authority by month, quarter or year, from the 21st of the month before to the 19th",
    )
    person_field = "flexibleEmployment"
    id_prefix = "enrolment"
    guide = law.GUIDE
    notices = law.NOTICES
    rulebook = verdict.RULEBOOK
    parameters = law.LAW
    rule_codes = DESCRIPTIONS
    fields = form.FIELDS
    idempotency_names = ("registerFlexibleEmployment", "withdrawFlexibleEmployment")
    calculator = "contributions"
    enrolments = FlexibleEmploymentEnrolment
    changes = FlexibleEmploymentChange
    scenarios = staticmethod(read_scenarios)
    codes = {  # noqa: RUF012 - never changed
        "admitted_id_types": CodeTableName.ID_TYPE,
        "employee_insurances": CodeTableName.INSURANCE_TYPE,
        "employer_only_insurances": CodeTableName.INSURANCE_TYPE,
        "self_paid_insurances": CodeTableName.INSURANCE_TYPE,
        "resident_insurances": CodeTableName.INSURANCE_TYPE,
        "districts": CodeTableName.DISTRICT,
    }
    words = {  # noqa: RUF012 - never changed
        Channel.WEB_HALL: Text("网厅", "web hall"),
        Channel.APP: Text("手机APP", "mobile app"),
        Channel.KIOSK: Text("自助机", "kiosk"),
        Channel.COUNTER: Text("窗口", "counter"),
        Schedule.WOMEN_55: Text("女职工（原55周岁）对照表", "the table of women (originally 55)"),
        Schedule.WOMEN_50: Text("女职工（原50周岁）对照表", "the table of women (originally 50)"),
        law.NOTICE: Text("受理并提示", "accepted, with a notice"),
        law.REFUSE: Text("不受理", "refused"),
        law.CLASS: Text("受理，不提示", "accepted"),
    }

    def coverage(self, on: date) -> Coverage | None:
        """Return 职工基本养老 and 职工基本医疗, paid by the person; an employer's insurance takes over."""
        return cases.coverage(law.LAW.on(on))

    def case(self, record: Record, choices: Choices) -> Case:
        """Return the case of a record and of what the person chose; the choices have precedence."""
        person, works_in_city = record.person, choices.value(form.WORKS_IN_CITY)
        nature = choices.value(form.POSITION_NATURE) or person.position_nature
        return Case(
            on=choices.on,
            channel=choices.channel,
            id_type=person.id_type,
            birth_date=person.birth_date,
            sex=person.sex,
            position_nature=position_nature(nature),
            drawing_pension=person.drawing_pension,
            works_in_city=works_in_city if isinstance(works_in_city, bool) else None,
            registrations=tuple(registration_of(row) for row in reversed(record.enrolments)),
            participations=tuple(period_of(row) for row in record.participations),
            subsidies=tuple(Subsidy(row.district, row.starts_on, row.ends_on) for row in record.subsidies),
            district=choices.district,
        )

    def judge(self, case: Case) -> Verdict:
        """Return the verdict by the rules of the case's day."""
        return verdict.judge(case)

    def cost(self, on: date) -> Text | None:
        """Return the monthly amount at the lowest base; None where a figure of the month is not known."""
        request = ContributionRequest(
            DeclarationKind.MONTH, (on.replace(day=1),), ContributionBase.LOWEST, None, tuple(INSURANCES), frozenset()
        )
        found = contributions(request)
        if found.amount is None or any(line.amount is None for line in found.lines):
            return None
        yuan = f"{found.amount / 100:,.2f}"
        return Text(f"每月最低{yuan}元", f"At least {yuan} yuan a month")

    def districts(self, case: Case) -> Sequence[DistrictChoice]:
        """Return the districts of the day; while a subsidy is active, only its own can be chosen."""
        return verdict.district_options(case)

    def next_steps(self, case: Case, cautions: Sequence[str], *, suspended: bool) -> Sequence[NextStep]:
        """Return where and when to declare and pay, and what the verdict said to settle."""
        return next_steps_after_registration(case, law.LAW.on(case.on), cautions, suspended=suspended)

    def contradictions(self, form_: Form, person: Person) -> Sequence[FieldProblem]:
        """Return what in the form contradicts the account's document."""
        return form.contradictions(form_, person.id_type, person.id_number)


SCHEME = FlexibleEmployment()
