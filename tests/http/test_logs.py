"""Lines of JSON that find a request, and hold nothing about anybody."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.accounts import events
from api.errors import DatabaseBehind
from api.http.observability.logs import Book, RequestLog, configure_logging
from api.settings import Settings
from tests.http.sample import JSON, SECRET, edge
from tests.personal import OF_A_HALL


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator["Lines"]:
    """What is logged while a test runs."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    # The run listens to everybody; here they are as in a Hall.
    levels = {name: logging.getLogger(name).level for name in OF_A_HALL}
    for name in OF_A_HALL:
        logging.getLogger(name).setLevel(logging.NOTSET)
    written = io.StringIO()
    monkeypatch.setattr(sys, "stdout", written)
    configure_logging(Settings(log_level="DEBUG"))
    yield Lines(written)
    logging.captureWarnings(capture=False)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    root.handlers[:], root.level = before


class Lines:
    """What was written."""

    def __init__(self, written: io.StringIO) -> None:
        self.written = written

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield each line, read as JSON."""
        for handler in logging.getLogger().handlers:
            if isinstance(handler, Book):
                handler.write_waiting()
        return (json.loads(line) for line in self.written.getvalue().splitlines())


def test_security_events_are_written_at_every_level(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wants to read of errors alone does not lose who signed in."""
    monkeypatch.setattr(sys, "stdout", lines.written)
    configure_logging(Settings(log_level="ERROR"))
    logging.getLogger("hall").info("a line like others")
    events.log(events.SecurityEvent.SIGN_IN, 17, events.EventOutcome.DONE, "r" * 32)
    (line,) = lines
    assert line.pop("at")
    assert line == {
        "level": "INFO", "event": "security", "logger": "hall.security", "act": "SIGN_IN", "outcome": "DONE",
        "account": 17, "request_id": "r" * 32,
    }  # fmt: skip


async def test_each_request_is_one_line(lines: Lines) -> None:
    """With its id, which the answer has too, the path without its query, how it ended, and the operation's name."""
    async with edge() as client:
        query = {"query": "query Hello { thing { name } }", "variables": json.dumps({"a": SECRET})}
        response = await client.get("/graphql", params=query)
    (line,) = lines
    assert line.pop("at").endswith("+08:00")
    assert line.pop("ms") >= 0
    assert line == {
        "level": "INFO", "event": "request", "request_id": response.headers["x-request-id"], "method": "GET",
        "path": "/graphql", "status": 200, "operation": "Hello",
    }  # fmt: skip


async def test_an_id_from_outside_is_not_taken_over() -> None:
    """Two requests never share an id, whatever a client says."""
    async with edge() as client:
        ids = {
            (await client.get("/graphql", headers={"X-Request-Id": "mine"})).headers["x-request-id"] for _ in range(2)
        }
    assert len(ids) == 2
    assert all(len(each) == 32 and each.isalnum() for each in ids)


async def test_no_line_holds_what_was_sent(lines: Lines) -> None:
    """Not in the body, the address, the path, a name or a header; not when it fails either."""
    requests: list[dict[str, Any]] = [
        {"json": {"query": f'{{ echo(text: "{SECRET}") fault wrongType }}'}},
        {"json": {"query": f"query Q{SECRET} {{ fault }}"}},
        {"json": {"query": f"{{ a{SECRET}: fault }}"}},
        {"json": {"query": "query ($t: String!) { echo(text: $t) }", "variables": {"t": int(SECRET)}}},
        {"content": SECRET, "headers": JSON},
        {
            "json": {"query": "{ thing { name } }"},
            "headers": {"Cookie": f"hall_session={SECRET}", "User-Agent": SECRET},
        },
    ]
    async with edge() as client:
        for request in requests:
            await client.post("/graphql", **request)
        await client.get(f"/{SECRET}")
        await client.request(SECRET, "/graphql")
    assert len(list(lines)) > len(requests)
    assert SECRET not in lines.written.getvalue()


async def test_a_fault_is_found_by_its_reference(lines: Lines) -> None:
    """The line says which field, which exception and where it was raised."""
    async with edge() as client:
        response = await client.post("/graphql", json={"query": "{ fault }"})
    fault, request = lines
    assert fault["request_id"] == request["request_id"] == response.headers["x-request-id"]
    assert (fault["field"], fault["exception"]) == ("fault", "ValueError")
    assert fault["frames"][-1].startswith("tests/http/sample.py:")


async def test_what_no_layer_caught_is_answered_and_found(lines: Lines) -> None:
    """The outermost layer answers when the application itself fails."""

    async def failing(*_: Any) -> None:
        raise KeyError(SECRET)

    transport = httpx.ASGITransport(RequestLog(failing))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        response = await client.get("/")
    fault, request = lines
    assert (response.status_code, request["status"], fault["exception"]) == (500, 500, "KeyError")
    assert SECRET not in lines.written.getvalue()


def test_other_packages_say_only_what_is_fixed(lines: Lines) -> None:
    """Their values, their exceptions' messages and everything below a warning stay out."""
    stranger = logging.getLogger("tortoise.db_client")
    stranger.debug("SELECT %s", SECRET)
    stranger.warning("could not do %s", SECRET)
    stranger.error("Task exception was never retrieved\nfuture: <Task %s>", SECRET, exc_info=ValueError(SECRET))
    first, second = lines
    assert (first["event"], first["logger"]) == ("could not do %s", "tortoise.db_client")
    assert (second["event"], second["exception"]) == ("Task exception was never retrieved", "ValueError")
    assert SECRET not in lines.written.getvalue()


def test_an_error_of_our_own_says_the_cure(lines: Lines) -> None:
    """Messages of our own exceptions never hold values, and are the ones that help."""
    behind = DatabaseBehind("Apply them with `python -m api migrate`.")
    logging.getLogger("hall").error("the Hall cannot open", exc_info=behind)
    (line,) = lines
    assert "migrate" in line["message"]
