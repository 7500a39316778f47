"""What differs between the residents' pension and flexible employment, for a person who may choose."""

from datetime import date

from api.enrolment.scheme import Difference, Record, Scheme
from api.law.days import add_years, written_day
from api.schemes.residents_pension.law import LAW
from api.schemes.residents_pension.tiers import tiers_on
from api.schemes.shared.retirement import FormOfEmployment, PositionNature, Retirement, retirement
from api.text.i18n import Text

COST = Text("缴费", "What you pay")
BENEFIT_AGE = Text("领取待遇的年龄", "Age of the benefit")
YEARS = Text("领取待遇须累计缴费", "Years of contributions for the benefit")
TRANSFER = Text("以后转换", "Changing later")
NOT_PUBLISHED = Text("缴费档次以本市公布为准", "the tiers that the city publishes")
JOINED = Text(
    "达到法定退休年龄时，职工养老缴费满15年的转入职工养老，不足15年的转入城乡居民养老（人社部发〔2014〕17号）",
    "at retirement, with 15 years in the employees' scheme into that scheme, with less into the residents' "
    "(人社部发〔2014〕17号)",
)
TOGETHER = Text("同时缴费", "Paying both")
OVERLAPPING = Text(
    "重复缴费的月份只计算职工养老，城乡居民养老的个人缴费退还本人（人社部发〔2014〕17号第六条）",
    "months paid in both count for the employees' scheme alone, and what you paid into the residents' is given back "
    "(人社部发〔2014〕17号, article 6)",
)


def differences(other: Scheme, record: Record, on: date) -> tuple[Difference, ...]:
    """Return how this scheme differs from another one that the person may join; amounts where figures exist."""
    law = LAW.on(on)
    if "benefit_age" not in law:
        return ()
    cost, age, years = other.cost(on), law["benefit_age"].value, law["contribution_years"].value
    retiring = _retirement(record, on)
    found = [
        *([] if cost is None else [Difference(COST, _own_cost(on), cost)]),
        Difference(BENEFIT_AGE, _benefit_day(record, law.number("benefit_age"), age), _day_of(retiring)),
        Difference(YEARS, Text(f"{years}年", f"{years} years"), _years_of(retiring)),
        Difference(TRANSFER, JOINED, JOINED),
        Difference(TOGETHER, OVERLAPPING, OVERLAPPING),
    ]
    return tuple(found)


def _own_cost(on: date) -> Text:
    tiers = tiers_on(on)
    if not tiers:
        return NOT_PUBLISHED
    lowest, highest = tiers[0], tiers[-1]
    return Text(f"每年{lowest}元至{highest}元，自选档次", f"{lowest} to {highest} yuan a year, as you choose")


def _benefit_day(record: Record, age: int, said: str) -> Text:
    born = record.person.birth_date
    day = None if born is None else add_years(born, age)
    if day is None:
        return Text(f"{said}周岁", said)
    written = written_day(day)
    return Text(f"{said}周岁（{written.zh}）", f"{said} ({written.en})")


def _retirement(record: Record, on: date) -> Retirement | None:
    person = record.person
    if person.birth_date is None or person.sex is None:
        return None
    nature = PositionNature(person.position_nature) if person.position_nature in set(PositionNature) else None
    return retirement(person.sex, person.birth_date, nature, on=on, employment=FormOfEmployment.FLEXIBLE)


def _day_of(retiring: Retirement | None) -> Text:
    if retiring is None:
        return Text("法定退休年龄", "statutory retirement")
    day = written_day(retiring.date)
    return Text(f"法定退休年龄（{day.zh}）", f"statutory retirement ({day.en})")


def _years_of(retiring: Retirement | None) -> Text:
    """Return the minimum of contributions in the year of retirement, which rises with the reform."""
    months = None if retiring is None else retiring.minimum_contribution_months
    if months is None:
        return Text("当年的最低缴费年限", "the minimum of that year")
    years, rest = divmod(months, 12)
    return Text(f"{years}年{f'{rest}个月' if rest else ''}", f"{years} years{f' and {rest} months' if rest else ''}")
