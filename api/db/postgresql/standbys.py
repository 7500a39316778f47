"""The standbys that may answer reads while no primary does.

Among the servers of an address, the standby that has received most has each acknowledged commit, if at most one server
is lost and commits wait for a standby (`synchronous_standby_names`). It may be read once it has replayed all of that:
then no read misses an acknowledged write, and no ended session is taken for a live one.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import asyncpg

from api.db.postgresql.client import Client
from api.db.postgresql.connect import connect
from api.db.postgresql.dsn import Address

ASKING_SECONDS = 2
CLOSING_SECONDS = 1
RECEIVED = "coalesce(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0'::pg_lsn, 0)::bigint"
STATE = f"SELECT NOT pg_is_in_recovery() AS is_primary, {RECEIVED} AS received"
# True on a primary too, such as a standby that was promoted.
IS_CURRENT = "SELECT coalesce(pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn(), true)"


class State(NamedTuple):
    """What a server has: whether it is the primary, and the position that it has received."""

    is_primary: bool
    received: int
    place: tuple[str, int] | str


@dataclass(eq=False, slots=True)
class Standby:
    """One server, from which connections for reading are opened."""

    address: Address
    open: Callable[..., Any]
    is_pooled: bool = False
    on_dead_connection: list[Callable[[], None]] = field(default_factory=list)

    async def open_connection(self, **settings: str) -> asyncpg.Connection:
        """Open a connection with additional server settings."""
        return await self.open(self.address, **settings)

    async def replace_idle_connections(self) -> None:
        """Replace all idle connections after one was found dead."""
        for terminate_idle in self.on_dead_connection:
            terminate_idle()


class Standbys:
    """The servers of an address, of which one may be read."""

    def __init__(self, client: Client, address: Address) -> None:
        self._client = client
        self._address = address

    async def choose(self) -> Standby | None:
        """Return the server that may be read; None if too few answer to know."""
        hosts = self._address.hosts
        answers = await asyncio.gather(*(self._state(place) for place in hosts))
        states = [state for state in answers if state is not None]
        if len(states) < max(1, len(hosts) - 1):
            return None
        best = max(states, key=lambda state: (state.is_primary, state.received))
        return Standby(self._at(best.place), self._client.open_connection_to)

    async def _state(self, place: tuple[str, int] | str) -> State | None:
        try:
            async with asyncio.timeout(ASKING_SECONDS):
                connection = await connect(self._at(place), timeout=ASKING_SECONDS, statement_cache_size=0)
                try:
                    row = await connection.fetchrow(STATE)
                finally:
                    await connection.close(timeout=CLOSING_SECONDS)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return None
        return State(row["is_primary"], row["received"], place)

    def _at(self, place: tuple[str, int] | str) -> Address:
        return replace(self._address, hosts=(place,), session="any")
