"""The source that the compiler writes, function by function, and the functions that it calls."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from api.db.query.dispatch import begin_snapshot
from api.db.query.row_types import JoinedColumns, remembered_by, taken_apart
from api.encryption.keyring import MARK
from api.graphql.compiler.function_body import Expression, FunctionBody, Load
from api.graphql.compiler.plan import InvalidValue, Plan
from api.graphql.compiler.resolver_info import ResolverInfo


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the source that gives what the encoder writes."""

    name: str
    is_awaited: bool
    is_pure: bool
    # Whether it takes the row of an object, and not the object.
    takes_row: bool = False
    # Whether there is one for each class of rows: see `Writers`.
    by_class: bool = False

    def call(self, value: str, given: str = "") -> str:
        """Return the call with an object, and with what was loaded for it, not awaited yet."""
        row = f"{value}.row"
        return self._call(row if self.takes_row else value, row, given)

    def call_with_row(self, row: str) -> str:
        """Return the call with a row, which it has to take, not awaited yet."""
        return self._call(row, row, "")

    def _call(self, argument: str, row: str, given: str) -> str:
        name = f"{self.name}[{row}.__class__]" if self.by_class else self.name
        return f"{name}({argument}, run{given})"

    def of(self, value: str, given: str = "") -> Expression:
        """Return what it gives of an object, and of what was loaded for it."""
        waiting = "await " if self.is_awaited else ""
        return Expression(f"{waiting}{self.call(value, given)}", self.is_awaited, self.is_pure)


@dataclass(slots=True, eq=False)
class Writers(dict[type, Callable[..., Any]]):
    """A function of the source, made anew for each class of rows that it meets: each takes its rows apart at once."""

    head: str
    first: Sequence[str]
    variables: Mapping[str, str]
    wanted: Mapping[str, JoinedColumns]
    lines: Sequence[str]
    names: dict[str, Any]
    # How it goes through rows, where it is given many, all of one class.
    loop: str = ""
    # What has loaded the rows, if anything.
    load: Load | None = None

    def __missing__(self, kind: type) -> Callable[..., Any]:
        """Make the function for the rows of a class."""
        made: dict[str, Any] = {}
        self.names.update(remembered_by(kind))
        exec(compile(self.source(kind), "<plan>", "exec"), self.names, made)  # noqa: S102 - as in Source.plan
        [self[kind]] = made.values()
        return self[kind]

    def source(self, kind: type) -> str:
        """Return the source of the function for the rows of a class."""
        has_begun = self.load is not None and self.load.is_written_at_once
        looks_up = self.wanted and remembered_by(kind) and not has_begun
        # guard: list-of-one-snapshot
        before = ["begin()"] if looks_up else []
        lines = [*self.first, *taken_apart(kind, self.variables, self.wanted), *self.lines]
        if self.loop:
            lines = ["written = []", *_indented(self.loop, lines), "return written"]
        return _written(self.head, [*before, *lines])


def _head(function: Function, takes: str, given: str) -> str:
    return f"{'async def' if function.is_awaited else 'def'} {function.name}({takes}, run{given}):"


def _written(head: str, lines: Sequence[str]) -> str:
    return "\n".join([*_indented(head, lines), ""])


def _indented(head: str, lines: Sequence[str]) -> list[str]:
    return [head, *(f"    {line}" for line in lines)]


@dataclass(slots=True)
class GeneratedSource:
    """What has been written so far: functions, and the values that they know by name."""

    functions: list[str] = field(default_factory=list)
    by_class: list[Writers] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=lambda: dict(KNOWN))

    def function(
        self, lines: Sequence[str], *, like: Expression | Function | FunctionBody, given: str = ""
    ) -> Function:
        """Write a function that is awaited and pure as `like` is; return it."""
        function = Function(self._new_name(), like.is_awaited, like.is_pure)
        self.functions.append(_written(_head(function, "it", given), lines))
        return function

    def writer(self, body: FunctionBody) -> Function:
        """Write the function of a body; return it."""
        lines = body.lines(self.named)
        if not (body.picked or body.wanted):
            return self.function(lines, like=body, given=body.given)
        if body.prefix:
            return self.function([f"({', '.join(body.picked.values())},) = it", *lines], like=body)
        function = Function(self._new_name(), body.is_awaited, body.is_pure, not body.has_object, by_class=True)
        head = _head(function, "it" if body.has_object else "row", body.given)
        first = ["row = it.row"] if body.has_object else []
        self._by_class(function, Writers(head, first, body.picked, body.wanted, lines, self.names))
        return function

    def listing(self, writer: Function, body: FunctionBody, rows: str, load: Load | None = None) -> Expression:
        """Return what `writer`, the function of a body, gives of each of `rows`, which one statement read, at once.

        What was loaded for them is in the variables that it is given; `load` has loaded them.
        """
        if not writer.by_class:
            return Expression(f"[{writer.call_with_row('each')} for each in {rows}]", is_pure=writer.is_pure)
        given, several = body.given, replace(writer, name=self._new_name())
        head, lines = _head(several, "rows", given), body.lines(self.named, "written.append({})")
        loop = f"for row{given} in zip(rows{given}):" if given else "for row in rows:"
        self._by_class(several, Writers(head, [], body.picked, body.wanted, lines, self.names, loop, load))
        call = f"{several.name}[{rows}[0].__class__]({rows}, run{given})"
        return Expression(f"{call} if {rows} else []", is_pure=writer.is_pure)

    def _by_class(self, function: Function, writers: Writers) -> None:
        self.names[function.name] = writers
        self.by_class.append(writers)

    def _new_name(self) -> str:
        return f"write{len(self.functions) + len(self.by_class)}"

    def named(self, kind: str, value: Any) -> str:
        """Return the name under which the functions know `value`."""
        name = f"{kind}{len(self.names)}"
        self.names[name] = value
        return name

    def plan(self, last: str) -> Plan:
        """Return the plan whose function is `last`, which is called plan."""
        source = "\n".join([*self.functions, last])
        exec(compile(source, "<plan>", "exec"), self.names)  # noqa: S102 - the source is ours: see the compiler
        whole = "\n".join([*(each.source(object) for each in self.by_class), source])
        return Plan(self.names["plan"], whole, in_turn="gathered(" not in whole)


async def gathered(writing: list[Awaitable[Any]]) -> list[Any]:
    """Return the items of a list, written at the same time, so that loaders see all that is needed at once."""
    written = await asyncio.gather(*writing, return_exceptions=True)
    for each in written:
        if isinstance(each, BaseException):
            raise each
    return written


def listed(value: Any) -> list[Any]:
    """Return what is to be written as a list; raise Fault for anything else."""
    if not isinstance(value, list | tuple):
        raise InvalidValue("no list")
    return value  # type: ignore[return-value]  # either can be gone through


def alike(rows: list[Any]) -> list[Any]:
    """Return rows that have one class; raise Fault where they have several."""
    if len(set(map(type, rows))) > 1:
        raise InvalidValue("rows of several classes")
    return rows


def missing() -> NoReturn:
    """Refuse a null where the schema promises a value."""
    raise InvalidValue("null")


KNOWN: dict[str, Any] = {
    "Asking": ResolverInfo,
    "MARK": MARK,
    "alike": alike,
    "begin": begin_snapshot,
    "gathered": gathered,
    "listed": listed,
    "missing": missing,
}
