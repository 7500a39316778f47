"""Dated parameters: the figures of the law with the periods in which they hold, read from TOML.

A parameter has a table `[[KEY]]` for each period, with `value`, `from`, `until` (omitted while no end is set),
`legal_basis`, `source` and `confidence` (default `official`). The periods of a key are adjacent. Unknown keys and
malformed values are rejected with file and line.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

from api.errors import Malformed

FIELDS = ("value", "from", "until", "legal_basis", "source", "confidence")
PERCENT = re.compile(r"(?:[0-9]{1,2}(?:\.[0-9]{1,2})?|100)", re.ASCII)
SHARE = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", re.ASCII)

Kind = Callable[[str], str | None]
"""Validates the value of a parameter: returns an error message, or None."""


class MalformedParameters(Malformed):
    """The parameters are malformed; the message names the file and the line."""


class Confidence(StrEnum):
    """The source of a figure: the authority's own text, or others who quote it."""

    OFFICIAL = "official"
    SECONDARY = "secondary"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure with its period, inclusive, its legal basis and its publication."""

    key: str
    value: str
    from_: date
    until: date | None
    legal_basis: str
    source: str
    confidence: Confidence = Confidence.OFFICIAL


class Law(Mapping[str, Parameter]):
    """The parameters in force between two changes of any of them."""

    def __init__(self, starts_on: date, parameters: Mapping[str, Parameter]) -> None:
        self.starts_on = starts_on
        self.in_force = frozenset(parameters)
        self._parameters = dict(parameters)
        self._words = {key: tuple(parameter.value.split()) for key, parameter in self._parameters.items()}
        self._numbers = {
            key: int(parameter.value) for key, parameter in self._parameters.items() if _is_number(parameter.value)
        }

    def __getitem__(self, key: str) -> Parameter:
        return self._parameters[key]

    def __contains__(self, key: object) -> bool:
        """Return whether the parameter is in force in this law."""
        return key in self._parameters

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def number(self, key: str) -> int:
        """Return the value of a parameter that is a number."""
        return self._numbers[key]

    def words(self, key: str) -> tuple[str, ...]:
        """Return the words of a parameter's value, such as codes."""
        return self._words[key]


class Parameters:
    """Parameters over time: the law of each day."""

    def __init__(self, periods: Sequence[Parameter]) -> None:
        ends = {period.until for period in periods if period.until is not None} - {date.max}
        self._starts = sorted({date.min, *(period.from_ for period in periods), *map(_day_after, ends)})
        self._laws = [
            Law(start, {period.key: period for period in periods if _holds_on(period, start)}) for start in self._starts
        ]
        self.periods = tuple(periods)

    def on(self, day: date) -> Law:
        """Return the law of a day."""
        return self._laws[bisect_right(self._starts, day) - 1]

    def since(self, day: date) -> Sequence[Law]:
        """Return the law of a day and the later ones, in order."""
        return self._laws[bisect_right(self._starts, day) - 1 :]

    def only(self, wanted: Callable[[str], bool]) -> "Parameters":
        """Return the parameters with a wanted key."""
        return Parameters([period for period in self.periods if wanted(period.key)])

    def __or__(self, other: "Parameters") -> "Parameters":
        """Return the union of both."""
        return Parameters((*self.periods, *other.periods))


def _day_after(day: date) -> date:
    return day + timedelta(days=1)


def _holds_on(period: Parameter, day: date) -> bool:
    return period.from_ <= day and (period.until is None or day <= period.until)


def read_parameters(path: Path, kinds: Mapping[str, Kind]) -> Parameters:
    """Read the parameters of a file, exactly one for each of `kinds`, or raise MalformedParameters."""
    text = path.read_text(encoding="utf-8")
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedParameters(f"{path}: {error}") from None
    for key in tables:
        if key not in kinds:
            place = f"{path}:{next(iter(_table_lines(text, key)), 1)}"
            raise MalformedParameters(f"{place}: no rule reads {key}; they read {', '.join(kinds)}")
    for key in kinds:
        if key not in tables:
            raise MalformedParameters(f"{path}:1: {key} is missing")
    return Parameters(
        [period for key, kind in kinds.items() for period in _read_periods(path, text, key, tables[key], kind)]
    )


def _read_periods(path: Path, text: str, key: str, tables: Any, kind: Kind) -> list[Parameter]:
    lines = _table_lines(text, key)
    if not isinstance(tables, list) or len(lines) != len(tables):
        raise MalformedParameters(f"{path}:{next(iter(lines), 1)}: {key} is written as [[{key}]], once for each period")
    periods = [(f"{path}:{line}: {key}", table) for line, table in zip(lines, tables, strict=True)]
    read = [(place, _parameter(place, key, table, kind)) for place, table in periods]
    for (_, earlier), (place, later) in pairwise(read):
        _check_adjacent(place, earlier, later)
    return [parameter for _, parameter in read]


def _parameter(place: str, key: str, table: Mapping[str, Any], kind: Kind) -> Parameter:
    if unknown := sorted(set(table) - set(FIELDS)):
        raise MalformedParameters(f"{place} has no {', '.join(unknown)}; it has {', '.join(FIELDS)}")
    for name in ("value", "legal_basis", "source"):
        if not isinstance(table.get(name), str) or not table[name].strip():
            raise MalformedParameters(f"{place} needs {name}, in quotation marks")
    begin, until = table.get("from"), table.get("until")
    if type(begin) is not date or not (until is None or type(until) is date):
        raise MalformedParameters(f"{place} needs from, and until if it ends, as dates like 2025-01-01")
    if until is not None and until < begin:
        raise MalformedParameters(f"{place} ends on {until}, before it begins on {begin}")
    if (wrong := kind(table["value"])) is not None:
        raise MalformedParameters(f"{place} is {table['value']!r}: {wrong}")
    confidence = table.get("confidence", Confidence.OFFICIAL)
    if confidence not in tuple(Confidence):
        raise MalformedParameters(f"{place} has confidence {confidence!r}; it is one of {', '.join(Confidence)}")
    return Parameter(key, table["value"], begin, until, table["legal_basis"], table["source"], Confidence(confidence))


def _check_adjacent(place: str, earlier: Parameter, later: Parameter) -> None:
    if earlier.until is None:
        raise MalformedParameters(f"{place} overlaps the period from {earlier.from_} on, which has no end")
    if later.from_ <= earlier.until:
        raise MalformedParameters(f"{place} overlaps the period before, which lasts until {earlier.until}")
    if later.from_ != _day_after(earlier.until):
        raise MalformedParameters(f"{place} leaves a gap after {earlier.until}")


def _table_lines(text: str, key: str) -> list[int]:
    return [count for count, line in enumerate(text.splitlines(), start=1) if line.strip() == f"[[{key}]]"]


def number(least: int, most: int) -> Kind:
    """Return the kind of a whole number in a range, inclusive."""

    def error(value: str) -> str | None:
        if _is_number(value) and least <= int(value) <= most:
            return None
        return f"it is a whole number from {least} to {most}"

    return error


def one_of(*words: str) -> Kind:
    """Return the kind of one of these words."""
    return lambda value: None if value in words else f"it is one of {', '.join(words)}"


def words_of(*words: str) -> Kind:
    """Return the kind of a subset of these words, separated by spaces."""

    def error(value: str) -> str | None:
        unknown = [word for word in value.split() if word not in words]
        return f"{', '.join(unknown)} is none of {', '.join(words)}" if unknown else _duplicates(value)

    return error


def codes(digits: int) -> Kind:
    """Return the kind of a list of codes of so many digits, separated by spaces."""

    def error(value: str) -> str | None:
        malformed = [word for word in value.split() if len(word) != digits or not _is_number(word)]
        return f"{', '.join(malformed)} is no code of {digits} digits" if malformed else _duplicates(value)

    return error


def month(value: str) -> str | None:
    """Validate a month like 2025-01."""
    year, _, number = value.partition("-")
    has_form = len(year) == 4 and len(number) == 2 and _is_number(year + number)
    return None if has_form and 1 <= int(number) <= 12 and int(year) >= 1 else "it is a month like 2025-01"


def percent(value: str) -> str | None:
    """Validate a percentage with at most two decimals, like 8.5."""
    return None if PERCENT.fullmatch(value) else "it is a percentage like 20 or 8.5"


def share(value: str) -> str | None:
    """Validate a share of a whole, like 2/3."""
    match = SHARE.fullmatch(value)
    return None if match and int(match[1]) <= int(match[2]) else "it is a share like 2/3"


def _duplicates(value: str) -> str | None:
    words = value.split()
    twice = sorted({word for word in words if words.count(word) > 1})
    return f"{', '.join(twice)} stands twice" if twice else None


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()
