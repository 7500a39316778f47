"""Adding many rows: into SQLite hundreds by one statement, since its index of names is written after each statement.

PostgreSQL gets row behind row without waiting, which is as fast there.
"""

from collections.abc import Sequence
from functools import lru_cache

from pypika_tortoise.dialects import SQLLiteQuery
from pypika_tortoise.terms import Parameter
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.people.models import Person

MOST_ROWS = 500
# Long texts: one for each table, and some for what is left of a batch.
KEPT_STATEMENTS = 8


async def add(model: type[Model], rows: Sequence[Model]) -> None:
    """Add rows of a model; their objects are not told their numbers."""
    client = meta(model).db
    if client.capabilities.dialect != "sqlite":
        await model.bulk_create(rows)
        return
    fields = [meta(model).fields_map[name] for name in _columns(model)]
    for start in range(0, len(rows), MOST_ROWS):
        some = rows[start : start + MOST_ROWS]
        values = [field.to_db_value(getattr(row, field.model_field_name), row) for row in some for field in fields]
        await client.execute_query(_statement(model, len(some)), values)


async def settle_names() -> None:
    """Merge SQLite's index of names, which grew part by part, into one: a page is then equally near at any depth."""
    client = meta(Person).db
    if client.capabilities.dialect == "sqlite":
        await client.execute_query("INSERT INTO person_folded_name (person_folded_name) VALUES ('optimize')")


def _columns(model: type[Model]) -> list[str]:
    described = meta(model)
    return [name for name in described.fields_db_projection if not described.fields_map[name].generated]


@lru_cache(KEPT_STATEMENTS)
def _statement(model: type[Model], rows: int) -> str:
    columns = [meta(model).fields_db_projection[name] for name in _columns(model)]
    values = [tuple(Parameter("?") for _ in columns)] * rows
    return SQLLiteQuery.into(meta(model).basetable).columns(*columns).insert(*values).get_sql()
