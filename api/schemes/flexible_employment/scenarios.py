"""The words that scenarios.toml has beside those of every scheme."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from api.enrolment import scenarios
from api.enrolment.scenario_reader import DECLARATIONS, Language, ScenarioReader
from api.enrolment.scenarios import Scenario
from api.schemes.flexible_employment.case import Case, Subsidy
from api.schemes.flexible_employment.codes import RuleCode
from api.schemes.shared.retirement import PositionNature

PATH = Path(__file__).parent / "scenarios.toml"
POSITIONS = {"管理": PositionNature.MANAGEMENT, "生产": PositionNature.PRODUCTION}


@cache
def read_scenarios(path: Path = PATH) -> tuple[Scenario, ...]:
    """Read the scenarios of a file, or raise MalformedScenario."""
    return scenarios.read_scenarios(path, LANGUAGE)


def _case(reader: ScenarioReader) -> Case:
    return Case(
        **reader.shared(),
        position_nature=reader.word("position", POSITIONS) if "position" in reader.words else None,
        works_in_city=reader.word("works_here", DECLARATIONS),
        subsidies=reader.each("subsidies", lambda table: _subsidy(reader, table)),
    )


def _subsidy(reader: ScenarioReader, table: Mapping[str, Any]) -> Subsidy:
    part = reader.part("subsidies", table, {"district", "from", "until"})
    ends_on = part.day("until", table["until"]) if "until" in table else None
    return Subsidy(part.text("district"), part.day("from", table.get("from")), ends_on)


LANGUAGE = Language(tuple(RuleCode), ("position", "works_here", "subsidies"), _case)
