"""What an operation asks for below a field: the names that the access log keeps."""

from strawberry.types.nodes import FragmentSpread, InlineFragment, SelectedField, Selection

from api.context import Info

# These say nothing about a person, or write an entry of their own.
UNLOGGED = frozenset({"__typename", "id", "revealed", "accessLog"})


def asked_for(info: Info) -> list[str]:
    """Return the names of the fields selected directly below the field that is being resolved, fragments opened."""
    names: set[str] = set()
    for field in info.selected_fields:
        _collect(field.selections, names)
    return sorted(names - UNLOGGED)


def _collect(selections: list[Selection], names: set[str]) -> None:
    for selection in selections:
        if isinstance(selection, SelectedField):
            names.add(selection.name)
        elif isinstance(selection, FragmentSpread | InlineFragment):
            _collect(selection.selections, names)
