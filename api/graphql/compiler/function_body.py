"""The inside of a function that the compiler writes, while it is put together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from api.db.query.row_types import JoinedColumns
from api.db.query.rows import Columns
from api.graphql.compiler.result_struct import result_struct


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of the source that gives what the encoder writes."""

    text: str
    is_awaited: bool = False
    # Whether what it gives depends on the value alone, and not on who asks.
    is_pure: bool = True
    # What gives the same where the text raises KeyError, if that may be.
    otherwise: str = ""


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

    `load` gives a value for each value of the column `key`; `columns` are those that are needed, None are all. What
    others of the request may need too is remembered for them.
    """

    name: str
    load: Callable[..., Any]
    key: str
    columns: Columns = None
    is_shared: bool = True
    # Whether it is written in the turn of the loop in which it was loaded, when looking things up has begun.
    is_written_at_once: bool = False

    def all(self, keys: str) -> str:
        """Return the call that loads for a list of keys, not awaited yet."""
        return f"run.context.load_all({self.name}, {keys})" if self.is_shared else f"{self.name}({keys})"


@dataclass(slots=True)
class FunctionBody:
    """The body of a function that writes an object: statements, then one Struct of the keys with their values."""

    statements: list[str] = field(default_factory=list)
    entries: dict[str, Expression] = field(default_factory=dict)
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
    # What foreign keys of the row lead to, by the variables that hold it.
    wanted: dict[str, JoinedColumns] = field(default_factory=dict)

    def entry(self, key: str, expression: Expression) -> None:
        """Put what `expression` gives under a key."""
        self._asks_for(expression)
        self.entries[key] = expression

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
        path = self.prefix + name
        self.needs(path)
        return self.picked.setdefault(path, f"column{len(self.picked)}")

    def related(self, wanted: JoinedColumns) -> str:
        """Return the variable that holds what a foreign key of the row leads to: see `taken_apart`."""
        self.needs(wanted.key, *wanted.columns)
        name = f"related{len(self.wanted)}"
        self.wanted[name] = wanted
        return name

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

    def lines(self, named: Callable[[str, Any], str], giving: str = "return {}") -> list[str]:
        """Return the statements that make what is written and give it; the row's columns are in their variables.

        `named` gives the name under which they know a value.
        """
        shape = named("shape", result_struct(tuple(self.entries)))
        values = self.entries.values()
        quickly = giving.format(f"{shape}({', '.join(each.text for each in values)})")
        # guard: unknown-codes
        surely = giving.format(f"{shape}({', '.join(each.otherwise or each.text for each in values)})")
        if quickly == surely or self.is_awaited:
            # What is awaited may be written down, and so is done once.
            return [*self.statements, surely]
        return [*self.statements, "try:", f"    {quickly}", "except KeyError:", f"    {surely}"]
