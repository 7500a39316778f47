"""Sixty-four clients who submit for many people at the same time, and again when they get no answer."""

import asyncio
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from tests.durability.crowd import Member
from tests.durability.wire import Cut, Response, Wire

CLIENTS = 64
TIMEOUT_SECONDS = 110
DONE = ("FlexibleEmploymentRegistered", "AlreadyEnrolled")


@dataclass(frozen=True, slots=True)
class Submission:
    """One form, which is sent until a response arrives."""

    member: Member
    key: str


@dataclass(slots=True)
class Storm:
    """The forms of the clients, and the responses that they got."""

    submissions: Iterator[Submission]
    # Where the Hall is just now.
    address: Callable[[], str]
    # How many of the connections are cut before the answer.
    cuts: float = 0
    # After so many answers something happens; whoever is cut off from then on does not send again.
    enough: int = 0
    answered: list[tuple[Submission, Response]] = field(default_factory=list)
    unanswered: list[Submission] = field(default_factory=list)
    has_enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def rage(self) -> None:
        """Let all clients send until nothing is left, or until it is over."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await asyncio.gather(*(self._client() for _ in range(CLIENTS)))

    async def _client(self) -> None:
        async with AsyncExitStack() as stack:
            wire = None
            for submission in self.submissions:
                response = None
                while response is None:
                    try:
                        if wire is None:
                            wire = await Wire.open(self.address())
                            stack.push_async_callback(wire.close)
                        response = await self._sent(wire, submission)
                    except Cut:
                        if self.has_enough.is_set():
                            self.unanswered.append(submission)
                            return
                        wire = None
                self.answered.append((submission, response))
                if self.enough and len(self.answered) >= self.enough:
                    self.has_enough.set()

    async def _sent(self, wire: Wire, submission: Submission) -> Response:
        body, headers = submission.member.body(submission.key), submission.member.headers()
        if random.random() >= self.cuts:
            return await wire.post(body, headers)
        await wire.send(body, headers)
        await asyncio.sleep(random.random() / 50)
        await wire.close()
        raise ConnectionAbortedError


def submissions(members: Iterable[Member], each: int) -> Iterator[Submission]:
    """Yield so many submissions of each, close together: half under one key, half under keys of their own."""
    for member in members:
        for number in range(each):
            yield Submission(member, "same" if number % 2 else f"own-{number}")


def result(response: Response) -> dict[str, Any]:
    """Return what came of a submission; it must be a well-formed answer that names an enrolment."""
    assert response.status == 200, (response.status, response.body)
    said: dict[str, Any] = response.content["data"]["registerFlexibleEmployment"]
    assert said["__typename"] in DONE, said
    assert said["enrolment"]["receipt"]["number"]
    return said


def enrolled(storm: Storm) -> dict[int, set[tuple[str, str]]]:
    """Return the enrolments and receipts that each person got in responses."""
    confirmed: dict[int, set[tuple[str, str]]] = {}
    for submission, response in storm.answered:
        enrolment = result(response)["enrolment"]
        confirmed.setdefault(submission.member.number, set()).add((enrolment["id"], enrolment["receipt"]["number"]))
    return confirmed
