"""Enrolling in any scheme and withdrawing, in GraphQL."""

from typing import Annotated

import strawberry

from api.enrolment import outcomes, service
from api.enrolment.form_reader import read_form, read_withdrawal
from api.graphql.mutations import rate_limited_mutation
from api.graphql.types import AccessProblem, Problem, ProblemCode
from api.people.context import Info
from api.people.success_schema import Success
from api.schemes.enrolment_schema import Enrolment, enrolment_of
from api.schemes.enums import SchemeName
from api.schemes.field_problems import InvalidInput
from api.schemes.form_schema import FieldValueInput, values_of
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
from api.schemes.registry import SCHEMES, scheme_of_id

KEY = (
    "幂等键，由客户端选定，每次登记一个，最长64字。同键同内容返回先前的结果，同键不同内容返回 IdempotencyConflict。"
    "Chosen by the client, one per intended write, at most 64 characters. Same key and content: the earlier answer again. "
    "Other content: IdempotencyConflict. Example: a UUID."
)


@strawberry.input(
    description="任一业务的登记表。证件、姓名、性别、出生日期由账号带出，不在此填写。The form of any scheme; the account fixes the rest."
)
class RegisterInput:
    """The form."""

    scheme: SchemeName = strawberry.field(description="业务。The scheme.")
    idempotency_key: str = strawberry.field(description=KEY)
    notice_version: str = strawberry.field(
        description="已阅读并同意的须知版本。The version of the notice that was accepted."
    )
    insured_district: str = strawberry.field(
        description="参保区县（统筹区）代码。The district by code. Example: 120101."
    )
    values: list[FieldValueInput] = strawberry.field(
        description="登记表其他各项，见 PersonScheme.form。The other fields of the form: see `PersonScheme.form`."
    )
    dry_run: bool | None = strawberry.field(
        default=False,
        description="只检查不保存，返回 RegistrationPreview。Run every check and store nothing: the answer is a RegistrationPreview.",
    )


@strawberry.input(description="撤回登记。Withdrawing an enrolment.")
class WithdrawInput:
    """The input of a withdrawal."""

    enrolment_id: strawberry.ID = strawberry.field(
        description="登记的全局编号。The enrolment's id. Example: enrolment_9xT…."
    )
    idempotency_key: str = strawberry.field(description=KEY)
    reason: str | None = strawberry.field(
        default=None, description="撤回原因，选填，最长200字。Why, optional, 200 characters at most."
    )


@strawberry.type(description="登记成功。Enrolled.")
class Registered(Success):
    """A success."""

    enrolment: Enrolment = strawberry.field(description="登记。The enrolment with its receipt.")
    replayed: bool = strawberry.field(
        description="是否为同一请求先前的结果。Whether this is the earlier answer to the same request."
    )


@strawberry.type(description="撤回成功。Withdrawn.")
class Withdrawn(Success):
    """A success."""

    enrolment: Enrolment = strawberry.field(description="该登记。The enrolment as it stands now.")
    replayed: bool = strawberry.field(
        description="是否为同一请求先前的结果。Whether this is the earlier answer to the same request."
    )


@strawberry.type(description="已参保，无需重复登记。Enrolled already, in any scheme.")
class EnrolmentStands(Problem):
    """The person is enrolled already."""

    enrolment: Enrolment = strawberry.field(description="现有登记。The enrolment that stands.")


@strawberry.type(description="该登记已不能撤回。The enrolment, of any scheme, is past withdrawing.")
class WithdrawalClosed(Problem):
    """Something has been paid, or it has ended."""

    enrolment: Enrolment = strawberry.field(description="该登记。The enrolment as it stands.")


RegisterResult = Annotated[
    Registered
    | RegistrationPreview
    | NotEligible
    | EnrolmentStands
    | InvalidInput
    | NoticeOutdated
    | IdempotencyConflict
    | AccessProblem,
    strawberry.union("RegisterResult", description="参保登记的结果。What came of enrolling."),
]
WithdrawResult = Annotated[
    Withdrawn | WithdrawalClosed | InvalidInput | IdempotencyConflict | AccessProblem,
    strawberry.union("WithdrawResult", description="撤回的结果。What came of withdrawing."),
]


@strawberry.type
class EnrolmentMutation:
    """The part of Mutation for every scheme."""

    @rate_limited_mutation(
        description="任一业务的参保登记。检查顺序：会话、填写与代码（一次列全）、幂等键、须知版本、是否已参保、规则、试办；然后在一个事务中保存登记、资格结论、"
        "回执与访问记录。Enrols the account's person in a scheme. The order of checks: session, shape and codes (all problems at "
        "once), idempotency, notice version, already enrolled, rules, dry run; then one transaction stores enrolment, "
        "frozen verdict, receipt and access log."
    )
    async def register(
        self, info: Info, input: Annotated[RegisterInput, strawberry.argument(description="登记表。The form.")]
    ) -> RegisterResult | None:
        context, scheme = info.context, SCHEMES[input.scheme]
        form, problems = read_form(
            scheme.fields,
            values_of(input.values),
            idempotency_key=input.idempotency_key,
            notice_version=input.notice_version,
            district=input.insured_district,
            on=context.today,
        )
        match await service.register(scheme, await context.request(), form, problems, dry_run=bool(input.dry_run)):
            case outcomes.Done(row, replayed, standing):
                return Registered(enrolment=enrolment_of(scheme, row, standing=standing), replayed=replayed)
            case outcomes.Preview() as preview:
                return preview_of(preview)
            case outcomes.Enrolled(row):
                return EnrolmentStands(
                    code=ProblemCode.ALREADY_ENROLLED,
                    text=enrolled_text(scheme),
                    support_reference=context.request_id,
                    enrolment=enrolment_of(scheme, row),
                )
            case refused:
                return problem_of(refused, context)

    @rate_limited_mutation(
        description="撤回参保登记，仅限登记未缴费时。Withdraws an enrolment, only while nothing has been paid."
    )
    async def withdraw(
        self, info: Info, input: Annotated[WithdrawInput, strawberry.argument(description="撤回所需。What it takes.")]
    ) -> WithdrawResult | None:
        context, scheme = info.context, scheme_of_id(input.enrolment_id)
        withdrawal, problems = read_withdrawal(
            enrolment_id=input.enrolment_id, idempotency_key=input.idempotency_key, reason=input.reason
        )
        match await service.withdraw(scheme, await context.request(), withdrawal, problems):
            case outcomes.Done(row, replayed):
                return Withdrawn(enrolment=enrolment_of(scheme, row), replayed=replayed)
            case outcomes.NotWithdrawn(row):
                return WithdrawalClosed(
                    code=ProblemCode.NOT_WITHDRAWABLE,
                    text=NOT_WITHDRAWABLE,
                    support_reference=context.request_id,
                    enrolment=enrolment_of(scheme, row),
                )
            case refused:
                return write_problem_of(refused, context)
