"""A guide and its clauses: the official text word for word, numbered, read from guide.md.

A clause is a heading `## FE-5 注意事项 3` and a quotation, each line behind `> `. A heading that ends in （告知） marks
a clause that informs and binds nobody. Whatever stands outside headings and quotations is for readers of the file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

HEADING = re.compile(r"## (?P<id>[A-Z]{2}-[0-9]+) (?P<place>.+?)(?P<informs>（告知）)?")


class MalformedGuide(ValueError):
    """A guide cannot be read; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered piece of the official text; `place` is where it stands there."""

    id: str
    text: str
    binding: bool
    place: str = ""


class Guide(Mapping[str, Clause]):
    """The clauses of a guide by their numbers."""

    def __init__(self, path: Path, clauses: Mapping[str, Clause]) -> None:
        self._path = path
        self._clauses = dict(clauses)

    def __getitem__(self, number: str) -> Clause:
        """Return the clause of that number; raise MalformedGuide where the guide has none."""
        if number not in self._clauses:
            raise MalformedGuide(f"{self._path}: has no clause {number}")
        return self._clauses[number]

    def __contains__(self, number: object) -> bool:
        return number in self._clauses

    def __iter__(self) -> Iterator[str]:
        return iter(self._clauses)

    def __len__(self) -> int:
        return len(self._clauses)


def read_guide(path: Path) -> Guide:
    """Return the guide in a file; raise MalformedGuide naming file and line where it cannot be read."""
    clauses: dict[str, Clause] = {}
    for place, heading, text in _quotations(path):
        found = HEADING.fullmatch(heading)
        if found is None:
            raise MalformedGuide(f"{place}: a clause's heading reads like '## FE-5 注意事项 3'")
        number = found["id"]
        if number in clauses:
            raise MalformedGuide(f"{place}: the clause {number} stands twice")
        if not text:
            raise MalformedGuide(f"{place}: the clause {number} quotes nothing")
        clauses[number] = Clause(number, text, found["informs"] is None, found["place"])
    if not clauses:
        raise MalformedGuide(f"{path}: has no clause")
    return Guide(path, clauses)


def _quotations(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield where a heading stands, the heading, and the text that is quoted below it."""
    place, heading, quoted = "", "", list[str]()
    for count, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("## "):
            if heading:
                yield place, heading, "\n".join(quoted)
            place, heading, quoted = f"{path}:{count}", line, []
        elif line.startswith("> "):
            if not heading:
                raise MalformedGuide(f"{path}:{count}: a quotation before the first clause")
            quoted.append(line.removeprefix("> "))
    if heading:
        yield place, heading, "\n".join(quoted)
