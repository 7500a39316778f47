"""The dated parameters that several schemes read."""

from pathlib import Path

from api.law.parameter import Kind, month, number, read_parameters

KINDS: dict[str, Kind] = {
    "retirement_age_men": number(1, 99),
    "retirement_age_women_55": number(1, 99),
    "retirement_age_women_50": number(1, 99),
    "retirement_delay_begins": month,
    "retirement_delay_step_men": number(1, 99),
    "retirement_delay_step_women_55": number(1, 99),
    "retirement_delay_step_women_50": number(1, 99),
    "retirement_delay_most_men": number(0, 999),
    "retirement_delay_most_women_55": number(0, 999),
    "retirement_delay_most_women_50": number(0, 999),
    "flexible_retirement_months": number(0, 999),
    "minimum_contribution_months": number(0, 999),
    "declaration_opens": number(20, 28),
    "declaration_closes": number(1, 19),
    "declaration_december_stop": number(20, 31),
}
PATH = Path(__file__).parent / "parameters.toml"
LAW = read_parameters(PATH, KINDS)
