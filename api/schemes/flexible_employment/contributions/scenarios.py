"""Scenarios of contributions: requests in plain words with the expected results, read from scenarios.toml.

The head of that file explains its words. Error messages name the line, the situation and the word.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from api.enrolment.scenario_reader import MalformedScenario, check_names, name_of, read_tables
from api.schemes.flexible_employment.contributions.calculation import ContributionBase, Contributions, contributions
from api.schemes.flexible_employment.contributions.form import (
    ContributionForm,
    read_contribution_form,
    with_subsidy,
)
from api.schemes.flexible_employment.contributions.notes import notes_of
from api.schemes.shared.declaration_window import DeclarationKind

PATH = Path(__file__).parent / "scenarios.toml"
KINDS = {"按月": DeclarationKind.MONTH, "按季": DeclarationKind.QUARTER, "按年": DeclarationKind.YEAR}
BASES = {"最低": ContributionBase.LOWEST, "最高": ContributionBase.HIGHEST}
ALL, NONE = "全部", "没有"
ANSWERS = {"是": True, "否": False}
AMOUNTS = ("pension", "medical", "total", "own_account", "subsidy", "lowest", "highest")
WORDS = ("name", "month", "by", "base", "insurances", "subsidised", *AMOUNTS, "reference", "says", "refused")
# Scenarios name their month, so the default has no effect.
THIS_MONTH = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A request and its expected result: formatted amounts, the reference mark, texts, refusals.

    `subsidised` has the months with an active subsidy, like 2026-04; None means all.
    """

    name: str
    line: int
    form: ContributionForm
    subsidised: frozenset[str] | None
    amounts: Mapping[str, str]
    reference: bool | None
    says: tuple[str, ...]
    refused: Mapping[str, str]

    def differences(self) -> list[str]:
        """Describe each difference of the result from the expected one."""
        request, problems = read_contribution_form(self.form, THIS_MONTH)
        refused = {problem.path[0]: problem.code.value for problem in problems}
        if refused != self.refused:
            return [f"refused: expected {dict(self.refused)}, was {refused}"]
        if request is None:
            return list(self._unsaid(" ".join(problem.message.zh for problem in problems)))
        result = contributions(with_subsidy(request, self._is_subsidised))
        amounts = _amounts(result)
        wrong = [
            f"{word}: expected {expected}, was {amounts[word]}"
            for word, expected in self.amounts.items()
            if expected != amounts[word]
        ]
        if self.reference is not None and self.reference is not result.is_reference:
            wrong.append(f"reference: expected {self.reference}, was {result.is_reference}")
        return wrong + list(self._unsaid(" ".join(note.zh for note in notes_of(result))))

    def _is_subsidised(self, month: date) -> bool:
        return self.subsidised is None or f"{month.year:04}-{month.month:02}" in self.subsidised

    def _unsaid(self, text: str) -> Iterator[str]:
        yield from (f"nothing says {words!r}" for words in self.says if words not in text)


def _amounts(result: Contributions) -> dict[str, str]:
    lines = {line.insurance.code: line.amount for line in result.lines}
    limits = result.limits
    amounts = (
        lines.get("110"), lines.get("310"), result.amount, result.own_account, result.subsidy,
        limits.lowest if limits else None, limits.highest if limits else None,
    )  # fmt: skip
    return {word: _shown(amount) for word, amount in zip(AMOUNTS, amounts, strict=True)}


def _shown(fen: int | None) -> str:
    return NONE if fen is None else f"{fen // 100:,}.{fen % 100:02}"


def read_scenarios(path: Path = PATH) -> tuple[Scenario, ...]:
    """Read the scenarios of a file, or raise MalformedScenario."""
    unless_stated, tables = read_tables(path)
    found = tuple(_scenario(f"{path}:{line}", line, unless_stated, table) for line, table in tables)
    check_names(path, ((each.name, each.line) for each in found))
    return found


def _scenario(place: str, line: int, unless_stated: Mapping[str, Any], table: Mapping[str, Any]) -> Scenario:
    name = name_of(place, table)
    place = f"{place}: {name!r}"
    fields = {**unless_stated, **table}
    for word in fields:
        if word not in WORDS:
            near = difflib.get_close_matches(word, WORDS, n=1)
            meant = f"; is it {near[0]!r}?" if near else f"; the words are {', '.join(WORDS)}"
            raise MalformedScenario(f"{place}: {word!r} means nothing here{meant}")
    base = _text(place, fields, "base")
    refused = fields.get("refused", {})
    if not isinstance(refused, dict) or not all(isinstance(code, str) for code in refused.values()):
        raise MalformedScenario(f'{place}: refused is written like {{ amount = "TOO_LOW" }}')
    return Scenario(
        name=name,
        line=line,
        form=ContributionForm(
            first_month=_text(place, fields, "month"),
            kind=_one_of(place, fields, "by", KINDS),
            base=BASES.get(base, ContributionBase.AMOUNT),
            amount=None if base in BASES else base,
            insurances=_texts(place, fields, "insurances"),
        ),
        subsidised=_subsidised(place, fields),
        amounts={word: _text(place, fields, word) for word in AMOUNTS if word in fields},
        reference=_one_of(place, fields, "reference", ANSWERS) if "reference" in fields else None,
        says=_texts(place, fields, "says"),
        refused=refused,
    )


def _subsidised(place: str, fields: Mapping[str, Any]) -> frozenset[str] | None:
    value = fields.get("subsidised")
    if value == ALL:
        return None
    return frozenset() if value == NONE else frozenset(_texts(place, fields, "subsidised"))


def _one_of(place: str, fields: Mapping[str, Any], word: str, meanings: Mapping[str, Any]) -> Any:
    value = fields.get(word)
    if not isinstance(value, str) or value not in meanings:
        raise MalformedScenario(f"{place}: {word} is {value!s}; it can be {', '.join(meanings)}")
    return meanings[value]


def _text(place: str, fields: Mapping[str, Any], word: str) -> str:
    value = fields.get(word)
    if not isinstance(value, str) or not value:
        raise MalformedScenario(f"{place}: {word} is {value!s}; it is written in quotation marks")
    return value


def _texts(place: str, fields: Mapping[str, Any], word: str) -> tuple[str, ...]:
    value = fields.get(word, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise MalformedScenario(f'{place}: {word} is written like ["…", "…"]')
    return tuple(value)
