"""Enrolling in flexible employment and withdrawing, in GraphQL: the typed operations of this scheme."""

from typing import Annotated

import strawberry

from api.enrolment import outcomes, service
from api.enrolment.form_reader import read_form, read_withdrawal
from api.enrolment.models import StoredEnrolment
from api.enrolment.status import Standing
from api.graphql.mutations import rate_limited_mutation
from api.graphql.types import AccessProblem, Problem, ProblemCode
from api.people.context import Info
from api.people.success_schema import Success
from api.schemes.enrolment_schema import enrolment_of
from api.schemes.field_problems import InvalidInput
from api.schemes.flexible_employment.enrolment_schema import FlexibleEmploymentEnrolment
from api.schemes.flexible_employment.form import POSITION_NATURE, WORKS_IN_CITY
from api.schemes.flexible_employment.scheme import SCHEME
from api.schemes.mutation import KEY, WithdrawInput
from api.schemes.problems import (
    NOT_WITHDRAWABLE,
    IdempotencyConflict,
    NotEligible,
    NoticeOutdated,
    RegistrationPreview,
    enrolled_text,
    preview_of,
    problem_of,
    write_problem_of,
)
from api.schemes.shared.retirement import PositionNature


@strawberry.input(
    description="灵活就业参保登记表。证件、姓名、性别、出生日期由账号带出，不在此填写。The form; the account fixes the rest."
)
class RegisterFlexibleEmploymentInput:
    """The form."""

    idempotency_key: str = strawberry.field(description=KEY)
    notice_version: str = strawberry.field(
        description="已阅读并同意的须知版本。The version of the notice that was accepted."
    )
    insured_district: str = strawberry.field(
        description="参保区县（统筹区）代码。The district by code. Example: 120101."
    )
    household_registration_type: str = strawberry.field(
        description="户口性质代码。Household registration by code. Example: 11."
    )
    ethnic_group: str = strawberry.field(description="民族代码。Ethnic group by code. Example: 01.")
    residential_address: str = strawberry.field(
        description="常驻地址，最长200字。Where the person lives, 200 characters at most."
    )
    mobile_number: str = strawberry.field(
        description="手机号码，11位；空格、全角、+86 均可。The mobile number; spaces, full-width digits and +86 are fine."
    )
    position_nature: PositionNature | None = strawberry.field(
        default=None, description="岗位性质，选填。The nature of the position, optional."
    )
    works_in_city: bool | None = strawberry.field(
        default=None,
        description="本人声明：我在本市灵活就业。随同意一并保存并印在回执上；声明“否”不能登记。本厅页面必问，未作声明的旧客户端仍可登记，"
        "资格结论中记为 UNKNOWN。\n\nThe person's own declaration: I am in flexible employment in this city. It is stored with "
        "the consent and printed on the receipt; false is refused. The Hall's own pages always ask. A client that "
        "predates the question may leave it out, and the verdict then keeps it as UNKNOWN.",
    )
    dry_run: bool | None = strawberry.field(
        default=False,
        description="只检查不保存，返回 RegistrationPreview。Run every check and store nothing: the answer is a RegistrationPreview.",
    )


@strawberry.input(description="撤回登记。Withdrawing an enrolment.")
class WithdrawFlexibleEmploymentInput(WithdrawInput):
    """The input of a withdrawal."""


@strawberry.type(description="已参保，无需重复登记。Already enrolled.")
class AlreadyEnrolled(Problem):
    """The person is enrolled already."""

    enrolment: FlexibleEmploymentEnrolment = strawberry.field(description="现有登记。The enrolment that stands.")


@strawberry.type(description="该登记已不能撤回。The enrolment is past withdrawing.")
class NotWithdrawable(Problem):
    """Something has been paid, or it has ended."""

    enrolment: FlexibleEmploymentEnrolment = strawberry.field(description="该登记。The enrolment as it stands.")


@strawberry.type(description="登记成功。Enrolled.")
class FlexibleEmploymentRegistered(Success):
    """A success."""

    enrolment: FlexibleEmploymentEnrolment = strawberry.field(description="登记。The enrolment with its receipt.")
    replayed: bool = strawberry.field(
        description="是否为同一请求先前的结果。Whether this is the earlier answer to the same request."
    )


@strawberry.type(description="撤回成功。Withdrawn.")
class FlexibleEmploymentWithdrawn(Success):
    """A success."""

    enrolment: FlexibleEmploymentEnrolment = strawberry.field(description="该登记。The enrolment as it stands now.")
    replayed: bool = strawberry.field(
        description="是否为同一请求先前的结果。Whether this is the earlier answer to the same request."
    )


RegisterFlexibleEmploymentResult = Annotated[
    FlexibleEmploymentRegistered
    | RegistrationPreview
    | NotEligible
    | AlreadyEnrolled
    | InvalidInput
    | NoticeOutdated
    | IdempotencyConflict
    | AccessProblem,
    strawberry.union("RegisterFlexibleEmploymentResult", description="参保登记的结果。What came of enrolling."),
]
WithdrawFlexibleEmploymentResult = Annotated[
    FlexibleEmploymentWithdrawn | NotWithdrawable | InvalidInput | IdempotencyConflict | AccessProblem,
    strawberry.union("WithdrawFlexibleEmploymentResult", description="撤回的结果。What came of withdrawing."),
]


@strawberry.type
class FlexibleEmploymentMutation:
    """The part of Mutation for this scheme."""

    @rate_limited_mutation(
        description="灵活就业参保登记。检查顺序：会话、填写与代码（一次列全）、幂等键、须知版本、是否已参保、规则、试办；然后在一个事务中保存登记、资格结论、"
        "回执与访问记录。Enrols whoever is signed in. The order of checks: session, shape and codes (all problems at once), "
        "idempotency, notice version, already enrolled, rules, dry run; then one transaction stores enrolment, frozen "
        "verdict, receipt and access log."
    )
    async def register_flexible_employment(
        self,
        info: Info,
        input: Annotated[RegisterFlexibleEmploymentInput, strawberry.argument(description="登记表。The form.")],
    ) -> RegisterFlexibleEmploymentResult | None:
        context = info.context
        form, problems = read_form(
            SCHEME.fields,
            {
                "householdRegistrationType": input.household_registration_type,
                "ethnicGroup": input.ethnic_group,
                "residentialAddress": input.residential_address,
                "mobileNumber": input.mobile_number,
                POSITION_NATURE: input.position_nature,
                WORKS_IN_CITY: input.works_in_city,
            },
            idempotency_key=input.idempotency_key,
            notice_version=input.notice_version,
            district=input.insured_district,
            on=context.today,
        )
        match await service.register(SCHEME, await context.request(), form, problems, dry_run=bool(input.dry_run)):
            case outcomes.Done(row, replayed, standing):
                return FlexibleEmploymentRegistered(enrolment=_enrolment(row, standing), replayed=replayed)
            case outcomes.Preview() as preview:
                return preview_of(preview)
            case outcomes.Enrolled(row):
                return AlreadyEnrolled(
                    code=ProblemCode.ALREADY_ENROLLED,
                    text=enrolled_text(SCHEME),
                    support_reference=context.request_id,
                    enrolment=_enrolment(row),
                )
            case refused:
                return problem_of(refused, context)

    @rate_limited_mutation(
        description="撤回灵活就业参保登记，仅限登记未缴费时。Withdraws an enrolment, only while nothing has been paid."
    )
    async def withdraw_flexible_employment(
        self,
        info: Info,
        input: Annotated[WithdrawFlexibleEmploymentInput, strawberry.argument(description="撤回所需。What it takes.")],
    ) -> WithdrawFlexibleEmploymentResult | None:
        context = info.context
        withdrawal, problems = read_withdrawal(
            enrolment_id=input.enrolment_id, idempotency_key=input.idempotency_key, reason=input.reason
        )
        match await service.withdraw(SCHEME, await context.request(), withdrawal, problems):
            case outcomes.Done(row, replayed):
                return FlexibleEmploymentWithdrawn(enrolment=_enrolment(row), replayed=replayed)
            case outcomes.NotWithdrawn(row):
                return NotWithdrawable(
                    code=ProblemCode.NOT_WITHDRAWABLE,
                    text=NOT_WITHDRAWABLE,
                    support_reference=context.request_id,
                    enrolment=_enrolment(row),
                )
            case refused:
                return write_problem_of(refused, context)


def _enrolment(row: StoredEnrolment, standing: Standing | None = None) -> FlexibleEmploymentEnrolment:
    enrolment = enrolment_of(SCHEME, row, standing=standing)
    if not isinstance(enrolment, FlexibleEmploymentEnrolment):
        raise TypeError("an enrolment of another scheme")
    return enrolment
