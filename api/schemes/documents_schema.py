"""Notices and receipts in GraphQL."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

import strawberry

from api.enrolment import models as stored
from api.enrolment import receipt_store
from api.enrolment.qr_code import qr_code
from api.enrolment.receipt import Line
from api.enrolment.scheme import Scheme as AnyScheme
from api.graphql.context import Info, RequestContext
from api.graphql.types import In, described
from api.law import notice as notices
from api.schemes.enums import FIRST_SCHEME, SchemeName
from api.schemes.registry import SCHEMES
from api.schemes.schema import Clause, On, Rule, SchemeArgument, clause_of
from api.text.i18n import Language
from api.zone import in_shanghai


@strawberry.type(description="一项参保业务。A scheme that people can join.")
class Scheme:
    """What is public of a scheme."""

    of: strawberry.Private[AnyScheme]

    @strawberry.field(description="业务。Which scheme.")
    def name(self) -> SchemeName:
        return SchemeName(self.of.name)

    @strawberry.field(description="名称。What it is called. Example: 灵活就业参保登记.")
    def title(self, language: In = Language.ZH) -> str:
        return self.of.title.say(language)

    @strawberry.field(description="登记表的标题。The title of the form. Example: 城镇灵活就业人员新参保登记.")
    def form_title(self, language: In = Language.ZH) -> str:
        return self.of.form_title.say(language)

    @strawberry.field(description="何时缴费。When to pay.")
    def payment(self, language: In = Language.ZH) -> str:
        return self.of.payment.say(language)

    @strawberry.field(
        description="今天最低要缴多少；没有数据时为空。What it costs at least today; null where no figure is known."
    )
    def cost(self, info: Info, language: In = Language.ZH) -> str | None:
        found = self.of.cost(info.context.today)
        return None if found is None else found.say(language)

    @strawberry.field(
        description="本厅测算缴费金额的页面；没有时为空。The page of this Hall that computes what to pay; null without one. Example: contributions."
    )
    def calculator(self) -> str | None:
        return self.of.calculator

    @strawberry.field(description="规则版本，由规则内容推出。The version of its rules, derived from their content.")
    def rules_version(self) -> str:
        return self.of.rulebook.version


@strawberry.type(description="参保须知。The official notice that has to be read and accepted.")
class Notice:
    """A version of a notice."""

    notice: strawberry.Private[notices.Notice]

    @strawberry.field(description="所属业务。The scheme.")
    def scheme(self) -> SchemeName:
        return SchemeName(self.notice.scheme)

    @strawberry.field(description="标题。Its title. Example: 灵活就业人员参保须知.")
    def title(self, language: In = Language.ZH) -> str:
        return SCHEMES[self.notice.scheme].notice_title.say(language)

    @strawberry.field(
        description="两句话的摘要，没有约束力，以原文为准；没有时为空。Two sentences in summary; only the clauses bind. Null where there is none."
    )
    def summary(self, language: In = Language.ZH) -> str | None:
        summary = SCHEMES[self.notice.scheme].notice_summary
        return None if summary is None else summary.say(language)

    @strawberry.field(description="版本。The version, to be sent back with the consent.")
    def version(self) -> str:
        return self.notice.version

    @strawberry.field(
        description="全文的 SHA-256（十六进制），任何人可复算：对 [版本, [[条款编号, 原文]…], 同意语] 的 UTF-8 JSON（无空格、不转义）求摘要。"
        "SHA-256 in hexadecimal over the UTF-8 JSON, without spaces or escapes, of [version, [[clause id, text], …], consent]."
    )
    def digest(self) -> str:
        return self.notice.digest

    @strawberry.field(
        description="自哪一天起在本厅使用；不是公布日期，原文未署日期。The day from which this Hall uses it; not a day of publication, which "
        "the official text does not have."
    )
    def published_on(self) -> date:
        return self.notice.published_on

    @strawberry.field(
        description="各条原文，依原文次序；自2026-11-30版起含标题和编号。Its clauses, word for word and in order; since version 2026-11-30 with "
        "headings and numbers."
    )
    def clauses(self) -> list[Clause]:
        return [clause_of(found) for found in self.notice.clauses]

    @strawberry.field(description="同意语原文。The words of consent.")
    def consent(self) -> str:
        return self.notice.consent


@strawberry.type(description="回执的一行。One line of a receipt.")
class ReceiptLine:
    """The label and the value of a line."""

    field: str | None = strawberry.field(
        description="所示字段的名称，供程序使用；早期回执没有。The field that it shows, for programs; null on early receipts. Example: idNumber."
    )
    label: str = strawberry.field(description="项目。What it is. Example: 参保区县.")
    value: str = strawberry.field(description="内容。What it says. Example: 和平区.")


def lines_of(lines: tuple[Line, ...] | list[Line], language: Language | None) -> list[ReceiptLine]:
    """Return the GraphQL lines in a language."""
    return [
        ReceiptLine(field=line.key, label=line.label.say(language), value=line.value.say(language)) for line in lines
    ]


@strawberry.type(description="二维码，供任何客户端绘制。A QR code that any client can draw.")
class QrCode:
    """A square of modules."""

    size: int = strawberry.field(
        description="边长（模块数，含四模块空白边），用作 viewBox。Modules a side, with the quiet zone."
    )
    path: str = strawberry.field(description="深色模块的 SVG 路径。The dark modules as the data of an SVG path.")


@strawberry.type(description="回执。What a person takes away; anyone can check it by number and digest.")
class Receipt:
    """A receipt as it was issued."""

    row: strawberry.Private[stored.Receipt]

    @strawberry.field(
        description="回执编号，末位为校验位。The number; its last sign checks the others. Example: TJ-7K3M-PQ9X-V2HD-WR4C."
    )
    def number(self) -> str:
        return self.row.number

    @strawberry.field(description="出具时间。When it was issued, in +08:00.")
    def issued_at(self) -> datetime:
        return in_shanghai(self.row.issued_at)

    @strawberry.field(
        description="内容摘要 SHA-256（十六进制），任何人可复算：对 [编号, 出具时间(+08:00，到秒), [[项目, 内容]…]] 的 UTF-8 JSON（无空格、不转义、"
        "中文）求摘要。SHA-256 over the UTF-8 JSON, without spaces or escapes, of [number, moment of issue in +08:00 to the "
        "second, [[label, value], …] in Chinese]."
    )
    def digest(self) -> str:
        return self.row.digest

    @strawberry.field(description="回执内容，个人信息脱敏。What it says, personal facts masked.")
    def lines(self, language: In = Language.ZH) -> list[ReceiptLine]:
        return lines_of([receipt_store.from_data(line) for line in self.row.lines], language)

    @strawberry.field(
        description="核验本回执的网址，打开无须登录。Where anyone can check this receipt, without signing in."
    )
    def verification_url(self, info: Info) -> str:
        query = urlencode({"number": self.row.number, "digest": self.row.digest})
        return f"{info.context.settings.address}/#/verify?{query}"

    @strawberry.field(
        description="核验网址的二维码，印在回执上。The QR code of `verificationUrl`, to be printed on the receipt."
    )
    def verification_code(self, info: Info) -> QrCode:
        found = qr_code(self.verification_url(info))
        return QrCode(size=found.size, path=found.path)


async def receipt_of(row_id: int, context: RequestContext) -> Receipt:
    """Return the receipt of a row number."""
    return Receipt(row=await context.load(receipt_store.load_receipts, row_id))


class ReceiptCheck(StrEnum):
    """Whether a receipt is genuine and its enrolment in force."""

    STANDS = "STANDS"
    ENDED = "ENDED"
    NOT_ISSUED = "NOT_ISSUED"


described(
    ReceiptCheck,
    "回执核验结果。What a receipt is worth today.",
    STANDS="由本厅出具，所载登记现在有效。Issued here, and its enrolment stands.",
    ENDED="由本厅出具，但所载登记已撤回或终止。Issued here, but its enrolment was withdrawn or has ended.",
    NOT_ISSUED="不是本厅出具的回执，或编号与摘要不符。Not issued here, or number and digest do not belong together.",
)
Number = Annotated[
    str,
    strawberry.argument(description="回执编号，空格、短横、小写均可。The number; spaces, dashes and case are free."),
]
Digest = Annotated[str, strawberry.argument(description="内容摘要，64 位十六进制。The digest, 64 hexadecimal digits.")]


@strawberry.type
class PapersQuery:
    """The part of Query about notices, rules and receipts."""

    @strawberry.field(
        description="参保须知，公开；默认现行版本，旧版本仍可阅读。The notice in force today, or an earlier version. Public; null where "
        "there is none."
    )
    def notice(
        self,
        info: Info,
        scheme: SchemeArgument = FIRST_SCHEME,
        version: Annotated[
            str | None,
            strawberry.argument(
                description="版本，默认现行。A version, by default the one in force. Example: 2025-01-01."
            ),
        ] = None,
    ) -> Notice | None:
        if scheme is None:
            return None
        rules = SCHEMES[scheme]
        found = rules.notice_on(info.context.today) if version is None else rules.notice_version(version)
        return None if found is None else Notice(notice=found)

    @strawberry.field(description="可以参保的各项业务，公开。The schemes that can be joined. Public.")
    def schemes(self) -> list[Scheme] | None:
        return [Scheme(of=each) for each in SCHEMES.values()]

    @strawberry.field(description="某日有效的规则，公开。The rules in force on a day. Public.")
    def rules(self, info: Info, scheme: SchemeArgument = FIRST_SCHEME, on: On = None) -> list[Rule] | None:
        if scheme is None:
            return None
        return [Rule(view=view) for view in SCHEMES[scheme].rules_on(on or info.context.today)]

    @strawberry.field(
        description="核验回执，公开；仅当编号与摘要属于同一回执时为真，不透露其他信息。True only if number and digest are of one "
        "receipt. Public; discloses nothing else."
    )
    async def verify_receipt(self, number: Number, digest: Digest) -> bool | None:
        return await receipt_store.find_receipt(number, digest) is not None

    @strawberry.field(
        description="核验回执及其登记是否仍然有效，公开；除此不透露任何信息。Whether a receipt was issued here, and whether its enrolment "
        "still stands. Public; discloses nothing else."
    )
    async def receipt_check(self, info: Info, number: Number, digest: Digest) -> ReceiptCheck | None:
        found = await receipt_store.find_receipt(number, digest)
        if found is None:
            return ReceiptCheck.NOT_ISSUED
        stands = [await scheme.store.receipt_stands(found.id, info.context.today) for scheme in SCHEMES.values()]
        return ReceiptCheck.STANDS if any(stands) else ReceiptCheck.ENDED
