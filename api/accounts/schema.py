"""Signing in and out, in GraphQL."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.accounts import service
from api.accounts.service import Asker
from api.accounts.tries import Guess, Wait
from api.context import Context, Info
from api.language import Text
from api.people import service as people
from api.people.schema import Person, person_of
from api.selection import columns_for
from api.shapes import AccessProblem, ProblemCode, rate_limited

WRONG_CREDENTIALS = Text(
    "账号或密码不正确，请核对后重试。", "The account or the password is not right. Check both and try again."
)
TOO_MANY_TRIES = Text(
    "密码输错次数过多，请稍后再试；密码正确也须等候。",
    "There were too many wrong tries. Wait before you try again, even with the right password.",
)
ONE_TRY = Text("每次请求只能登录一次，请稍候重试。", "One sign-in a request. Try again in a moment.")


@strawberry.type(description="已登录的人。Who is signed in.")
class Viewer:
    """Whoever asks."""

    asker: strawberry.Private[Asker]

    @strawberry.field(description="账号。The account's name. Example: eligible.")
    def account(self) -> str:
        return self.asker.account

    @strawberry.field(description="本人记录；工作人员为空。The citizen's own record; null for staff.")
    async def person(self, info: Info) -> Person | None:
        return person_of(await people.own(self.asker, columns_for(info, Person)))

    @strawberry.field(
        description="角色：CITIZEN 参保人，CLERK 区县经办人员，SUPERVISOR 全市主管。What the account may do: CITIZEN, CLERK (staff "
        "of some districts) or SUPERVISOR (staff of all)."
    )
    def roles(self) -> list[str]:
        return [self.asker.role.value]

    @strawberry.field(
        description="会话到期时间；继续使用会顺延，最长四小时。When the session ends unless it is used: 15 minutes after the last "
        "request, four hours at most."
    )
    def session_expires_at(self) -> datetime:
        return self.asker.expires_at


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


SignInResult = Annotated[
    SignedIn | AccessProblem, strawberry.union("SignInResult", description="登录的结果。What came of signing in.")
]


@strawberry.type
class AccountsQuery:
    """The part of Query that this room answers."""

    @strawberry.field(
        description="当前登录的人；未登录为空，从不报错。Who is signed in; null when nobody is. Never an error."
    )
    async def viewer(self, info: Info) -> Viewer | None:
        asker = await info.context.asker()
        return None if asker is None else Viewer(asker=asker)


@strawberry.type
class AccountsMutation:
    """The part of Mutation that this room carries out."""

    @strawberry.mutation(
        description="登录。账号不存在与密码错误的回答相同；输错六次后须等候十五分钟。Signs in, with a new session each time. An unknown account "
        "and a wrong password answer alike; after six wrong tries from one address, `RATE_LIMITED` for 15 minutes."
    )
    async def sign_in(
        self,
        info: Info,
        input: Annotated[SignInInput, strawberry.argument(description="账号与密码。Account and password.")],
    ) -> SignInResult | None:
        context = info.context
        if context.wait:
            return rate_limited(context.wait, context.request_id)
        if context.tried_to_sign_in:
            return _problem(context, ProblemCode.RATE_LIMITED, ONE_TRY, wait=1)
        context.tried_to_sign_in = True
        guess = Guess(input.account, context.address, context.settings.wrong_sign_ins)
        signed_in = await service.sign_in(guess, input.password, now=context.moment, leaving=context.cookie)
        if isinstance(signed_in, Wait):
            return _problem(context, ProblemCode.RATE_LIMITED, TOO_MANY_TRIES, wait=signed_in.seconds)
        if signed_in is None:
            return _problem(context, ProblemCode.WRONG_CREDENTIALS, WRONG_CREDENTIALS)
        asker, secret = signed_in
        context.becomes(asker, cookie=secret)
        return SignedIn(viewer=Viewer(asker=asker))

    @strawberry.mutation(description="退出登录，会话立即失效。Signs out; the session ends at once.")
    async def sign_out(self, info: Info) -> SignedOut | None:
        asker = await info.context.asker()
        if asker is not None:
            await service.sign_out(asker)
        info.context.becomes(None, cookie="")
        return SignedOut(account=None if asker is None else asker.account)


def _problem(context: Context, code: ProblemCode, text: Text, wait: int | None = None) -> AccessProblem:
    return AccessProblem(code=code, text=text, support_reference=context.request_id, retry_after_seconds=wait)
