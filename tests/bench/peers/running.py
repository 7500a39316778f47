"""Serves the Python peers like the Hall: uvloop, httptools, no request log.

python -m tests.bench.peers.NAME PORT DATABASE
"""

import sys

import uvicorn
from starlette.types import ASGIApp

# Settings of each SQLite connection: durable commits, and a cache for the whole database.
PRAGMAS = ("synchronous = FULL", "cache_size = -65536")


def port() -> int:
    """Return the port."""
    return int(sys.argv[1])


def database() -> str:
    """Return the path or URL of the database."""
    return sys.argv[2]


def run(app: ASGIApp) -> None:
    """Serve until terminated."""
    uvicorn.run(app, host="127.0.0.1", port=port(), log_level="warning", access_log=False, proxy_headers=False)
