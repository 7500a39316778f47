"""What an asker gets to see of each field, found by asking the real schema along every way to a record."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

# What a field that has to be given something is given; `node` and `person` are given the subject.
ARGUMENTS = {"purpose": '"核对参保信息"', "first": "3", "name": "RESIDENTS_PENSION"}
# How deep a record is looked into, and how deep a cell of its own goes: what is deeper counts to what it stands below,
# and so do the parts of a coded value.
DEEPEST, OWN_CELL = 5, 2
# How many names and braces one question has at most.
MOST_WORDS = 150
SHOWN, NULL, EMPTY, ABSENT = "yes", "null", "[]", "-"


def everything_in(schema: GraphQLSchema, name: str, path: tuple[str, ...] = ()) -> str:
    """Return a selection of all that a type has, as deep as it goes without coming back to where it was."""
    return " ".join(_fields(schema, name, path))


def parts_of(schema: GraphQLSchema, name: str, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield selections that together have all that a type has, each within what one document may cost."""
    part: list[str] = []
    for each in _pieces(schema, name, path):
        if part and _words(*part, each) > MOST_WORDS:
            yield " ".join(part)
            part = []
        part.append(each)
    yield " ".join(part)


def _pieces(schema: GraphQLSchema, name: str, path: tuple[str, ...]) -> Iterator[str]:
    """Yield each field of a type; one that has much below it is yielded as several."""
    for each in _fields(schema, name, path):
        if _words(each) <= MOST_WORDS:
            yield each
            continue
        called = each.partition("{")[0].strip()
        kind = schema.get_type(name)
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        inner = get_named_type(kind.fields[called.partition("(")[0]].type).name
        piece: list[str] = []
        for below in _pieces(schema, inner, (*path, name)):
            if piece and _words(*piece, below) > MOST_WORDS:
                yield f"{called} {{ {' '.join(piece)} }}"
                piece = []
            piece.append(below)
        yield f"{called} {{ {' '.join(piece)} }}"


def _words(*selections: str) -> int:
    return len(" ".join(selections).split())


def _fields(schema: GraphQLSchema, name: str, path: tuple[str, ...]) -> list[str]:
    kind = schema.get_type(name)
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    fields = [_selected(schema, each, field, (*path, name)) for each, field in kind.fields.items()]
    return [field for field in fields if field]


def _selected(schema: GraphQLSchema, name: str, field: GraphQLField, path: tuple[str, ...]) -> str:
    kind = get_named_type(field.type)
    given = [(each, argument) for each, argument in field.args.items() if each in ARGUMENTS]
    assert all(each in ARGUMENTS for each, argument in field.args.items() if is_required_argument(argument)), name
    called = name + (f"({', '.join(f'{each}: {ARGUMENTS[each]}' for each, _ in given)})" if given else "")
    if is_leaf_type(kind):
        return called
    if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) or kind.name in path or len(path) >= DEEPEST:
        return ""
    inner = everything_in(schema, kind.name, path)
    return f"{called} {{ {inner} }}" if inner else ""


def clothed(way: str, kind: str, selection: str) -> Iterator[str]:
    """Yield the question for `selection` at the end of `way`, plainly and through aliases and fragments."""
    yield f"{{ {way % f'{{ {selection} }}'} }}"
    yield f"{{ other: {way % f'{{ {selection} }}'} }}"
    inline = f"{{ ... on {kind} @include(if: true) {{ {selection} }} }}"
    yield f"{{ ... on Query {{ {way % inline} }} }}"
    spread = way % "{ ...Inner }"
    yield f"{{ ...Outer }} fragment Outer on Query {{ {spread} }} fragment Inner on {kind} {{ {selection} }}"


def cells(value: Any, names: tuple[str, ...]) -> Mapping[str, str]:
    """Return what is in each field at the end of a way: `names` are the keys that lead there."""
    found: dict[str, str] = {}
    for name in names:
        value = value.get(name) if isinstance(value, dict) else value
        if isinstance(value, list):
            value = value[0] if value else None
    if value is None:
        return {}
    _gather(value, (), found)
    return found


def _gather(value: dict[str, Any], path: tuple[str, ...], found: dict[str, str]) -> None:
    for name, inner in value.items():
        here = (*path, name)
        if isinstance(inner, dict) and len(here) < OWN_CELL and "code" not in inner:
            _gather(inner, here, found)
        else:
            found[".".join(here)] = _shown(inner)


def _shown(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, list):
        return EMPTY if not value else SHOWN
    if isinstance(value, dict):
        return SHOWN if any(_shown(each) in {SHOWN, "true"} for each in value.values()) else EMPTY
    if isinstance(value, bool):
        return str(value).lower()
    return SHOWN if value else "0"


def table(rows: Mapping[str, Mapping[str, str]], askers: tuple[str, ...]) -> list[str]:
    """Return lines in columns: a row for each field, a column for each asker."""
    width = max(map(len, rows))
    columns = {asker: max([len(asker), *(len(cell.get(asker, ABSENT)) for cell in rows.values())]) for asker in askers}
    head = " " * width + "".join(f"  {asker:{columns[asker]}}" for asker in askers)
    lines = [
        f"{row:{width}}" + "".join(f"  {cell.get(asker, ABSENT):{columns[asker]}}" for asker in askers)
        for row, cell in rows.items()
    ]
    return [line.rstrip() for line in (head, *lines)]
