"""Finds duplicate rows of a file, with an index on disk, so that memory does not grow with the file."""

import sqlite3
from hashlib import blake2b
from tempfile import TemporaryDirectory
from typing import Any, Self


class SeenRows:
    """The digests of keys, each with the number of its first row."""

    def __enter__(self) -> Self:
        self._folder = TemporaryDirectory(prefix="hall-import-")
        self._rows = sqlite3.connect(f"{self._folder.name}/seen.sqlite3", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("PRAGMA synchronous = OFF")
        self._rows.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID")
        self._rows.execute("BEGIN")
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()
        self._folder.cleanup()

    def first(self, key: tuple[Any, ...], number: int) -> int | None:
        """Return the number of an earlier row with this key; None for the first one, which is stored."""
        digest = blake2b(repr(key).encode(), digest_size=16).digest()
        met = self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (digest, number))
        if met.rowcount == 1:
            return None
        found: int = self._rows.execute("SELECT number FROM seen WHERE key = ?", (digest,)).fetchone()[0]
        return found
