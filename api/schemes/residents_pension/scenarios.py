"""The words that scenarios.toml has beside those of every scheme."""

from functools import cache
from pathlib import Path

from api.enrolment import scenarios
from api.enrolment.scenario_reader import DECLARATIONS, Language, ScenarioReader
from api.enrolment.scenarios import Scenario
from api.schemes.residents_pension.case import Case
from api.schemes.residents_pension.codes import RuleCode

PATH = Path(__file__).parent / "scenarios.toml"
HOUSEHOLDS: dict[str, bool | None] = {"本市": True, "外地": False, "不详": None}


@cache
def read_scenarios(path: Path = PATH) -> tuple[Scenario, ...]:
    """Read the scenarios of a file, or raise MalformedScenario."""
    return scenarios.read_scenarios(path, LANGUAGE)


def _case(reader: ScenarioReader) -> Case:
    return Case(
        **reader.shared(),
        registered_here=reader.word("household", HOUSEHOLDS),
        public_sector=reader.answer("public_sector"),
        not_in_school=reader.word("not_in_school", DECLARATIONS),
    )


LANGUAGE = Language(tuple(RuleCode), ("household", "public_sector", "not_in_school"), _case)
