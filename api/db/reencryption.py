"""Encrypts stored values with the newest key, and checks that the keys fit the database."""

from collections.abc import AsyncIterator
from functools import partial

from tortoise import Tortoise
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.db.transactions.transaction import transaction
from api.encryption.columns import EncryptedModel, encrypted_columns, index_columns
from api.encryption.keyring import CannotDecrypt, index
from api.errors import Refused

BATCH_ROWS = 200


def encrypted_models() -> list[type[Model]]:
    """Return the models with encrypted columns, in the order of their tables."""
    models = [each for each in (Tortoise.apps or {})["hall"].values() if issubclass(each, EncryptedModel)]
    return sorted(models, key=lambda model: meta(model).db_table)


async def reencrypt() -> AsyncIterator[int]:
    """Encrypt every value with the keyring's first key, in batches; yield the number of rows of each batch.

    Servers that run meanwhile need that key in their keyring. An interrupted run can be repeated.
    """
    for model in encrypted_models():
        last = 0
        while rows := await transaction(partial(_reencrypt_batch, model, last)):
            last = rows[-1].pk
            yield len(rows)


async def _reencrypt_batch(model: type[Model], last: int) -> list[Model]:
    key = _primary_key(model)
    rows = await model.filter(**{f"{key}__gt": last}).order_by(key).limit(BATCH_ROWS).select_for_update()
    if rows:
        columns = [*encrypted_columns(model), *index_columns(model)]
        await model.bulk_update(rows, [column.model_field_name for column in columns])
    return rows


async def require_keys() -> None:
    """Raise Refused, with the cure, where the keys do not fit the oldest or the newest row of a table."""
    for model in encrypted_models():
        key = _primary_key(model)
        for order in (key, f"-{key}"):
            try:
                row = await model.all().order_by(order).first()
            except CannotDecrypt as error:
                raise Refused(
                    f"{error} Set HALL_SEAL_KEYS to the keys with which this database was encrypted."
                ) from None
            if row is not None and not _has_current_index(row, model):
                raise Refused(
                    "This database was not encrypted with HALL_SEAL_KEYS and HALL_INDEX_KEY. Set those that it was "
                    "encrypted with; or, if they are new, run `python -m api seal` while no Hall serves."
                )


def _has_current_index(row: Model, model: type[Model]) -> bool:
    """Return whether the blind indexes of a row are those of the current index key."""
    return all(getattr(row, each.model_field_name) == index(getattr(row, each.of)) for each in index_columns(model))


def _primary_key(model: type[Model]) -> str:
    return meta(model).pk_attr
