"""Results of enrolling and withdrawing in GraphQL, for any scheme."""

import strawberry

from api.enrolment import outcomes
from api.enrolment.receipt import Line
from api.enrolment.scheme import Scheme
from api.graphql.context import RequestContext
from api.graphql.types import AccessProblem, In, Problem, ProblemCode
from api.schemes.documents_schema import Notice, ReceiptLine, lines_of
from api.schemes.eligibility import Eligibility
from api.schemes.field_problems import InvalidInput, invalid_input
from api.text.i18n import Language, Text


@strawberry.type(description="不符合参保条件，附全部理由。The conditions are not met, with all reasons.")
class NotEligible(Problem):
    """The rules say no, or lack a fact."""

    eligibility: Eligibility = strawberry.field(description="资格结论。The verdict.")


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


@strawberry.type(description="试办结果：检查全部通过，未保存任何内容。Every check passed, and nothing was stored.")
class RegistrationPreview:
    """The answer of a dry run."""

    kept: strawberry.Private[tuple[Line, ...]]
    eligibility: Eligibility = strawberry.field(description="资格结论。The verdict.")

    @strawberry.field(description="将要提交的内容。What would be sent, as it was understood.")
    def lines(self, language: In = Language.ZH) -> list[ReceiptLine]:
        return lines_of(self.kept, language)


NOT_SIGNED_IN = Text("请先登录。", "Sign in first.")
FORBIDDEN = Text(
    "只有参保人本人可以办理，请用本人账号登录。",
    "Only the person concerned can do this. Sign in with your own account.",
)
NOT_FOUND = Text("没有找到这次登记，请从首页重新进入。", "There is no such enrolment. Start again from the home page.")
OUTDATED = Text("参保须知已更新，请重新阅读并确认。", "The notice has changed. Read and accept the current one.")
CONFLICT = Text(
    "这次提交与先前的内容不同，请重新提交。",
    "This differs from what was sent before under the same key. Send it under a new key.",
)
NOT_WITHDRAWABLE = Text("只有登记未缴费时可以撤回。", "An enrolment can be withdrawn only while nothing has been paid.")


AnyRefusal = outcomes.Invalid | outcomes.Conflicting | outcomes.Forbidden | outcomes.NotFound
AnyProblem = InvalidInput | IdempotencyConflict | AccessProblem


def enrolled_text(scheme: Scheme) -> Text:
    """Return that the person is enrolled already."""
    return Text(
        f"您已办理{scheme.title.zh}，无需重复办理。", "You have already enrolled. There is no need to enrol again."
    )


def preview_of(outcome: outcomes.Preview) -> RegistrationPreview:
    """Return the result of a dry run."""
    return RegistrationPreview(kept=outcome.lines, eligibility=Eligibility(verdict=outcome.verdict))


def problem_of(
    refused: outcomes.NotQualified | outcomes.Outdated | AnyRefusal, context: RequestContext
) -> NotEligible | NoticeOutdated | AnyProblem:
    """Return the refusal of an enrolment that every scheme has."""
    reference = context.request_id
    match refused:
        case outcomes.NotQualified(verdict):
            reasons = (result.reason for result in verdict.results if result.outcome != "PASS" and result.reason)
            text = next(reasons, Text("不符合参保条件。", "The conditions are not met."))
            eligibility = Eligibility(verdict=verdict)
            return NotEligible(
                code=ProblemCode.NOT_ELIGIBLE, text=text, support_reference=reference, eligibility=eligibility
            )
        case outcomes.Outdated(current):
            code, notice = ProblemCode.NOTICE_OUTDATED, Notice(notice=current)
            return NoticeOutdated(code=code, text=OUTDATED, support_reference=reference, current=notice)
        case _:
            return write_problem_of(refused, context)


def write_problem_of(refused: AnyRefusal, context: RequestContext) -> AnyProblem:
    """Return the refusal of any write."""
    reference = context.request_id
    match refused:
        case outcomes.Invalid(problems):
            return invalid_input(problems, context)
        case outcomes.Conflicting():
            return IdempotencyConflict(
                code=ProblemCode.IDEMPOTENCY_CONFLICT, text=CONFLICT, support_reference=reference
            )
        case outcomes.NotFound():
            return AccessProblem(code=ProblemCode.NOT_FOUND, text=NOT_FOUND, support_reference=reference)
        case outcomes.Forbidden(signed_in):
            code, text = (ProblemCode.FORBIDDEN, FORBIDDEN) if signed_in else (ProblemCode.NOT_SIGNED_IN, NOT_SIGNED_IN)
            return AccessProblem(code=code, text=text, support_reference=reference)
