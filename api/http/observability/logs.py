"""Structured log lines on standard output, one JSON object each: the request, its status, its duration.

A line contains no values: no query string, no variables, no messages of exceptions, no arguments of other packages' log
calls. Its request id is the supportReference, and a fault has its place in the code.
"""

import asyncio
import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import clock
from api.errors import HallError
from api.http.observability.metrics import log_lines
from api.http.request_state import FIELDS, KEY, RequestState
from api.http.responses import Header, header_bytes, json_response
from api.settings import Settings

logger = logging.getLogger("hall")
INTERNAL = "内部错误，请稍后重试。Internal error; try again later."
# Operation names come from the client; one with a run of digits may be an identity number.
PLAIN_NAME = re.compile(r"(?!.*[0-9]{4})[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)
MAX_NAMES = 256
PLAIN_PATH = re.compile(r"(?!.*[0-9]{6})/[A-Za-z0-9._/-]{0,127}", re.ASCII)
CHECKOUT = Path(__file__).parents[3]
# Loggers whose messages are fixed texts, or name the address that the server listens on.
OWN_LOGGERS = ("hall", "uvicorn")
SECURITY = "hall.security"
NOT_FOUND = 404
Measure = Callable[[Scope, RequestState, float], None]


def configure_logging(settings: Settings) -> None:
    """Send log records to standard output as lines of JSON; ours from the level of the settings upwards."""
    handler = BatchingHandler(sys.stdout)
    handler.setFormatter(JSONFormatter())
    # Below WARNING other packages log data: SQL with values, addresses, bytes.
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(settings.log_level)
    # Security events are logged at every log level.
    logging.getLogger(SECURITY).setLevel(logging.INFO)
    logging.getLogger("uvicorn.error").addFilter(_is_no_traceback_text)


def _is_no_traceback_text(record: logging.LogRecord) -> bool:
    """Whether a record is not the text of a traceback from Starlette: the line before it names the cause."""
    return not record.getMessage().startswith("Traceback ")


class BatchingHandler(logging.StreamHandler[TextIO]):
    """Writes log records; lines about requests are written in one batch for each event-loop iteration."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._batch: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record after the lines in the batch."""
        self.write_batch()
        log_lines.labels(record.levelname).inc()
        super().emit(record)

    def add(self, line: str) -> None:
        """Add a line to the batch, which is written in the next event-loop iteration."""
        if not self._batch:
            asyncio.get_running_loop().call_soon(self.write_batch)
        self._batch.append(line)

    def write_batch(self) -> None:
        """Write the lines in the batch."""
        if self._batch:
            lines, self._batch = self._batch, []
            self.stream.write("".join(lines))
            self.flush()


def _configured_handler() -> BatchingHandler | None:
    """Return the configured log handler; None where logging is not configured, as in a test."""
    return next((handler for handler in logging.getLogger().handlers if isinstance(handler, BatchingHandler)), None)


class JSONFormatter(logging.Formatter):
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
        return msgspec.json.encode(line, enc_hook=str).decode()


def _event(record: logging.LogRecord) -> str:
    """Return a record's message; from other packages only its first line, and without the values put into it."""
    is_own = record.name.partition(".")[0] in OWN_LOGGERS
    # guard: log-lines-without-values
    text = record.getMessage() if is_own else str(record.msg)
    return text.strip().partition("\n")[0]


def fault(error: BaseException) -> dict[str, Any]:
    """Return where an exception came from: its types and frames, innermost last, no message that may hold a value."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    fields: dict[str, Any] = {
        "exception": " <- ".join(type(each).__name__ for each in chain),
        "frames": [
            f"{_place(frame.filename)}:{frame.lineno} {frame.name}"
            for each in reversed(chain)
            for frame in traceback.extract_tb(each.__traceback__)
        ],
    }
    if isinstance(error, HallError):
        fields["message"] = str(error)
    return fields


def _place(filename: str) -> str:
    """Return the path of a file relative to its package or to the checkout."""
    return filename.rpartition("site-packages/")[2].removeprefix(f"{CHECKOUT}/")


def log_fault(event: str, request_id: str, error: BaseException, path: Sequence[str | int] | None = None) -> None:
    """Log a fault of the Hall: its place in the code, without values."""
    fields: dict[str, Any] = {"request_id": request_id, **fault(error)}
    if path:
        fields["field"] = ".".join(str(key) for key in path if isinstance(key, str) and PLAIN_NAME.fullmatch(key))
    logger.error(event, extra={FIELDS: fields})


@lru_cache(MAX_NAMES)
def plain_name(name: str | None) -> str | None:
    """Return the name of an operation, if it may be logged: the client may have put a number into it."""
    return name if name and PLAIN_NAME.fullmatch(name) else None


class RequestLog:
    """The outermost layer: gives each request its id and each response its headers, and logs one line about both.

    It answers where an exception has passed all other layers.
    """

    def __init__(self, app: ASGIApp, headers: Sequence[Header] = (), measure: Measure | None = None) -> None:
        self._app = app
        self._measure = measure
        self._headers = headers
        self._names = frozenset(name for name, _ in headers)
        self._head = header_bytes(headers)
        self._handler = _configured_handler()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope[KEY] = RequestState(head=self._head)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                state.status = message["status"]
                message["headers"] = self._completed(message.get("headers", ()), state.request_id)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets an answer and the log gets the place
            log_fault("a request failed", state.request_id, error)
            if not state.status:
                await _internal_error(state)(scope, receive, send_with_headers)
        finally:
            seconds = perf_counter() - state.began
            if self._measure is not None:
                self._measure(scope, state, seconds)
            if self._handler is not None and logger.isEnabledFor(logging.INFO):
                self._handler.add(_line(scope, state, seconds))

    def _completed(self, own: Iterable[Header], request_id: str) -> list[Header]:
        """Return the headers of a response with the common ones that it does not have itself."""
        headers = [*own, (b"x-request-id", request_id.encode())]
        if self._names.isdisjoint([name for name, _ in headers]):
            return [*headers, *self._headers]
        own_names = {name for name, _ in headers}
        return [*headers, *(header for header in self._headers if header[0] not in own_names)]


def _internal_error(state: RequestState) -> ASGIApp:
    extensions = {"code": "INTERNAL", "supportReference": state.request_id}
    return json_response(500, {"errors": [{"message": INTERNAL, "extensions": extensions}]})


def _line(scope: Scope, state: RequestState, seconds: float) -> str:
    """Return the line about a request; its values contain no character that JSON escapes."""
    method = scope["method"]
    # An unknown path may contain any value.
    path = _plain_path(scope["path"]) if state.status != NOT_FOUND else "?"
    name = plain_name(state.operation)
    operation = f',"operation":"{name}"' if name else ""
    return (
        f'{{"at":"{clock.now().isoformat(timespec="milliseconds")}","level":"INFO","event":"request",'
        f'"request_id":"{state.request_id}","method":"{method if method.isalpha() else "?"}","path":"{path}",'
        f'"status":{state.status},"ms":{seconds * 1000:.1f}{operation}}}\n'
    )


@lru_cache(MAX_NAMES)
def _plain_path(path: str) -> str:
    return path if PLAIN_PATH.fullmatch(path) else "?"
