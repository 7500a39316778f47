"""What columns could hold: a text that no row can have need not be asked for."""

from typing import cast

from tortoise.fields import CharField
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.text.characters import has_surrogate


def could_hold(model: type[Model], **values: str) -> bool:
    """Return whether columns could hold these texts; where they could not, no row has them, and none need be asked for.

    Tortoise refuses what is longer than the column, PostgreSQL a NUL, and both lone surrogates.
    """
    columns = meta(model).fields_map
    return all(_could_hold(cast("CharField[str]", columns[name]), text) for name, text in values.items())


def _could_hold(column: "CharField[str]", text: str) -> bool:
    # guard: text-that-no-column-holds
    return len(text) <= column.max_length and "\0" not in text and not has_surrogate(text)
