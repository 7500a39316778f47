"""A guide and its clauses: the official text word for word, numbered, read from guide.md.

A clause is a heading `## FE-5 注意事项 3` and a quotation, whose lines begin with `> `. The suffix （告知） marks an
informative clause, which no rule cites. The suffixes （标题）, （小标题） and （列项） mark a heading, a subheading or
a numbered item of the official text. Headings of other levels quote official words that are no clauses, such as titles.
Other text is a comment.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from traceback import extract_stack

from api.errors import Malformed

HEADING = re.compile(
    r"## (?P<id>(?P<guide>[A-Z]{2})-(?P<number>[1-9][0-9]*)) (?P<place>\S.*?)(?P<informs>（告知）)?"
    r"(?:（(?P<form>标题|小标题|列项)）)?"
)


class MalformedGuide(Malformed):
    """A guide is malformed or lacks a cited clause; the message names the file and the line."""


class ClauseForm(StrEnum):
    """The role of a clause in the layout of the official text."""

    TEXT = "TEXT"
    HEADING = "HEADING"
    SUBHEADING = "SUBHEADING"
    ITEM = "ITEM"


FORMS = {None: ClauseForm.TEXT, "标题": ClauseForm.HEADING, "小标题": ClauseForm.SUBHEADING, "列项": ClauseForm.ITEM}


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered piece of the official text; `place` is its position there."""

    id: str
    text: str
    binding: bool
    place: str = ""
    form: ClauseForm = ClauseForm.TEXT


class Guide(Mapping[str, Clause]):
    """The clauses of a guide by their numbers, in the order of the official text."""

    def __init__(self, path: Path, clauses: Mapping[str, Clause]) -> None:
        self._path = path
        self._clauses = dict(clauses)

    def __getitem__(self, number: str) -> Clause:
        """Return the clause of that number, or raise MalformedGuide, naming the line that cites it."""
        if number not in self._clauses:
            citing = extract_stack(limit=2)[0]
            raise MalformedGuide(f"{citing.filename}:{citing.lineno}: cites {number}, which {self._path} does not have")
        return self._clauses[number]

    def __contains__(self, number: object) -> bool:
        """Return whether the guide has a clause of that number."""
        return number in self._clauses

    def __iter__(self) -> Iterator[str]:
        return iter(self._clauses)

    def __len__(self) -> int:
        return len(self._clauses)


def read_guide(path: Path) -> Guide:
    """Read a guide, or raise MalformedGuide."""
    clauses: dict[str, Clause] = {}
    for section in _parse_sections(path):
        if (heading := section.heading) is None:
            continue
        if not section.quoted:
            raise MalformedGuide(f"{section.place}: the clause {heading['id']} quotes nothing")
        if heading["id"] in clauses:
            raise MalformedGuide(f"{section.place}: the clause {heading['id']} stands twice")
        clauses[heading["id"]] = Clause(
            heading["id"],
            "\n".join(section.quoted),
            heading["informs"] is None,
            heading["place"],
            FORMS[heading["form"]],
        )
    if not clauses:
        raise MalformedGuide(f"{path}:1: has no clause; one begins with a heading like '## FE-5 注意事项 3'")
    _check_numbering(path, clauses)
    return Guide(path, clauses)


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading with the quotation below it; `heading` is None if it begins no clause."""

    place: str
    heading: re.Match[str] | None
    quoted: list[str]


def _parse_sections(path: Path) -> list[_Section]:
    sections: list[_Section] = []
    for count, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        place = f"{path}:{count}"
        if line.startswith("## "):
            heading = HEADING.fullmatch(line)
            if heading is None:
                raise MalformedGuide(f"{place}: a clause's heading reads like '## FE-5 注意事项 3'")
            sections.append(_Section(place, heading, []))
        elif line.startswith("#"):
            sections.append(_Section(place, None, []))
        elif line.startswith(">"):
            if not sections:
                raise MalformedGuide(f"{place}: a quotation stands below a heading")
            if not line.startswith("> ") or not line.removeprefix("> ").strip():
                raise MalformedGuide(f"{place}: a quotation begins with '> ' and says something")
            sections[-1].quoted.append(line.removeprefix("> "))
    return sections


def _check_numbering(path: Path, clauses: Mapping[str, Clause]) -> None:
    """Reject gaps in the numbering: receipts and verdicts may cite a clause that was removed."""
    guides = {number.partition("-")[0] for number in clauses}
    if len(guides) > 1:
        raise MalformedGuide(f"{path}:1: has clauses of several guides: {', '.join(sorted(guides))}")
    (guide,) = guides
    for count in range(1, len(clauses) + 1):
        if f"{guide}-{count}" not in clauses:
            raise MalformedGuide(f"{path}:1: has {len(clauses)} clauses, but no {guide}-{count}")
