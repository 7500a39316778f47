"""Rows of statements, as classes that are made of models."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from tortoise.models import Model

from api.db.query import row_types
from api.people.models import Person


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the collector of garbage come before each column."""
    described = row_types._field

    def collected(model: type[Model], path: str) -> Any:
        gc.collect()
        return described(model, path)

    monkeypatch.setattr(row_types, "_field", collected)
    row_types.row_class.cache_clear()
    yield
    row_types.row_class.cache_clear()


@pytest.mark.usefixtures("collector")
def test_a_row_has_its_columns_whenever_the_collector_comes() -> None:
    """What a class of rows is made of must not be garbage before it is made."""
    row = row_types.row_class(Person, ("id", "public_id", "name", "postal_code"))((7, "person_x", "张三", None))
    assert (row.id, row.public_id, row.name, row.postal_code) == (7, "person_x", "张三", None)
