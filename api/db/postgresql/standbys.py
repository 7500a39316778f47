"""The standbys that may answer reads while this process reaches no primary.

An acknowledged commit is on two servers, if commits wait for a standby (`synchronous_standby_names`). So of all servers
but one, one has it: a standby that has replayed what the furthest of them had received misses none. That is asked for
each read, in rounds that reads share: other processes may reach the primary, and write meanwhile.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import asyncpg

from api.db.errors import CONNECTION_ERRORS
from api.db.postgresql.client import Client
from api.db.postgresql.connect import connect
from api.db.postgresql.dsn import Address

ASKING_SECONDS = 2
STATE = """
    SELECT NOT pg_is_in_recovery() AS is_primary, (CASE WHEN pg_is_in_recovery()
    THEN coalesce(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')
    ELSE pg_current_wal_flush_lsn() END - '0/0'::pg_lsn)::bigint AS received
"""
# True on a primary too, such as a standby that was promoted.
IS_CURRENT = "SELECT NOT pg_is_in_recovery() OR coalesce(pg_last_wal_replay_lsn() - '0/0'::pg_lsn >= $1::bigint, false)"
# No standby has replayed this.
BEYOND = 2**63 - 1


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


@dataclass(eq=False, slots=True)
class Asked:
    """One server, which is asked for its state over a connection that is kept."""

    address: Address
    place: tuple[str, int] | str
    _connection: asyncpg.Connection | None = None

    async def state(self) -> State | None:
        """Return the state, or None if the server does not answer."""
        try:
            if self._connection is None:
                self._connection = await connect(self.address, timeout=ASKING_SECONDS, statement_cache_size=0)
            row = await self._connection.fetchrow(STATE)
        except (*CONNECTION_ERRORS, asyncpg.PostgresError):
            self.disconnect()
            return None
        except asyncio.CancelledError:
            self.disconnect()
            raise
        return State(row["is_primary"], row["received"], self.place)

    def disconnect(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


class Standbys:
    """The servers of an address, of which one may be read."""

    def __init__(self, client: Client, address: Address) -> None:
        self._client = client
        self._address = address
        self._servers = [Asked(self._at(place), place) for place in address.hosts]
        self._enough = max(1, len(address.hosts) - 1)
        # The round of questions that runs or has run last, and the one after it.
        self._round: asyncio.Task[Sequence[State]] | None = None
        self._next: asyncio.Task[Sequence[State]] | None = None

    async def choose(self) -> Standby | None:
        """Return the server that may be read; None if too few answer to know."""
        states = await self._states()
        if not states:
            return None
        # Of equal ones the first of the address, so that the choice stays the same.
        order = self._address.hosts.index
        best = max(states, key=lambda state: (state.is_primary, state.received, -order(state.place)))
        return Standby(self._at(best.place), self._client.open_connection_to)

    async def position(self) -> int:
        """Return the furthest position of a commit acknowledged before the call; BEYOND if too few answer to know."""
        return max((state.received for state in await self._states()), default=BEYOND)

    async def disconnect(self) -> None:
        """Close the connections over which servers are asked, once no round of questions runs."""
        while (running := self._next or self._round) is not None and not running.done():
            await asyncio.wait({running})
        for server in self._servers:
            server.disconnect()

    async def _states(self) -> Sequence[State]:
        """Return what all servers but one say, asked after the call; nothing if fewer answer in time."""
        if self._next is None:
            self._next = asyncio.create_task(self._ask_after(self._round))
        return await asyncio.shield(self._next)

    async def _ask_after(self, before: asyncio.Task[Sequence[State]] | None) -> Sequence[State]:
        if before is not None:
            await asyncio.wait({before})
        # Who comes from now on waits for the round after this one.
        self._round, self._next = self._next, None
        asked = {asyncio.create_task(server.state()) for server in self._servers}
        try:
            return await self._first_states(asked)
        finally:
            for task in asked:
                task.cancel()
            await asyncio.wait(asked)

    async def _first_states(self, asked: set[asyncio.Task[State | None]]) -> Sequence[State]:
        states: list[State] = []
        for answer in asyncio.as_completed(asked, timeout=ASKING_SECONDS):
            try:
                state = await answer
            except TimeoutError:
                break
            if state is not None:
                states.append(state)
            if len(states) == self._enough:
                return states
        return ()

    def _at(self, place: tuple[str, int] | str) -> Address:
        return replace(self._address, hosts=(place,), session="any")
