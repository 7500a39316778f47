"""Enrolling and withdrawing, in GraphQL."""

from typing import Annotated

import strawberry

from api.graphql.mutations import rate_limited_mutation
from api.people.context import Info
from api.schemes.eligibility import Eligibility
from api.schemes.flexible_employment import outcomes, service
from api.schemes.flexible_employment.enrolment_schema import enrolment_of
from api.schemes.flexible_employment.field_problems import invalid_input
from api.schemes.flexible_employment.form import read_form, read_withdrawal
from api.schemes.flexible_employment.problems import (
    FlexibleEmploymentRegistered,
    FlexibleEmploymentWithdrawn,
    RegisterFlexibleEmploymentResult,
    RegistrationPreview,
    WithdrawFlexibleEmploymentResult,
    access_problem,
    already_enrolled,
    conflict,
    not_eligible,
    not_withdrawable,
    notice_outdated,
)
from api.schemes.rule import PositionNature

KEY = (
    "幂等键，由客户端选定，每次登记一个，最长64字。同键同内容返回先前的结果，同键不同内容返回 IdempotencyConflict。"
    "Chosen by the client, one per intended write, at most 64 characters. Same key and content: the earlier answer again. "
    "Other content: IdempotencyConflict. Example: a UUID."
)


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
class WithdrawFlexibleEmploymentInput:
    """The input of a withdrawal."""

    enrolment_id: strawberry.ID = strawberry.field(
        description="登记的全局编号。The enrolment's id. Example: enrolment_9xT…."
    )
    idempotency_key: str = strawberry.field(description=KEY)
    reason: str | None = strawberry.field(
        default=None, description="撤回原因，选填，最长200字。Why, optional, 200 characters at most."
    )


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
            idempotency_key=input.idempotency_key,
            notice_version=input.notice_version,
            insured_district=input.insured_district,
            household_registration_type=input.household_registration_type,
            ethnic_group=input.ethnic_group,
            residential_address=input.residential_address,
            mobile_number=input.mobile_number,
            position_nature=input.position_nature,
            works_in_city=input.works_in_city,
        )
        match await service.register(await context.request(), form, problems, dry_run=bool(input.dry_run)):
            case outcomes.Done(enrolment, replayed, standing):
                enrolled = enrolment_of(enrolment, standing=standing)
                return FlexibleEmploymentRegistered(enrolment=enrolled, replayed=replayed)
            case outcomes.Preview(lines, verdict):
                return RegistrationPreview(kept=lines, eligibility=Eligibility(verdict=verdict))
            case outcomes.NotQualified() as refused:
                return not_eligible(refused, context)
            case outcomes.Enrolled(enrolment):
                return already_enrolled(enrolment, context)
            case outcomes.Invalid() as refused:
                return invalid_input(refused.problems, context)
            case outcomes.Outdated() as refused:
                return notice_outdated(refused, context)
            case outcomes.Conflicting():
                return conflict(context)
            case outcomes.Forbidden() as refused:
                return access_problem(refused, context)

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
        match await service.withdraw(await context.request(), withdrawal, problems):
            case outcomes.Done(enrolment, replayed):
                return FlexibleEmploymentWithdrawn(enrolment=enrolment_of(enrolment), replayed=replayed)
            case outcomes.NotWithdrawn(enrolment):
                return not_withdrawable(enrolment, context)
            case outcomes.Invalid() as refused:
                return invalid_input(refused.problems, context)
            case outcomes.Conflicting():
                return conflict(context)
            case (outcomes.Forbidden() | outcomes.NotFound()) as refused:
                return access_problem(refused, context)
