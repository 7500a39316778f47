"""How the peers in Python are served: as the Hall is, with uvloop and httptools and without a log.

python -m tests.bench.peers.NAME PORT DATABASE
"""

import sys

import uvicorn
from starlette.types import ASGIApp

# How each connection to SQLite is tuned: what is committed is on the disk, and all that is read fits into memory.
PRAGMAS = ("synchronous = FULL", "cache_size = -65536")


def port() -> int:
    """Return the port on which to serve."""
    return int(sys.argv[1])


def database() -> str:
    """Return the path or the address of the database."""
    return sys.argv[2]


def run(app: ASGIApp) -> None:
    """Serve until told to stop."""
    uvicorn.run(app, host="127.0.0.1", port=port(), log_level="warning", access_log=False, proxy_headers=False)
