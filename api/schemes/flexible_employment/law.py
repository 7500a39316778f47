"""The guide, the notices and the dated parameters of flexible employment, read and validated at import."""

from pathlib import Path

from api.law import notice
from api.law.clause import read_guide
from api.law.parameter import Kind, codes, number, one_of, read_parameters, words_of
from api.law.rule import Channel
from api.law.rulebook import version_of
from api.schemes.shared.law import LAW as SHARED_LAW
from api.schemes.shared.retirement import Schedule

FOLDER = Path(__file__).parent
SCHEME = "FLEXIBLE_EMPLOYMENT"
NOTICE, REFUSE, CLASS = "notice", "refuse", "class"
KINDS: dict[str, Kind] = {
    "minimum_age": number(0, 120),
    "admitted_id_types": codes(2),
    "women_schedule": one_of(Schedule.WOMEN_55, Schedule.WOMEN_50),
    "women_between_schedules": one_of(NOTICE, REFUSE, CLASS),
    "employee_insurances": codes(3),
    "employer_only_insurances": codes(3),
    "self_paid_insurances": codes(3),
    "resident_insurances": codes(3),
    "first_time_channels": words_of(*Channel),
    "employer_stopped_channels": words_of(*Channel),
    "districts": codes(6),
}
GUIDE = read_guide(FOLDER / "guide.md")
PARAMETERS = read_parameters(FOLDER / "parameters.toml", KINDS)
LAW = PARAMETERS | SHARED_LAW.only(lambda key: key.startswith("retirement_"))
NOTICES = notice.read_notices(FOLDER / "notices.toml", SCHEME, GUIDE)
CONTENT = (
    "guide.md",
    "parameters.toml",
    "case.py",
    "facts.py",
    "rules.py",
    "../../enrolment/case.py",
    "../../enrolment/insurance_period.py",
    "../../enrolment/status.py",
    "../../law/days.py",
    "../shared/parameters.toml",
    "../shared/retirement.py",
)
"""The files that decide a verdict: any change of them changes RULES_VERSION."""


RULES_VERSION = version_of((FOLDER / name).read_text(encoding="utf-8") for name in CONTENT)
