"""What a person in flexible employment pays: base times rate, month by month, in fen and rounded half up to the fen.

No source says how to round, so each month of each insurance is rounded half up (四舍五入); sums add rounded amounts.
A month follows the law of its last day. It is paid for as a whole and can be declared until its 19th, so a figure that
begins within a month holds for all of it.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from api.schemes.flexible_employment.contributions.figures import (
    FIGURES,
    HIGHEST,
    INSURANCES,
    LOWEST,
    MEDICAL,
    SERIOUS_ILLNESS,
    SUBSIDY_MOST,
    Insurance,
    basis_points,
)
from api.schemes.parameter import Confidence, Law, Parameter, Parameters
from api.schemes.shared.declaration_window import DeclarationKind

FEN = 100
WHOLE = 10_000
DECEMBER = 12


class Base(StrEnum):
    """Which contribution base a person chooses: 缴费基数."""

    LOWEST = "LOWEST"
    HIGHEST = "HIGHEST"
    AMOUNT = "AMOUNT"


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be paid for: which months, each by its first day; which base; which insurances.

    `amount` is the base a month in fen, where one was stated. `subsidised` has the months for which a subsidy runs.
    """

    kind: DeclarationKind
    months: tuple[date, ...]
    base: Base
    amount: int | None
    insurances: tuple[str, ...]
    subsidised: frozenset[date]


@dataclass(frozen=True, slots=True)
class Limits:
    """The lowest and the highest base a month, in fen."""

    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Line:
    """What one insurance costs. Amounts are in fen.

    `paid` has the months whose figures are known, `without_base` and `without_rate` those for which one is missing.
    `monthly` is None where the months differ or none is known, `amount` where none is known, `own_account` also where
    no figure says what goes to it.
    """

    insurance: Insurance
    paid: tuple[date, ...]
    without_base: tuple[date, ...]
    without_rate: tuple[date, ...]
    rate: str | None
    monthly: int | None
    amount: int | None
    own_account: int | None
    subsidy: int
    subsidised: tuple[date, ...]
    is_reference: bool


@dataclass(frozen=True, slots=True)
class Contributions:
    """The answer to a question. Amounts are in fen; a sum is None where it has no part.

    `base` is None where it differs from month to month or is unknown. `serious_illness` is what 大额医疗救助 takes on
    top, a year; None where no figure is known or no medical insurance was asked about.
    """

    question: Question
    limits: Limits | None
    base: int | None
    lines: tuple[Line, ...]
    amount: int | None
    own_account: int | None
    subsidy: int
    is_reference: bool
    serious_illness: Parameter | None
    figures: tuple[Parameter, ...]


def months_of(kind: DeclarationKind, first: date) -> tuple[date, ...]:
    """Return the month of a day, or the months from it to the end of its quarter or year, each by its first day."""
    ends = {
        DeclarationKind.MONTH: first.month,
        DeclarationKind.QUARTER: 3 * ((first.month - 1) // 3) + 3,
        DeclarationKind.YEAR: DECEMBER,
    }
    return tuple(date(first.year, month, 1) for month in range(first.month, ends[kind] + 1))


def limits_of(months: Iterable[date], figures: Parameters = FIGURES) -> Limits | None:
    """Return between which bases one may choose in all of these months; None where no figure is known for any."""
    laws = [law for month in months if LOWEST in (law := _law(month, figures)) and HIGHEST in law]
    if not laws:
        return None
    return Limits(
        max(law.number(LOWEST) for law in laws) * FEN,
        min(law.number(HIGHEST) for law in laws) * FEN,
    )


def contributions(question: Question, figures: Parameters = FIGURES) -> Contributions:
    """Return what is to be paid; what has no figure is left out and named, and the rest is computed all the same."""
    lines = tuple(_line(INSURANCES[code], question, figures) for code in question.insurances)
    laws = [_law(month, figures) for month in question.months]
    bases = {_base(question, law) for law in laws}
    known = [line.amount for line in lines if line.amount is not None]
    accounts = [line.own_account for line in lines if line.own_account is not None]
    return Contributions(
        question=question,
        limits=limits_of(question.months, figures),
        base=bases.pop() if len(bases) == 1 else None,
        lines=lines,
        amount=sum(known) if known else None,
        own_account=sum(accounts) if accounts else None,
        subsidy=sum(line.subsidy for line in lines),
        is_reference=any(line.is_reference for line in lines),
        serious_illness=laws[-1].get(SERIOUS_ILLNESS) if MEDICAL in question.insurances else None,
        figures=_figures(question, laws),
    )


def _line(insurance: Insurance, question: Question, figures: Parameters) -> Line:
    laws = {month: _law(month, figures) for month in question.months}
    without_base = [month for month, law in laws.items() if _base(question, law) is None]
    without_rate = [month for month, law in laws.items() if insurance.rate not in law]
    paid = [month for month in question.months if month not in without_base and month not in without_rate]
    amounts = [_part(question, laws[month], insurance.rate) for month in paid]
    subsidies = {
        month: _subsidy(insurance, amount, laws[month])
        for month, amount in zip(paid, amounts, strict=True)
        if month in question.subsidised and insurance.subsidy in laws[month]
    }
    rates = {laws[month][insurance.rate].value for month in question.months if month not in without_rate}
    return Line(
        insurance=insurance,
        paid=tuple(paid),
        without_base=tuple(without_base),
        without_rate=tuple(without_rate),
        rate=rates.pop() if len(rates) == 1 else None,
        monthly=amounts[0] if len(set(amounts)) == 1 else None,
        amount=sum(amounts) if amounts else None,
        own_account=_own_account(insurance, question, [laws[month] for month in paid]),
        subsidy=sum(subsidies.values()),
        subsidised=tuple(subsidies),
        is_reference=any(
            laws[month][key].confidence is Confidence.SECONDARY
            for month in paid
            for key in (insurance.rate, *_keys_of_base(question))
        ),
    )


def _own_account(insurance: Insurance, question: Question, laws: Sequence[Law]) -> int | None:
    key = insurance.account_rate
    if key is None or not laws or any(key not in law for law in laws):
        return None
    return sum(_part(question, law, key) for law in laws)


def _subsidy(insurance: Insurance, amount: int, law: Law) -> int:
    """Return what a subsidy gives back of one month, in fen: as published, and no larger part than the nation allows.

    The part is rounded down, for it is a limit; at the figures of 2025 to 2027 it never decides.
    """
    published = law.number(insurance.subsidy) * FEN
    if SUBSIDY_MOST not in law:
        return published
    part, whole = map(int, law[SUBSIDY_MOST].value.split("/"))
    return min(published, amount * part // whole)


def _part(question: Question, law: Law, rate: str) -> int:
    """Return the part of a month's base that a rate takes, in fen, rounded half up; zero without a base."""
    base = _base(question, law) or 0
    return (base * basis_points(law[rate].value) + WHOLE // 2) // WHOLE


def _base(question: Question, law: Law) -> int | None:
    if question.base is Base.AMOUNT:
        return question.amount
    (key,) = _keys_of_base(question)
    return law.number(key) * FEN if key in law else None


def _keys_of_base(question: Question) -> tuple[str, ...]:
    """Return the figures of which the base is made; none where a person stated it."""
    return {Base.LOWEST: (LOWEST,), Base.HIGHEST: (HIGHEST,), Base.AMOUNT: ()}[question.base]


def _figures(question: Question, laws: Sequence[Law]) -> tuple[Parameter, ...]:
    """Return every figure on which the answer rests, in the order of the file, each period once."""
    keys = [LOWEST, HIGHEST]
    for insurance in (INSURANCES[code] for code in question.insurances):
        keys += [insurance.rate, *([insurance.account_rate] if insurance.account_rate else [])]
    if MEDICAL in question.insurances:
        keys.append(SERIOUS_ILLNESS)
    if question.subsidised:
        keys += [INSURANCES[code].subsidy for code in question.insurances] + [SUBSIDY_MOST]
    return tuple(dict.fromkeys(law[key] for key in keys for law in laws if key in law))


def _law(month: date, figures: Parameters) -> Law:
    return figures.on(month.replace(day=monthrange(month.year, month.month)[1]))
