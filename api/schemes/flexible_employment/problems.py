"""Results of enrolling and withdrawing in GraphQL."""

from typing import Annotated

import strawberry

from api.enrolment.receipt import Line
from api.graphql.context import RequestContext
from api.graphql.types import AccessProblem, In, Problem, ProblemCode
from api.schemes.documents_schema import Notice, ReceiptLine, lines_of
from api.schemes.eligibility import Eligibility
from api.schemes.flexible_employment import outcomes
from api.schemes.flexible_employment.enrolment_schema import FlexibleEmploymentEnrolment, enrolment_of
from api.schemes.flexible_employment.field_problems import InvalidInput
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment as Row
from api.text.i18n import Language, Text


@strawberry.type(description="不符合参保条件，附全部理由。The conditions are not met, with all reasons.")
class NotEligible(Problem):
    """The rules say no, or lack a fact."""

    eligibility: Eligibility = strawberry.field(description="资格结论。The verdict.")


@strawberry.type(description="已参保，无需重复登记。Already enrolled.")
class AlreadyEnrolled(Problem):
    """The person is enrolled already."""

    enrolment: FlexibleEmploymentEnrolment = strawberry.field(description="现有登记。The enrolment that stands.")


@strawberry.type(
    description="参保须知已更新，须重新阅读并同意。The notice has changed and must be read and accepted anew."
)
class NoticeOutdated(Problem):
    """Another notice is in force."""

    current: Notice = strawberry.field(description="现行须知。The notice in force.")


@strawberry.type(
    description="同一幂等键已用于其他内容，请换新键。The key was used with other content; choose a new one."
)
class IdempotencyConflict(Problem):
    """A key belongs to one content."""


@strawberry.type(description="该登记已不能撤回。The enrolment is past withdrawing.")
class NotWithdrawable(Problem):
    """Something has been paid, or it has ended."""

    enrolment: FlexibleEmploymentEnrolment = strawberry.field(description="该登记。The enrolment as it stands.")


@strawberry.type(description="登记成功。Enrolled.")
class FlexibleEmploymentRegistered:
    """A success."""

    enrolment: FlexibleEmploymentEnrolment = strawberry.field(description="登记。The enrolment with its receipt.")
    replayed: bool = strawberry.field(
        description="是否为同一请求先前的结果。Whether this is the earlier answer to the same request."
    )


@strawberry.type(description="试办结果：检查全部通过，未保存任何内容。Every check passed, and nothing was stored.")
class RegistrationPreview:
    """The answer of a dry run."""

    kept: strawberry.Private[tuple[Line, ...]]
    eligibility: Eligibility = strawberry.field(description="资格结论。The verdict.")

    @strawberry.field(description="将要提交的内容。What would be sent, as it was understood.")
    def lines(self, language: In = Language.ZH) -> list[ReceiptLine]:
        return lines_of(self.kept, language)


@strawberry.type(description="撤回成功。Withdrawn.")
class FlexibleEmploymentWithdrawn:
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

NOT_SIGNED_IN = Text("请先登录。", "Sign in first.")
FORBIDDEN = Text(
    "只有参保人本人可以办理，请用本人账号登录。",
    "Only the person concerned can do this. Sign in with your own account.",
)
NOT_FOUND = Text("没有找到这次登记，请从首页重新进入。", "There is no such enrolment. Start again from the home page.")
ENROLLED = Text(
    "您已办理灵活就业参保登记，无需重复办理。", "You have already enrolled. There is no need to enrol again."
)
OUTDATED = Text("参保须知已更新，请重新阅读并确认。", "The notice has changed. Read and accept the current one.")
CONFLICT = Text(
    "这次提交与先前的内容不同，请重新提交。",
    "This differs from what was sent before under the same key. Send it under a new key.",
)
NOT_WITHDRAWABLE = Text("只有登记未缴费时可以撤回。", "An enrolment can be withdrawn only while nothing has been paid.")


def access_problem(refused: outcomes.Forbidden | outcomes.NotFound, context: RequestContext) -> AccessProblem:
    """Return the reason why the account may not do this."""
    if isinstance(refused, outcomes.NotFound):
        return AccessProblem(code=ProblemCode.NOT_FOUND, text=NOT_FOUND, support_reference=context.request_id)
    code, text = (ProblemCode.FORBIDDEN, FORBIDDEN) if refused.signed_in else (ProblemCode.NOT_SIGNED_IN, NOT_SIGNED_IN)
    return AccessProblem(code=code, text=text, support_reference=context.request_id)


def conflict(context: RequestContext) -> IdempotencyConflict:
    """Return that the key was used with other content."""
    return IdempotencyConflict(
        code=ProblemCode.IDEMPOTENCY_CONFLICT, text=CONFLICT, support_reference=context.request_id
    )


def not_eligible(refused: outcomes.NotQualified, context: RequestContext) -> NotEligible:
    """Return the verdict; the message is its first reason."""
    reasons = (result.reason for result in refused.verdict.results if result.outcome != "PASS" and result.reason)
    text = next(reasons, Text("不符合参保条件。", "The conditions are not met."))
    return NotEligible(
        code=ProblemCode.NOT_ELIGIBLE,
        text=text,
        support_reference=context.request_id,
        eligibility=Eligibility(verdict=refused.verdict),
    )


def already_enrolled(row: Row, context: RequestContext) -> AlreadyEnrolled:
    """Return the enrolment in force."""
    return AlreadyEnrolled(
        code=ProblemCode.ALREADY_ENROLLED,
        text=ENROLLED,
        support_reference=context.request_id,
        enrolment=enrolment_of(row),
    )


def notice_outdated(refused: outcomes.Outdated, context: RequestContext) -> NoticeOutdated:
    """Return the notice in force."""
    return NoticeOutdated(
        code=ProblemCode.NOTICE_OUTDATED,
        text=OUTDATED,
        support_reference=context.request_id,
        current=Notice(notice=refused.current),
    )


def not_withdrawable(row: Row, context: RequestContext) -> NotWithdrawable:
    """Return the enrolment that cannot be withdrawn any more."""
    return NotWithdrawable(
        code=ProblemCode.NOT_WITHDRAWABLE,
        text=NOT_WITHDRAWABLE,
        support_reference=context.request_id,
        enrolment=enrolment_of(row),
    )
