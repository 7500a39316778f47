"""The sessions of an account, in GraphQL."""

from datetime import datetime

import strawberry

from api.accounts import sessions
from api.accounts.models import SessionKind
from api.accounts.service import Principal
from api.graphql.types import described
from api.zone import in_shanghai

described(
    SessionKind,
    "会话的方式。How a session is carried.",
    BROWSER="浏览器。A browser, by its cookie.",
    PROGRAM="程序令牌。A program, by a bearer token.",
)


@strawberry.type(description="一次登录。One sign-in, or one token of a program, that has not ended.")
class Session:
    """A session of the account."""

    id: strawberry.ID = strawberry.field(
        description="会话编号，用于 `endSession`。Names the session to `endSession`; it is not its secret."
    )
    kind: SessionKind = strawberry.field(description="会话的方式。A browser or a program.")
    started_at: datetime = strawberry.field(description="登录时间。When it began.")
    last_used_at: datetime = strawberry.field(
        description="最近使用时间，浏览器精确到分钟，程序精确到小时。When it was last used, to the minute for browsers and the hour "
        "for programs."
    )
    expires_at: datetime = strawberry.field(
        description="到期时间。When it ends; a browser's use puts it off, up to four hours after the sign-in."
    )
    device: str | None = strawberry.field(
        description="浏览器和系统，按登录时所报；不认识的和程序令牌为空。Browser and system, as told when it began; null where they are not known, and for "
        "tokens of programs. Example: Chrome · Windows."
    )
    network: str | None = strawberry.field(
        description="登录时所在的网络，不是完整的地址；程序令牌为空。The network from which it began, not the whole address; null for tokens of programs. "
        "Example: 203.0.113.*."
    )
    current: bool = strawberry.field(description="是否本次会话。Whether it is the one that asks.")


async def sessions_of(principal: Principal, now: datetime) -> list[Session]:
    """Return the unexpired sessions of an account, the most recently used first."""
    return [
        Session(
            id=strawberry.ID(sessions.public_id(row)),
            kind=row.kind,
            started_at=in_shanghai(row.started_at),
            last_used_at=in_shanghai(row.seen_at),
            expires_at=in_shanghai(row.expires_at),
            device=row.device,
            network=row.network,
            current=row.id == principal.session,
        )
        for row in await sessions.list_sessions(principal.account_id, now=now)
    ]
