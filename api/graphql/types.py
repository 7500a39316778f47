"""GraphQL types that several packages share: languages, nodes, problems, pages."""

from enum import Enum
from typing import Annotated, Any, TypeVar

import strawberry
from strawberry.directive import DirectiveLocation, directive
from strawberry.schema_directive import Location
from strawberry.types.enum import StrawberryEnumDefinition

from api.graphql.limits import LIMITS
from api.graphql.pagination import Page
from api.graphql.scalars import Month
from api.text.i18n import Language, Text

TOO_OFTEN = Text("操作过于频繁，请稍后再试。", "That was too much in a short time. Wait a little, then try again.")
Kind = TypeVar("Kind", bound=type[Enum])


def described(kind: Kind, description: str, **values: str) -> Kind:
    """Return `kind` as a GraphQL enum with a description for itself and for each of its values."""
    enum = strawberry.enum(kind, description=description)
    definition: StrawberryEnumDefinition = enum.__strawberry_definition__  # type: ignore[attr-defined]  # set by strawberry.enum
    for value in definition.values:
        value.description = values.pop(value.name)
    if values:
        raise TypeError(f"{kind.__name__} has no {', '.join(values)}")
    return enum


described(
    Language, "语言。The language of a text.", ZH="中文，正式文本。Chinese, the official text.", EN="英文译文。English."
)
In = Annotated[
    Language | None,
    strawberry.argument(
        description="所用语言，默认为本次请求的语言，见 `@inContext`。The language; by default that of the request, see `@inContext`.",
    ),
]


@directive(
    locations=[DirectiveLocation.QUERY, DirectiveLocation.MUTATION],
    name="inContext",
    description="本次操作的语言，优先于 Accept-Language（两者都没有时为中文）；字段的 `language` 又优先于它。The language of an operation, before "
    "Accept-Language, and Chinese where neither says one; the argument `language` of a field is before both.",
)
def in_context(
    language: Annotated[Language, strawberry.argument(description="语言。The language. Example: EN.")],
) -> None:
    """Say the language once: api/http/graphql/request_language.py reads the directive."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="semanticNonNull",
    description="仅在出错时为空，错误见 `errors`。Null only where an error says so.",
)
class SemanticNonNull:
    """A root field that is nullable only for the sake of its siblings: a fault in it leaves them standing."""


First = Annotated[
    int | None,
    strawberry.argument(
        description=f"每页最多条数，超出范围取边界值；每条内容很多时更少。Most entries a page, clamped to 0…{LIMITS.max_page_size}, and to "
        "fewer where much is asked of each: see `hasNextPage`. Example: 20."
    ),
]
Last = Annotated[
    int | None,
    strawberry.argument(
        description="取最后若干条，代替 `first`。The last entries instead of the first ones; `first` is not read then. Example: 20."
    ),
]
Before = Annotated[
    str | None,
    strawberry.argument(
        description="后一页的 startCursor，取其前各条；无法识别则返回空页。`startCursor` of the page behind; an unusable one gives an empty "
        "page."
    ),
]
After = Annotated[
    str | None,
    strawberry.argument(
        description="上一页的 endCursor；无法识别则返回空页。`endCursor` of the page before; an unusable one gives an empty page."
    ),
]


def instead(replacement: str) -> str:
    """Return the reason of a deprecated element: its replacement, and from when it may be missing."""
    return f"Use `{replacement}`. It may be missing from 2027-12-01 on."


@strawberry.type(description="一段月份，含首尾。A span of months, the first and the last included.")
class MonthSpan:
    """A span of months."""

    from_: Month = strawberry.field(name="from", description="起始月份。The first month. Example: 2026-11.")
    until: Month = strawberry.field(description="截止月份。The last month. Example: 2026-12.")


class ProblemCode(Enum):
    """Why something was not done."""

    NOT_SIGNED_IN = "NOT_SIGNED_IN"
    WRONG_CREDENTIALS = "WRONG_CREDENTIALS"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    ALREADY_ENROLLED = "ALREADY_ENROLLED"
    INVALID_INPUT = "INVALID_INPUT"
    NOTICE_OUTDATED = "NOTICE_OUTDATED"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    NOT_WITHDRAWABLE = "NOT_WITHDRAWABLE"
    RATE_LIMITED = "RATE_LIMITED"


described(
    ProblemCode,
    "未能办理的原因代码。Why something was not done, for programs; the message is for people.",
    NOT_SIGNED_IN="尚未登录。Nobody is signed in.",
    WRONG_CREDENTIALS="账号或密码不正确。Account and password do not fit.",
    FORBIDDEN="该账号不能办理此事项。This account may not do that.",
    NOT_FOUND="未找到。There is no such thing, or none that this account may see.",
    NOT_ELIGIBLE="不符合参保条件。The conditions are not met; `eligibility` says which.",
    ALREADY_ENROLLED="已参保，无需重复登记。Already enrolled; `enrolment` is the one.",
    INVALID_INPUT="填写内容有误。Something was not filled in rightly; `fields` says what.",
    NOTICE_OUTDATED="参保须知已更新。The notice has changed; `current` is the new one.",
    IDEMPOTENCY_CONFLICT="同一幂等键已用于其他内容。That key was used with other content.",
    NOT_WITHDRAWABLE="当前状态不可撤回。The enrolment can no longer be withdrawn.",
    RATE_LIMITED="操作过于频繁。Too many tries; wait for `retryAfterSeconds`.",
)


NODE_ID = "全局编号，如 person_9xT…；不含个人信息，不透露数量。A random public id; says nothing about anybody."


@strawberry.interface(description="可凭全局编号重新读取的对象。Anything that can be read again by its id.")
class Node:
    """Whatever has a global id."""

    id: strawberry.ID = strawberry.field(description=NODE_ID)


@strawberry.interface(
    description="所有可预期的失败。选择一次 `... on Problem`，以后新增的失败也能显示给用户。"
    "Every expected failure: select `... on Problem` once, and failures added later still reach the person."
)
class Problem:
    """An expected failure."""

    code: ProblemCode = strawberry.field(description="原因代码。Why, for programs. Example: NOT_SIGNED_IN.")
    text: strawberry.Private[Text]
    support_reference: str = strawberry.field(
        description="求助时报给服务台的编号，可在日志中找到本次请求。Quoted to the help desk; finds this request in the logs."
    )

    @strawberry.field(description="发生了什么、该怎么办。What happened and what to do, in the person's language.")
    def message(self, language: In = Language.ZH) -> str:
        return self.text.say(language)


@strawberry.type(
    description="登录或权限方面的失败。Nobody is signed in, or the one who is may not; or there were too many tries."
)
class AccessProblem(Problem):
    """Signing in, being allowed, being there."""

    retry_after_seconds: int | None = strawberry.field(
        default=None,
        description="多少秒后可重试。Seconds to wait before the next try; null where waiting does not help.",
    )


def rate_limited(seconds: int, reference: str) -> AccessProblem:
    """Return the problem of a rate-limited sender."""
    return AccessProblem(
        code=ProblemCode.RATE_LIMITED, text=TOO_OFTEN, support_reference=reference, retry_after_seconds=seconds
    )


@strawberry.type(description="分页信息。Where this page stands among the others.")
class PageInfo:
    """Where a page stands."""

    has_next_page: bool = strawberry.field(description="后面是否还有。Whether there is a next page.")
    has_previous_page: bool = strawberry.field(description="前面是否还有。Whether there is one before.")
    start_cursor: str | None = strawberry.field(
        description="本页首条的游标。Cursor of the first entry, null on an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="本页末条的游标，作为下一页的 after。Cursor of the last entry: the next page's `after`."
    )


def page_info(page: Page[Any]) -> PageInfo:
    """Return where `page` stands."""
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=page.start_cursor,
        end_cursor=page.end_cursor,
    )
