"""Fields of the schema that show what a statement read: a column, a code, a joined row, rows of a page, loaded rows.

Each field carries a description of its source in `metadata[SOURCE]`. The compiler reads the description, and selects no
more columns than the operation shows; under graphql-core the field reads its value by the description.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from api.db.query.row_types import JoinedRow
from api.graphql.context import Info

SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row, as it is stored."""

    name: str

    def read(self, root: Any) -> Any:
        """Return the value of the column."""
        return getattr(root.row, self.name)


@dataclass(frozen=True, slots=True)
class Masked:
    """A column of the row, shown through `mask`."""

    column: str
    mask: Callable[[Any], str | None]

    def read(self, root: Any) -> str | None:
        """Return the masked value."""
        return self.mask(getattr(root.row, self.column))


@dataclass(frozen=True, slots=True)
class Coded:
    """A code in a column. `show` makes the GraphQL object of a code; `is_known` says whether its text can be cached."""

    column: str
    show: Callable[[str | None], Any]
    is_known: Callable[[str], bool]

    def read(self, root: Any) -> Any:
        """Return the GraphQL object of the code."""
        return self.show(getattr(root.row, self.column))


@dataclass(frozen=True, slots=True)
class Joined:
    """The row that a foreign key leads to, read by the same statement; null where the column `key` is null.

    `kind` makes the GraphQL object of that row, whose columns are named after the relation: employer__code.
    """

    relation: str
    key: str
    kind: Callable[[Any], Any]

    def read(self, root: Any) -> Any:
        """Return the GraphQL object of the joined row."""
        return None if getattr(root.row, self.key) is None else self.kind(JoinedRow(root.row, self.relation))


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows of the page in the attribute `path`, read by one statement; `kind` makes the GraphQL object of one."""

    path: str
    kind: Callable[..., Any]

    def read(self, root: Any) -> list[Any]:
        """Return the GraphQL objects of the rows."""
        return [self.kind(row=row) for row in attrgetter(self.path)(root)]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` gives for the column `key`, for many rows at once; `kind` makes the GraphQL object of one row."""

    load: Callable[..., Awaitable[list[Any]]]
    key: str
    kind: Callable[..., Any]


class SourceField(StrawberryField):
    """A field without a resolver that reads its value by `metadata[SOURCE]`.

    Strawberry builds no Info and converts no arguments for such fields, which would take longer than reading the value.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The value comes from the row, and not from the constructor of the GraphQL object.
        self.init = self.repr = self.compare = False

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:  # noqa: ARG002 - Strawberry's signature
        """Return the value for an object."""
        return self.metadata[SOURCE].read(source)


def plain(column: str, description: str) -> Any:
    """Return a field that shows `column` as it is stored."""
    return _field(Column(column), description)


def masked(column: str, mask: Callable[[Any], str | None], description: str) -> Any:
    """Return a field that shows `column` through `mask`."""
    return _field(Masked(column, mask), description)


def coded(column: str, show: Callable[[str | None], Any], is_known: Callable[[str], bool], description: str) -> Any:
    """Return a field that shows the code in `column` as the GraphQL object that `show` makes of it."""
    return _field(Coded(column, show, is_known), description)


def joined(relation: str, key: str, kind: Callable[[Any], Any], description: str) -> Any:
    """Return a field for the row that a foreign key leads to; null where that row's column `key` is null."""
    return _field(Joined(relation, f"{relation}__{key}", kind), description)


def paged(kind: Callable[..., Any], description: str) -> Any:
    """Return a field that shows the rows of a page; `kind` makes the object of each."""
    return _field(PageRows("page.rows", kind), description)


def loaded(load: Callable[..., Awaitable[list[Any]]], key: str, kind: Callable[..., Any], description: str) -> Any:
    """Return a field that `load` reads for many rows at once, by their column `key`.

    For each row it gives a row, None, or a list of rows that one statement read; `kind` makes the object of each.
    """

    async def resolved(root: Any, info: Info) -> Any:
        found = await info.context.load(load, getattr(root.row, key))
        if isinstance(found, list):
            return [kind(row=row) for row in found]
        return None if found is None else kind(row=found)

    return strawberry.field(resolver=resolved, description=description, metadata={SOURCE: Loaded(load, key, kind)})


def _field(source: Any, description: str) -> Any:
    return SourceField(description=description, metadata={SOURCE: source})
