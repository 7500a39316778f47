"""The declaration calendar: 《灵活就业人员参保须知》二（一）, 申报缴费期限.

The window of a month is open from the 21st of the previous month to the 19th of the month. From 20 to 31 December
ordinary declarations are closed, so January's window opens on 1 January. In each window a person can declare the month
alone, or in advance with the later months of its quarter or year. Past months can only be back-paid (补缴), which the
tax authority decides.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from api.law.days import add_months, written_day, written_months
from api.law.parameter import Law, Parameters
from api.law.rule import NextStep
from api.schemes.shared.law import LAW
from api.text.i18n import Text

DECEMBER = 12
TAX_OFFICE, TAX_TELEPHONE = "https://etax.tianjin.chinatax.gov.cn", "12366"
CHANNELS = (
    NextStep(
        Text("国家税务总局天津市电子税务局", "Electronic tax office of Tianjin"),
        Text("登录网站，以自然人登录方式自助申报。", "Sign in on its website as a natural person and declare."),
        url=TAX_OFFICE,
        phone=TAX_TELEPHONE,
    ),
    NextStep(
        Text("“天津税务”手机APP", "The app 天津税务"),
        Text(
            "下载注册，以自然人登录方式自助申报，选择微信、支付宝等方式缴费。",
            "Sign in as a natural person, declare, and pay by WeChat or Alipay.",
        ),
    ),
    NextStep(
        Text("“微信”手机APP", "WeChat"),
        Text(
            "路径为“微信-支付-城市服务”，适用于按缴费基数下载缴费的本月申报及预缴申报。",
            "微信-支付-城市服务: for this month's and advance declarations by the downloaded base only.",
        ),
    ),
    NextStep(Text("“云闪付”手机APP", "The app 云闪付"), Text("申报缴纳社会保险费。", "Declare and pay contributions.")),
)
EXCEPTIONS = (
    Text("未参保集体企业退休人员", "Retirees of collective enterprises who were never insured"),
    Text("补缴疫情期间欠缴社保费", "Making up contributions owed from the time of the epidemic"),
    Text("退休补足医疗年限", "Making up years of medical insurance at retirement"),
    Text("补历年医疗保险费", "Making up medical contributions of earlier years"),
)
"""People who may declare while December is closed, if the social-insurance office has reported them."""


class DeclarationKind(StrEnum):
    """The span of one declaration: 按月、按季或者按年."""

    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"


@dataclass(frozen=True, slots=True)
class DeclarationPeriod:
    """The months that can still be declared in a window, both ends included, like 2026-10 and 2026-12.

    `first_past_month` and `last_past_month` delimit the months of the quarter or year whose windows are past, which
    `note` explains; None without any.
    """

    kind: DeclarationKind
    first_month: str
    last_month: str
    first_past_month: str | None
    last_past_month: str | None
    note: Text | None


@dataclass(frozen=True, slots=True)
class DeclarationWindow:
    """The window of a day or, while it is closed, the next one.

    While it is closed, `period` is None, `reason` explains it, and `exceptions` lists people who may still declare.
    `opens_on`, `closes_on` and `periods` describe the open or the next window.
    """

    on: date
    open: bool
    period: str | None
    opens_on: date
    closes_on: date
    reason: Text | None
    channels: tuple[NextStep, ...]
    periods: tuple[DeclarationPeriod, ...]
    exceptions: tuple[Text, ...]


@lru_cache(maxsize=512)
def declaration_window(on: date, parameters: Parameters = LAW) -> DeclarationWindow | None:
    """Return the window of `on` or the next one; None at the end of the calendar."""
    law = parameters.on(on)
    month: date | None = on.replace(day=1)
    if on.day > law.number("declaration_closes"):
        month = add_months(on.replace(day=1), 1)
    if month is None:
        return None
    stopped = on.month == DECEMBER and on.day >= law.number("declaration_december_stop")
    opens_on = month if stopped else _opens_on(month, law)
    closes_on = month.replace(day=law.number("declaration_closes"))
    is_open = opens_on <= on
    return DeclarationWindow(
        on=on,
        open=is_open,
        period=_to_text(month) if is_open else None,
        opens_on=opens_on,
        closes_on=closes_on,
        reason=None if is_open else _closed_reason(opens_on, law, december=stopped),
        channels=CHANNELS,
        periods=_periods(month),
        exceptions=EXCEPTIONS if stopped else (),
    )


def _opens_on(month: date, law: Law) -> date:
    """Return the opening day of a month's window: in the previous month, or on the 1st if December is closed."""
    before = add_months(month, -1)
    if before is None:
        return month
    opens_on = before.replace(day=law.number("declaration_opens"))
    closed = before.month == DECEMBER and opens_on.day >= law.number("declaration_december_stop")
    return month if closed else opens_on


def _closed_reason(opens_on: date, law: Law, *, december: bool) -> Text:
    first, opens = law["declaration_december_stop"].value, written_day(opens_on)
    zh, en = f"下一期自{opens.zh}开始。", f"The next window opens on {opens.en}."
    if not december:
        return Text(f"两期之间不办理申报；{zh}", f"Between two windows nothing can be declared. {en}")
    return Text(
        f"每年12月{first}日至31日，税务机关停止办理日常申报缴费及本年度补缴申报。但社保经办机构指定的"
        f"{'、'.join(exception.zh for exception in EXCEPTIONS)}等人员的社会保险费除外。{zh}",
        f"From {first} to 31 December the tax authority takes no ordinary declarations and no back payments for this "
        "year. Excepted are the contributions of people whom the social-insurance office has named: "
        f"{'; '.join(exception.en[0].lower() + exception.en[1:] for exception in EXCEPTIONS)}. {en}",
    )


def _periods(month: date) -> tuple[DeclarationPeriod, ...]:
    quarter = month.replace(month=3 * ((month.month - 1) // 3) + 1)
    return (
        _period(DeclarationKind.MONTH, month, month, month),
        _period(DeclarationKind.QUARTER, quarter, quarter.replace(month=quarter.month + 2), month),
        _period(DeclarationKind.YEAR, month.replace(month=1), month.replace(month=DECEMBER), month),
    )


def _period(kind: DeclarationKind, first: date, last: date, month: date) -> DeclarationPeriod:
    if first == month:
        return DeclarationPeriod(kind, _to_text(month), _to_text(last), None, None, None)
    last_past = month.replace(month=month.month - 1)
    past = written_months(first, last_past)
    note = Text(
        f"{past.zh}的申报期已过，尚未缴费的属于补缴，由税务机关核定。",
        f"The windows for {past.en} are past. What was not paid for those months is back payment, which the tax "
        "authority decides on.",
    )
    return DeclarationPeriod(kind, _to_text(month), _to_text(last), _to_text(first), _to_text(last_past), note)


def _to_text(month: date) -> str:
    return f"{month.year:04}-{month.month:02}"
