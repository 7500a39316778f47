"""Encrypted columns (`EncryptedText`): plain text in models and rows, ciphertext in the database."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from tortoise.fields import CharField
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.encryption.keyring import DIGEST_LENGTH, current_keyring, index


class Stored(str):  # noqa: SLOT000 - a marker class
    """A text that is encrypted already."""


class EncryptedText(CharField[Any]):
    """An encrypted column of at most `max_length` plain-text characters; `row` is the column that identifies a row."""

    def __init__(self, max_length: int, *, row: str = "public_id", **kwargs: Any) -> None:
        super().__init__(max_length, **kwargs)
        self.row = row

    @property
    def SQL_TYPE(self) -> str:  # type: ignore[override]  # noqa: N802 - Tortoise's name
        """Ciphertext is longer than `max_length`."""
        return "TEXT"

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        """Encrypt a value of `instance`. An update without an instance requires a value from `stored`."""
        if value is None or isinstance(value, Stored):
            return None if value is None else str(value)
        if isinstance(instance, Model):
            return str(self.stored(value, getattr(instance, self.row)))
        self.validate(value)
        # guard: no-update-around-encryption
        if current_keyring().is_encrypting:
            raise TypeError(f"{self.model_field_name} is encrypted: change it with encryption.as_stored")
        return value

    def stored(self, value: str | None, row: object) -> Stored | None:
        """Encrypt a text for a row; raise ValidationError where it is too long."""
        if value is None:
            return None
        self.validate(value)
        return Stored(current_keyring().encrypt(value, self.associated_data(row)))

    def associated_data(self, row: object) -> str:
        """Return the associated data that encryption authenticates: the table, the column and the row."""
        model: type[Model] = cast("Any", self).model
        # guard: ciphertext-is-bound-to-its-row
        return f"{meta(model).db_table} {self.model_field_name} {row}"


class BlindIndex(CharField[Any]):
    """The blind index of the encrypted column `of`: a digest for equality lookups."""

    def __init__(self, max_length: int = DIGEST_LENGTH, *, of: str = "", **kwargs: Any) -> None:
        super().__init__(max_length, **kwargs)
        self.of = of

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        """Return the digest of the instance's text, or in a condition of the text that is looked up."""
        return index(getattr(instance, self.of) if isinstance(instance, Model) else value)


class EncryptedModel(Model):
    """A model with encrypted columns, whose instances have plain text."""

    class Meta:
        """Abstract: no table."""

        abstract = True

    @classmethod
    def _init_from_db(cls, **kwargs: Any) -> Any:
        for column in encrypted_columns(cls):
            stored = kwargs.get(column.model_field_name)
            if stored is not None:
                associated_data = column.associated_data(kwargs[column.row])
                kwargs[column.model_field_name] = current_keyring().decrypt(stored, associated_data)
        return super()._init_from_db(**kwargs)


@cache
def encrypted_columns(model: type[Model]) -> tuple[EncryptedText, ...]:
    """Return the encrypted columns of a model."""
    return tuple(each for each in meta(model).fields_map.values() if isinstance(each, EncryptedText))


@cache
def index_columns(model: type[Model]) -> tuple[BlindIndex, ...]:
    """Return the blind indexes of a model."""
    return tuple(each for each in meta(model).fields_map.values() if isinstance(each, BlindIndex))


def as_stored(model: type[Model], row: object, values: Mapping[str, Any]) -> dict[str, Any]:
    """Encrypt new values of an existing row, and add their blind indexes."""
    encrypted = {each.model_field_name: each for each in encrypted_columns(model)}
    indexes = {each.model_field_name: values[each.of] for each in index_columns(model) if each.of in values}
    return indexes | {
        name: encrypted[name].stored(value, row) if name in encrypted else value for name, value in values.items()
    }
