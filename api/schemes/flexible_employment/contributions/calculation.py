"""The contributions of flexible employment: base times rate, month by month, in fen.

No source says how to round, so each month of each insurance is rounded half up (四舍五入) to the fen; sums add rounded
amounts. A month follows the law of its last day, because it is paid as a whole and can be declared until its 19th.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from api.law.parameter import Confidence, Law, Parameter, Parameters
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
from api.schemes.shared.declaration_window import DeclarationKind

FEN = 100
WHOLE = 10_000
DECEMBER = 12


class ContributionBase(StrEnum):
    """Which contribution base a person chooses: 缴费基数."""

    LOWEST = "LOWEST"
    HIGHEST = "HIGHEST"
    AMOUNT = "AMOUNT"


@dataclass(frozen=True, slots=True)
class ContributionRequest:
    """The input of the calculation; months are given by their first days.

    `amount` is the chosen monthly base in fen, if any. `subsidised` has the months with an active subsidy.
    """

    kind: DeclarationKind
    months: tuple[date, ...]
    base: ContributionBase
    amount: int | None
    insurances: tuple[str, ...]
    subsidised: frozenset[date]


@dataclass(frozen=True, slots=True)
class BaseLimits:
    """The lowest and the highest base a month, in fen."""

    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Line:
    """The contributions to one insurance, in fen.

    `paid` has the months with all figures, `without_base` and `without_rate` the others. `monthly` is None if the
    months differ, `own_account` if its rate is unknown; all amounts are None if no month has all figures.
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
    """The result of the calculation, in fen; a sum without addends is None.

    `base` is None if it is unknown or differs between months. `serious_illness` is the yearly extra of 大额医疗救助;
    None if it is unknown or the request has no medical insurance.
    """

    request: ContributionRequest
    limits: BaseLimits | None
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


def limits_of(months: Iterable[date], figures: Parameters = FIGURES) -> BaseLimits | None:
    """Return the limits of the base that hold in all of these months; None if none of them has figures."""
    laws = [law for month in months if LOWEST in (law := _law(month, figures)) and HIGHEST in law]
    if not laws:
        return None
    return BaseLimits(
        max(law.number(LOWEST) for law in laws) * FEN,
        min(law.number(HIGHEST) for law in laws) * FEN,
    )


def contributions(request: ContributionRequest, figures: Parameters = FIGURES) -> Contributions:
    """Return the contributions. Months without figures are omitted and listed."""
    laws = {month: _law(month, figures) for month in request.months}
    # Most months of a period share one law, and so one base.
    in_force = tuple(dict.fromkeys(laws.values()))
    bases = {law: _base(request, law) for law in in_force}
    lines = tuple(_line(INSURANCES[code], request, laws, bases) for code in request.insurances)
    known = [line.amount for line in lines if line.amount is not None]
    accounts = [line.own_account for line in lines if line.own_account is not None]
    different = set(bases.values())
    return Contributions(
        request=request,
        limits=limits_of(request.months, figures),
        base=different.pop() if len(different) == 1 else None,
        lines=lines,
        amount=sum(known) if known else None,
        own_account=sum(accounts) if accounts else None,
        subsidy=sum(line.subsidy for line in lines),
        is_reference=any(line.is_reference for line in lines),
        serious_illness=in_force[-1].get(SERIOUS_ILLNESS) if MEDICAL in request.insurances else None,
        figures=_figures(request, in_force),
    )


def _line(
    insurance: Insurance, request: ContributionRequest, laws: Mapping[date, Law], bases: Mapping[Law, int | None]
) -> Line:
    shares = {law: _share(insurance, request, law, base) for law, base in bases.items()}
    paid = {month: share for month in request.months if (share := shares[laws[month]]) is not None}
    subsidised = tuple(month for month in paid if month in request.subsidised and insurance.subsidy in laws[month])
    accounts = [share.own_account for share in paid.values() if share.own_account is not None]
    amounts = {share.amount for share in paid.values()}
    rates = {law[insurance.rate].value for law in bases if insurance.rate in law}
    return Line(
        insurance=insurance,
        paid=tuple(paid),
        without_base=tuple(month for month in request.months if bases[laws[month]] is None),
        without_rate=tuple(month for month in request.months if insurance.rate not in laws[month]),
        rate=rates.pop() if len(rates) == 1 else None,
        monthly=amounts.pop() if len(amounts) == 1 else None,
        amount=sum(share.amount for share in paid.values()) if paid else None,
        own_account=sum(accounts) if accounts and len(accounts) == len(paid) else None,
        subsidy=sum(paid[month].subsidy for month in subsidised),
        subsidised=subsidised,
        is_reference=any(share.is_reference for share in paid.values()),
    )


@dataclass(frozen=True, slots=True)
class _Share:
    """The monthly amounts of one insurance under one law, in fen; `subsidy` applies only to subsidised months."""

    amount: int
    own_account: int | None
    subsidy: int
    is_reference: bool


def _share(insurance: Insurance, request: ContributionRequest, law: Law, base: int | None) -> _Share | None:
    if base is None or insurance.rate not in law:
        return None
    amount = _part(base, law[insurance.rate])
    account = law.get(insurance.account_rate) if insurance.account_rate else None
    return _Share(
        amount=amount,
        own_account=None if account is None else _part(base, account),
        subsidy=_subsidy(insurance, amount, law) if insurance.subsidy in law else 0,
        is_reference=any(
            law[key].confidence is Confidence.SECONDARY for key in (insurance.rate, *_keys_of_base(request))
        ),
    )


def _subsidy(insurance: Insurance, amount: int, law: Law) -> int:
    """Return the subsidy of one month, in fen: the published amount, up to the national limit.

    The limit is rounded down; with the figures of 2025 to 2027 it has no effect.
    """
    published = law.number(insurance.subsidy) * FEN
    if SUBSIDY_MOST not in law:
        return published
    part, whole = map(int, law[SUBSIDY_MOST].value.split("/"))
    return min(published, amount * part // whole)


def _part(base: int, rate: Parameter) -> int:
    """Return a month's base times a rate, in fen, rounded half up."""
    return (base * basis_points(rate.value) + WHOLE // 2) // WHOLE


def _base(request: ContributionRequest, law: Law) -> int | None:
    if request.base is ContributionBase.AMOUNT:
        return request.amount
    (key,) = _keys_of_base(request)
    return law.number(key) * FEN if key in law else None


def _keys_of_base(request: ContributionRequest) -> tuple[str, ...]:
    return {ContributionBase.LOWEST: (LOWEST,), ContributionBase.HIGHEST: (HIGHEST,), ContributionBase.AMOUNT: ()}[
        request.base
    ]


def _figures(request: ContributionRequest, laws: Sequence[Law]) -> tuple[Parameter, ...]:
    """Return all figures that the result uses, in the order of the file, each period once."""
    keys = [LOWEST, HIGHEST]
    for insurance in (INSURANCES[code] for code in request.insurances):
        keys += [insurance.rate, *([insurance.account_rate] if insurance.account_rate else [])]
    if MEDICAL in request.insurances:
        keys.append(SERIOUS_ILLNESS)
    if request.subsidised:
        keys += [INSURANCES[code].subsidy for code in request.insurances] + [SUBSIDY_MOST]
    return tuple(dict.fromkeys(law[key] for key in keys for law in laws if key in law))


@lru_cache(maxsize=512)
def _law(month: date, figures: Parameters) -> Law:
    return figures.on(month.replace(day=monthrange(month.year, month.month)[1]))
