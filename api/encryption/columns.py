"""Columns of sealed texts: models and rows show the texts, the database has them sealed."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from tortoise.fields import CharField
from tortoise.models import Model

from api.adapters.tortoise import meta
from api.encryption.keyring import DIGEST_LENGTH, current_keyring, index


class Stored(str):  # noqa: SLOT000 - it is told from other texts by its class alone
    """A text as the database has it."""


class Sealed(CharField[Any]):
    """A column of texts that are sealed, of `max_length` signs before that; `row` is the column that names its row."""

    def __init__(self, max_length: int, *, row: str = "public_id", **kwargs: Any) -> None:
        super().__init__(max_length, **kwargs)
        self.row = row

    @property
    def SQL_TYPE(self) -> str:  # type: ignore[override]  # noqa: N802 - Tortoise calls it so
        """A sealed text is longer than the text."""
        return "TEXT"

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        """Return a value of `instance` sealed; of an update, where there is no instance, it must be sealed already."""
        if value is None or isinstance(value, Stored):
            return None if value is None else str(value)
        if isinstance(instance, Model):
            return str(self.stored(value, getattr(instance, self.row)))
        self.validate(value)
        # guard: no-update-around-sealing
        if current_keyring().seals:
            raise TypeError(f"{self.model_field_name} is sealed: change it with sealing.as_stored")
        return value

    def stored(self, value: str | None, row: object) -> Stored | None:
        """Return a text as that row has it; raise ValidationError where the column could not hold it."""
        if value is None:
            return None
        self.validate(value)
        return Stored(current_keyring().seal(value, self.place(row)))

    def place(self, row: object) -> str:
        """Return what a value in that row belongs to."""
        model: type[Model] = cast("Any", self).model
        # guard: sealed-value-has-its-place
        return f"{meta(model).db_table} {self.model_field_name} {row}"


class BlindIndex(CharField[Any]):
    """What the sealed column `of` is looked up by; it follows from that column's value."""

    def __init__(self, max_length: int = DIGEST_LENGTH, *, of: str = "", **kwargs: Any) -> None:
        super().__init__(max_length, **kwargs)
        self.of = of

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        """Return the digest of what `instance` has in that column, or in a condition of the text that is looked for."""
        return index(getattr(instance, self.of) if isinstance(instance, Model) else value)


class SealedModel(Model):
    """A model with sealed columns: its objects have the texts."""

    class Meta:
        """No table of its own."""

        abstract = True

    @classmethod
    def _init_from_db(cls, **kwargs: Any) -> Any:
        for column in sealed_columns(cls):
            stored = kwargs.get(column.model_field_name)
            if stored is not None:
                kwargs[column.model_field_name] = current_keyring().open(stored, column.place(kwargs[column.row]))
        return super()._init_from_db(**kwargs)


@cache
def sealed_columns(model: type[Model]) -> tuple[Sealed, ...]:
    """Return the sealed columns of a model."""
    return tuple(each for each in meta(model).fields_map.values() if isinstance(each, Sealed))


@cache
def index_columns(model: type[Model]) -> tuple[BlindIndex, ...]:
    """Return the columns by which sealed ones of a model are looked up."""
    return tuple(each for each in meta(model).fields_map.values() if isinstance(each, BlindIndex))


def as_stored(model: type[Model], row: object, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return new values for the columns of a row that is there, as they are stored, with what they are looked up by."""
    sealed = {each.model_field_name: each for each in sealed_columns(model)}
    indexes = {each.model_field_name: values[each.of] for each in index_columns(model) if each.of in values}
    return indexes | {
        name: sealed[name].stored(value, row) if name in sealed else value for name, value in values.items()
    }
