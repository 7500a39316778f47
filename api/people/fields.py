"""How a column of the record becomes a field of the schema: plain, coded, masked, or a relation; and rows a list."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from api.codes.schema import CodedValue, coded
from api.codes.tables import CodeTableName
from api.db.query.row_types import Related
from api.graphql.context import Info


def plain(column: str, description: str) -> Any:
    """Return a field that shows `column` as it is stored."""

    def shown(root: Any) -> Any:
        return getattr(root.row, column)

    return strawberry.field(resolver=shown, description=description, metadata={"column": column})


def masked(column: str, mask: Callable[[Any], str | None], description: str) -> Any:
    """Return a field that shows `column` through `mask`."""

    def shown(root: Any) -> str | None:
        return mask(getattr(root.row, column))

    return strawberry.field(resolver=shown, description=description, metadata={"column": column, "mask": mask})


def code_of(table: CodeTableName, column: str, description: str) -> Any:
    """Return a field that shows the code in `column` with its name from `table`."""

    def shown(root: Any) -> CodedValue | None:
        return coded(table, getattr(root.row, column))

    return strawberry.field(resolver=shown, description=description, metadata={"column": column, "table": table})


def joined(relation: str, key: str, kind: Callable[[Any], Any], description: str) -> Any:
    """Return a field for what a foreign key leads to, as far as the row shows it; null without a `key`.

    `kind` makes the GraphQL type of that, whose columns are called as `relation` says: employer__code.
    """

    def shown(root: Any) -> Any:
        return None if getattr(root.row, f"{relation}__{key}") is None else kind(Related(root.row, relation))

    return strawberry.field(
        resolver=shown, description=description, metadata={"relation": relation, "key": f"{relation}__{key}"}
    )


def paged(kind: Callable[..., Any], description: str) -> Any:
    """Return a field that shows the rows of a page, which one statement read; `kind` makes the GraphQL type of one."""

    def shown(root: Any) -> Any:
        return [kind(row=row) for row in root.page.rows]

    return strawberry.field(resolver=shown, description=description, metadata={"rows": "page.rows", "kind": kind})


def loaded(load: Callable[..., Awaitable[list[Any]]], key: str, kind: Callable[..., Any], description: str) -> Any:
    """Return a field that `load` reads for many rows at once, by their column `key`.

    For each it gives a row, None, or a list of rows that one statement read; `kind` makes the GraphQL type of one.
    """

    async def resolved(root: Any, info: Info) -> Any:
        found = await info.context.load(load, getattr(root.row, key))
        if isinstance(found, list):
            return [kind(row=row) for row in found]
        return None if found is None else kind(row=found)

    return strawberry.field(
        resolver=resolved, description=description, metadata={"load": load, "key": key, "kind": kind}
    )
