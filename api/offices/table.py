"""The offices of offices.csv, each with its period and its source.

The file has only a header until a city fills it in: no offices are invented.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from api.codes.tables import CodeTableName, table
from api.errors import Malformed

PATH = Path(__file__).parent / "offices.csv"
COLUMNS = ("district", "name", "address", "phone", "hours", "from", "until", "source")
REQUIRED = ("district", "name", "address", "from", "source")


class MalformedOffices(Malformed):
    """The offices are malformed; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Office:
    """A social insurance office; telephone and hours are None if they were not published."""

    district: str
    name: str
    address: str
    phone: str | None
    hours: str | None
    from_: date
    until: date | None
    source: str

    def is_open_on(self, day: date) -> bool:
        """Return whether the entry holds on a day."""
        return self.from_ <= day and (self.until is None or day <= self.until)


def offices_of(district: str | None, on: date) -> tuple[Office, ...]:
    """Return the offices of a district, or of all, on a day, in the order of the file."""
    return tuple(
        office for office in _all() if office.is_open_on(on) and (district is None or office.district == district)
    )


@cache
def _all() -> tuple[Office, ...]:
    return read_offices(PATH)


def read_offices(path: Path) -> tuple[Office, ...]:
    """Read the offices of a file, or raise MalformedOffices."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        if tuple(next(rows, ())) != COLUMNS:
            raise MalformedOffices(f"{path}:1: the columns are {','.join(COLUMNS)}")
        return tuple(_offices(path, rows))


def _offices(path: Path, rows: "Iterator[Sequence[str]]") -> Iterator[Office]:
    for line, row in enumerate(rows, start=2):
        place = f"{path}:{line}"
        if len(row) != len(COLUMNS):
            raise MalformedOffices(f"{place}: has {len(row)} columns instead of {len(COLUMNS)}")
        fields = {name: value.strip() for name, value in zip(COLUMNS, row, strict=True)}
        if missing := [name for name in REQUIRED if not fields[name]]:
            raise MalformedOffices(f"{place}: lacks {', '.join(missing)}")
        district = table(CodeTableName.DISTRICT).get(fields["district"])
        if district is None or district.retired:
            raise MalformedOffices(f"{place}: {fields['district']} is no district")
        first, last = _day(place, fields["from"]), _day(place, fields["until"]) if fields["until"] else None
        if last is not None and last < first:
            raise MalformedOffices(f"{place}: ends on {last}, before it begins on {first}")
        yield Office(
            fields["district"],
            fields["name"],
            fields["address"],
            fields["phone"] or None,
            fields["hours"] or None,
            first,
            last,
            fields["source"],
        )


def _day(place: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise MalformedOffices(f"{place}: {text} is no day like 2026-01-31") from None
