"""The virtual units of the districts: employer codes under which offices record people without an employer.

No list was published, so virtual_units.csv has only a header until a city fills it in.
"""

import csv
from pathlib import Path

from api.errors import Malformed

PATH = Path(__file__).parent / "virtual_units.csv"
COLUMNS = ("code", "district", "from", "source")


class MalformedVirtualUnits(Malformed):
    """The virtual units are malformed; the message names the file and the line."""


def read_virtual_units(path: Path) -> frozenset[str]:
    """Read the employer codes of a file, or raise MalformedVirtualUnits."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        if tuple(next(rows, ())) != COLUMNS:
            raise MalformedVirtualUnits(f"{path}:1: the columns are {','.join(COLUMNS)}")
        found = set()
        for line, row in enumerate(rows, start=2):
            if len(row) != len(COLUMNS) or not all(value.strip() for value in row):
                raise MalformedVirtualUnits(f"{path}:{line}: each unit has {', '.join(COLUMNS)}")
            found.add(row[0].strip())
        return frozenset(found)


VIRTUAL_UNITS = read_virtual_units(PATH)
