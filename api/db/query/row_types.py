"""Classes of rows: read-only tuples with the attributes of a model."""

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
from api.encryption.columns import EncryptedText, encrypted_columns
from api.encryption.keyring import MARK, current_keyring

Row = tuple[Any, ...]
# Each selection of a client makes a class of some kilobytes.
MAX_ROW_CLASSES = 1000
# The attribute of a row class with its model and its columns in order.
LAYOUT = "__layout__"
# The attribute with its cached relations: the foreign key and the cached table, by relation.
CACHED_RELATIONS = "__cached_relations__"


class JoinedColumn(NamedTuple):
    """A column of a joined table, over any number of foreign keys: `employer__code` is the code of the employer."""

    relation: str
    column: str


class JoinedColumns(NamedTuple):
    """Columns of the row behind a foreign key; `key` is one that is never null."""

    relation: str
    columns: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class JoinedRow:
    """The row behind a foreign key, with the columns that `row` has of it."""

    row: Any
    relation: str

    def __getattr__(self, column: str) -> Any:
        """Return a column."""
        return getattr(self.row, f"{self.relation}__{column}")


def columns_of(model: type[Model]) -> tuple[str, ...]:
    """Return the names of a model's columns, in a fixed order."""
    return tuple(meta(model).fields_db_projection)


def joined_column(path: str) -> JoinedColumn | None:
    """Return the joined column at a path; None for a column of the table itself."""
    relation, separator, column = path.rpartition("__")
    return JoinedColumn(relation, column) if separator else None


def unpacking_code(kind: type, variables: Mapping[str, str], joined: Mapping[str, JoinedColumns]) -> list[str]:
    """Generate Python statements that unpack a `row` of a class into variables: its columns, and its `joined` rows.

    Dates stay as the driver returns them; other values are converted. A joined row is None, a tuple of its columns, or
    the cached row. `row` may be any object with these attributes. The statements use the names `MARK` and those of
    `cached_tables_of`.
    """
    names, last = dict(variables), []
    for variable, each in joined.items():
        key, table = getattr(kind, CACHED_RELATIONS, {}).get(each.relation, (each.key, None))
        key_variable = names.setdefault(key, f"{variable}_key")
        if table is None:
            parts = [names.setdefault(path, f"{variable}_{index}") for index, path in enumerate(each.columns)]
            last.append(f"{variable} = None if {key_variable} is None else ({''.join(f'{part},' for part in parts)})")
        else:
            last.append(f"{variable} = {table.name}[{key_variable}]")
    return [*_unpack_columns(kind, names), *last]


def _unpack_columns(kind: type, variables: Mapping[str, str]) -> list[str]:
    layout: tuple[type[Model], tuple[str, ...]] | None = getattr(kind, LAYOUT, None)
    if layout is None:
        return [f"{variable} = row.{path}" for path, variable in variables.items()]
    model, columns = layout
    lines = [f"({', '.join(variables.get(path, '_') for path in columns)},) = row"]
    for path, variable in variables.items():
        field = _field(model, path)
        if isinstance(field, EncryptedText):
            # guard: encrypted-columns-in-plans
            lines.append(f"if {variable} and {variable}[0] == MARK: {variable} = row.{path}")
        elif path not in columns or _converter(field) not in {None, _to_date}:
            lines.append(f"{variable} = row.{path}")
    return lines


def cached_tables_of(kind: type) -> dict[str, Any]:
    """Return the cached tables of a row class by their names in the code that `unpacking_code` generates."""
    return {table.name: table for _, table in getattr(kind, CACHED_RELATIONS, {}).values()}


@lru_cache(MAX_ROW_CLASSES)
def row_class(model: type[Model], paths: tuple[str, ...]) -> Callable[[Row], Any]:
    """Return the class of rows that have these columns, in this order.

    Attributes convert or decrypt the driver's values on access. Decryption needs the column that identifies the row.
    """
    attributes: dict[str, Any] = {"__slots__": (), LAYOUT: (model, paths)}
    unconverted = _named_tuple(paths)
    for index, path in enumerate(paths):
        field = _field(model, path)
        if isinstance(field, EncryptedText):
            attributes[path] = property(_decrypting_getter(index, field, paths.index(field.row)))
            continue
        convert = _converter(field)
        attributes[path] = getattr(unconverted, path) if convert is None else property(_getter(index, convert))
    return type(f"{model.__name__}Row", (tuple,), attributes)


def _named_tuple(paths: tuple[str, ...]) -> type[Row]:
    """Return a class whose attributes for unconverted columns are read without a Python call."""
    return namedtuple("Unconverted", paths)  # noqa: PYI024 - the columns are known only at run time


def _getter(index: int, convert: Callable[[Any], Any]) -> Callable[[Row], Any]:
    def value(row: Row) -> Any:
        stored = row[index]
        return None if stored is None else convert(stored)

    return value


def _decrypting_getter(index: int, column: EncryptedText, row_index: int) -> Callable[[Row], Any]:
    def value(row: Row) -> Any:
        text = row[index]
        if text is None or text[:1] != MARK:
            return text
        return current_keyring().decrypt(text, column.associated_data(row[row_index]))

    return value


def columns_for_decryption(model: type[Model], paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns beside `paths` that are needed to decrypt them."""
    needed = {each.row for each in encrypted_columns(model) if each.model_field_name in paths}
    return tuple(sorted(needed - {*paths}))


def _field(model: type[Model], path: str) -> Any:
    joined = joined_column(path)
    if joined is None:
        return meta(model).fields_map[path]
    return meta(relation_of(model, joined.relation).related_model).fields_map[joined.column]


def relation_of(model: type[Model], path: str) -> Any:
    """Return the last foreign key of a path: for account__person, that of the account to its person."""
    relation: Any = None
    for name in path.split("__"):
        relation = meta(model).fields_map[name]
        model = relation.related_model
    return relation


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """Return the function that converts a driver's value, never None, to Python's type; None where none is needed."""
    if isinstance(field, DatetimeField):
        return _to_datetime
    if isinstance(field, DateField):
        return _to_date
    if isinstance(field, JSONField):
        return _json
    if isinstance(field, BooleanField):
        return bool
    if isinstance(field, CharEnumFieldInstance):
        return field.enum_type
    return None


def _to_date(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _to_datetime(value: str | datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _json(value: Any) -> Any:
    return msgspec.json.decode(value) if isinstance(value, str | bytes) else value
