"""三个问题试算: what the rules say of a person who has not signed in, in GraphQL."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import strawberry

from api.enrolment.insurance_period import PAYING, SUSPENDED
from api.enrolment.scheme import Choices, Record
from api.enrolment.scheme import Scheme as AnyScheme
from api.graphql.types import described
from api.people.context import Info
from api.people.models import Participation, Person
from api.schemes.documents_schema import Scheme
from api.schemes.eligibility import Eligibility
from api.schemes.registry import SCHEMES
from api.schemes.schema import On
from api.schemes.shared.retirement import FEMALE, MALE
from api.schemes.shared.schema import BirthDate, Sex

RESIDENT_CARD = "01"
# 职工基本养老保险 and 职工基本医疗保险 (AAE140), which an employer and a person in flexible employment pay.
INSURANCES = ("110", "310")
# Stands for any employer: the rules ask only whether there is one.
SOME_EMPLOYER = 0


class InsuranceSituation(StrEnum):
    """How a person is insured as an employee."""

    EMPLOYER_STOPPED = "EMPLOYER_STOPPED"
    NEVER = "NEVER"
    EMPLOYER_PAYS = "EMPLOYER_PAYS"
    SELF_PAYS = "SELF_PAYS"


described(
    InsuranceSituation,
    "职工保险的参保情况。How a person is insured as an employee.",
    EMPLOYER_STOPPED="参过保，单位已停缴。Insured before; the employer has stopped paying.",
    NEVER="从未参加过职工保险。Never insured as an employee.",
    EMPLOYER_PAYS="单位正在缴费。An employer is paying.",
    SELF_PAYS="正在以个人身份缴费。The person pays on their own account.",
)
# The status (AAC031) and the payer of the insurances in each situation.
PERIODS = {
    InsuranceSituation.EMPLOYER_STOPPED: (SUSPENDED, SOME_EMPLOYER),
    InsuranceSituation.EMPLOYER_PAYS: (PAYING, SOME_EMPLOYER),
    InsuranceSituation.SELF_PAYS: (PAYING, None),
}


@strawberry.type(description="一项业务对试算的回答。What one scheme answers to an assessment.")
class Assessment:
    """A scheme and its verdict."""

    of: strawberry.Private[AnyScheme]
    record: strawberry.Private[Record]
    day: strawberry.Private[date]

    @strawberry.field(description="业务。The scheme.")
    def about(self) -> Scheme:
        return Scheme(of=self.of)

    @strawberry.field(description="结论和理由，按登录后同样的规则。The verdict, by the same rules as after signing in.")
    def eligibility(self) -> Eligibility:
        return Eligibility(verdict=self.of.judge(self.of.case(self.record, Choices(self.day))))


@strawberry.type
class AssessmentQuery:
    """The part of Query that assesses without a record."""

    @strawberry.field(
        description="不用登录的试算，公开，不存储：假定持居民身份证、未领取养老金、在本厅没有登记。性别代码不认识或出生日期不可能时为空。"
        "What the rules would say, public, and nothing is stored: for a resident identity card, no pension and no enrolment in "
        "the Hall. Null where the sex is not a code or the birth date cannot be a person's."
    )
    def assessment(
        self,
        info: Info,
        sex: Sex,
        birth_date: BirthDate,
        situation: Annotated[
            InsuranceSituation,
            strawberry.argument(
                description="职工保险的参保情况。How the person is insured. Example: EMPLOYER_STOPPED."
            ),
        ],
        on: On = None,
    ) -> list[Assessment] | None:
        day = on or info.context.today
        if sex not in {MALE, FEMALE} or birth_date > day:
            return None
        record = assumed_record(sex, birth_date, situation, day)
        return [Assessment(of=scheme, record=record, day=day) for scheme in SCHEMES.values()]


def assumed_record(sex: str, birth_date: date, situation: InsuranceSituation, day: date) -> Record:
    """Return the record that three answers describe; payment that has stopped stopped before `day`."""
    status, employer = PERIODS.get(situation, (None, None))
    ended = day - timedelta(days=1) if status == SUSPENDED and day > date.min else None
    types = INSURANCES if status is not None else ()
    return Record(
        person=Person(id_type=RESIDENT_CARD, sex=sex, birth_date=birth_date),
        participations=[
            Participation(type=each, status=status, employer_id=employer, ended_on=ended) for each in types
        ],
        subsidies=(),
        enrolments=(),
    )
