"""The generated source, function by function, and the run-time functions that it calls."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from api.db.query.dispatch import begin_snapshot
from api.db.query.row_types import JoinedColumns, cached_tables_of, unpacking_code
from api.encryption.keyring import MARK
from api.graphql.compiler.function_body import Expression, FunctionBody, Load
from api.graphql.compiler.plan import InvalidValue, Plan
from api.graphql.compiler.resolver_info import ResolverInfo


@dataclass(frozen=True, slots=True)
class Function:
    """A generated function that returns a value for the JSON encoder."""

    name: str
    is_awaited: bool
    is_pure: bool
    # Whether its argument is the row of an object instead of the object.
    takes_row: bool = False
    # Whether one function is generated for each class of rows: see `Writers`.
    by_class: bool = False

    def call(self, value: str, loaded: str = "") -> str:
        """Return the call with an object and the values loaded for it; the caller awaits it."""
        row = f"{value}.row"
        return self._call(row if self.takes_row else value, row, loaded)

    def call_with_row(self, row: str) -> str:
        """Return the call with a row, for a function that takes rows; the caller awaits it."""
        return self._call(row, row, "")

    def _call(self, argument: str, row: str, loaded: str) -> str:
        name = f"{self.name}[{row}.__class__]" if self.by_class else self.name
        return f"{name}({argument}, run{loaded})"

    def of(self, value: str, loaded: str = "") -> Expression:
        """Return the expression for an object and the values loaded for it."""
        prefix = "await " if self.is_awaited else ""
        return Expression(f"{prefix}{self.call(value, loaded)}", self.is_awaited, self.is_pure)


@dataclass(slots=True, eq=False)
class Writers(dict[type, Callable[..., Any]]):
    """A function generated for each class of rows on first use, which unpacks its rows in one statement."""

    head: str
    first: Sequence[str]
    variables: Mapping[str, str]
    joined_rows: Mapping[str, JoinedColumns]
    lines: Sequence[str]
    names: dict[str, Any]
    # The header of the loop over rows of one class; empty for a function that takes one row.
    loop: str = ""
    # The load that read the rows, if any.
    load: Load | None = None

    def __missing__(self, kind: type) -> Callable[..., Any]:
        """Generate the function for a class of rows."""
        made: dict[str, Any] = {}
        self.names.update(cached_tables_of(kind))
        exec(compile(self.source(kind), "<plan>", "exec"), self.names, made)  # noqa: S102 - as in Source.plan
        [self[kind]] = made.values()
        return self[kind]

    def source(self, kind: type) -> str:
        """Return the source of the function for the rows of a class."""
        has_begun = self.load is not None and self.load.is_written_at_once
        looks_up = self.joined_rows and cached_tables_of(kind) and not has_begun
        # guard: list-of-one-snapshot
        before = ["begin()"] if looks_up else []
        lines = [*self.first, *unpacking_code(kind, self.variables, self.joined_rows), *self.lines]
        if self.loop:
            lines = ["written = []", *_indented(self.loop, lines), "return written"]
        return _written(self.head, [*before, *lines])


def _head(function: Function, takes: str, loaded: str) -> str:
    return f"{'async def' if function.is_awaited else 'def'} {function.name}({takes}, run{loaded}):"


def _written(head: str, lines: Sequence[str]) -> str:
    return "\n".join([*_indented(head, lines), ""])


def _indented(head: str, lines: Sequence[str]) -> list[str]:
    return [head, *(f"    {line}" for line in lines)]


@dataclass(slots=True)
class GeneratedSource:
    """The functions generated so far, and the values that they refer to by name."""

    functions: list[str] = field(default_factory=list)
    by_class: list[Writers] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=lambda: dict(KNOWN))

    def function(
        self, lines: Sequence[str], *, like: Expression | Function | FunctionBody, loaded: str = ""
    ) -> Function:
        """Add a function, awaited and pure as `like` is; return it."""
        function = Function(self._new_name(), like.is_awaited, like.is_pure)
        self.functions.append(_written(_head(function, "it", loaded), lines))
        return function

    def writer(self, body: FunctionBody) -> Function:
        """Add the function of a body; return it."""
        lines = body.lines(self.named)
        if not (body.picked or body.joined_rows):
            return self.function(lines, like=body, loaded=body.loaded_parameters)
        if body.prefix:
            return self.function([f"({', '.join(body.picked.values())},) = it", *lines], like=body)
        function = Function(self._new_name(), body.is_awaited, body.is_pure, not body.has_object, by_class=True)
        head = _head(function, "it" if body.has_object else "row", body.loaded_parameters)
        first = ["row = it.row"] if body.has_object else []
        self._by_class(function, Writers(head, first, body.picked, body.joined_rows, lines, self.names))
        return function

    def listing(self, writer: Function, body: FunctionBody, rows: str, load: Load | None = None) -> Expression:
        """Return the expression that applies `writer`, the function of a body, to rows that one statement read.

        `load` is the load that read the rows; values loaded for them are passed as variables.
        """
        if not writer.by_class:
            return Expression(f"[{writer.call_with_row('each')} for each in {rows}]", is_pure=writer.is_pure)
        loaded, several = body.loaded_parameters, replace(writer, name=self._new_name())
        head, lines = _head(several, "rows", loaded), body.lines(self.named, "written.append({})")
        loop = f"for row{loaded} in zip(rows{loaded}):" if loaded else "for row in rows:"
        self._by_class(several, Writers(head, [], body.picked, body.joined_rows, lines, self.names, loop, load))
        call = f"{several.name}[{rows}[0].__class__]({rows}, run{loaded})"
        return Expression(f"{call} if {rows} else []", is_pure=writer.is_pure)

    def _by_class(self, function: Function, writers: Writers) -> None:
        self.names[function.name] = writers
        self.by_class.append(writers)

    def _new_name(self) -> str:
        return f"write{len(self.functions) + len(self.by_class)}"

    def named(self, kind: str, value: Any) -> str:
        """Bind `value` to a new name; return the name."""
        name = f"{kind}{len(self.names)}"
        self.names[name] = value
        return name

    def plan(self, last: str) -> Plan:
        """Return the plan; `last` is the source of its function, which is called plan."""
        source = "\n".join([*self.functions, last])
        exec(compile(source, "<plan>", "exec"), self.names)  # noqa: S102 - the source is ours: see the compiler
        whole = "\n".join([*(each.source(object) for each in self.by_class), source])
        return Plan(self.names["plan"], whole, is_sequential="gathered(" not in whole)


async def gathered(writing: list[Awaitable[Any]]) -> list[Any]:
    """Return the items of a list, awaited concurrently, so that data loaders see all keys in one batch."""
    written = await asyncio.gather(*writing, return_exceptions=True)
    for each in written:
        if isinstance(each, BaseException):
            raise each
    return written


def listed(value: Any) -> list[Any]:
    """Return `value` if it is a list or a tuple; raise InvalidValue otherwise."""
    if not isinstance(value, list | tuple):
        raise InvalidValue("no list")
    return value  # type: ignore[return-value]  # both can be iterated


def alike(rows: list[Any]) -> list[Any]:
    """Return rows of one class; raise InvalidValue where they have several classes."""
    if len(set(map(type, rows))) > 1:
        raise InvalidValue("rows of several classes")
    return rows


def missing() -> NoReturn:
    """Raise InvalidValue: the schema promises a value, and there is none."""
    raise InvalidValue("null")


KNOWN: dict[str, Any] = {
    "ResolverInfo": ResolverInfo,
    "MARK": MARK,
    "alike": alike,
    "begin": begin_snapshot,
    "gathered": gathered,
    "listed": listed,
    "missing": missing,
}
