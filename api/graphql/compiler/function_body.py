"""The body of one generated function, while it is assembled."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from api.db.query.row_types import JoinedColumns
from api.db.query.rows import Columns
from api.graphql.compiler.result_struct import result_struct


@dataclass(frozen=True, slots=True)
class Expression:
    """A Python expression whose value goes to the JSON encoder."""

    text: str
    is_awaited: bool = False
    # Whether its value depends on its input alone, and not on the request.
    is_pure: bool = True
    # The expression to evaluate where the text raises KeyError: a cache miss.
    otherwise: str = ""


@dataclass(slots=True)
class Needed:
    """The columns that are read of the rows behind GraphQL types; None stands for all."""

    by_type: dict[type, set[str] | None] = field(default_factory=dict)

    def add(self, kind: type, columns: set[str] | None) -> None:
        """Add columns; None adds all."""
        before = self.by_type.get(kind, set())
        self.by_type[kind] = None if before is None or columns is None else before | columns

    def columns(self) -> dict[type, Columns]:
        """Return the columns, sorted."""
        return {kind: None if found is None else tuple(sorted(found)) for kind, found in self.by_type.items()}


@dataclass(slots=True)
class Load:
    """A batched read for many objects.

    `load` returns a value for each value of the column `key`; `columns` are the needed ones, None for all. Shared loads
    are cached for the request.
    """

    name: str
    load: Callable[..., Any]
    key: str
    columns: Columns = None
    is_shared: bool = True
    # Whether its rows are encoded in the event-loop iteration in which they were read, within the same snapshot.
    is_written_at_once: bool = False

    def all(self, keys: str) -> str:
        """Return the call that loads for a list of keys; the caller awaits it."""
        return f"run.context.load_all({self.name}, {keys})" if self.is_shared else f"{self.name}({keys})"


@dataclass(slots=True)
class FunctionBody:
    """The body of a function that writes an object: statements, then one Struct of the keys with their values."""

    statements: list[str] = field(default_factory=list)
    entries: dict[str, Expression] = field(default_factory=dict)
    loads: list[Load] = field(default_factory=list)
    is_awaited: bool = False
    is_pure: bool = True
    # The columns that are read of the object's row; None where a resolver may read any.
    columns: set[str] | None = field(default_factory=set)
    # Whether the function needs the object itself, and not only its row.
    has_object: bool = False
    # The prefix of column names where the row was joined to another; the function then takes a tuple of values.
    prefix: str = ""
    # The variables that hold columns of the row, by column.
    picked: dict[str, str] = field(default_factory=dict)
    # The joined rows, by the variables that hold them.
    joined_rows: dict[str, JoinedColumns] = field(default_factory=dict)

    def entry(self, key: str, expression: Expression) -> None:
        """Add a response key with its expression."""
        self._inherit(expression)
        self.entries[key] = expression

    def local(self, expression: Expression) -> str:
        """Assign `expression` to a new variable; return its name."""
        self._inherit(expression)
        name = f"v{len(self.statements)}"
        self.statements.append(f"{name} = {expression.text}")
        return name

    def _inherit(self, expression: Expression) -> None:
        self.is_awaited |= expression.is_awaited
        self.is_pure &= expression.is_pure

    def column(self, name: str) -> str:
        """Return the variable that holds a column of the object's row; dates stay as the driver returned them."""
        path = self.prefix + name
        self.needs(path)
        return self.picked.setdefault(path, f"column{len(self.picked)}")

    def related(self, joined: JoinedColumns) -> str:
        """Return the variable that holds the joined row: see `unpacking_code`."""
        self.needs(joined.key, *joined.columns)
        name = f"related{len(self.joined_rows)}"
        self.joined_rows[name] = joined
        return name

    def needs(self, *columns: str) -> None:
        """Record that columns of the object's row are read."""
        if self.columns is not None:
            self.columns.update(columns)

    def loaded(self, load: Load) -> str:
        """Return the variable that holds the result of `load` for the object."""
        self.loads.append(load)
        self.needs(load.key)
        return f"loaded{len(self.loads) - 1}"

    @property
    def loaded_parameters(self) -> str:
        """The parameters of the function for loaded values."""
        return "".join(f", loaded{place}" for place in range(len(self.loads)))

    def lines(self, named: Callable[[str, Any], str], template: str = "return {}") -> list[str]:
        """Return the statements that compute and return the result; the row's columns are in their variables.

        `named` binds a value to a name.
        """
        shape = named("shape", result_struct(tuple(self.entries)))
        values = self.entries.values()
        cached = template.format(f"{shape}({', '.join(each.text for each in values)})")
        # guard: unknown-codes
        fallback = template.format(f"{shape}({', '.join(each.otherwise or each.text for each in values)})")
        if cached == fallback or self.is_awaited:
            # A resolver may write, for example to the access log: it must not run twice.
            return [*self.statements, fallback]
        return [*self.statements, "try:", f"    {cached}", "except KeyError:", f"    {fallback}"]
