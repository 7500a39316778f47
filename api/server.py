"""The server: one process, or several workers on one port under a supervisor."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from multiprocessing import connection, parent_process
from socket import socket
from threading import Thread
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from api.adapters.uvicorn import HttpToolsProtocol
from api.app import Hall
from api.db import database
from api.db.database import is_sqlite
from api.errors import DatabaseUnreachable, HallError, SettingsError
from api.http.graphql.rate_limit_storage import create_shared_file
from api.http.observability.logs import configure_logging
from api.http.server.connection_limits import raise_open_files
from api.http.server.protocol import ConnectionBesideOthers, ConnectionWithTasks, HallProtocol
from api.http.server.worker_state import shared_folder
from api.settings import HttpName, Settings

# The time-out for closing the database after a signal during the start.
STARTUP_CANCEL_SECONDS = 1


class CannotServe(HallError):
    """The server could not start; the message says why."""


class Server(uvicorn.Server):
    """uvicorn's server, except that a signal cancels the start."""

    _starting: asyncio.Task[Any] | None = None

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start; return early after a signal."""
        self._starting = starting = asyncio.current_task()
        try:
            # A signal can arrive before this task exists.
            if not self.should_exit:
                await super().startup(sockets)
        except asyncio.CancelledError:
            if starting is None or not self.should_exit:
                raise
            starting.uncancel()
            await _cancel(asyncio.all_tasks() - {starting})
        finally:
            self._starting = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop the server, and cancel a start."""
        super().handle_exit(sig, frame)
        # A server that listens has nothing left to wait for: a cancellation would reach its shutdown instead.
        if self._starting is not None and not getattr(self, "servers", ()):
            self._starting.cancel()


async def _cancel(tasks: set[asyncio.Task[Any]]) -> None:
    """Cancel the tasks of a start, whose lifespan then closes the database."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=STARTUP_CANCEL_SECONDS)


async def serve(settings: Settings) -> int:
    """Serve until a signal; return the exit status."""
    if settings.is_traced:
        _require_telemetry()
    configure_logging(settings)
    if settings.workers == 1:
        await _serve_single(settings)
        return 0
    # The workers wait for a database that cannot be reached.
    with suppress(DatabaseUnreachable):
        async with database.connected(settings) as context:
            # Checked once here: otherwise each worker would log the error.
            await database.require_current(context)
    config = configuration(settings, f"{__name__}:worker")
    with _listening(settings):
        supervisor = Multiprocess(config, [config.bind_socket()])
    with shared_folder() as folder:
        # guard: workers-share-their-counts
        create_shared_file(folder)
        supervisor.run()
    if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
        raise CannotServe("a worker could not open; the log says why.")
    return 0


async def _serve_single(settings: Settings) -> None:
    raise_open_files()
    hall = Hall(settings, is_prepared=True)
    server = Server(configuration(settings, hall))
    hall.stop = partial(setattr, server, "should_exit", True)
    try:
        with _listening(settings):
            await server.serve()
    except CannotServe:
        if hall.failure is None:
            raise
    if hall.failure is not None:
        raise hall.failure


@contextmanager
def _listening(settings: Settings) -> Iterator[None]:
    """Raise CannotServe where uvicorn logs an error and exits."""
    try:
        yield
    except SystemExit:
        raise CannotServe(
            f"it cannot listen on {settings.host}:{settings.port}; the log says why. Another program may listen there."
        ) from None


def worker() -> Hall:
    """Return the application of one worker process."""
    _end_with_parent()
    settings = Settings.from_environment(os.environ)
    configure_logging(settings)
    raise_open_files()
    return Hall(settings, is_prepared=True)


def _end_with_parent() -> None:
    """Send this worker SIGTERM once the supervisor has died, which would otherwise stop it."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_terminate_after, args=(parent.sentinel,), name="parent", daemon=True).start()


def _terminate_after(parent: int) -> None:
    connection.wait([parent])
    os.kill(os.getpid(), signal.SIGTERM)


def _require_telemetry() -> None:
    """Raise SettingsError where tracing is configured but its packages are missing."""
    if find_spec("opentelemetry") is None:
        raise SettingsError(
            "An OTEL_EXPORTER_OTLP_… variable names a collector, and the packages that send traces are missing; "
            "install requirements-telemetry.txt, or leave the variable out."
        )


def _protocol_class(settings: Settings) -> type[HttpToolsProtocol]:
    if settings.http is HttpName.UVICORN:
        return HttpToolsProtocol
    if not is_sqlite(settings):
        return ConnectionWithTasks
    return HallProtocol if settings.workers == 1 else ConnectionBesideOthers


def configuration(settings: Settings, application: ASGIApp | str) -> uvicorn.Config:
    """Return uvicorn's configuration for an application, or for the name of its factory."""
    # guard: forwarded-addresses
    return uvicorn.Config(
        application,
        factory=isinstance(application, str),
        workers=settings.workers,
        host=settings.host,
        port=settings.port,
        http=_protocol_class(settings),
        log_config=None,
        access_log=False,
        server_header=False,
        # Only these may set X-Forwarded-For and -Proto; uvicorn's default also trusts 127.0.0.1.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=8,  # the time-out of a request
    )
