"""A synchronous standby of a PostgreSQL of the tests."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import CalledProcessError
from urllib.parse import parse_qs, urlsplit

from tests import postgres

# The standby notices soon that its primary is back.
OPTIONS = "-c wal_receiver_status_interval=1 -c wal_retrieve_retry_interval=100 -c listen_addresses=''"


class Standby:
    """A copy of the primary at `primary`, which follows it while it runs."""

    def __init__(self, primary: str, folder: Path) -> None:
        self._primary = primary
        self._folder = folder
        self._data = folder / "data"

    @property
    def address(self) -> str:
        """The address of the same database on the standby."""
        return urlsplit(self._primary)._replace(query=f"host={self._folder}").geturl()

    def copy(self) -> None:
        """Copy the running primary."""
        host = parse_qs(urlsplit(self._primary).query)["host"][0]
        postgres.tool(
            self._primary, "pg_basebackup", "-h", host, "-U", "postgres", "-D", str(self._data), "-R", "-c", "fast",
            as_server=True,
        )  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it serves reads."""
        self._control("-w", "-o", f"{OPTIONS} -k {self._folder}", "-l", str(self._folder / "log"), "start")

    def stop(self) -> None:
        """Stop it: transactions on the primary then wait for it."""
        self._control("-w", "-m", "immediate", "stop")

    def receive_no_more(self) -> None:
        """Let it go on serving what it has, as one that the network separates from the primary."""
        postgres.tool(
            self._primary, "psql", "-q", "-d", self.address,
            "-c", "ALTER SYSTEM SET primary_conninfo = ''", "-c", "SELECT pg_reload_conf()",
        )  # fmt: skip

    def promote(self) -> None:
        """Make it the primary."""
        self._control("-w", "promote")

    def _control(self, *arguments: str) -> None:
        postgres.tool(self._primary, "pg_ctl", "-D", str(self._data), *arguments, as_server=True)


@contextmanager
def standby(primary: str) -> Iterator[Standby]:
    """Run a standby of the cluster at an address; the cluster's transactions wait for it."""
    folder = Path(tempfile.mkdtemp(prefix="hall-standby-", dir=_folder_of(primary)))
    # The server's user writes here, and the tests connect.
    if (user := postgres.user(primary)) is not None:
        shutil.chown(folder, user)
    folder.chmod(0o755)
    copy = Standby(primary, folder)
    try:
        copy.copy()
        copy.start()
        postgres.tool(
            primary, "psql", "-q", "-d", primary,
            "-c", "ALTER SYSTEM SET synchronous_standby_names = '*'", "-c", "SELECT pg_reload_conf()",
        )  # fmt: skip
        yield copy
    finally:
        with suppress(CalledProcessError):
            copy.stop()


def _folder_of(primary: str) -> Path:
    return Path(parse_qs(urlsplit(primary).query)["host"][0]).parent
