"""Dated parameters: what the law lays down in figures, each with the days on which it holds, read from TOML.

A parameter is a table `[[KEY]]` for each of its periods, with `value`, `from`, `until` (left out while no end is set),
`legal_basis` and `source`. The periods of a key follow one another without gap or overlap.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

FIELDS = {"value", "from", "until", "legal_basis", "source"}


class MalformedParameters(ValueError):
    """Parameters cannot be read; the message names the file and, where it can, the line."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure, from which day and until which it holds, on which legal basis, published where."""

    key: str
    value: str
    from_: date
    until: date | None
    legal_basis: str
    source: str

    def holds_on(self, day: date) -> bool:
        """Return whether it is in force on `day`."""
        return self.from_ <= day and (self.until is None or day <= self.until)


class Parameters(Mapping[str, tuple[Parameter, ...]]):
    """All periods of all parameters of a file, oldest first."""

    def __init__(self, periods: Mapping[str, tuple[Parameter, ...]]) -> None:
        self._periods = dict(periods)

    def __getitem__(self, key: str) -> tuple[Parameter, ...]:
        return self._periods[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._periods)

    def __len__(self) -> int:
        return len(self._periods)

    def on(self, key: str, day: date) -> Parameter | None:
        """Return the parameter in force on `day`; None where the law had none, or none is recorded."""
        return next((period for period in self._periods[key] if period.holds_on(day)), None)

    def changes(self) -> tuple[date, ...]:
        """Return the days on which some parameter begins to hold, or no longer does."""
        days = {period.from_ for periods in self._periods.values() for period in periods}
        ends = {period.until for periods in self._periods.values() for period in periods if period.until}
        return tuple(sorted(days | {end + timedelta(days=1) for end in ends}))


def read_parameters(path: Path) -> Parameters:
    """Return the parameters of a file; raise MalformedParameters naming file and line where it cannot be read."""
    text = path.read_text(encoding="utf-8")
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedParameters(f"{path}: {error}") from None
    found: dict[str, tuple[Parameter, ...]] = {}
    for key, periods in tables.items():
        place = f"{path}:{_line(text, key)}"
        if not isinstance(periods, list):
            raise MalformedParameters(f"{place}: {key} is written as [[{key}]], once for each period")
        found[key] = _in_order(place, [_parameter(place, key, period) for period in periods])
    return Parameters(found)


def _parameter(place: str, key: str, period: Mapping[str, Any]) -> Parameter:
    if unknown := sorted(set(period) - FIELDS):
        raise MalformedParameters(f"{place}: {key} has no {', '.join(unknown)}")
    for name in ("value", "legal_basis", "source"):
        if not isinstance(period.get(name), str) or not period[name].strip():
            raise MalformedParameters(f"{place}: {key} needs {name}, in quotation marks")
    until = period.get("until")
    if type(period.get("from")) is not date or not (until is None or type(until) is date):
        raise MalformedParameters(f"{place}: {key} needs from, and until if it ends, as dates like 2025-01-01")
    if until is not None and until < period["from"]:
        raise MalformedParameters(f"{place}: {key} ends on {until}, before it begins")
    return Parameter(key, period["value"], period["from"], until, period["legal_basis"], period["source"])


def _in_order(place: str, periods: Sequence[Parameter]) -> tuple[Parameter, ...]:
    ordered = sorted(periods, key=lambda period: period.from_)
    for earlier, later in pairwise(ordered):
        if earlier.until is None or later.from_ <= earlier.until:
            raise MalformedParameters(f"{place}: two periods of {later.key} overlap on {later.from_}")
        if later.from_ != earlier.until + timedelta(days=1):
            raise MalformedParameters(f"{place}: {later.key} has a gap after {earlier.until}")
    return tuple(ordered)


def _line(text: str, key: str) -> int:
    lines = text.splitlines()
    return next((count for count, line in enumerate(lines, start=1) if line.strip() == f"[[{key}]]"), 1)
