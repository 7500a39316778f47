"""The declaration calendar: 《灵活就业人员参保须知》二（一）, 申报缴费期限.

The window for a month runs from the 21st of the month before to its 19th; 20 to 31 December ordinary declarations are
closed, so that January's window begins on 1 January.
"""

from dataclasses import dataclass
from datetime import date

from api.language import Text
from api.schemes.rule import NextStep
from api.schemes.shared.days import add_months
from api.schemes.shared.law import LAW

DECEMBER = 12
CHANNELS = (
    NextStep(
        Text("国家税务总局天津市电子税务局", "Electronic tax office of Tianjin"),
        Text("登录网站，以自然人登录方式自助申报。", "Sign in on its website as a natural person and declare."),
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
BETWEEN = Text(
    "20日不办理申报，下一期自21日开始。", "Nothing can be declared on the 20th. The next window opens on the 21st."
)
YEAR_END = Text(
    "每年12月20日至31日，税务机关停止办理日常申报缴费及本年度补缴申报；下一期自1月1日开始。未参保集体企业退休人员、补缴疫情期间欠缴社保费、"
    "退休补足医疗年限、补历年医疗保险费等除外。",
    "From 20 to 31 December the tax office takes no ordinary declarations and no back payments for this year. The next "
    "window opens on 1 January. Excepted: retirees of collective enterprises never insured, arrears of the epidemic, "
    "making up medical years at retirement, medical contributions of earlier years.",
)


@dataclass(frozen=True, slots=True)
class DeclarationWindow:
    """Whether a day is inside a window, and which window that is, or which comes next."""

    on: date
    open: bool
    period: str | None
    opens_on: date
    closes_on: date
    reason: Text | None
    channels: tuple[NextStep, ...] = CHANNELS


def declaration_window(on: date) -> DeclarationWindow | None:
    """Return the window of `on`, or when it is closed the next one; None where the calendar ends before that."""
    figures, closing = LAW.on("declaration_window", on), LAW.on("december_closing", on)
    if figures is None or closing is None:
        return None
    first, last = (int(figure) for figure in figures.value.split())
    if on.month == DECEMBER and on.day >= int(closing.value):
        return _closed(on, add_months(on.replace(day=1), 1), last, YEAR_END)
    if on.day <= last:
        begin = add_months(on.replace(day=first), -1)
        if begin is None or begin.month == DECEMBER:
            begin = on.replace(month=1, day=1)
        return DeclarationWindow(on, True, f"{on.year:04}-{on.month:02}", begin, on.replace(day=last), None)
    begin = on.replace(day=first)
    end = add_months(on.replace(day=last), 1)
    if end is None:
        return None
    if on < begin:
        return DeclarationWindow(on, False, None, begin, end, BETWEEN)
    return DeclarationWindow(on, True, f"{end.year:04}-{end.month:02}", begin, end, None)


def _closed(on: date, begin: date | None, last: int, reason: Text) -> DeclarationWindow | None:
    if begin is None:
        return None
    return DeclarationWindow(on, False, None, begin, begin.replace(day=last), reason)
