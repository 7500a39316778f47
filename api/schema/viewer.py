"""Signing in and out, in GraphQL."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.accesslog import service as access_log
from api.accounts import service
from api.accounts.login_throttle import SignInAttempt, Wait
from api.accounts.models import Role
from api.accounts.service import Principal
from api.codes.schema import CodedValue
from api.codes.tables import CodeTableName
from api.encryption.opaque import opaque
from api.graphql.mutations import rate_limited_mutation
from api.graphql.selection import columns_for
from api.graphql.types import NODE_ID, AccessProblem, Node, ProblemCode, described, instead
from api.people.context import Context, Info
from api.people.success_schema import MADE_BY
from api.schema.person import Person, person_of
from api.schema.session import Session, sessions_of
from api.text.i18n import Text

WRONG_CREDENTIALS = Text(
    "账号或密码不正确，请核对后重试。", "The account or the password is not right. Check both and try again."
)
NOT_SIGNED_IN = Text("请先登录。", "Sign in first.")
CROWD = Text(
    "当前登录人数较多，请稍候重试。", "Many people are signing in from where you are. Try again in a few seconds."
)
ONE_TRY = Text("每次请求只能登录一次，请稍候重试。", "One sign-in a request. Try again in a moment.")


described(
    Role,
    "账号的角色。What an account is for.",
    CITIZEN="参保人。A citizen.",
    CLERK="区县经办人员。Staff of some districts.",
    SUPERVISOR="全市主管。Staff of all districts.",
)


def _id_of_viewer(root: "Viewer") -> strawberry.ID:
    return strawberry.ID(_viewer_id(root.principal))


@strawberry.type(description="已登录的人。Who is signed in.")
class Viewer(Node):
    """The account that is signed in."""

    principal: strawberry.Private[Principal]

    id: strawberry.ID = strawberry.field(resolver=_id_of_viewer, description=NODE_ID)

    @strawberry.field(description="账号。The account's name. Example: eligible.")
    def account(self) -> str:
        return self.principal.account

    @strawberry.field(description="本人记录；工作人员为空。The citizen's own record; null for staff.")
    async def person(self, info: Info) -> Person | None:
        return person_of(await info.context.own(self.principal, columns_for(info, Person)))

    @strawberry.field(description="角色。What the account may do. Example: CITIZEN.")
    def role(self) -> Role:
        return self.principal.role

    @strawberry.field(
        description="角色：CITIZEN 参保人，CLERK 区县经办人员，SUPERVISOR 全市主管。What the account may do: CITIZEN, CLERK (staff "
        "of some districts) or SUPERVISOR (staff of all). Example: CITIZEN.",
        deprecation_reason=instead("Viewer.role"),
    )
    def roles(self) -> list[str]:
        return [self.principal.role.value]

    @strawberry.field(description="工作人员所属单位；参保人为空。The organisation of staff; null for citizens.")
    def organisation(self) -> str | None:
        return self.principal.organisation or None

    @strawberry.field(
        description="经办人员负责的区县；参保人和全市主管为空表。The districts of a clerk; empty for citizens, and for supervisors, who see "
        "all."
    )
    def districts(self) -> list[CodedValue]:
        return [CodedValue(table_name=CodeTableName.DISTRICT, code=code) for code in sorted(self.principal.districts)]

    @strawberry.field(
        description="会话到期时间；继续使用会顺延，最长四小时。When the session ends unless it is used: 15 minutes after the last "
        "request, four hours at most."
    )
    def session_expires_at(self) -> datetime:
        return self.principal.expires_at

    @strawberry.field(
        description="本人一条访问记录的存证，可另行保存，用本大厅公布的公钥离线验证（`python -m api proof`）；约一分钟后可得，此前为空；"
        "大厅未设签名密钥时总为空。含内部行号和支持编号，请只交给您信任的人。A proof that an entry of one's own access log is in the log, to "
        "keep and to verify offline with the published key: https://c2sp.org/tlog-proof. Null for about a minute, and always in "
        "a Hall without a signing key. It contains an internal row number: show it only to people you trust."
    )
    async def access_log_proof(
        self,
        entry: Annotated[
            strawberry.ID,
            strawberry.argument(description="访问记录的编号，见 `AccessLogEntry.id`。The id of the entry."),
        ],
    ) -> str | None:
        person = self.principal.person
        return None if person is None else await access_log.proof(person, entry)

    @strawberry.field(
        description="本账号未到期的全部会话，含程序令牌，最近使用的在前；最多二十个，再登录时最久未使用的会话结束。Every session of the account that has "
        "not ended, tokens of programs included, the one used last first. There are at most 20: a further sign-in ends the one "
        "that was not used for the longest."
    )
    async def sessions(self, info: Info) -> list[Session]:
        return await sessions_of(self.principal, info.context.moment)


MADE_BY["Viewer"] = lambda principal: Viewer(principal=principal)


@strawberry.input(description="登录所需。What signing in takes.")
class SignInInput:
    """Name and password."""

    account: str = strawberry.field(description="账号。The account's name. Example: eligible.")
    password: str = strawberry.field(description="密码。The password.")


@strawberry.type(
    description="登录成功；会话以 HttpOnly 的 Cookie 保存。Signed in; the session is kept by an HttpOnly cookie."
)
class SignedIn:
    """A success."""

    viewer: Viewer = strawberry.field(description="登录的人。Who is signed in now.")


@strawberry.type(description="已退出登录。Signed out; the cookie is cleared.")
class SignedOut:
    """A success."""

    account: str | None = strawberry.field(
        description="原先登录的账号；未登录时为空。The account that was signed in, null if none was."
    )


@strawberry.input(description="结束会话所需。What ending a session takes.")
class EndSessionInput:
    """Which session."""

    session_id: strawberry.ID = strawberry.field(
        description="会话编号，见 `viewer.sessions`。The id of one's own session, from `viewer.sessions`."
    )


@strawberry.type(
    description="该会话已不在本人的会话之中。That session is not among one's own any more; nor was it, if the id was not of one."
)
class SessionEnded:
    """A success."""

    viewer: Viewer | None = strawberry.field(
        description="登录的人及其余会话；结束的是本次会话则为空。Who is signed in, with the other sessions; null if it was the one that "
        "asked."
    )


EndSessionResult = Annotated[
    SessionEnded | AccessProblem,
    strawberry.union("EndSessionResult", description="结束会话的结果。What came of ending a session."),
]
SignInResult = Annotated[
    SignedIn | AccessProblem, strawberry.union("SignInResult", description="登录的结果。What came of signing in.")
]


@strawberry.type
class AccountsQuery:
    """The part of Query about the signed-in account."""

    @strawberry.field(
        description="当前登录的人；未登录为空，从不报错。Who is signed in; null when nobody is. Never an error."
    )
    async def viewer(self, info: Info) -> Viewer | None:
        principal = await info.context.principal(own=columns_for(info, Person))
        return None if principal is None else Viewer(principal=principal)


@strawberry.type
class AccountsMutation:
    """The part of Mutation about sessions."""

    @rate_limited_mutation(
        description="登录。账号不存在与密码错误的回答相同；输错六次后须等候十五分钟；同一账号、同一地址的登录逐个处理。Signs in, with a new session each time. An unknown account "
        "and a wrong password answer alike; after six wrong tries from one address, `RATE_LIMITED` for 15 minutes. Sign-ins of one account, and from one address, "
        "are looked at one after the other; where too many wait, `RATE_LIMITED` for some seconds."
    )
    async def sign_in(
        self,
        info: Info,
        input: Annotated[SignInInput, strawberry.argument(description="账号与密码。Account and password.")],
    ) -> SignInResult | None:
        context = info.context
        if context.tried_to_sign_in:
            return _problem(context, ProblemCode.RATE_LIMITED, ONE_TRY, wait=1)
        context.tried_to_sign_in = True
        limit, name = context.settings.wrong_sign_ins, service.account_name(input.account)
        guess = SignInAttempt(name, context.address, limit, context.user_agent)
        signed_in = await service.sign_in(
            guess, input.password, now=context.moment, leaving=context.cookie, reference=context.request_id
        )
        if isinstance(signed_in, Wait):
            why = CROWD if signed_in.is_overload else _too_many_tries(signed_in.seconds)
            return _problem(context, ProblemCode.RATE_LIMITED, why, wait=signed_in.seconds)
        if signed_in is None:
            return _problem(context, ProblemCode.WRONG_CREDENTIALS, WRONG_CREDENTIALS)
        principal, secret = signed_in
        context.becomes(principal, cookie=secret)
        return SignedIn(viewer=Viewer(principal=principal))

    # Signing out is not rate limited.
    @strawberry.mutation(description="退出登录，会话立即失效。Signs out; the session ends at once.")
    async def sign_out(self, info: Info) -> SignedOut | None:
        principal = await info.context.principal()
        if principal is not None:
            await service.sign_out(principal)
        info.context.becomes(None, cookie="")
        return SignedOut(account=None if principal is None else principal.account)

    @rate_limited_mutation(
        description="结束本人的一个会话，立即失效；重复结束无妨。Ends one session of one's own, at once. To end it twice is harmless, and "
        "nobody else's can be named."
    )
    async def end_session(
        self,
        info: Info,
        input: Annotated[EndSessionInput, strawberry.argument(description="哪个会话。Which session.")],
    ) -> EndSessionResult | None:
        context = info.context
        principal = await context.principal()
        if principal is None:
            return _problem(context, ProblemCode.NOT_SIGNED_IN, NOT_SIGNED_IN)
        was_own = await service.end_session(principal, input.session_id, now=context.moment)
        if was_own:
            context.becomes(None, cookie="")
        return SessionEnded(viewer=None if was_own else Viewer(principal=principal))


def is_viewer_id(public_id: str, principal: Principal) -> bool:
    """Return whether an id is the one of this account's `Viewer`."""
    return public_id == _viewer_id(principal)


def _viewer_id(principal: Principal) -> str:
    return f"viewer_{opaque('account', principal.account_id)}"


def _too_many_tries(seconds: int) -> Text:
    minutes = -(-seconds // 60)
    unit = "minute" if minutes == 1 else "minutes"
    return Text(
        f"密码输错次数过多，请{minutes}分钟后再试。",
        f"There were too many wrong tries. Try again in {minutes} {unit}, even with the right password.",
    )


def _problem(context: Context, code: ProblemCode, text: Text, wait: int | None = None) -> AccessProblem:
    return AccessProblem(code=code, text=text, support_reference=context.request_id, retry_after_seconds=wait)
