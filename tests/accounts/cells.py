"""The visible cells of each field for an account, found by querying the real schema on every path to a record."""

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

from tests.conftest import DATABASE
from tests.durability.scale import IS_FULL

# Values for the arguments of fields; `node` and `person` get those of the record.
ARGUMENTS = {"entry": '"access_x"', "purpose": '"核对参保信息"', "first": "3", "name": "RESIDENTS_PENSION"}
# Depth of the selections, and depth of a cell of its own. A deeper field, and a part of a coded value, belongs to the
# cell of its parent.
MAX_DEPTH, CELL_DEPTH = 5, 2
# Maximum number of tokens, separated by spaces, of a selection.
MAX_TOKENS = 150
SHOWN, NULL, EMPTY, ABSENT = "yes", "null", "[]", "-"


def everything_in(schema: GraphQLSchema, name: str, path: tuple[str, ...] = ()) -> str:
    """Return a selection of all fields of a type, without recursion into types on the path."""
    return " ".join(_fields(schema, name, path))


def parts_of(schema: GraphQLSchema, name: str, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield selections that together have all fields of a type, each within the cost limit."""
    part: list[str] = []
    for each in _pieces(schema, name, path):
        if part and _token_count(*part, each) > MAX_TOKENS:
            yield " ".join(part)
            part = []
        part.append(each)
    yield " ".join(part)


def _pieces(schema: GraphQLSchema, name: str, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the selection of each field; a field with a large selection is split below itself."""
    for each in _fields(schema, name, path):
        if _token_count(each) <= MAX_TOKENS:
            yield each
            continue
        field_text = each.partition("{")[0].strip()
        kind = schema.get_type(name)
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        inner = get_named_type(kind.fields[field_text.partition("(")[0]].type).name
        piece: list[str] = []
        for below in _pieces(schema, inner, (*path, name)):
            if piece and _token_count(*piece, below) > MAX_TOKENS:
                yield f"{field_text} {{ {' '.join(piece)} }}"
                piece = []
            piece.append(below)
        yield f"{field_text} {{ {' '.join(piece)} }}"


def _token_count(*selections: str) -> int:
    return len(" ".join(selections).split())


def _fields(schema: GraphQLSchema, name: str, path: tuple[str, ...]) -> list[str]:
    kind = schema.get_type(name)
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    fields = [_selected(schema, each, field, (*path, name)) for each, field in kind.fields.items()]
    return [field for field in fields if field]


def _selected(schema: GraphQLSchema, name: str, field: GraphQLField, path: tuple[str, ...]) -> str:
    kind = get_named_type(field.type)
    arguments = [(each, argument) for each, argument in field.args.items() if each in ARGUMENTS]
    assert all(each in ARGUMENTS for each, argument in field.args.items() if is_required_argument(argument)), name
    if (path[-1], name) == ("Person", "schemes"):
        return "schemes { scheme }"  # The cells of one scheme are those of `scheme(name:)`.
    field_text = name + (f"({', '.join(f'{each}: {ARGUMENTS[each]}' for each, _ in arguments)})" if arguments else "")
    if is_leaf_type(kind):
        return field_text
    if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) or kind.name in path or len(path) >= MAX_DEPTH:
        return ""
    inner = everything_in(schema, kind.name, path)
    return f"{field_text} {{ {inner} }}" if inner else ""


def forms(path: str, kind: str, selection: str, number: int, *, is_compiled: bool) -> list[str]:
    """Return the documents for one path: by default the plain one or one of the others, in turn for each account."""
    plain, *others = _variants(path, kind, selection)
    if DATABASE == "sqlite" and IS_FULL:
        return [plain, *others]
    # The compiler reads aliases and fragments in code of its own, before the database is asked.
    return [others[number // 2 % len(others)]] if DATABASE == "sqlite" and is_compiled and number % 2 else [plain]


def _variants(path: str, kind: str, selection: str) -> Iterator[str]:
    """Yield the document for `selection` at `path`: plain, with aliases, and with fragments."""
    yield f"{{ {path % f'{{ {selection} }}'} }}"
    yield f"{{ other: {path % f'{{ {selection} }}'} }}"
    inline = f"{{ ... on {kind} @include(if: true) {{ {selection} }} }}"
    yield f"{{ ... on Query {{ {path % inline} }} }}"
    spread = path % "{ ...Inner }"
    yield f"{{ ...Outer }} fragment Outer on Query {{ {spread} }} fragment Inner on {kind} {{ {selection} }}"


def cells(value: Any, names: tuple[str, ...]) -> Mapping[str, str]:
    """Return the cells at the end of a path; `names` are the response keys that lead there."""
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
        if isinstance(inner, dict) and len(here) < CELL_DEPTH and "code" not in inner:
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


def table(rows: Mapping[str, Mapping[str, str]], principals: tuple[str, ...]) -> list[str]:
    """Return text lines: a row for each field, a column for each account."""
    width = max(map(len, rows))
    columns = {
        principal: max([len(principal), *(len(cell.get(principal, ABSENT)) for cell in rows.values())])
        for principal in principals
    }
    head = " " * width + "".join(f"  {principal:{columns[principal]}}" for principal in principals)
    lines = [
        f"{row:{width}}" + "".join(f"  {cell.get(principal, ABSENT):{columns[principal]}}" for principal in principals)
        for row, cell in rows.items()
    ]
    return [line.rstrip() for line in (head, *lines)]
