"""The form of a contributions request: parsed leniently, with all problems reported at once."""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from api.codes.tables import CodeTableName, table
from api.enrolment.form import FieldProblem, FieldProblemCode
from api.law.parameter import Parameters
from api.schemes.flexible_employment.contributions.calculation import (
    FEN,
    ContributionBase,
    ContributionRequest,
    limits_of,
    months_of,
)
from api.schemes.flexible_employment.contributions.figures import (
    FIGURES,
    INSURANCES,
    MAX_YUAN,
    UNEMPLOYMENT,
)
from api.schemes.shared.declaration_window import DeclarationKind, declaration_window
from api.text.i18n import Text

# No valid month or amount is longer.
MAX_LENGTH = 40
MONTH = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})月?", re.ASCII)
AMOUNT = re.compile(r"(?:¥|人民币)?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]{1,2}))?元?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ContributionForm:
    """The unparsed request. None selects the default; amounts are in yuan."""

    first_month: str | None = None
    kind: DeclarationKind | None = None
    base: ContributionBase | None = None
    amount: str | None = None
    insurances: Sequence[str] | None = None


class _Problems(list[FieldProblem]):
    """Collects the problems of fields."""

    def report(self, field: str, code: FieldProblemCode, zh: str, en: str) -> None:
        self.append(FieldProblem((field,), code, Text(zh, en)))


def read_contribution_form(
    form: ContributionForm, this_month: date, figures: Parameters = FIGURES
) -> tuple[ContributionRequest | None, list[FieldProblem]]:
    """Return the parsed request, without subsidy, or None, with all problems. `this_month` is the default month."""
    problems = _Problems()
    kind, base = form.kind or DeclarationKind.MONTH, form.base or ContributionBase.LOWEST
    first = _month(form.first_month, this_month, problems)
    insurances = _insurances(form.insurances, problems)
    amount = _amount(form.amount, problems) if base is ContributionBase.AMOUNT else None
    if first is not None:
        months = months_of(kind, first)
        if base is not ContributionBase.AMOUNT:
            _refuse_years_without_limits(base, months, figures, problems)
        elif amount is not None:
            _refuse_beyond_limits(amount, months, figures, problems)
        if not problems:
            return ContributionRequest(kind, months, base, amount, insurances, frozenset()), problems
    return None, problems


def declared_month(today: date) -> date:
    """Return a day of the month that can be declared today or next; today at the end of the calendar."""
    window = declaration_window(today)
    return today if window is None else window.closes_on


def with_subsidy(request: ContributionRequest, is_subsidised: Callable[[date], bool]) -> ContributionRequest:
    """Return the request with the months in which a subsidy is active."""
    return replace(request, subsidised=frozenset(month for month in request.months if is_subsidised(month)))


def _month(text: str | None, this_month: date, problems: _Problems) -> date | None:
    if text is None or not text.strip():
        return this_month.replace(day=1)
    match = MONTH.fullmatch(_plain(text))
    if match and int(match[1]) >= 1 and 1 <= int(match[2]) <= 12:
        return date(int(match[1]), int(match[2]), 1)
    problems.report(
        "firstMonth",
        FieldProblemCode.BAD_FORMAT,
        "请按“年-月”填写起始月份，例如 2026-04。",
        "Enter the first month as year and month, for example 2026-04.",
    )
    return None


def _insurances(codes: Sequence[str] | None, problems: _Problems) -> tuple[str, ...]:
    """Return the requested insurances without duplicates, in the order of the guide; both by default."""
    if codes is None:
        return tuple(INSURANCES)
    chosen = {_plain(code) for code in codes}
    if len(chosen) == 0:
        problems.report(
            "insurances", FieldProblemCode.REQUIRED, "请至少选择一个险种。", "Choose at least one insurance."
        )
    elif unknown := chosen - set(INSURANCES):
        _explain(unknown, problems)
    return tuple(code for code in INSURANCES if code in chosen)


def _explain(unknown: Collection[str], problems: _Problems) -> None:
    """Report why an insurance cannot be chosen: the code is unknown, or not one of flexible employment."""
    offered = "、".join(f"{each.name.zh}（{code}）" for code, each in INSURANCES.items())
    offered_en = " and ".join(INSURANCES)
    if any(table(CodeTableName.INSURANCE_TYPE).get(code) is None for code in unknown):
        problems.report(
            "insurances",
            FieldProblemCode.UNKNOWN_CODE,
            f"没有这个险种代码，可以选择{offered}。",
            f"There is no such insurance. The codes are {offered_en}.",
        )
        return
    why, why_en = "", ""
    if UNEMPLOYMENT in unknown:
        why, why_en = "灵活就业人员不缴失业保险。", "There is no unemployment insurance in flexible employment. "
    problems.report(
        "insurances",
        FieldProblemCode.NOT_SELECTABLE,
        f"{why}灵活就业只缴{offered}。",
        f"{why_en}Flexible employment pays for {offered_en} only.",
    )


def _amount(text: str | None, problems: _Problems) -> int | None:
    """Return an amount of yuan in fen: 5180, 5,180.00, ５１８０元."""
    if text is None or not text.strip():
        problems.report(
            "amount", FieldProblemCode.REQUIRED, "请填写缴费基数，单位是元。", "Enter the base, in yuan a month."
        )
        return None
    match = AMOUNT.fullmatch(_plain(text))
    if match is None:
        problems.report(
            "amount",
            FieldProblemCode.BAD_FORMAT,
            "请用数字填写每月缴费基数，单位是元，最多两位小数，例如 5180 或 5,180.00。",
            "Enter the monthly base in yuan as a number with two decimals at most, for example 5180 or 5,180.00.",
        )
        return None
    yuan, fen = int(match[1].replace(",", "")), int((match[2] or "").ljust(2, "0"))
    if yuan <= MAX_YUAN:
        return yuan * FEN + fen
    problems.report(
        "amount",
        FieldProblemCode.TOO_HIGH,
        f"每月缴费基数不能超过{MAX_YUAN:,}元，请核对。",
        f"A monthly base is never more than {MAX_YUAN:,} yuan. Check the number.",
    )
    return None


def _refuse_years_without_limits(
    base: ContributionBase, months: Sequence[date], figures: Parameters, problems: _Problems
) -> None:
    """Report a request for the lowest or the highest base of a year without figures."""
    if limits_of(months, figures) is not None:
        return
    year = months[0].year
    word, word_en = {ContributionBase.LOWEST: ("最低", "lowest"), ContributionBase.HIGHEST: ("最高", "highest")}[base]
    problems.report(
        "firstMonth",
        FieldProblemCode.NO_FIGURE,
        f"没有查到{year}年的缴费基数上下限，不能按{word}基数计算。可以改为自己填写金额，或向税务部门查询。",
        f"The limits of the base for {year} were not match, so the {word_en} base is unknown. State an amount "
        "instead, or ask the tax authority.",
    )


def _refuse_beyond_limits(amount: int, months: Sequence[date], figures: Parameters, problems: _Problems) -> None:
    limits = limits_of(months, figures)
    year = months[0].year
    if limits is not None and amount < limits.lowest:
        problems.report(
            "amount",
            FieldProblemCode.TOO_LOW,
            f"{year}年每月缴费基数不能低于{yuan(limits.lowest)}元。",
            f"In {year} the monthly base is {yuan(limits.lowest)} yuan at least.",
        )
    elif limits is not None and amount > limits.highest:
        problems.report(
            "amount",
            FieldProblemCode.TOO_HIGH,
            f"{year}年每月缴费基数不能高于{yuan(limits.highest)}元。",
            f"In {year} the monthly base is {yuan(limits.highest)} yuan at most.",
        )


def yuan(fen: int) -> str:
    """Format an amount in yuan with thousands separators, and with decimals unless they are zero."""
    whole, rest = divmod(fen, FEN)
    return f"{whole:,}.{rest:02}" if rest else f"{whole:,}"


def _plain(text: str) -> str:
    """Return a text without spaces and in half-width characters; empty if it is too long to be valid."""
    if len(text) > MAX_LENGTH:
        return ""
    return "".join(unicodedata.normalize("NFKC", text).split())
