"""Structured lines on standard output, one JSON object each: which request, how it ended, how long it took.

A line never holds a value: no query string, no variables, no messages of exceptions, no arguments of other packages'
log calls. What is left finds the request (its id is the supportReference) and the place in the code.
"""

import logging
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import clock
from api.errors import HallError
from api.http.answers import json_answer
from api.http.exchange import KEY, Exchange
from api.settings import Settings

logger = logging.getLogger("hall")
INTERNAL = "内部错误，请稍后重试。Internal error; try again later."
# Names that whoever wrote the operation chose; one with digits in a row could be somebody's number.
PLAIN_NAME = re.compile(r"(?!.*[0-9]{4})[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)
PLAIN_PATH = re.compile(r"(?!.*[0-9]{6})/[A-Za-z0-9._/-]{0,127}", re.ASCII)
CHECKOUT = Path(__file__).parents[2]
# Their messages are fixed texts, or say where the server listens.
OPEN_BOOKS = ("hall", "uvicorn")
FIELDS = "fields"


def configure_logging(settings: Settings) -> None:
    """Send log records to standard output as lines of JSON; ours from the level of the settings upwards."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Lines())
    # Below WARNING other packages write what passes through them: SQL with its values, addresses, bytes.
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
    for name in OPEN_BOOKS:
        logging.getLogger(name).setLevel(settings.log_level)


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": _event(record),
        }
        if record.name != logger.name:
            line["logger"] = record.name
        line |= getattr(record, FIELDS, {})
        if record.exc_info and record.exc_info[1] is not None:
            line |= fault(record.exc_info[1])
        return orjson.dumps(line, default=str).decode()


def _event(record: logging.LogRecord) -> str:
    """Return a record's message; from other packages only its first line, and without the values put into it."""
    is_open = record.name.partition(".")[0] in OPEN_BOOKS
    text = record.getMessage() if is_open else str(record.msg)
    return text.strip().partition("\n")[0]


def fault(error: BaseException) -> dict[str, Any]:
    """Return where an exception came from: its types and frames, innermost last, no message that may hold a value."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    told: dict[str, Any] = {
        "exception": " <- ".join(type(each).__name__ for each in chain),
        "frames": [
            f"{_place(frame.filename)}:{frame.lineno} {frame.name}"
            for each in reversed(chain)
            for frame in traceback.extract_tb(each.__traceback__)
        ],
    }
    if isinstance(error, HallError):
        told["message"] = str(error)
    return told


def _place(filename: str) -> str:
    """Return where a file is, seen from its package or from the checkout."""
    return filename.rpartition("site-packages/")[2].removeprefix(f"{CHECKOUT}/")


def log_fault(event: str, request_id: str, error: BaseException, path: Sequence[str | int] | None = None) -> None:
    """Write down a fault of ours: where it happened, never with what."""
    fields: dict[str, Any] = {"request_id": request_id, **fault(error)}
    if path:
        fields["field"] = ".".join(str(key) for key in path if isinstance(key, str) and PLAIN_NAME.fullmatch(key))
    logger.error(event, extra={FIELDS: fields})


class RequestLog:
    """The outermost layer: gives each request its id, writes its line, and answers when everything else failed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = scope[KEY] = Exchange()
        began = perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", exchange.request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets an answer and the log gets the place
            log_fault("a request failed", exchange.request_id, error)
            if not exchange.status:
                await _sorry(exchange)(scope, receive, noting)
        finally:
            _log(scope, exchange, perf_counter() - began)


def _sorry(exchange: Exchange) -> ASGIApp:
    extensions = {"code": "INTERNAL", "supportReference": exchange.request_id}
    return json_answer(500, {"errors": [{"message": INTERNAL, "extensions": extensions}]})


def _log(scope: Scope, exchange: Exchange, seconds: float) -> None:
    path = scope["path"]
    fields: dict[str, Any] = {
        "request_id": exchange.request_id,
        "method": scope["method"] if scope["method"].isalpha() else "?",
        # An address that is not ours may hold anything.
        "path": path if exchange.status != 404 and PLAIN_PATH.fullmatch(path) else "?",
        "status": exchange.status,
        "ms": round(seconds * 1000, 1),
    }
    if exchange.operation and PLAIN_NAME.fullmatch(exchange.operation):
        fields["operation"] = exchange.operation
    logger.info("request", extra={FIELDS: fields})
