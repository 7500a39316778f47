"""Clients that enrol and read through the proxy while something happens to the cluster."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Self

from tests.durability.crowd import Member
from tests.durability.load import result
from tests.durability.wire import DISCONNECTED, Connection, Response

WRITERS, READERS = 4, 4
# A client that is answered BUSY waits as Retry-After says, shortened.
PAUSE_SECONDS = 0.2
OWN = json.dumps({"query": "{ viewer { account person { id flexibleEmployment { current { status } } } } }"}).encode()
BUSY_STATUSES = {502, 503, 504}


@dataclass(slots=True)
class Crowd:
    """The clients, and what they were answered."""

    address: str
    members: Iterator[Member]
    # Receipt numbers by member, and when each was acknowledged.
    receipts: dict[int, str] = field(default_factory=dict)
    acknowledged: list[float] = field(default_factory=list)
    # Submissions that have no answer yet.
    pending: list[Member] = field(default_factory=list)
    busy_writes: int = 0
    # Receipts that were read by the person right after they were acknowledged.
    read_receipts: int = 0
    reads: int = 0
    busy_reads: int = 0
    disconnected: int = 0
    # How long the test itself keeps writes from being acknowledged.
    partitioned_seconds: float = 0
    unexpected: list[Response] = field(default_factory=list)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator["Crowd"]:
        """Let the clients work during the block; afterwards each submission is repeated until it has an answer."""
        async with asyncio.TaskGroup() as group:
            for _ in range(WRITERS):
                group.create_task(self._write())
            for number in range(READERS):
                group.create_task(self._read(number))
            try:
                yield self
            finally:
                self._stopping.set()

    def longest_gap(self) -> float:
        """Return the longest time without an acknowledged write, beyond that of a partition."""
        gaps = (later - earlier for earlier, later in zip(self.acknowledged, self.acknowledged[1:], strict=False))
        return max(gaps) - self.partitioned_seconds

    async def _write(self) -> None:
        async with _Client(self) as client:
            for member in self.members:
                while not (answer := await client.post(member, member.body("key"))):
                    self.busy_writes += 1
                    await asyncio.sleep(PAUSE_SECONDS)
                self.receipts[member.number] = result(answer)["enrolment"]["receipt"]["number"]
                self.acknowledged.append(monotonic())
                await self._read_receipt(client, member)
                if self._stopping.is_set():
                    return
        raise AssertionError("more members are needed")

    async def _read_receipt(self, client: "_Client", member: Member) -> None:
        """Read what was just acknowledged, from whichever Hall and server: unless they are BUSY, it is there."""
        answer = await client.post(member, OWN)
        if answer:
            self.read_receipts += 1
            assert answer.content["data"]["viewer"]["person"]["flexibleEmployment"]["current"], member.number

    async def _read(self, number: int) -> None:
        reader = next(self.members)
        async with _Client(self) as client:
            while not self._stopping.is_set():
                answer = await client.post(reader, OWN)
                self.reads += 1
                if answer:
                    assert answer.content["data"]["viewer"]["person"], number
                else:
                    self.busy_reads += 1
                await asyncio.sleep(PAUSE_SECONDS / 4)


class _Client:
    """A client with one connection, which it opens again after a loss."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._connection: Connection | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def post(self, member: Member, body: bytes) -> Response | None:
        """Return the response, or None if it is BUSY or was lost."""
        try:
            if self._connection is None:
                self._connection = await Connection.open(self._crowd.address)
            answer = await self._connection.post(body, member.headers())
        except DISCONNECTED:
            self._crowd.disconnected += 1
            if self._connection is not None:
                with suppress(*DISCONNECTED):
                    await self._connection.close()
            self._connection = None
            return None
        if answer.headers.get("connection") == "close":
            await self._connection.close()
            self._connection = None
        if answer.status in BUSY_STATUSES and _code(answer) == "BUSY" and answer.headers.get("retry-after") == "1":
            return None
        if answer.status != 200 or "errors" in answer.content:
            self._crowd.unexpected.append(answer)
            return None
        return answer


def _code(answer: Response) -> str:
    try:
        return str(answer.content["errors"][0]["extensions"]["code"])
    except (ValueError, KeyError, IndexError):
        return ""
