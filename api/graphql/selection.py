"""The selection below a field: the names that the access log records, and the columns that are needed."""

from collections.abc import Callable, Iterable
from typing import Any

import strawberry
from strawberry.types.nodes import FragmentSpread, InlineFragment, SelectedField, Selection

from api.db.query.rows import Columns

# Any context: a selection does not depend on the account.
Info = strawberry.Info[Any, None]
# Fields without personal data, and fields that write an access log entry of their own.
UNLOGGED = frozenset({"__typename", "id", "revealed"})
COUNTS = frozenset({"totalCount", "totalCountIsExact"})


def selected_fields(info: Info) -> tuple[str, ...]:
    """Return the names of the fields selected directly below the field that is being resolved, fragments opened."""
    return _once(_asked_for, info)


def _asked_for(info: Info) -> tuple[str, ...]:
    return _names(_below(field for field in info.selected_fields if isinstance(field, SelectedField)))


def columns_for(info: Info, kind: type) -> Columns:
    """Return the columns that the selection needs of the rows behind the GraphQL type `kind`; None where that is open.

    Only a plan has computed it in advance; under graphql-core it is None.
    """
    known: dict[type, Columns] = getattr(info, "columns", {})
    return known.get(kind)


def selected_node_fields(info: Info) -> tuple[str, ...]:
    """Return what is selected of each entry of the connection that is being resolved, and the names of its counts."""
    return _once(_listed_for, info)


def _listed_for(info: Info) -> tuple[str, ...]:
    connection = _below(field for field in info.selected_fields if isinstance(field, SelectedField))
    edges = _below(field for field in connection if field.name == "edges")
    nodes = [field for field in connection if field.name == "nodes"] + [edge for edge in edges if edge.name == "node"]
    return _names(_below(nodes)) + tuple([field.name for field in connection if field.name in COUNTS])


def _once(work: Callable[[Info], tuple[str, ...]], info: Info) -> tuple[str, ...]:
    """Return the result of `work`, which a plan caches: its selection is the same each time."""
    known: dict[Any, tuple[str, ...]] = getattr(info, "known", {})
    found = known.get(work)
    if found is None:
        found = known[work] = work(info)
    return found


def _names(fields: Iterable[SelectedField]) -> tuple[str, ...]:
    return tuple(sorted({field.name for field in fields} - UNLOGGED))


def _below(fields: Iterable[SelectedField]) -> list[SelectedField]:
    """Return the fields directly below these, fragments opened."""
    found: list[SelectedField] = []
    for field in fields:
        _collect(field.selections, found)
    return found


def _collect(selections: list[Selection], found: list[SelectedField]) -> None:
    for selection in selections:
        if isinstance(selection, SelectedField):
            found.append(selection)
        elif isinstance(selection, FragmentSpread | InlineFragment):
            _collect(selection.selections, found)
