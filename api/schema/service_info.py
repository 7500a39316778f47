"""Facts about the service: version, limits, and the accounts of the demo."""

from dataclasses import asdict
from datetime import datetime

import strawberry

from api import VERSION
from api.demo import STORIES, Story
from api.graphql.context import Info
from api.graphql.limits import LIMITS
from api.graphql.types import In
from api.schemes.registry import SCHEMES
from api.text.i18n import Language
from api.zone import SHANGHAI


@strawberry.type(description="请求限制。What one request may cost.")
class Limits:
    """Published limits."""

    max_depth: int = strawberry.field(description="最大嵌套深度。How deep fields may nest.")
    max_aliases: int = strawberry.field(description="最多别名数。How many aliases there may be, through fragments too.")
    max_tokens: int = strawberry.field(description="最多词法单元数。How many tokens a document may have.")
    max_page_size: int = strawberry.field(description="每页最多条数。How many entries come at once.")
    max_variable_values: int = strawberry.field(
        description="变量中键与列表项的总数上限。How many keys and list items the variables may have in all."
    )
    max_fields: int = strawberry.field(
        description="最多字段数，片段每次展开都计。How many fields, wherever fragments are spread."
    )
    max_directives: int = strawberry.field(description="最多指令数。How many directives.")
    max_operations: int = strawberry.field(description="一份文档最多操作数。How many operations a document may have.")
    max_spreads: int = strawberry.field(description="最多展开片段次数。How often fragments may be spread.")
    max_repeats: int = strawberry.field(
        description="同一选择集中重复字段的上限。How often one selection may name the same field again."
    )
    max_cost: int = strawberry.field(
        description="一份文档的费用上限，以普通字段为单位。What a document may cost, in plain fields of the answer."
    )
    max_body_bytes: int = strawberry.field(description="请求体最大字节数。How many bytes a request may have.")
    max_errors: int = strawberry.field(description="一次最多返回的错误数。How many errors come at once.")


@strawberry.type(
    description="本次请求的费用与本分钟的余额。What this request costs, and what is left in this minute: of the account, or before its "
    "credential is known of the address."
)
class RateLimit:
    """A budget."""

    cost: int = strawberry.field(
        description="本次请求的费用，以普通字段为单位。What this request costs, in plain fields of an answer. Example: 520."
    )
    limit: int = strawberry.field(description="每分钟的费用上限。What may be spent in a minute. Example: 1000000.")
    remaining: int = strawberry.field(description="本分钟的余额，已扣除本次请求。What is left, this request deducted.")
    reset_at: datetime = strawberry.field(description="余额恢复的时间。When the budget is whole again, in +08:00.")


@strawberry.type(
    description="演示账号，密码为 demo- 加账号。A person of the demo; the password is demo- and the account."
)
class DemoAccount:
    """An account of the demo."""

    of: strawberry.Private[Story]

    @strawberry.field(description="账号。The account. Example: eligible.")
    def account(self) -> str:
        return self.of.account

    @strawberry.field(description="这个人的情况。Their story.")
    def story(self, language: In = Language.ZH) -> str:
        return self.of.story.say(language)


@strawberry.type(description="服务信息。About this Hall.")
class ServiceInfo:
    """Facts about the running service."""

    @strawberry.field(description="软件版本。The version of the software. Example: 0.1.0.")
    def version(self) -> str:
        return VERSION

    @strawberry.field(description="规则版本，由规则内容推出。The version of the rules, derived from their content.")
    def rules_version(self) -> str:
        return next(iter(SCHEMES.values())).rulebook.version

    @strawberry.field(description="当前时间（北京时间）。This request's moment, in +08:00.")
    def now(self, info: Info) -> datetime:
        return info.context.moment

    @strawberry.field(description="请求限制。What one request may cost.")
    def limits(self) -> Limits:
        return Limits(**asdict(LIMITS))

    @strawberry.field(description="演示账号；正式环境为空表。The people of the demo; empty in production.")
    def demo_accounts(self, info: Info) -> list[DemoAccount]:
        return [DemoAccount(of=story) for story in STORIES] if info.context.settings.is_demo else []


@strawberry.type
class HallQuery:
    """The part of Query about the Hall itself."""

    @strawberry.field(
        description="本次请求的费用与余额；不限时为空。What this request costs and what is left; null where nothing is limited."
    )
    def rate_limit(self, info: Info) -> RateLimit | None:
        budget = info.context.budget()
        if budget is None:
            return None
        reset_at = datetime.fromtimestamp(budget.reset_at, SHANGHAI)
        return RateLimit(cost=budget.cost, limit=budget.limit, remaining=budget.remaining, reset_at=reset_at)

    @strawberry.field(description="服务信息，公开。About this Hall: version, rules, limits. Public.")
    def service(self) -> ServiceInfo | None:
        return ServiceInfo()
