"""Measures writes, each on a copy of the database, because a person can enrol only once.

Only the measured server runs. Each measurement checks that every response has a stored row.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.contestants import Server
from tests.bench.load import Measured, answer_to, load, measure_briefly
from tests.bench.rounds import Cell, Different
from tests.bench.serving import running_server

# The number of persons for the warm-up; the others are measured.
WARMING = 300
VARYING_COLUMNS = {
    "id", "public_id", "enrolment_id", "number", "digest", "content_digest", "request_id", "verdict", "lines",
    "kept_at", "given_at", "issued_at", "registered_at", "at",
}  # fmt: skip
TABLES = ("kept_answer", "consent", "receipt", "flexible_employment_enrolment", "access_log_entry", "person")


class Writing:
    """Measures registrations on copies of one database."""

    def __init__(self, folder: Path, database: str, core: int) -> None:
        self._folder = folder
        self._core = core
        self._original = folder / "original.sqlite3"
        self._copy = folder / "copy.sqlite3"
        shutil.copy(database.removeprefix("sqlite://"), self._original)

    def compare(self, requests: Mapping[Cell, Sequence[bytes]]) -> None:
        """Raise Different if two contestants respond differently or store different rows."""
        seen: list[tuple[Cell, list[Any]]] = []
        for cell, these in requests.items():
            with self._running_copy(cell.contestant.server) as port:
                answers = [answer_to(port, request) for request in these[:3]]
            seen.append((cell, [*answers, *self._rows()]))
        for cell, found in seen[1:]:
            first, expected = seen[0]
            for one, other in zip(found, expected, strict=True):
                if one != other:
                    raise Different(f"{cell.contestant.name} and {first.contestant.name}:\n{one}\n{other}")

    def measure(self, cell: Cell, requests: Sequence[bytes], *, seconds: int, load_core: int) -> Measured:
        """Return the measurement of a contestant; raise RuntimeError unless every response has a stored row."""
        with self._running_copy(cell.contestant.server) as port:
            if not seconds:
                return measure_briefly(port, requests)
            for request in requests[:WARMING]:
                answer_to(port, request)
            figures = load(port, requests[WARMING:], self._folder, seconds=seconds, core=load_core)
        stored = len(self._select("SELECT id FROM flexible_employment_enrolment"))
        if not figures.answers <= stored - WARMING < len(requests) - WARMING:
            raise RuntimeError(f"{figures.answers} answers, but {stored} rows")
        return figures

    @contextmanager
    def _running_copy(self, server: Server) -> Iterator[int]:
        for leftover in self._folder.glob(f"{self._copy.name}*"):
            leftover.unlink()
        shutil.copy(self._original, self._copy)
        with running_server(server, f"sqlite://{self._copy}", self._folder, core=self._core) as port:
            yield port

    def _rows(self) -> list[Any]:
        """Return the rows of registrations without the columns that vary."""
        found: list[Any] = []
        for table in TABLES:
            columns = {column["name"] for column in self._select(f"PRAGMA table_info({table})")}
            rows = self._select(f"SELECT * FROM {table} ORDER BY id LIMIT 10")  # noqa: S608 - names of ours
            found += [[table, *((name, row[name]) for name in sorted(columns - VARYING_COLUMNS))] for row in rows]
        return found

    def _select(self, statement: str) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(self._copy)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(statement).fetchall()
