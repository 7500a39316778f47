"""Pieces of the source that the compiler writes, and the functions that the source calls."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from api.engine.plan import Fault


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of the source that gives JSON text, or the name of a function that does."""

    text: str
    is_awaited: bool = False
    # Whether the text depends on the value alone, and not on who asks.
    is_pure: bool = True


@dataclass(slots=True)
class Body:
    """The inside of a function that writes an object: statements, then one text with the values in their places."""

    statements: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    # What is read for many objects at once before they are written: the names of the function and of the key.
    loads: list[tuple[str, str]] = field(default_factory=list)
    is_awaited: bool = False
    is_pure: bool = True
    has_row: bool = False

    def constant(self, text: str) -> None:
        """Add text that is the same in each answer."""
        self.parts.append(text.replace("{", "{{").replace("}", "}}"))

    def value(self, expression: Expression) -> None:
        """Add what `expression` gives."""
        self.parts.append("{" + self.local(expression) + "}")

    def local(self, expression: Expression) -> str:
        """Return the name of a variable that holds the value of `expression`."""
        self.is_awaited |= expression.is_awaited
        self.is_pure &= expression.is_pure
        name = f"v{len(self.statements)}"
        self.statements.append(f"{name} = {expression.text}")
        return name

    def column(self, name: str) -> str:
        """Return the expression for a column of the object's row."""
        if not self.has_row:
            self.has_row = True
            self.statements.insert(0, "row = it.row")
        return f"row.{name}"

    def loaded(self, load: str, key: str) -> str:
        """Return the name of what `load` gives for the object's column `key`."""
        self.loads.append((load, key))
        return f"loaded{len(self.loads) - 1}"

    def lines(self) -> list[str]:
        """Return the statements of the function."""
        return [*self.statements, f"return f'{''.join(self.parts)}'"]


def called(writer: Expression, value: str) -> Expression:
    """Return the expression that calls the function `writer` with `value`."""
    waiting = "await " if writer.is_awaited else ""
    return replace(writer, text=f"{waiting}{writer.text}({value}, run)")


async def gathered(writing: list[Awaitable[str]]) -> list[str]:
    """Return the texts of a list, written at the same time, so that loaders see all that is needed at once."""
    written = await asyncio.gather(*writing, return_exceptions=True)
    for text in written:
        if isinstance(text, BaseException):
            raise text
    return written  # type: ignore[return-value]  # no exceptions are left


def listed(value: Any) -> list[Any]:
    """Return what is to be written as a list; raise Fault for anything else."""
    if not isinstance(value, list | tuple):
        raise Fault("no list")
    return value  # type: ignore[return-value]  # either can be gone through


def missing() -> NoReturn:
    """Refuse a null where the schema promises a value."""
    raise Fault("null")
