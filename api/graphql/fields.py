"""Fields of the schema that show what a statement read: a column, a code, a joined row, rows of a page, loaded rows.

Each field carries a description of its source in `metadata[SOURCE]`. The ordinary executor calls the field's resolver;
the compiler reads the description instead, and selects no more columns than the operation shows.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import strawberry

from api.db.query.row_types import JoinedRow
from api.graphql.context import Info

SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row, as it is stored."""

    name: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A column of the row, shown through `mask`."""

    column: str
    mask: Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Coded:
    """A code in a column. `show` makes the GraphQL object of a code; `is_known` says whether its text can be cached."""

    column: str
    show: Callable[[str | None], Any]
    is_known: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Joined:
    """The row that a foreign key leads to, read by the same statement; null where the column `key` is null.

    `kind` makes the GraphQL object of that row.
    """

    relation: str
    key: str
    kind: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows of the page in the attribute `path`; `kind` makes the GraphQL object of one."""

    path: str
    kind: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` gives for the column `key`, for many rows at once; `kind` makes the GraphQL object of one row."""

    load: Callable[..., Awaitable[list[Any]]]
    key: str
    kind: Callable[..., Any]


def plain(column: str, description: str) -> Any:
    """Return a field that shows `column` as it is stored."""

    def shown(root: Any) -> Any:
        return getattr(root.row, column)

    return _field(shown, description, Column(column))


def masked(column: str, mask: Callable[[Any], str | None], description: str) -> Any:
    """Return a field that shows `column` through `mask`."""

    def shown(root: Any) -> str | None:
        return mask(getattr(root.row, column))

    return _field(shown, description, Masked(column, mask))


def coded(column: str, show: Callable[[str | None], Any], is_known: Callable[[str], bool], description: str) -> Any:
    """Return a field that shows the code in `column` as the GraphQL object that `show` makes of it."""

    def shown(root: Any) -> Any:
        return show(getattr(root.row, column))

    return _field(shown, description, Coded(column, show, is_known))


def joined(relation: str, key: str, kind: Callable[[Any], Any], description: str) -> Any:
    """Return a field for the row that a foreign key leads to, which the statement joined; null without a `key`.

    `kind` makes the GraphQL object, whose columns are named after the relation: employer__code.
    """

    def shown(root: Any) -> Any:
        return None if getattr(root.row, f"{relation}__{key}") is None else kind(JoinedRow(root.row, relation))

    return _field(shown, description, Joined(relation, f"{relation}__{key}", kind))


def paged(kind: Callable[..., Any], description: str) -> Any:
    """Return a field that shows the rows of a page, which one statement read; `kind` makes the object of each."""

    def shown(root: Any) -> Any:
        return [kind(row=row) for row in root.page.rows]

    return _field(shown, description, PageRows("page.rows", kind))


def loaded(load: Callable[..., Awaitable[list[Any]]], key: str, kind: Callable[..., Any], description: str) -> Any:
    """Return a field that `load` reads for many rows at once, by their column `key`.

    For each row it gives a row, None, or a list of rows that one statement read; `kind` makes the object of each.
    """

    async def resolved(root: Any, info: Info) -> Any:
        found = await info.context.load(load, getattr(root.row, key))
        if isinstance(found, list):
            return [kind(row=row) for row in found]
        return None if found is None else kind(row=found)

    return _field(resolved, description, Loaded(load, key, kind))


def _field(resolver: Callable[..., Any], description: str, source: Any) -> Any:
    return strawberry.field(resolver=resolver, description=description, metadata={SOURCE: source})
