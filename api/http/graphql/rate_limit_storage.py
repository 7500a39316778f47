"""Storage for the package `limits`, by the Hall's clock: in memory, or in a SQLite file that workers share.

The package's own memory storage starts a thread at each count, and its shared storages need another server.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from limits.storage import Storage

from api import clock
from api.http.server.worker_state import current_shared_folder

MAX_COUNTS = 20_000
# Seconds between deletions of expired counters from the file.
CLEARED_EVERY = 1_000
FILE = "counts.sqlite3"
TABLE = "CREATE TABLE counts (key TEXT PRIMARY KEY, count INTEGER, ends REAL) WITHOUT ROWID"
# A process may read the clock, then wait for another process, which writes a later expiry. An expiry that is later
# still comes from before the clock was set back.
WAITING_SECONDS = 10
COUNT = """
INSERT INTO counts VALUES (:key, :amount, :ends) ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN ends <= :now OR ends > :latest THEN :amount ELSE count + :amount END,
    ends = CASE WHEN ends <= :now OR ends > :latest THEN :ends ELSE ends END
RETURNING count
"""


def storage() -> Storage:
    """Return the storage of this process."""
    folder = current_shared_folder()
    return MemoryStorage() if folder is None else SharedFileStorage(folder / FILE)


def create_shared_file(folder: Path) -> None:
    """Create the shared file before the workers start: two that created it at the same time would block each other."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as rows:
        rows.execute("PRAGMA journal_mode = WAL")
        rows.execute(TABLE)


class MemoryStorage(Storage):
    """Counters of this process, by the Hall's clock. The library's memory storage starts a thread at each count."""

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """The exceptions of the storage; this one raises none."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to a counter, which expires after `expiry` seconds; return its value."""
        now = clock.now().timestamp()
        count, ends = self._counts.get(key, (0, 0.0))
        if ends <= now or ends > now + expiry + WAITING_SECONDS:
            if len(self._counts) >= MAX_COUNTS:
                self._evict(now)
            count, ends = 0, now + expiry
        self._counts[key] = count + amount, ends
        return count + amount

    def _evict(self, now: float) -> None:
        self._counts = {key: entry for key, entry in self._counts.items() if entry[1] > now}
        if len(self._counts) >= MAX_COUNTS:
            self._counts.clear()

    def get(self, key: str) -> int:
        """Return the value of a counter."""
        count, ends = self._counts.get(key, (0, 0.0))
        return count if ends > clock.now().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        """Return when a counter expires, in seconds since the epoch."""
        return self._counts.get(key, (0, 0.0))[1]

    def check(self) -> bool:
        """Return whether counting works."""
        return True

    def reset(self) -> int:
        """Delete all counters; return their number."""
        evicted = len(self._counts)
        self._counts.clear()
        return evicted

    def clear(self, key: str) -> None:
        """Delete a counter."""
        self._counts.pop(key, None)


class SharedFileStorage(Storage):
    """Counters of all processes, in a file without durability; an update takes a few microseconds."""

    STORAGE_SCHEME = None

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._rows = sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
        self._rows.execute("PRAGMA synchronous = OFF")
        self._counted = 0

    @property
    def base_exceptions(self) -> type[Exception]:
        """The exceptions of the storage."""
        return sqlite3.Error

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to a counter, which expires after `expiry` seconds; return its value."""
        now = clock.now().timestamp()
        self._counted += 1
        if self._counted % CLEARED_EVERY == 0:
            self._rows.execute("DELETE FROM counts WHERE ends <= ?", [now])
        ends = now + expiry
        # guard: waiting-is-counted-on
        parameters = {"key": key, "amount": amount, "now": now, "ends": ends, "latest": ends + WAITING_SECONDS}
        [(count,)] = self._rows.execute(COUNT, parameters).fetchall()
        return int(count)

    def get(self, key: str) -> int:
        """Return the value of a counter."""
        now = clock.now().timestamp()
        found = self._rows.execute("SELECT count FROM counts WHERE key = ? AND ends > ?", [key, now]).fetchone()
        return int(found[0]) if found else 0

    def get_expiry(self, key: str) -> float:
        """Return when a counter expires, in seconds since the epoch."""
        found = self._rows.execute("SELECT ends FROM counts WHERE key = ?", [key]).fetchone()
        return float(found[0]) if found else 0.0

    def check(self) -> bool:
        """Return whether counting works."""
        return True

    def reset(self) -> int:
        """Delete all counters; return their number."""
        return self._rows.execute("DELETE FROM counts").rowcount

    def clear(self, key: str) -> None:
        """Delete a counter."""
        self._rows.execute("DELETE FROM counts WHERE key = ?", [key])
