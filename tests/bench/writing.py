"""Measuring what writes: every time on a database of its own, since nobody can enrol twice.

Whoever is measured is the only one who serves then. That every answer stands for a row is checked each time.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.contestants import Server
from tests.bench.load import Measured, answer_to, glance, load
from tests.bench.rounds import Cell, Different
from tests.bench.serving import served

# So many people warm a server up; the others are those who are measured.
WARMING = 300
ALWAYS_OTHERWISE = {
    "id", "public_id", "enrolment_id", "number", "digest", "content_digest", "request_id", "verdict", "lines",
    "kept_at", "given_at", "issued_at", "registered_at", "at",
}  # fmt: skip
TABLES = ("kept_answer", "consent", "receipt", "flexible_employment_enrolment", "access_log_entry", "person")


class Writing:
    """Measures registrations in copies of one database."""

    def __init__(self, folder: Path, database: str, core: int) -> None:
        self._folder = folder
        self._core = core
        self._original = folder / "original.sqlite3"
        self._copy = folder / "copy.sqlite3"
        shutil.copy(database.removeprefix("sqlite://"), self._original)

    def compare(self, requests: Mapping[Cell, Sequence[bytes]]) -> None:
        """Raise Different where two contestants answer otherwise, or leave other rows behind."""
        seen: list[tuple[Cell, list[Any]]] = []
        for cell, asked in requests.items():
            with self._served(cell.contestant.server) as port:
                answers = [answer_to(port, request) for request in asked[:3]]
            seen.append((cell, [*answers, *self._rows()]))
        for cell, found in seen[1:]:
            first, expected = seen[0]
            for one, other in zip(found, expected, strict=True):
                if one != other:
                    raise Different(f"{cell.contestant.name} and {first.contestant.name}:\n{one}\n{other}")

    def measure(self, cell: Cell, requests: Sequence[bytes], *, seconds: int, load_core: int) -> Measured:
        """Return how a contestant does; raise RuntimeError where not every answer stands for a row."""
        with self._served(cell.contestant.server) as port:
            if not seconds:
                return glance(port, requests)
            for request in requests[:WARMING]:
                answer_to(port, request)
            figures = load(port, requests[WARMING:], self._folder, seconds=seconds, core=load_core)
        stored = len(self._select("SELECT id FROM flexible_employment_enrolment"))
        if not figures.answers <= stored - WARMING < len(requests) - WARMING:
            raise RuntimeError(f"{figures.answers} answers, but {stored} rows")
        return figures

    @contextmanager
    def _served(self, server: Server) -> Iterator[int]:
        for leftover in self._folder.glob(f"{self._copy.name}*"):
            leftover.unlink()
        shutil.copy(self._original, self._copy)
        with served(server, f"sqlite://{self._copy}", self._folder, core=self._core) as port:
            yield port

    def _rows(self) -> list[Any]:
        """Return what registrations left behind, but for what is different each time."""
        found: list[Any] = []
        for table in TABLES:
            columns = {column["name"] for column in self._select(f"PRAGMA table_info({table})")}
            rows = self._select(f"SELECT * FROM {table} ORDER BY id LIMIT 10")  # noqa: S608 - names of ours
            found += [[table, *((name, row[name]) for name in sorted(columns - ALWAYS_OTHERWISE))] for row in rows]
        return found

    def _select(self, statement: str) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(self._copy)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(statement).fetchall()
