"""Scenarios: situations in plain words with the expected verdict, read from a scheme's scenarios.toml.

The head of that file explains its words, so that domain experts can add situations. Error messages name the file, the
line, the situation and the word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from api.enrolment.scenario_reader import (
    NEVER,
    VERDICTS,
    Language,
    ScenarioReader,
    check_names,
    name_of,
    read_tables,
)
from api.law.rule import Channel, EligibilityOutcome, RuleOutcome, Verdict


@dataclass(frozen=True, slots=True)
class Scenario:
    """A situation, as a case of its scheme, and the expected verdict.

    `becomes` and `ceases` are days or 不会; None is not checked.
    """

    name: str
    line: int
    case: Any
    verdict: EligibilityOutcome
    outcomes: Mapping[str, RuleOutcome]
    notices: frozenset[str]
    becomes: date | str | None
    ceases: date | str | None
    channels: frozenset[Channel] | None
    says: tuple[str, ...]
    advises: tuple[str, ...]
    never_advises: tuple[str, ...]

    def differences(self, verdict: Verdict) -> list[str]:
        """Describe each difference of `verdict` from the expected one."""
        found = []
        if verdict.outcome is not self.verdict:
            found.append(f"expected {self.verdict}, was {verdict.outcome}")
        for result in verdict.results:
            code = result.rule.code
            if result.outcome is not self.outcomes[code]:
                found.append(f"{code}: expected {self.outcomes[code]}, was {result.outcome}")
            if result.outcome is RuleOutcome.PASS and (result.reason is not None) is not (code in self.notices):
                found.append(f"{code}: a notice was {'missing' if result.reason is None else 'not expected'}")
        for word, expected, day in (
            ("becomes", self.becomes, verdict.becomes_eligible_on),
            ("ceases", self.ceases, verdict.ceases_eligible_on),
        ):
            if expected is not None and expected != (NEVER if day is None else day):
                found.append(f"{word}: expected {expected}, was {NEVER if day is None else day}")
        if self.channels is not None and self.channels != set(verdict.eligible_by):
            expected, found_open = ", ".join(sorted(self.channels)), ", ".join(sorted(verdict.eligible_by))
            found.append(f"channels: expected {expected}, were {found_open}")
        reasons = " ".join(result.reason.zh for result in verdict.results if result.reason is not None)
        steps = " ".join(step.title.zh + step.detail.zh for step in verdict.next_steps)
        found.extend(f"no reason says {words!r}" for words in self.says if words not in reasons)
        found.extend(f"no next step says {words!r}" for words in self.advises if words not in steps)
        found.extend(f"a next step says {words!r}" for words in self.never_advises if words in steps)
        return found


def read_scenarios(path: Path, language: Language) -> tuple[Scenario, ...]:
    """Read the scenarios of a file, or raise MalformedScenario."""
    unless_stated, tables = read_tables(path)
    found = tuple(_scenario(f"{path}:{line}", line, unless_stated, table, language) for line, table in tables)
    check_names(path, ((each.name, each.line) for each in found))
    return found


def _scenario(
    place: str, line: int, unless_stated: Mapping[str, Any], table: Mapping[str, Any], language: Language
) -> Scenario:
    name = name_of(place, table)
    reader = ScenarioReader(f"{place}: {name!r}", {**unless_stated, **table}, set(table), language)
    reader.check_words()
    outcomes = dict.fromkeys(language.codes, RuleOutcome.PASS) | reader.outcomes()
    return Scenario(
        name=name,
        line=line,
        case=language.case(reader),
        verdict=reader.word("verdict", VERDICTS),
        outcomes=outcomes,
        notices=reader.notices(),
        becomes=reader.expected_day("becomes"),
        ceases=reader.expected_day("ceases"),
        channels=reader.channels(),
        says=reader.texts("says"),
        advises=reader.texts("advises"),
        never_advises=reader.texts("never_advises"),
    )
