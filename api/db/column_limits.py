"""Checks whether a value fits into a column: a lookup of a value that fits nowhere needs no query."""

from typing import cast

from tortoise.fields import CharField
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.text.characters import has_surrogate


def could_hold(model: type[Model], **values: str) -> bool:
    """Return whether the columns can hold these texts.

    Tortoise rejects texts longer than the column, PostgreSQL NUL characters, and both lone surrogates.
    """
    columns = meta(model).fields_map
    return all(_could_hold(cast("CharField[str]", columns[name]), text) for name, text in values.items())


def _could_hold(column: "CharField[str]", text: str) -> bool:
    # guard: text-that-no-column-holds
    return len(text) <= column.max_length and "\0" not in text and not has_surrogate(text)
