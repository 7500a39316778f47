"""figures.toml: every figure has its source, periods have no gaps, and the figures are consistent with each other."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from api.law.parameter import Confidence, MalformedParameters, read_parameters
from api.schemes.flexible_employment.contributions.figures import (
    FIGURES,
    HIGHEST,
    INSURANCES,
    KINDS,
    LOWEST,
    PATH,
    TITLES,
    basis_points,
    format_value,
)

TEXT = PATH.read_text(encoding="utf-8")
FIRST_LOWEST = '[[contribution_base_lowest]]\nvalue = "5013"\nfrom = 2024-01-01\nuntil = 2024-12-31\n'


def error_after_change(folder: Path, old: str, new: str) -> str:
    """Return the error message for the file after a replacement."""
    assert TEXT.count(old) >= 1
    file = folder / "figures.toml"
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MalformedParameters) as refusal:
        read_parameters(file, KINDS)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (FIRST_LOWEST, FIRST_LOWEST.replace("2024-12-31", "2024-12-30"), "leaves a gap after 2024-12-30"),
        (FIRST_LOWEST, FIRST_LOWEST.replace("2024-12-31", "2025-01-01"), "overlaps the period before"),
        (FIRST_LOWEST, FIRST_LOWEST.replace("until = 2024-12-31\n", ""), "overlaps the period from 2024-01-01 on"),
        ('source = "网上转载的一份缴费基数表，与8355元的60%相符；未见原文"\n', "", "needs source"),
        ('legal_basis = "津人社局发〔2025〕6号"\n', "", "needs legal_basis"),
        ('\nconfidence = "secondary"', '\nconfidence = "perhaps"', "it is one of official, secondary"),
        ('value = "8.5"', 'value = "8.555"', "it is a percentage like 20 or 8.5"),
        ('value = "5180"', 'value = "5180.5"', "it is a whole number from 1 to 99999"),
        ('value = "2/3"', 'value = "3/2"', "it is a share like 2/3"),
    ],
)
def test_malformed_file_is_rejected(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """Gaps, overlaps, figures without a source and values of the wrong type are rejected at load time."""
    assert complaint in error_after_change(tmp_path, old, new)


def test_figures_have_legal_basis() -> None:
    """Every figure has a legal basis and a source; a source not seen in the original is marked SECONDARY."""
    assert {figure.key for figure in FIGURES.periods} == set(KINDS) == set(TITLES)
    for figure in FIGURES.periods:
        assert figure.legal_basis.strip()
        assert ("未见原文" in figure.source) is (figure.confidence is Confidence.SECONDARY), figure


def test_figures_of_day_are_consistent() -> None:
    """On every day either both limits exist, the lower one first, or none; account rates do not exceed their rate."""
    for law in FIGURES.since(date.min):
        assert (LOWEST in law) is (HIGHEST in law)
        if LOWEST in law:
            assert law.number(LOWEST) < law.number(HIGHEST)
        for insurance in INSURANCES.values():
            if insurance.account_rate is not None and insurance.account_rate in law:
                rate, account = law[insurance.rate].value, law[insurance.account_rate].value
                assert basis_points(account) <= basis_points(rate)


def test_limits_cover_calendar_years() -> None:
    """Each period of a limit is one calendar year, so that a year without a figure does not reuse the previous one."""
    for key in (LOWEST, HIGHEST):
        periods = [figure for figure in FIGURES.periods if figure.key == key]
        assert [(each.from_, each.until) for each in periods] == [
            (date(each.from_.year, 1, 1), date(each.from_.year, 12, 31)) for each in periods
        ]
        assert all(later.from_.year == earlier.from_.year + 1 for earlier, later in pairwise(periods))


@pytest.mark.parametrize(("wage", "year"), [(8355, 2024), (8634, 2026)])
def test_limits_are_percentages_of_average_wage(wage: int, year: int) -> None:
    """The limits equal 60 % and 300 % of the average monthly wage, to the yuan."""
    law = FIGURES.on(date(year, 6, 1))
    assert abs(law.number(LOWEST) - wage * 60 / 100) < 1
    assert law.number(HIGHEST) == wage * 3


def test_known_wrong_figures_are_absent() -> None:
    """The wrong figures 4,400 and 22,434, published in many places for 2024, are absent."""
    assert {"4400", "22434"} & {figure.value for figure in FIGURES.periods} == set()


@pytest.mark.parametrize(
    ("rate", "points"), [("0", 0), ("8", 800), ("8.5", 850), ("8.05", 805), ("20", 2000), ("100", 10000)]
)
def test_percentage_is_parsed_to_basis_points(rate: str, points: int) -> None:
    """Percentages are parsed to integer basis points without binary floating point."""
    assert basis_points(rate) == points


@pytest.mark.parametrize(
    ("key", "value", "zh", "en"),
    [
        (LOWEST, "5180", "5,180元/月", "5,180 yuan a month"),
        ("medical_rate", "8.5", "缴费基数的8.5%", "8.5% of the base"),
        ("serious_illness_aid", "260", "260元/年", "260 yuan a year"),
        ("subsidy_most_of_payment", "2/3", "2/3", "2/3"),
        ("subsidy_years_most", "3", "3年", "3 years"),
    ],
)
def test_figure_is_formatted_with_unit(key: str, value: str, zh: str, en: str) -> None:
    """Figures are formatted with their unit and a thousands separator."""
    text = format_value(key, value)
    assert (text.zh, text.en) == (zh, en)
