"""What an operation asks for below a field: the names that the access log keeps."""

from strawberry.types.nodes import FragmentSpread, InlineFragment, SelectedField, Selection

from api.context import Info
from api.reading.rows import Columns

# These say nothing about a person, or write an entry of their own.
UNLOGGED = frozenset({"__typename", "id", "revealed", "accessLog"})


def asked_for(info: Info) -> list[str]:
    """Return the names of the fields selected directly below the field that is being resolved, fragments opened."""
    names: set[str] = set()
    for field in info.selected_fields:
        _collect(field.selections, names)
    return sorted(names - UNLOGGED)


def columns_for(info: Info, kind: type) -> Columns:
    """Return the columns that the selection needs of the rows behind the GraphQL type `kind`; None where that is open.

    The ordinary executor does not know it before it has walked there; a plan does.
    """
    known: dict[type, Columns] = getattr(info, "columns", {})
    return known.get(kind)


def _collect(selections: list[Selection], names: set[str]) -> None:
    for selection in selections:
        if isinstance(selection, SelectedField):
            names.add(selection.name)
        elif isinstance(selection, FragmentSpread | InlineFragment):
            _collect(selection.selections, names)
