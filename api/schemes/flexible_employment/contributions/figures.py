"""The dated figures of contributions with their titles, and the insurances of flexible employment."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from api.law.parameter import Kind, number, percent, read_parameters, share
from api.text.i18n import Text

PATH = Path(__file__).parent / "figures.toml"
LOWEST, HIGHEST = "contribution_base_lowest", "contribution_base_highest"
SERIOUS_ILLNESS = "serious_illness_aid"
SUBSIDY_MOST, SUBSIDY_YEARS = "subsidy_most_of_payment", "subsidy_years_most"
# Yuan a month. Twelve months of every insurance at this base, counted in fen, are within GraphQL's 32-bit integers.
MAX_YUAN = 99_999
KINDS: dict[str, Kind] = {
    LOWEST: number(1, MAX_YUAN),
    HIGHEST: number(1, MAX_YUAN),
    "pension_rate": percent,
    "pension_account_rate": percent,
    "medical_rate": percent,
    SERIOUS_ILLNESS: number(0, MAX_YUAN),
    "subsidy_pension": number(0, MAX_YUAN),
    "subsidy_medical": number(0, MAX_YUAN),
    SUBSIDY_YEARS: number(1, 99),
    SUBSIDY_MOST: share,
}
FIGURES = read_parameters(PATH, KINDS)


@dataclass(frozen=True, slots=True)
class Insurance:
    """An insurance that flexible employment pays for: its code of AAE140 and the keys of its figures."""

    code: str
    name: Text
    rate: str
    account_rate: str | None
    subsidy: str


INSURANCES: Mapping[str, Insurance] = {
    each.code: each
    for each in (
        Insurance(
            "110",
            Text("职工基本养老保险", "Employees' basic pension"),
            "pension_rate",
            "pension_account_rate",
            "subsidy_pension",
        ),
        Insurance(
            "310",
            Text("职工基本医疗保险（含生育保险）", "Employees' basic medical insurance (maternity included)"),
            "medical_rate",
            None,
            "subsidy_medical",
        ),
    )
}
MEDICAL, UNEMPLOYMENT = "310", "210"

YUAN_A_MONTH, YUAN_A_YEAR = Text("{}元/月", "{} yuan a month"), Text("{}元/年", "{} yuan a year")
PERCENT_OF_BASE = Text("缴费基数的{}%", "{}% of the base")
TITLES: Mapping[str, tuple[Text, Text]] = {
    LOWEST: (Text("缴费基数下限", "Lowest base"), YUAN_A_MONTH),
    HIGHEST: (Text("缴费基数上限", "Highest base"), YUAN_A_MONTH),
    "pension_rate": (Text("养老保险费率", "Pension rate"), PERCENT_OF_BASE),
    "pension_account_rate": (Text("其中记入个人账户", "Of it to the own account"), PERCENT_OF_BASE),
    "medical_rate": (Text("医疗保险费率（含生育保险）", "Medical rate (maternity included)"), PERCENT_OF_BASE),
    SERIOUS_ILLNESS: (Text("大额医疗救助", "Serious-illness medical aid"), YUAN_A_YEAR),
    "subsidy_pension": (Text("养老保险补贴", "Pension subsidy"), YUAN_A_MONTH),
    "subsidy_medical": (Text("医疗保险补贴", "Medical subsidy"), YUAN_A_MONTH),
    SUBSIDY_YEARS: (Text("补贴最长期限", "Longest subsidy"), Text("{}年", "{} years")),
    SUBSIDY_MOST: (Text("补贴最多占实际缴费", "Subsidy at most, of what is paid"), Text("{}", "{}")),
}
"""The title of each figure, and the format of its value."""


def format_value(key: str, value: str) -> Text:
    """Return the value of a figure with its unit: 5,180元/月."""
    _, unit = TITLES[key]
    shown = f"{int(value):,}" if value.isdigit() else value
    return Text(unit.zh.format(shown), unit.en.format(shown))


@cache
def basis_points(rate: str) -> int:
    """Return a percentage in hundredths of a per cent, so that amounts are computed in integers: 8.5 gives 850."""
    whole, _, decimals = rate.partition(".")
    return int(whole) * 100 + int(decimals.ljust(2, "0"))
