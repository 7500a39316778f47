"""The server: one process, or several behind one port that a parent keeps alive."""

import os
from importlib.util import find_spec

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from api.app import Hall
from api.database import is_sqlite
from api.errors import SettingsError
from api.http.connection import Connection, ConnectionBesideOthers, ConnectionWithTasks
from api.http.counts import make_common
from api.http.logs import configure_logging
from api.http.together import together
from api.settings import Settings


async def serve(settings: Settings) -> int:
    """Open the Hall until it is told to stop; return the exit status."""
    if settings.is_traced:
        _require_telemetry()
    configure_logging(settings)
    if settings.workers == 1:
        server = uvicorn.Server(configuration(settings, Hall(settings, is_prepared=True)))
        await server.serve()
        return 0 if server.started else 1
    config = configuration(settings, f"{__name__}:worker")
    supervisor = Multiprocess(config, [config.bind_socket()])
    with together() as folder:
        make_common(folder)
        supervisor.run()
    return 1 if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes) else 0


def worker() -> Hall:
    """Return the Hall of the environment, as each of several processes makes its own."""
    settings = Settings.from_environment(os.environ)
    configure_logging(settings)
    return Hall(settings, is_prepared=True)


def _require_telemetry() -> None:
    """Raise SettingsError where traces are wanted and nothing is installed that could send them."""
    if find_spec("opentelemetry") is None:
        raise SettingsError(
            "An OTEL_EXPORTER_OTLP_… variable names a collector, and the packages that send traces are missing; "
            "install requirements-telemetry.txt, or leave the variable out."
        )


def _connections(settings: Settings) -> type[Connection]:
    if not is_sqlite(settings):
        return ConnectionWithTasks
    return Connection if settings.workers == 1 else ConnectionBesideOthers


def configuration(settings: Settings, application: ASGIApp | str) -> uvicorn.Config:
    """Return how `application` is served, or what the function of that name makes."""
    return uvicorn.Config(
        application,
        factory=isinstance(application, str),
        workers=settings.workers,
        host=settings.host,
        port=settings.port,
        http=_connections(settings),
        log_config=None,
        access_log=False,
        server_header=False,
        # X-Forwarded-For and -Proto are believed from these alone; uvicorn's own default believes 127.0.0.1.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=8,  # as long as a request may take
    )
