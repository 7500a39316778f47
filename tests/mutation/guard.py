"""A removable guard: the statement below a comment `# guard: its-name` in api/.

The anchor may also precede an argument, an element, or a dict entry; other comments may follow it. Of a compound
statement only the head is replaced.
"""

import ast
import builtins
import io
import keyword
import re
import tokenize
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).parents[2]
ANCHOR = re.compile(r"^ *# guard: (.+)$", re.MULTILINE)
STRING = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""")
PYTHONS = {*keyword.kwlist, *dir(builtins)}


class InvalidGuard(Exception):
    """The guard cannot be removed; the message has the reason."""


@dataclass(frozen=True, slots=True)
class Change:
    """The change of a statement: replacement text, or replacements of its parts."""

    text: str | None = None
    parts: tuple[tuple[str, str], ...] = ()

    def new_text(self) -> str:
        """Return all new text."""
        return "\n".join([self.text or "", *(new for _, new in self.parts)])


def instead(text: str) -> Change:
    """Return the change that replaces the statement, or its head."""
    return Change(text)


def part(old: str, new: str = "") -> Change:
    """Return the change that replaces or removes a part of the statement."""
    return Change(parts=((old, new),))


REMOVED = Change()
NEVER = instead("if False:")
ALWAYS = instead("if True:")


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard: its name, its change, and the tests that should detect it."""

    name: str
    change: Change
    tests: str
    database: str = "sqlite"


class GuardLocation(NamedTuple):
    """The location of a guard: a file and the range of text to change."""

    path: Path
    text: str
    begin: int
    end: int
    is_statement: bool

    def without(self, change: Change) -> str:
        """Return the text of the file without the guard; raise InvalidGuard if the change does not apply."""
        before, statement, after = self.text[: self.begin], self.text[self.begin : self.end], self.text[self.end :]
        if change == REMOVED:
            return before + ("pass" + after if self.is_statement else after.lstrip().removeprefix(","))
        unknown = {*_names(STRING.sub("", change.new_text()))} - {*_names(self.text)} - PYTHONS
        if unknown:
            raise InvalidGuard(f"its change names {', '.join(sorted(unknown))}, and {self.path.name} does not")
        if change.text is not None:
            return before + change.text + after
        for old, new in change.parts:
            if statement.count(old) != 1:
                raise InvalidGuard(f"{old!r} is there {statement.count(old)} times")
            statement = statement.replace(old, new)
        return before + statement + after


@cache
def anchors(checkout: Path = CHECKOUT) -> tuple[tuple[str, Path], ...]:
    """Return each anchor's name with its file."""
    paths = sorted((checkout / "api").rglob("*.py"))
    return tuple((found[1], path) for path in paths for found in ANCHOR.finditer(path.read_text("utf-8")))


def find_location(guard: Guard, checkout: Path = CHECKOUT) -> GuardLocation:
    """Return the location of a guard; raise InvalidGuard unless it is unique."""
    paths = [path for name, path in anchors(checkout) if name == guard.name]
    if len(paths) != 1:
        raise InvalidGuard(f"`# guard: {guard.name}` is there {len(paths)} times in api/")
    text = paths[0].read_text("utf-8")
    lines = text.splitlines(keepends=True)
    row = next(row for row, line in enumerate(lines) if (found := ANCHOR.match(line)) and found[1] == guard.name)
    row = next((row for row in range(row, len(lines)) if not lines[row].lstrip().startswith("#")), row)
    column = len(lines[row]) - len(lines[row].lstrip())
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    beginning = starts[row] + column

    def offset_of(row: int, column: int) -> int:
        return starts[row - 1] + len(lines[row - 1].encode()[:column].decode())

    tree = ast.parse(text)
    values = {key: value for each in ast.walk(tree) if isinstance(each, ast.Dict)
              for key, value in zip(each.keys, each.values, strict=True) if key is not None}  # fmt: skip
    there = [
        (offset_of(last.end_lineno or 0, last.end_col_offset or 0), node)
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt | ast.expr | ast.keyword) and node.lineno == row + 1
        and offset_of(node.lineno, node.col_offset) == beginning
        for last in [values.get(node, node) if isinstance(node, ast.expr) else node]
    ]  # fmt: skip
    if not there:
        raise InvalidGuard(f"nothing begins below `# guard: {guard.name}` in {paths[0].name}")
    end = max(end for end, _ in there)
    statement = next((node for _, node in there if isinstance(node, ast.stmt)), None)
    if getattr(statement, "body", None) and guard.change != REMOVED:
        end = beginning + _head(text[beginning:end])
    return GuardLocation(paths[0], text, beginning, end, statement is not None)


def _head(statement: str) -> int:
    """Return the length of a compound statement's head with its colon."""
    depth = 0
    rows = statement.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(statement).readline):
        depth += (token.string in {"(", "[", "{"}) - (token.string in {")", "]", "}"})
        if token.type == tokenize.OP and token.string == ":" and depth == 0:
            return len("".join(rows[: token.end[0] - 1])) + token.end[1]
    raise InvalidGuard("the statement has no head")


def _names(code: str) -> list[str]:
    return re.findall(r"\b[A-Za-z_]\w*", code)
