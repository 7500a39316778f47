"""A row of a statement: a tuple with the attributes of its model. It can be read and nothing else."""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from tortoise.fields import BooleanField, DateField, DatetimeField, JSONField
from tortoise.fields.data import CharEnumFieldInstance
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.encryption.columns import Sealed, sealed_columns
from api.encryption.keyring import MARK, current_keyring

Row = tuple[Any, ...]
# What clients select makes classes of rows, each of some kilobytes.
MOST_RECORDS = 1000
# Where a class of rows has its model and its columns in their order.
LAYOUT = "__layout__"
# Where it has the rows that its keys lead to, if those are remembered: the key and the rows by number, by relation.
REFERRED = "__referred__"


class JoinedColumn(NamedTuple):
    """A column of a row that another table gave: `employer__code` is the code of the employer, at any distance."""

    relation: str
    column: str


class JoinedColumns(NamedTuple):
    """What a row shows of the one that a foreign key leads to: columns, of which `key` is never null."""

    relation: str
    columns: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class JoinedRow:
    """The row that a foreign key leads to, as far as the row that has the key shows it."""

    row: Any
    relation: str

    def __getattr__(self, column: str) -> Any:
        """Return a column."""
        return getattr(self.row, f"{self.relation}__{column}")


def columns_of(model: type[Model]) -> tuple[str, ...]:
    """Return the columns of a model by the names of their attributes, in a settled order."""
    return tuple(meta(model).fields_db_projection)


def joined_column(path: str) -> JoinedColumn | None:
    """Return what a path with two underscores means; None for a column of the table itself."""
    relation, found, column = path.rpartition("__")
    return JoinedColumn(relation, column) if found else None


def taken_apart(kind: type, variables: Mapping[str, str], wanted: Mapping[str, JoinedColumns]) -> list[str]:
    """Return the statements that put what a `row` of a class has at some paths, and what is `wanted`, into variables.

    Days are given as the database gave them, all else as the row shows it; of what is wanted a tuple of its columns, or
    the row itself where that is remembered, or None. Whatever has these attributes is a row. The statements know `MARK`
    and the values of `remembered_by` by their names.
    """
    places, last = dict(variables), []
    for variable, each in wanted.items():
        key, referred = getattr(kind, REFERRED, {}).get(each.relation, (each.key, None))
        number = places.setdefault(key, f"{variable}_key")
        if referred is None:
            parts = [places.setdefault(path, f"{variable}_{place}") for place, path in enumerate(each.columns)]
            last.append(f"{variable} = None if {number} is None else ({''.join(f'{part},' for part in parts)})")
        else:
            last.append(f"{variable} = {referred.name}[{number}]")
    return [*_columns_taken(kind, places), *last]


def _columns_taken(kind: type, variables: Mapping[str, str]) -> list[str]:
    layout: tuple[type[Model], tuple[str, ...]] | None = getattr(kind, LAYOUT, None)
    if layout is None:
        return [f"{variable} = row.{path}" for path, variable in variables.items()]
    model, columns = layout
    lines = [f"({', '.join(variables.get(path, '_') for path in columns)},) = row"]
    for path, variable in variables.items():
        described = _field(model, path)
        if isinstance(described, Sealed):
            # guard: sealed-columns-in-plans
            lines.append(f"if {variable} and {variable}[0] == MARK: {variable} = row.{path}")
        elif path not in columns or _conversion(described) not in {None, _day}:
            lines.append(f"{variable} = row.{path}")
    return lines


def remembered_by(kind: type) -> dict[str, Any]:
    """Return the remembered rows that rows of a class lead to, by the names under which `taken_apart` knows them."""
    return {referred.name: referred for _, referred in getattr(kind, REFERRED, {}).values()}


@lru_cache(MOST_RECORDS)
def row_class(model: type[Model], paths: tuple[str, ...]) -> Callable[[Row], Any]:
    """Return the class of rows that have these columns, in this order.

    Values are kept as the database gave them, and turned into Python's own when they are looked at. A sealed one is
    opened, for which its row has to be known.
    """
    attributes: dict[str, Any] = {"__slots__": (), LAYOUT: (model, paths)}
    plain = _plain(paths)
    for place, path in enumerate(paths):
        described = _field(model, path)
        if isinstance(described, Sealed):
            attributes[path] = property(_opened(place, described, paths.index(described.row)))
            continue
        convert = _conversion(described)
        attributes[path] = getattr(plain, path) if convert is None else property(_converted(place, convert))
    return type(f"{model.__name__}Row", (tuple,), attributes)


def _plain(paths: tuple[str, ...]) -> type[Row]:
    """Return a class with attributes for the columns as they are, which are read without a call."""
    return namedtuple("Plain", paths)  # noqa: PYI024 - a row has more attributes than are known here


def _converted(place: int, convert: Callable[[Any], Any]) -> Callable[[Row], Any]:
    def value(row: Row) -> Any:
        found = row[place]
        return None if found is None else convert(found)

    return value


def _opened(place: int, column: Sealed, of: int) -> Callable[[Row], Any]:
    def value(row: Row) -> Any:
        found = row[place]
        return found if found is None or found[:1] != MARK else current_keyring().open(found, column.place(row[of]))

    return value


def rows_named(model: type[Model], paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that have to be read too, so that sealed ones among `paths` can be opened."""
    named = {each.row for each in sealed_columns(model) if each.model_field_name in paths}
    return tuple(sorted(named - {*paths}))


def _field(model: type[Model], path: str) -> Any:
    joined = joined_column(path)
    if joined is None:
        return meta(model).fields_map[path]
    return meta(relation_of(model, joined.relation).related_model).fields_map[joined.column]


def relation_of(model: type[Model], path: str) -> Any:
    """Return the foreign key that is the last of a path of them: of account__person that of an account's person."""
    relation: Any = None
    for name in path.split("__"):
        relation = meta(model).fields_map[name]
        model = relation.related_model
    return relation


def _conversion(field: Any) -> Callable[[Any], Any] | None:
    """Return what turns a column's value, never None, into Python's own; None where it is that already."""
    if isinstance(field, DatetimeField):
        return _moment
    if isinstance(field, DateField):
        return _day
    if isinstance(field, JSONField):
        return _json
    if isinstance(field, BooleanField):
        return bool
    if isinstance(field, CharEnumFieldInstance):
        return field.enum_type
    return None


def _day(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: str | datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _json(value: Any) -> Any:
    return msgspec.json.decode(value) if isinstance(value, str | bytes) else value
