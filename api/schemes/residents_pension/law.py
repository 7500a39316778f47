"""The text, the notices and the dated parameters of the residents' pension, read and validated at import."""

from pathlib import Path

from api.law import notice
from api.law.clause import read_guide
from api.law.parameter import Kind, codes, number, read_parameters
from api.law.rulebook import version_of

FOLDER = Path(__file__).parent
SCHEME = "RESIDENTS_PENSION"
KINDS: dict[str, Kind] = {
    "minimum_age": number(0, 120),
    "benefit_age": number(0, 120),
    "contribution_years": number(1, 60),
    "employees_pension": codes(3),
    "public_sector_pension": codes(3),
    "residents_pension": codes(3),
}
GUIDE = read_guide(FOLDER / "guide.md")
LAW = read_parameters(FOLDER / "parameters.toml", KINDS)
NOTICES = notice.read_notices(FOLDER / "notices.toml", SCHEME, GUIDE)
CONTENT = (
    "guide.md",
    "parameters.toml",
    "case.py",
    "household.py",
    "facts.py",
    "rules.py",
    "../../enrolment/case.py",
    "../../enrolment/insurance_period.py",
    "../../enrolment/status.py",
    "../../law/days.py",
)
"""The files that decide a verdict: any change of them changes RULES_VERSION."""
RULES_VERSION = version_of((FOLDER / name).read_text(encoding="utf-8") for name in CONTENT)
