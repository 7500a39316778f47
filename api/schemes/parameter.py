"""Dated parameters: what the law lays down in figures, each with the days on which it holds, read from TOML.

A parameter is a table `[[KEY]]` for each of its periods, with `value`, `from`, `until` (left out while no end is set),
`legal_basis`, `source` and `confidence` (`official` where it is left out). The periods of a key follow one another
without gap or overlap. Whatever the program cannot understand is refused with file and line.
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
"""What values a parameter may have: returns what is wrong with one, None where nothing is."""


class MalformedParameters(Malformed):
    """Parameters cannot be read; the message names the file and the line."""


class Confidence(StrEnum):
    """How a figure is known: from the authority's own text, or only from others who quote it."""

    OFFICIAL = "official"
    SECONDARY = "secondary"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure, from which day and until which it holds, on which legal basis, published where."""

    key: str
    value: str
    from_: date
    until: date | None
    legal_basis: str
    source: str
    confidence: Confidence = Confidence.OFFICIAL


class Law(Mapping[str, Parameter]):
    """The parameters in force from one day, on which one of them changed, until the next such day."""

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
        """Return whether the parameter is in force."""
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
        """Return the words, such as codes, of which the value of a parameter consists."""
        return self._words[key]


class Parameters:
    """Parameters through time: which law is in force on a day, and on which days it changes."""

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
        """Return the law of a day and, in order, those that follow."""
        return self._laws[bisect_right(self._starts, day) - 1 :]

    def only(self, wanted: Callable[[str], bool]) -> "Parameters":
        """Return the parameters with a wanted key."""
        return Parameters([period for period in self.periods if wanted(period.key)])

    def __or__(self, other: "Parameters") -> "Parameters":
        """Return these parameters and others."""
        return Parameters((*self.periods, *other.periods))


def _day_after(day: date) -> date:
    return day + timedelta(days=1)


def _holds_on(period: Parameter, day: date) -> bool:
    return period.from_ <= day and (period.until is None or day <= period.until)


def read_parameters(path: Path, kinds: Mapping[str, Kind]) -> Parameters:
    """Return the parameters of a file, one of each kind; raise MalformedParameters where it cannot be read."""
    text = path.read_text(encoding="utf-8")
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedParameters(f"{path}: {error}") from None
    for key in tables:
        if key not in kinds:
            place = f"{path}:{next(iter(_lines_of(text, key)), 1)}"
            raise MalformedParameters(f"{place}: no rule reads {key}; they read {', '.join(kinds)}")
    for key in kinds:
        if key not in tables:
            raise MalformedParameters(f"{path}:1: {key} is missing")
    return Parameters([period for key, kind in kinds.items() for period in _read(path, text, key, tables[key], kind)])


def _read(path: Path, text: str, key: str, tables: Any, kind: Kind) -> list[Parameter]:
    lines = _lines_of(text, key)
    if not isinstance(tables, list) or len(lines) != len(tables):
        raise MalformedParameters(f"{path}:{next(iter(lines), 1)}: {key} is written as [[{key}]], once for each period")
    periods = [(f"{path}:{line}: {key}", table) for line, table in zip(lines, tables, strict=True)]
    read = [(place, _parameter(place, key, table, kind)) for place, table in periods]
    for (_, earlier), (place, later) in pairwise(read):
        _refuse_gap_and_overlap(place, earlier, later)
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


def _refuse_gap_and_overlap(place: str, earlier: Parameter, later: Parameter) -> None:
    if earlier.until is None:
        raise MalformedParameters(f"{place} overlaps the period from {earlier.from_} on, which has no end")
    if later.from_ <= earlier.until:
        raise MalformedParameters(f"{place} overlaps the period before, which lasts until {earlier.until}")
    if later.from_ != _day_after(earlier.until):
        raise MalformedParameters(f"{place} leaves a gap after {earlier.until}")


def _lines_of(text: str, key: str) -> list[int]:
    """Return the lines on which the tables of a key begin."""
    return [count for count, line in enumerate(text.splitlines(), start=1) if line.strip() == f"[[{key}]]"]


def number(least: int, most: int) -> Kind:
    """Return the kind of parameter that is a whole number between two others."""

    def wrong(value: str) -> str | None:
        if _is_number(value) and least <= int(value) <= most:
            return None
        return f"it is a whole number from {least} to {most}"

    return wrong


def one_of(*words: str) -> Kind:
    """Return the kind of parameter that is one word of several."""
    return lambda value: None if value in words else f"it is one of {', '.join(words)}"


def words_of(*words: str) -> Kind:
    """Return the kind of parameter that is some words of several, separated by spaces."""

    def wrong(value: str) -> str | None:
        strange = [word for word in value.split() if word not in words]
        return f"{', '.join(strange)} is none of {', '.join(words)}" if strange else _twice(value)

    return wrong


def codes(digits: int) -> Kind:
    """Return the kind of parameter that is codes of so many digits, separated by spaces."""

    def wrong(value: str) -> str | None:
        strange = [word for word in value.split() if len(word) != digits or not _is_number(word)]
        return f"{', '.join(strange)} is no code of {digits} digits" if strange else _twice(value)

    return wrong


def month(value: str) -> str | None:
    """Return what is wrong with a parameter that is a month, like 2025-01."""
    year, _, count = value.partition("-")
    right = len(year) == 4 and len(count) == 2 and _is_number(year + count) and 1 <= int(count) <= 12 and int(year) >= 1
    return None if right else "it is a month like 2025-01"


def percent(value: str) -> str | None:
    """Return what is wrong with a parameter that is a percentage with two decimals at most, like 8.5."""
    return None if PERCENT.fullmatch(value) else "it is a percentage like 20 or 8.5"


def share(value: str) -> str | None:
    """Return what is wrong with a parameter that is a share of a whole, like 2/3."""
    written = SHARE.fullmatch(value)
    return None if written and int(written[1]) <= int(written[2]) else "it is a share like 2/3"


def _twice(value: str) -> str | None:
    words = value.split()
    twice = sorted({word for word in words if words.count(word) > 1})
    return f"{', '.join(twice)} stands twice" if twice else None


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()
