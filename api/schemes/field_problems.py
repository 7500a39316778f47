"""Problems of form fields in GraphQL."""

from collections.abc import Sequence

import strawberry

from api.enrolment import form
from api.graphql.context import RequestContext
from api.graphql.types import In, Problem, ProblemCode, described
from api.text.i18n import Language, Text

INVALID = Text("有内容需要更正，请逐项修改后重新提交。", "Something needs correcting. Change it and send again.")

described(
    form.FieldProblemCode,
    "字段问题代码。What is wrong with a field, for programs.",
    REQUIRED="必填。It has to be filled in.",
    TOO_LONG="过长。It is too long.",
    BAD_FORMAT="格式不正确。It is not written as it has to be.",
    BAD_CHECK_DIGIT="校验位不正确。The check digit does not fit.",
    UNKNOWN_CODE="代码不存在。The code table does not have it.",
    NOT_SELECTABLE="该代码不可选择。The code is known, but a form may not choose it.",
    INCONSISTENT="与其他信息不一致。It contradicts something else.",
    TOO_LOW="低于下限。It is below the lowest that is allowed.",
    TOO_HIGH="高于上限。It is above the highest that is allowed.",
    NO_FIGURE="没有查到所需的数据，不能计算。A figure that it takes was not found.",
)


@strawberry.type(description="某一字段的问题。What is wrong with one field.")
class FieldProblem:
    """A problem of one field."""

    problem: strawberry.Private[form.FieldProblem]

    @strawberry.field(description='字段路径，如 ["input", "mobileNumber"]。The way to the field.')
    def path(self) -> list[str]:
        return list(self.problem.path)

    @strawberry.field(description="问题代码。What is wrong, for programs.")
    def code(self) -> form.FieldProblemCode:
        return self.problem.code

    @strawberry.field(description="问题与改法。What is wrong and how to mend it.")
    def message(self, language: In = Language.ZH) -> str:
        return self.problem.message.say(language)


@strawberry.type(description="填写有误，一次列出全部问题。Something is not filled in rightly; all of it at once.")
class InvalidInput(Problem):
    """Problems of a form."""

    fields: list[FieldProblem] = strawberry.field(description="各字段的问题。The problems, field by field.")


def invalid_input(problems: Sequence[form.FieldProblem], context: RequestContext) -> InvalidInput:
    """Return the problems of a form as one GraphQL result."""
    fields = [FieldProblem(problem=problem) for problem in problems]
    return InvalidInput(
        code=ProblemCode.INVALID_INPUT, text=INVALID, support_reference=context.request_id, fields=fields
    )
