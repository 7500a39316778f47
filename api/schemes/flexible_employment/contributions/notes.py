"""Explanations of the amounts: missing figures, rounding, subsidies."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from api.law.parameter import Law, Parameters
from api.schemes.flexible_employment.contributions.calculation import ContributionBase, Contributions, Line
from api.schemes.flexible_employment.contributions.figures import FIGURES, MEDICAL, SUBSIDY_YEARS
from api.text.i18n import Text

ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ROUNDED = Text(
    "每个险种每月的金额按四舍五入计算到分；所依据的文件没有写明怎样舍入。",
    "Each insurance is rounded half up to the fen, month by month; the sources do not say how to round.",
)
NO_UNEMPLOYMENT = Text(
    "灵活就业人员不缴失业保险（本市2023年11月27日答复）。",
    "There is no unemployment insurance in flexible employment (the city's reply of 27 November 2023).",
)
NO_MEDICAL_ACCOUNT = Text(
    "没有查到医疗保险记入个人账户的标准，“记入个人账户”只含养老保险。",
    "What goes to a medical account was not found: “to the own account” is the pension's part alone.",
)
SUBSIDY = Text(
    "社保补贴自批准的次月起计算，一生只能享受一次，最长{}年；首次核定时距法定退休不足5年的，可延长至退休。",
    "A subsidy runs from the month after it is approved, once in a life, for {} years at most; to retirement where "
    "less than five years remained when it was first approved.",
)
NOT_SUBSIDISED = Text("{}没有社保补贴，或没有查到补贴标准。", "{}: no subsidy runs, or no figure for it was result.")
NO_BASE = Text(
    "没有查到{}的缴费基数上下限，{}在这些月份未计入。",
    "{}: the limits of the base were not result, so {} is not counted for these months.",
)
NO_RATE = Text(
    "没有查到{}的{}费率，这些月份未计入。",
    "{}: the rate of {} was not result, so these months are not counted.",
)
UNCHECKED = Text(
    "没有查到{}的缴费基数上下限，没有核对您填写的金额是否在范围内。",
    "{}: the limits of the base were not result, so your amount was not checked against them.",
)


def notes_of(result: Contributions, figures: Parameters = FIGURES) -> tuple[Text, ...]:
    """Return the notes on a result, missing figures first."""
    return tuple(_notes(result, figures.on(result.request.months[-1])))


def _notes(result: Contributions, law: Law) -> Iterator[Text]:
    request = result.request
    for line in result.lines:
        yield from _missing(line)
    if request.base is ContributionBase.AMOUNT and result.limits is None:
        said = format_months(request.months)
        yield Text(UNCHECKED.zh.format(said.zh), UNCHECKED.en.format(said.en))
    yield ROUNDED
    if MEDICAL in request.insurances and result.own_account is not None:
        yield NO_MEDICAL_ACCOUNT
    yield NO_UNEMPLOYMENT
    if request.subsidised:
        yield from _subsidy(result, law)


def _missing(line: Line) -> Iterator[Text]:
    name = line.insurance.name
    if line.without_base:
        said = format_months(line.without_base)
        yield Text(NO_BASE.zh.format(said.zh, name.zh), NO_BASE.en.format(said.en, _inside(name.en)))
    if line.without_rate:
        said = format_months(line.without_rate)
        yield Text(NO_RATE.zh.format(said.zh, name.zh), NO_RATE.en.format(said.en, _inside(name.en)))


def _subsidy(result: Contributions, law: Law) -> Iterator[Text]:
    paid = {month for line in result.lines for month in line.paid}
    running = {month for line in result.lines for month in line.subsidised}
    if lacking := sorted(paid - running):
        said = format_months(lacking)
        yield Text(NOT_SUBSIDISED.zh.format(said.zh), NOT_SUBSIDISED.en.format(said.en))
    if SUBSIDY_YEARS in law:
        years = law[SUBSIDY_YEARS].value
        yield Text(SUBSIDY.zh.format(years), SUBSIDY.en.format(years))


def _inside(name: str) -> str:
    """Return an English name with a lower-case first letter, for use inside a sentence."""
    return name[:1].lower() + name[1:]


def format_months(months: Sequence[date]) -> Text:
    """Format months of a year, consecutive ones as a range: 2026年1月至3月、5月."""
    ranges = [[month for _, month in group] for _, group in groupby(enumerate(months), lambda each: _gap(*each))]
    year = months[0].year
    zh = "、".join(f"{each[0].month}月" + (f"至{each[-1].month}月" if len(each) > 1 else "") for each in ranges)
    en = ", ".join(_english(each[0]) + (f" to {_english(each[-1])}" if len(each) > 1 else "") for each in ranges)
    return Text(f"{year}年{zh}", f"{en} {year}")


def _gap(place: int, month: date) -> int:
    return month.month - place


def _english(month: date) -> str:
    return ENGLISH_MONTHS[month.month - 1]
