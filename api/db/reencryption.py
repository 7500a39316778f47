"""What is stored and the keys: sealing it all anew, and whether the keys fit."""

from collections.abc import AsyncIterator
from functools import partial

from tortoise import Tortoise
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.db.database import transaction
from api.encryption.columns import SealedModel, index_columns, sealed_columns
from api.encryption.keyring import CannotDecrypt, index
from api.errors import Refused

BATCH = 200


def sealed_models() -> list[type[Model]]:
    """Return the models with sealed columns, in the order of their tables."""
    models = [each for each in (Tortoise.apps or {})["hall"].values() if issubclass(each, SealedModel)]
    return sorted(models, key=lambda model: meta(model).db_table)


async def seal_anew() -> AsyncIterator[int]:
    """Seal every value with the first key of the ring, some rows at a time; yield how many rows were sealed each time.

    Whoever serves meanwhile must have that key in the ring. What was interrupted is simply done again.
    """
    for model in sealed_models():
        last = 0
        while rows := await transaction(partial(_sealed_after, model, last)):
            last = rows[-1].pk
            yield len(rows)


async def _sealed_after(model: type[Model], last: int) -> list[Model]:
    number = _number(model)
    rows = await model.filter(**{f"{number}__gt": last}).order_by(number).limit(BATCH).select_for_update()
    if rows:
        columns = [*sealed_columns(model), *index_columns(model)]
        await model.bulk_update(rows, [column.model_field_name for column in columns])
    return rows


async def require_keys() -> None:
    """Raise Refused, with the cure, where the ring does not fit what is stored.

    The oldest and the newest row of each table are looked at.
    """
    for model in sealed_models():
        number = _number(model)
        for order in (number, f"-{number}"):
            try:
                row = await model.all().order_by(order).first()
            except CannotDecrypt as error:
                raise Refused(f"{error} Set HALL_SEAL_KEYS to the keys with which this database was sealed.") from None
            if row is not None and not _is_found(row, model):
                raise Refused(
                    "This database was not sealed with HALL_SEAL_KEYS and HALL_INDEX_KEY. Set those that it was sealed "
                    "with; or, if they are new, run `python -m api seal` while nobody serves."
                )


def _is_found(row: Model, model: type[Model]) -> bool:
    """Return whether a row is looked up by what its keys make of it."""
    return all(getattr(row, each.model_field_name) == index(getattr(row, each.of)) for each in index_columns(model))


def _number(model: type[Model]) -> str:
    return meta(model).pk_attr
