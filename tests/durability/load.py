"""64 concurrent clients that submit for many persons, and retry if they get no response."""

import asyncio
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from tests.durability.crowd import Member
from tests.durability.wire import DISCONNECTED, Connection, Response

CLIENTS = 64
TIMEOUT_SECONDS = 110
DONE = ("FlexibleEmploymentRegistered", "AlreadyEnrolled")


@dataclass(frozen=True, slots=True)
class Submission:
    """A form, which is sent until a response arrives."""

    member: Member
    key: str


@dataclass(slots=True)
class LoadTest:
    """The submissions of the clients, and their responses."""

    submissions: Iterator[Submission]
    # Returns the current address of the server.
    address: Callable[[], str]
    # The fraction of requests that are disconnected before the response.
    cuts: float = 0
    # After this number of responses `has_enough` is set, and disconnected clients stop retrying.
    enough: int = 0
    answered: list[tuple[Submission, Response]] = field(default_factory=list)
    unanswered: list[Submission] = field(default_factory=list)
    has_enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Run all clients until no submission is left, or until they stop."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await asyncio.gather(*(self._client() for _ in range(CLIENTS)))

    async def _client(self) -> None:
        async with AsyncExitStack() as stack:
            connection = None
            for submission in self.submissions:
                response = None
                while response is None:
                    try:
                        if connection is None:
                            connection = await Connection.open(self.address())
                            stack.push_async_callback(connection.close)
                        response = await self._sent(connection, submission)
                    except DISCONNECTED:
                        if self.has_enough.is_set():
                            self.unanswered.append(submission)
                            return
                        connection = None
                self.answered.append((submission, response))
                if self.enough and len(self.answered) >= self.enough:
                    self.has_enough.set()

    async def _sent(self, connection: Connection, submission: Submission) -> Response:
        body, headers = submission.member.body(submission.key), submission.member.headers()
        if random.random() >= self.cuts:
            return await connection.post(body, headers)
        await connection.send(body, headers)
        await asyncio.sleep(random.random() / 50)
        await connection.close()
        raise ConnectionAbortedError


def submissions(members: Iterable[Member], each: int) -> Iterator[Submission]:
    """Yield this number of submissions per person, adjacent: half under one key, half under distinct keys."""
    for member in members:
        for number in range(each):
            yield Submission(member, "same" if number % 2 else f"own-{number}")


def result(response: Response) -> dict[str, Any]:
    """Return the result of a submission, which must name an enrolment."""
    assert response.status == 200, (response.status, response.body)
    registration: dict[str, Any] = response.content["data"]["registerFlexibleEmployment"]
    assert registration["__typename"] in DONE, registration
    assert registration["enrolment"]["receipt"]["number"]
    return registration


def confirmed_enrolments(load_test: LoadTest) -> dict[int, set[tuple[str, str]]]:
    """Return the confirmed enrolments and receipts by person."""
    confirmed: dict[int, set[tuple[str, str]]] = {}
    for submission, response in load_test.answered:
        enrolment = result(response)["enrolment"]
        confirmed.setdefault(submission.member.number, set()).add((enrolment["id"], enrolment["receipt"]["number"]))
    return confirmed
