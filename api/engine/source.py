"""Pieces of the source that the compiler writes, and the functions that the source calls."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from api.engine.plan import Asking, Fault, Plan
from api.engine.shape import shape_of
from api.reading.records import Picks
from api.reading.rows import Columns


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of the source that gives what the encoder writes, or the name of a function that does."""

    text: str
    is_awaited: bool = False
    # Whether what it gives depends on the value alone, and not on who asks.
    is_pure: bool = True
    # Whether the function takes the row of an object, and not the object.
    of_row: bool = False


@dataclass(slots=True)
class Needed:
    """The columns that are read of the rows behind GraphQL types; None are all."""

    by_type: dict[type, set[str] | None] = field(default_factory=dict)

    def add(self, kind: type, columns: set[str] | None) -> None:
        """Say that some more are read."""
        before = self.by_type.get(kind, set())
        self.by_type[kind] = None if before is None or columns is None else before | columns

    def columns(self) -> dict[type, Columns]:
        """Return them in a settled order."""
        return {kind: None if found is None else tuple(sorted(found)) for kind, found in self.by_type.items()}


@dataclass(slots=True)
class Load:
    """What is read for many objects at once before they are written.

    `load` gives a value for each value of the column `key`; `columns` are those that are needed, None are all.
    """

    name: str
    load: Callable[..., Any]
    key: str
    columns: Columns = None


@dataclass(slots=True)
class Body:
    """The inside of a function that writes an object: statements, then one `shape_of` the keys with their values."""

    statements: list[str] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)
    loads: list[Load] = field(default_factory=list)
    is_awaited: bool = False
    is_pure: bool = True
    # The columns that are read of the object's row; None where a resolver may look at any.
    columns: set[str] | None = field(default_factory=set)
    # Whether the object itself is looked at, and not only its row.
    has_object: bool = False
    # What stands before the names of columns where the row was read together with another: then the values are given.
    prefix: str = ""
    # The variables that hold columns of the row, by the columns.
    picked: dict[str, str] = field(default_factory=dict)

    def entry(self, key: str, expression: Expression) -> None:
        """Put what `expression` gives under a key."""
        self._asks_for(expression)
        self.entries[key] = expression.text

    def local(self, expression: Expression) -> str:
        """Return the name of a variable that holds the value of `expression`."""
        self._asks_for(expression)
        name = f"v{len(self.statements)}"
        self.statements.append(f"{name} = {expression.text}")
        return name

    def _asks_for(self, expression: Expression) -> None:
        self.is_awaited |= expression.is_awaited
        self.is_pure &= expression.is_pure

    def column(self, name: str) -> str:
        """Return the variable that holds a column of the object's row: of a day as the database gave it."""
        return self.picked_column(self.prefix + name)

    def picked_column(self, path: str) -> str:
        """Return the variable that holds what the row has at a path, which may be the column of a joined row."""
        self.needs(path)
        return self.picked.setdefault(path, f"column{len(self.picked)}")

    def needs(self, *columns: str) -> None:
        """Say that columns of the object's row are read."""
        if self.columns is not None:
            self.columns.update(columns)

    def loaded(self, load: Load) -> str:
        """Return the name of what `load` gives for the object."""
        self.loads.append(load)
        self.needs(load.key)
        return f"loaded{len(self.loads) - 1}"

    @property
    def given(self) -> str:
        """The parameters of the function for what was loaded before."""
        return "".join(f", loaded{place}" for place in range(len(self.loads)))

    def lines(self, source: "Source") -> list[str]:
        """Return the statements of the function."""
        keys, values = self.entries.keys(), self.entries.values()
        shape = source.named("shape", shape_of(tuple(keys)))
        return [*self._picking(source), *self.statements, f"return {shape}({', '.join(values)})"]

    def _picking(self, source: "Source") -> list[str]:
        if not self.picked:
            return []
        row = ["row = it.row"] if self.has_object else []
        given = "row" if self.prefix else f"{source.named('pick', Picks(tuple(self.picked)))}[row.__class__](row)"
        return [*row, f"({', '.join(self.picked.values())},) = {given}"]


@dataclass(slots=True)
class Source:
    """What has been written so far: functions, and the values that they know by name."""

    functions: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=lambda: dict(KNOWN))

    def function(self, lines: list[str], *, like: Expression | Body, given: str = "", takes: str = "it") -> Expression:
        """Write a function that is awaited and pure as `like` is; return its name."""
        name = f"write{len(self.functions)}"
        head = f"{'async def' if like.is_awaited else 'def'} {name}({takes}, run{given}):"
        self.functions.append("\n".join([head, *(f"    {line}" for line in lines), ""]))
        return Expression(name, is_awaited=like.is_awaited, is_pure=like.is_pure, of_row=takes == "row")

    def named(self, kind: str, value: Any) -> str:
        """Return the name under which the functions know `value`."""
        name = f"{kind}{len(self.names)}"
        self.names[name] = value
        return name

    def plan(self, last: str) -> Plan:
        """Return the plan whose function is `last`, which is called plan."""
        source = "\n".join([*self.functions, last])
        exec(compile(source, "<plan>", "exec"), self.names)  # noqa: S102 - the source is ours: see the compiler
        return Plan(write=self.names["plan"], source=source, in_turn="gathered(" not in source)


def called(writer: Expression, value: str) -> Expression:
    """Return the expression that calls the function `writer` with the object `value`."""
    waiting, row = "await " if writer.is_awaited else "", ".row" if writer.of_row else ""
    return replace(writer, text=f"{waiting}{writer.text}({value}{row}, run)")


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
        raise Fault("no list")
    return value  # type: ignore[return-value]  # either can be gone through


def missing() -> NoReturn:
    """Refuse a null where the schema promises a value."""
    raise Fault("null")


KNOWN: dict[str, Any] = {"Asking": Asking, "gathered": gathered, "listed": listed, "missing": missing}
