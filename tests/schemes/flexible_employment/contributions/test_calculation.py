"""Properties of the contribution calculation: rounding, additivity over months, monotonicity in the base."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.law.parameter import read_parameters
from api.schemes.flexible_employment.contributions.calculation import (
    BaseLimits,
    ContributionBase,
    ContributionRequest,
    contributions,
    limits_of,
    months_of,
)
from api.schemes.flexible_employment.contributions.figures import KINDS, MAX_YUAN, PATH
from api.schemes.flexible_employment.contributions.notes import format_months
from api.schemes.shared.declaration_window import DeclarationKind

MONTH, QUARTER, YEAR = DeclarationKind.MONTH, DeclarationKind.QUARTER, DeclarationKind.YEAR
BOTH = ("110", "310")
EVERY_INSURANCE = st.sampled_from([("110",), ("310",), BOTH])
FEN = st.integers(0, MAX_YUAN * 100 + 99)


def request_for(
    kind: DeclarationKind, first: date, amount: int, insurances: tuple[str, ...] = BOTH
) -> ContributionRequest:
    """Return a request with a stated base in fen and a subsidy in every month."""
    months = months_of(kind, first)
    return ContributionRequest(kind, months, ContributionBase.AMOUNT, amount, insurances, frozenset(months))


@pytest.mark.parametrize(
    ("kind", "first", "months"),
    [
        (MONTH, date(2026, 4, 1), [4]),
        (QUARTER, date(2026, 4, 1), [4, 5, 6]),
        (QUARTER, date(2026, 6, 30), [6]),
        (QUARTER, date(2026, 11, 15), [11, 12]),
        (YEAR, date(2026, 1, 1), list(range(1, 13))),
        (YEAR, date(9999, 12, 31), [12]),
        (QUARTER, date(1, 1, 1), [1, 2, 3]),
    ],
)
def test_period_ends_with_quarter_or_year(kind: DeclarationKind, first: date, months: list[int]) -> None:
    """A period runs from its first month to the end of the quarter or year; a month is given by its first day."""
    assert months_of(kind, first) == tuple(date(first.year, month, 1) for month in months)


@given(FEN, st.dates(min_value=date(2026, 4, 1), max_value=date(2027, 12, 31)), EVERY_INSURANCE)
def test_month_is_base_times_rate(base: int, first: date, insurances: tuple[str, ...]) -> None:
    """Each insurance and the personal account are rounded half up to the fen; the total sums the rounded lines."""
    found = contributions(request_for(MONTH, first, base, insurances))
    rates = {"110": Decimal("0.20"), "310": Decimal("0.085")}
    for line in found.lines:
        exact = Decimal(base) * rates[line.insurance.code]
        assert line.amount == line.monthly == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    account = int((Decimal(base) * Decimal("0.08")).quantize(Decimal(1), ROUND_HALF_UP))
    assert found.own_account == (account if "110" in insurances else None)
    assert found.amount == sum(line.amount or 0 for line in found.lines)


@given(FEN, st.dates(), EVERY_INSURANCE, st.sampled_from(DeclarationKind))
def test_period_is_sum_of_months(base: int, first: date, insurances: tuple[str, ...], kind: DeclarationKind) -> None:
    """Amount, personal account and subsidy of a quarter or year equal the sums over its months, for any date."""
    whole = contributions(request_for(kind, first, base, insurances))
    each = [contributions(request_for(MONTH, month, base, insurances)) for month in months_of(kind, first)]
    assert (whole.amount or 0) == sum(one.amount or 0 for one in each)
    assert (whole.amount is None) == all(one.amount is None for one in each)
    assert (whole.own_account or 0) == sum(one.own_account or 0 for one in each)
    assert whole.subsidy == sum(one.subsidy for one in each)
    for line in whole.lines:
        assert sorted({*line.paid, *line.without_base, *line.without_rate}) == list(whole.request.months)
    assert (whole.amount or 0) < 2**31


@given(FEN, FEN, st.dates(), EVERY_INSURANCE)
def test_amounts_are_monotonic_in_base(one: int, other: int, first: date, insurances: tuple[str, ...]) -> None:
    """Amount, account and subsidy do not decrease with the base; the subsidy is at most 2/3 of the amount."""
    less, more = (contributions(request_for(YEAR, first, base, insurances)) for base in sorted((one, other)))
    assert (less.amount or 0) <= (more.amount or 0)
    assert (less.own_account or 0) <= (more.own_account or 0)
    assert less.subsidy <= more.subsidy
    assert all(3 * line.subsidy <= 2 * (line.amount or 0) for line in more.lines)


@pytest.mark.parametrize(
    ("year", "limits"),
    [
        (2023, None),
        (2024, BaseLimits(501_300, 2_506_500)),
        (2025, BaseLimits(512_400, 2_562_000)),
        (2026, BaseLimits(518_000, 2_590_200)),
        (2027, None),
    ],
)
def test_limits_of_year(year: int, limits: BaseLimits | None) -> None:
    """Each year has its lowest and highest base in fen, or none."""
    assert limits_of(months_of(YEAR, date(year, 1, 1))) == limits


def test_figure_changes_within_period(tmp_path: Path) -> None:
    """A base raised in July by the file alone applies from July: six months at the old amount, six at the new one."""
    july = (
        '\nuntil = 2026-06-30\nlegal_basis = "x"\nsource = "x"\n\n'
        '[[contribution_base_{0}]]\nvalue = "{1}"\nfrom = 2026-07-01'
    )
    text = PATH.read_text(encoding="utf-8")
    for word, old, new in (("lowest", "5180", "6000"), ("highest", "25902", "30000")):
        before = f'[[contribution_base_{word}]]\nvalue = "{old}"\nfrom = 2026-01-01'
        assert before in text
        text = text.replace(before, before + july.format(word, new))
    file = tmp_path / "figures.toml"
    file.write_text(text, encoding="utf-8")
    figures = read_parameters(file, KINDS)
    months = months_of(YEAR, date(2026, 1, 1))
    found = contributions(
        ContributionRequest(YEAR, months, ContributionBase.LOWEST, None, ("110",), frozenset()), figures
    )
    assert (found.base, found.lines[0].monthly) == (None, None)
    assert found.amount == 6 * 103_600 + 6 * 120_000
    assert found.limits == BaseLimits(600_000, 2_590_200)
    assert limits_of(months[:6], figures) == BaseLimits(518_000, 2_590_200)


def test_answer_lists_figures_it_uses() -> None:
    """The answer lists each figure it uses once: limits, rates of the requested insurances, and the subsidy's."""
    keys = [figure.key for figure in contributions(request_for(YEAR, date(2026, 1, 1), 518_000)).figures]
    assert keys == [
        "contribution_base_lowest", "contribution_base_highest", "pension_rate", "pension_account_rate",
        "medical_rate", "serious_illness_aid", "subsidy_pension", "subsidy_medical", "subsidy_most_of_payment",
    ]  # fmt: skip
    months = months_of(MONTH, date(2026, 4, 1))
    alone = contributions(ContributionRequest(MONTH, months, ContributionBase.LOWEST, None, ("110",), frozenset()))
    assert [figure.key for figure in alone.figures] == keys[:4]


@pytest.mark.parametrize(
    ("months", "zh", "en"),
    [
        ([4], "2026年4月", "April 2026"),
        ([1, 2, 3], "2026年1月至3月", "January to March 2026"),
        ([1, 2, 5], "2026年1月至2月、5月", "January to February, May 2026"),
    ],
)
def test_consecutive_months_are_formatted_as_range(months: list[int], zh: str, en: str) -> None:
    """Consecutive months are formatted as one range."""
    text = format_months([date(2026, month, 1) for month in months])
    assert (text.zh, text.en) == (zh, en)
