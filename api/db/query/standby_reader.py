"""Reads from the primary, and from a standby while the primary cannot be reached.

Writes are not concerned, nor what has to be logged before it is answered: they are BUSY until there is a primary.
"""

import asyncio
import logging
from collections.abc import Sequence
from time import monotonic
from typing import Any

import asyncpg

from api.db.errors import CONNECTION_ERRORS
from api.db.postgresql.client import Client
from api.db.postgresql.standbys import BEYOND, IS_CURRENT, Standby, Standbys
from api.db.query.postgresql_reader import NoFreeConnection, PostgreSQLReader
from api.errors import DatabaseBusy

# Errors after which the primary counts as lost. A statement's own error, or a lack of connections, is none.
LOST = (
    *CONNECTION_ERRORS,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)
# The time between two looks for the primary, and for the standby that has received most.
LOOK_SECONDS = 1
# The time that a standby gets to replay what acknowledged commits need, in steps.
REPLAY_SECONDS, STEP_SECONDS = 1.0, 0.05
# After this time a read that reaches no server is BUSY.
PATIENCE_SECONDS = 3
logger = logging.getLogger("hall")


class StandbyReader:
    """The readers of this process: of the primary, and for a while of a standby."""

    def __init__(self, client: Client, standbys: Standbys) -> None:
        self._client = client
        self._standbys = standbys
        self._primary = PostgreSQLReader(client)
        self._standby: PostgreSQLReader | None = None
        self._server: Standby | None = None
        # Runs while the primary is lost; its first look has ended once `_has_looked` is set.
        self._looking: asyncio.Task[None] | None = None
        self._has_looked = asyncio.Event()

    @property
    def reads_standby(self) -> bool:
        """Whether a standby answers reads now."""
        return self._standby is not None

    async def fetch(self, sql: str, values: Sequence[Any], *, needs_custom_plan: bool = False) -> list[Any]:
        """Return the rows of a statement; raise the last error if neither the primary nor a standby can be read."""
        give_up_at = monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await self._fetch_once(sql, values, needs_custom_plan=needs_custom_plan)
            except NoFreeConnection:
                raise
            except LOST as error:
                self._look(type(error).__name__)
                if monotonic() > give_up_at:
                    raise
            # A standby can be lost too, or become the primary meanwhile.
            await asyncio.sleep(STEP_SECONDS)

    async def _fetch_once(self, sql: str, values: Sequence[Any], *, needs_custom_plan: bool) -> list[Any]:
        if self._looking is not None:
            await self._has_looked.wait()
        reader = self._standby or self._primary
        if reader is self._standby:
            await self._wait_until_current(reader)
        return await reader.fetch(sql, values, needs_custom_plan=needs_custom_plan)

    async def close(self) -> None:
        """Close all connections."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])
        await self._read_from(None)
        await self._standbys.disconnect()
        await self._primary.close()

    def _look(self, cause: str) -> None:
        if self._looking is None:
            logger.warning("the primary cannot be reached (%s): looking for a standby to read from", cause)
            self._has_looked.clear()
            self._looking = asyncio.create_task(self._look_until_found())

    async def _look_until_found(self) -> None:
        """Read from a standby until the primary can be reached again."""
        try:
            while not await self._finds_primary():
                await self._read_from(await self._standbys.choose())
                self._has_looked.set()
                await asyncio.sleep(LOOK_SECONDS)
            await self._read_from(None)
            await self._standbys.disconnect()
            logger.warning("the primary can be reached: reads go there")
        finally:
            self._looking = None
            self._has_looked.set()

    async def _finds_primary(self) -> bool:
        try:
            connection = await self._client.open_connection(default_transaction_read_only="on")
        except (*LOST, asyncpg.PostgresError):
            return False
        await connection.close()
        return True

    async def _wait_until_current(self, reader: PostgreSQLReader) -> None:
        """Return once a standby has replayed each acknowledged commit; raise DatabaseBusy if that takes too long."""
        give_up_at = monotonic() + REPLAY_SECONDS
        position = BEYOND
        while monotonic() < give_up_at:
            if position == BEYOND:
                position = await self._standbys.position()
            # guard: standby-has-replayed
            if (await reader.fetch(IS_CURRENT, (position,)))[0][0]:
                return
            await asyncio.sleep(STEP_SECONDS)
        raise DatabaseBusy("the standby has not replayed each acknowledged commit")

    async def _read_from(self, server: Standby | None) -> None:
        if server is not None and self._server is not None and server.address == self._server.address:
            return
        former, self._server = self._standby, server
        self._standby = None if server is None else PostgreSQLReader(server)
        if server is not None:
            logger.warning("reads go to %s", server.address)
        if former is not None:
            await former.close()
