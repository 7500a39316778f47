"""Pieces of the source that the compiler writes, and the functions that the source calls."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from api.engine.plan import Fault


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of the source that gives JSON text."""

    text: str
    is_awaited: bool = False


@dataclass(slots=True)
class Body:
    """The inside of a function that writes an object: statements, then one text with the values in their places."""

    statements: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    is_awaited: bool = False

    def constant(self, text: str) -> None:
        """Add text that is the same in each answer."""
        self.parts.append(text.replace("{", "{{").replace("}", "}}"))

    def value(self, expression: Expression) -> None:
        """Add what `expression` gives."""
        self.is_awaited |= expression.is_awaited
        self.parts.append("{" + self.local(expression.text) + "}")

    def local(self, expression: str) -> str:
        """Return the name of a variable that holds the value of `expression`."""
        name = f"v{len(self.statements)}"
        self.statements.append(f"{name} = {expression}")
        return name

    def lines(self) -> list[str]:
        """Return the statements of the function."""
        return [*self.statements, f"return f'{''.join(self.parts)}'"]


def called(writer: Expression, value: str) -> Expression:
    """Return the expression that calls the function `writer` with `value`."""
    waiting = "await " if writer.is_awaited else ""
    return Expression(f"{waiting}{writer.text}({value}, run)", writer.is_awaited)


async def gathered(writing: list[Awaitable[str]]) -> str:
    """Return the texts of a list, written at the same time, so that loaders see all that is needed at once."""
    written = await asyncio.gather(*writing, return_exceptions=True)
    for text in written:
        if isinstance(text, BaseException):
            raise text
    return ",".join(written)  # type: ignore[arg-type]  # no exceptions are left


def listed(value: Any) -> list[Any]:
    """Return what is to be written as a list; raise Fault for anything else."""
    if not isinstance(value, list | tuple):
        raise Fault("no list")
    return value  # type: ignore[return-value]  # either can be gone through


def missing() -> NoReturn:
    """Refuse a null where the schema promises a value."""
    raise Fault("null")
