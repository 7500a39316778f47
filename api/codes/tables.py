"""The code tables, read at import from tables.csv (the list of tables) and tables/*.csv (their entries)."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from api.errors import Malformed
from api.text.i18n import Text

FOLDER = Path(__file__).parent
ENTRY = ("code", "zh", "en", "selectable", "retired")
SOURCE = "source"
"""The optional last column: the source of an entry, or why it was retired."""
TABLE = ("name", "zh", "en", "standard", "element")
YES_OR_NO = {"yes": True, "no": False}


class CodeTableName(StrEnum):
    """The tables, by the names of the schema."""

    SEX = "SEX"
    ETHNIC_GROUP = "ETHNIC_GROUP"
    ID_TYPE = "ID_TYPE"
    HOUSEHOLD_REGISTRATION_TYPE = "HOUSEHOLD_REGISTRATION_TYPE"
    DISTRICT = "DISTRICT"
    COUNTRY_OR_REGION = "COUNTRY_OR_REGION"
    POSITION_NATURE = "POSITION_NATURE"
    EMPLOYMENT_SCOPE = "EMPLOYMENT_SCOPE"
    PUBLIC_SECTOR_STAFF_CATEGORY = "PUBLIC_SECTOR_STAFF_CATEGORY"
    DISABILITY_GRADE = "DISABILITY_GRADE"
    INSURANCE_TYPE = "INSURANCE_TYPE"
    PARTICIPATION_STATUS = "PARTICIPATION_STATUS"
    EMPLOYMENT_PERMIT_TYPE = "EMPLOYMENT_PERMIT_TYPE"
    EXEMPTION_CERTIFICATE_TYPE = "EXEMPTION_CERTIFICATE_TYPE"


class MalformedTable(Malformed):
    """A code table is malformed; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Code:
    """One entry: `selectable` if a form may offer it, `retired` if only old data has it.

    `source` is the source of the entry, if it is not the table's standard, or why it was retired.
    """

    code: str
    name: Text
    selectable: bool
    retired: bool
    source: str | None = None


@dataclass(frozen=True, slots=True)
class CodeTable:
    """One official table; `element` is the national indicator code (指标项), `standard` its standard."""

    name: CodeTableName
    title: Text
    standard: str | None
    element: str | None
    entries: tuple[Code, ...]
    _known: Mapping[str, Code] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {entry.name.zh: entry for entry in reversed(self.entries)}
        object.__setattr__(self, "_known", by_name | {entry.code: entry for entry in self.entries})

    def get(self, code: str) -> Code | None:
        """Return the entry of a code, or None."""
        found = self._known.get(code)
        return found if found is not None and found.code == code else None

    def find(self, code_or_name: str) -> Code | None:
        """Return the entry of a code or a Chinese name, or None."""
        return self._known.get(code_or_name)


def table(name: CodeTableName) -> CodeTable:
    """Return the table of that name."""
    return TABLES[name]


def read_tables(folder: Path) -> Mapping[CodeTableName, CodeTable]:
    """Read all tables of a folder, or raise MalformedTable."""
    found: dict[CodeTableName, CodeTable] = {}
    for place, row in _rows(folder / "tables.csv", TABLE):
        if row["name"] not in set(CodeTableName):
            raise MalformedTable(f"{place}: the schema has no table {row['name']!r}")
        name = CodeTableName(row["name"])
        entries = tuple(read_entries(folder / "tables" / f"{name.lower()}.csv"))
        title = Text(row["zh"], row["en"])
        found[name] = CodeTable(name, title, row["standard"] or None, row["element"] or None, entries)
    if missing := sorted(set(CodeTableName) - set(found)):
        raise MalformedTable(f"{folder / 'tables.csv'}: lacks {', '.join(missing)}")
    return found


def read_entries(path: Path) -> Iterator[Code]:
    """Read the entries of a file, or raise MalformedTable."""
    seen: set[str] = set()
    for place, row in _rows(path, ENTRY, (*ENTRY, SOURCE)):
        if row["code"] in seen:
            raise MalformedTable(f"{place}: the code {row['code']!r} stands twice")
        if not (row["code"] and row["zh"] and row["en"]):
            raise MalformedTable(f"{place}: code, zh and en must all be filled in")
        if not {row["selectable"], row["retired"]} <= set(YES_OR_NO):
            raise MalformedTable(f"{place}: selectable and retired are yes or no")
        seen.add(row["code"])
        selectable, retired = YES_OR_NO[row["selectable"]], YES_OR_NO[row["retired"]]
        if selectable and retired:
            raise MalformedTable(f"{place}: a retired code is not selectable")
        yield Code(row["code"], Text(row["zh"], row["en"]), selectable, retired, row.get(SOURCE) or None)


def _rows(path: Path, *headers: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            if (columns := tuple(next(reader, []))) not in headers:
                allowed = " or ".join(repr(",".join(header)) for header in headers)
                raise MalformedTable(f"{path}:1: the header is {','.join(columns)!r}, not {allowed}")
            for values in reader:
                place = f"{path}:{reader.line_num}"
                if len(values) != len(columns):
                    raise MalformedTable(f"{place}: has {len(values)} columns, not {len(columns)}")
                yield place, dict(zip(columns, values, strict=True))
    except (OSError, UnicodeDecodeError) as error:
        raise MalformedTable(f"{path}: {type(error).__name__}") from None


TABLES = read_tables(FOLDER)
