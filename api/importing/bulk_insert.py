"""Bulk inserts. SQLite gets hundreds of rows in one statement, because FTS5 writes its index after each statement.

PostgreSQL gets pipelined single-row inserts, which are as fast there.
"""

from collections.abc import Sequence
from functools import lru_cache

from pypika_tortoise.dialects import SQLLiteQuery
from pypika_tortoise.terms import Parameter
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.people.models import Person

MAX_ROWS = 500
# One statement for each table, and some for the remainders of batches.
STATEMENT_CACHE_SIZE = 8


async def insert_rows(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert rows of a model, without setting the primary keys of the objects."""
    client = meta(model).db
    if client.capabilities.dialect != "sqlite":
        await model.bulk_create(rows)
        return
    fields = [meta(model).fields_map[name] for name in _columns(model)]
    for start in range(0, len(rows), MAX_ROWS):
        some = rows[start : start + MAX_ROWS]
        values = [field.to_db_value(getattr(row, field.model_field_name), row) for row in some for field in fields]
        await client.execute_query(_statement(model, len(some)), values)


async def optimize_name_index() -> None:
    """Merge the segments of SQLite's FTS5 index of names, so that deep pages are as fast as the first."""
    client = meta(Person).db
    if client.capabilities.dialect == "sqlite":
        await client.execute_query("INSERT INTO person_folded_name (person_folded_name) VALUES ('optimize')")


def _columns(model: type[Model]) -> list[str]:
    described = meta(model)
    return [name for name in described.fields_db_projection if not described.fields_map[name].generated]


@lru_cache(STATEMENT_CACHE_SIZE)
def _statement(model: type[Model], rows: int) -> str:
    columns = [meta(model).fields_db_projection[name] for name in _columns(model)]
    values = [tuple(Parameter("?") for _ in columns)] * rows
    return SQLLiteQuery.into(meta(model).basetable).columns(*columns).insert(*values).get_sql()
