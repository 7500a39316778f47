"""Notices: the official text that has to be read and accepted, in the version in force on a day."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from api.errors import Malformed
from api.law.clause import Clause, Guide
from api.text.canonical_json import content_digest

FIELDS = {"version", "published_on", "clauses", "consent", "digest"}


class MalformedNotice(Malformed):
    """The notices are malformed; the message names the file and the line."""


@dataclass(frozen=True)
class Notice:
    """One version of a scheme's notice: its clauses word for word, including headings, and the words of consent.

    `published_on` is the first day on which the Hall uses the version: the official text has no date.
    """

    scheme: str
    version: str
    published_on: date
    clauses: tuple[Clause, ...]
    consent: str

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of the UTF-8 JSON of [version, [[clause id, text], …], consent], without spaces."""
        content = [self.version, [[clause.id, clause.text] for clause in self.clauses], self.consent]
        return content_digest(content)


def read_notices(path: Path, scheme: str, guide: Guide) -> tuple[Notice, ...]:
    """Read the versions of a notice, oldest first, or raise MalformedNotice."""
    text = path.read_text(encoding="utf-8")
    try:
        tables: list[dict[str, Any]] = tomllib.loads(text).get("notice", [])
    except tomllib.TOMLDecodeError as error:
        raise MalformedNotice(f"{path}: {error}") from None
    lines = [count for count, line in enumerate(text.splitlines(), start=1) if line.strip() == "[[notice]]"]
    if not tables or len(lines) != len(tables):
        raise MalformedNotice(f"{path}:1: each version of the notice begins with [[notice]] on a line of its own")
    notices = [_notice(f"{path}:{line}", table, scheme, guide) for line, table in zip(lines, tables, strict=True)]
    for earlier, later, line in zip(notices, notices[1:], lines[1:], strict=False):
        if later.published_on <= earlier.published_on or later.version in {
            n.version for n in notices if n is not later
        }:
            raise MalformedNotice(
                f"{path}:{line}: a notice has a version of its own and a later day than the one before"
            )
    return tuple(notices)


def _notice(place: str, table: dict[str, Any], scheme: str, guide: Guide) -> Notice:
    if set(table) != FIELDS or type(table["published_on"]) is not date or not isinstance(table["clauses"], list):
        raise MalformedNotice(f"{place}: a notice has {', '.join(sorted(FIELDS))}, and nothing else")
    numbers = [*table["clauses"], table["consent"]]
    if missing := [str(number) for number in numbers if number not in guide]:
        raise MalformedNotice(f"{place}: quotes {', '.join(missing)}, which the guide does not have")
    clauses = tuple(guide[number] for number in table["clauses"])
    found = Notice(scheme, str(table["version"]), table["published_on"], clauses, guide[table["consent"]].text)
    if found.digest != table["digest"]:
        raise MalformedNotice(
            f"{place}: the digest is {found.digest}. Write it down for a new version. If the version is published "
            "already, its words were changed: give changed words clauses of their own in the guide, and a new version"
        )
    return found


def in_force(notices: Sequence[Notice], day: date) -> Notice | None:
    """Return the newest version published by `day`; None before the first."""
    published = [notice for notice in notices if notice.published_on <= day]
    return published[-1] if published else None
