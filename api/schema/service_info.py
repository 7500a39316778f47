"""Facts about the service: version, limits, and the accounts of the demo."""

from datetime import datetime

import strawberry

from api import VERSION
from api.demo import STORIES, Story
from api.graphql.context import Info
from api.graphql.limits import LIMITS
from api.graphql.types import In
from api.schemes.registry import SCHEMES
from api.text.i18n import Language


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
        return Limits(
            max_depth=LIMITS.max_depth,
            max_aliases=LIMITS.max_aliases,
            max_tokens=LIMITS.max_tokens,
            max_page_size=LIMITS.max_page_size,
            max_variable_values=LIMITS.max_variable_values,
        )

    @strawberry.field(description="演示账号；正式环境为空表。The people of the demo; empty in production.")
    def demo_accounts(self, info: Info) -> list[DemoAccount]:
        return [DemoAccount(of=story) for story in STORIES] if info.context.settings.is_demo else []


@strawberry.type
class HallQuery:
    """The part of Query about the Hall itself."""

    @strawberry.field(description="服务信息，公开。About this Hall: version, rules, limits. Public.")
    def service(self) -> ServiceInfo | None:
        return ServiceInfo()
