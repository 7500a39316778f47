"""Row classes, which are generated from models."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from tortoise.models import Model

from api.db.query import row_types
from api.people.models import Person


@pytest.fixture
def frequent_gc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run the garbage collector before each column."""
    original = row_types._field

    def collect_first(model: type[Model], path: str) -> Any:
        gc.collect()
        return original(model, path)

    monkeypatch.setattr(row_types, "_field", collect_first)
    row_types.row_class.cache_clear()
    yield
    row_types.row_class.cache_clear()


@pytest.mark.usefixtures("frequent_gc")
def test_row_class_survives_garbage_collection() -> None:
    """The parts of a row class stay referenced while it is created."""
    row = row_types.row_class(Person, ("id", "public_id", "name", "postal_code"))((7, "person_x", "张三", None))
    assert (row.id, row.public_id, row.name, row.postal_code) == (7, "person_x", "张三", None)
