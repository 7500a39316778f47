"""Notices: the official text that has to be read and accepted, in the version in force on a day."""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from api.schemes.clause import Clause, Guide

FIELDS = {"version", "published_on", "clauses", "consent"}


class MalformedNotice(ValueError):
    """Notices cannot be read; the message names the file and the notice."""


@dataclass(frozen=True)
class Notice:
    """One version of a scheme's notice: its clauses word for word, and the words of consent."""

    scheme: str
    version: str
    published_on: date
    clauses: tuple[Clause, ...]
    consent: str

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of the UTF-8 JSON of [version, [[clause id, text], …], consent], without spaces."""
        content = [self.version, [[clause.id, clause.text] for clause in self.clauses], self.consent]
        return sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def read_notices(path: Path, scheme: str, guide: Guide) -> tuple[Notice, ...]:
    """Return the versions of a notice, oldest first; raise MalformedNotice naming the file where one is wrong."""
    try:
        tables: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get("notice", [])
    except tomllib.TOMLDecodeError as error:
        raise MalformedNotice(f"{path}: {error}") from None
    notices = [_notice(path, count, table, scheme, guide) for count, table in enumerate(tables, start=1)]
    if not notices:
        raise MalformedNotice(f"{path}: has no [[notice]]")
    if len({notice.version for notice in notices}) < len(notices):
        raise MalformedNotice(f"{path}: two notices have the same version")
    return tuple(sorted(notices, key=lambda notice: notice.published_on))


def _notice(path: Path, count: int, table: dict[str, Any], scheme: str, guide: Guide) -> Notice:
    if set(table) != FIELDS or type(table["published_on"]) is not date:
        raise MalformedNotice(f"{path}: notice {count} needs {', '.join(sorted(FIELDS))}")
    numbers = [*table["clauses"], table["consent"]]
    if missing := [number for number in numbers if number not in guide]:
        raise MalformedNotice(f"{path}: notice {count} quotes {', '.join(missing)}, which the guide does not have")
    clauses = tuple(guide[number] for number in table["clauses"])
    return Notice(scheme, table["version"], table["published_on"], clauses, guide[table["consent"]].text)


def in_force(notices: Sequence[Notice], day: date) -> Notice | None:
    """Return the newest version published by `day`; None before the first."""
    published = [notice for notice in notices if notice.published_on <= day]
    return published[-1] if published else None
