"""城乡居民养老参保登记 as a scheme: what the rest of the Hall asks about it."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from api.codes.tables import CodeTableName
from api.enrolment.scenarios import Scenario
from api.enrolment.scheme import Choices, Difference, Record, Scheme
from api.enrolment.status import Coverage
from api.enrolment.store import period_of, registration_of
from api.law.rule import Channel, NextStep, Verdict
from api.law.rulebook import CACHE_SIZE, Rulebook
from api.schemes.residents_pension import advice, comparison, form, law
from api.schemes.residents_pension import case as cases
from api.schemes.residents_pension.case import Case
from api.schemes.residents_pension.codes import DESCRIPTIONS
from api.schemes.residents_pension.household import is_registered_in_city
from api.schemes.residents_pension.rules import RULES
from api.schemes.residents_pension.scenarios import read_scenarios
from api.text.i18n import Text


class ResidentsPension(Scheme):
    """城乡居民养老参保登记."""

    name = law.SCHEME
    title = Text("城乡居民养老参保登记", "Residents' pension enrolment")
    form_title = Text("城乡居民养老参保登记表", "Enrolment in the residents' pension")
    notice_title = Text("城乡居民养老参保须知", "Notice for the residents' pension")
    notice_summary = Text(
        "年满16周岁、不是在校学生、没有参加职工基本养老保险的本市户籍居民，可以参保登记。"
        "年满60周岁、累计缴费满15年且未领取其他基本养老待遇的，可以按月领取。",
        "Residents registered in this city who are 16, not at school and not insured as employees may enrol. From 60, "
        "after 15 years of contributions and without another basic pension, the benefit is paid every month.",
    )
    payment = Text("按年缴纳，缴费时间以本市公布为准", "paid every year, at the time that the city publishes")
    person_field = "residentsPension"
    id_prefix = "residents"
    guide = law.GUIDE
    notices = law.NOTICES
    rulebook = Rulebook(law.SCHEME, RULES, law.RULES_VERSION, channels=(Channel.WEB_HALL, Channel.COUNTER))
    parameters = law.LAW
    rule_codes = DESCRIPTIONS
    fields = form.FIELDS
    idempotency_names = ("register RESIDENTS_PENSION", "withdraw RESIDENTS_PENSION")
    codes = {  # noqa: RUF012 - never changed
        cases.EMPLOYEES: CodeTableName.INSURANCE_TYPE,
        cases.PUBLIC_SECTOR: CodeTableName.INSURANCE_TYPE,
        cases.RESIDENTS: CodeTableName.INSURANCE_TYPE,
    }

    def coverage(self, on: date) -> Coverage | None:
        """Return 城乡居民养老, which the employees' or the public-sector pension takes over."""
        return cases.coverage(law.LAW.on(on))

    def case(self, record: Record, choices: Choices) -> Case:
        """Return the case of a record and of what the person declared."""
        person, declared = record.person, choices.value(form.NOT_IN_SCHOOL)
        return Case(
            on=choices.on,
            channel=choices.channel,
            id_type=person.id_type,
            birth_date=person.birth_date,
            sex=person.sex,
            drawing_pension=person.drawing_pension,
            registrations=tuple(registration_of(row) for row in reversed(record.enrolments)),
            participations=tuple(period_of(row) for row in record.participations),
            district=choices.district,
            registered_here=is_registered_in_city(
                person.household_registration_type, person.household_registration_address
            ),
            public_sector=person.public_sector_staff_category is not None,
            not_in_school=declared if isinstance(declared, bool) else None,
        )

    def judge(self, case: Case) -> Verdict:
        """Return the verdict by the rules of the case's day."""
        return _judge(case)

    def scenarios(self) -> Sequence[Scenario]:
        """Return the situations of scenarios.toml."""
        return read_scenarios()

    def next_steps(self, case: Case, cautions: Sequence[str], *, suspended: bool) -> Sequence[NextStep]:
        """Return how and what to pay, and what the verdict said to settle."""
        _ = suspended
        return tuple(advice.after_registration(tuple(cautions), case.on))

    def differences(self, other: Scheme, record: Record, on: date) -> Sequence[Difference]:
        """Return how this scheme differs from another one that the person may join."""
        return comparison.differences(other, record, on)


@lru_cache(maxsize=CACHE_SIZE)
def _judge(case: Case) -> Verdict:
    """Return the verdict. Cached, because each page of the enrolment requests it."""
    return SCHEME.rulebook.judge(case, law.LAW, advice.advise)


SCHEME = ResidentsPension()
