"""Security events of commands, on standard error."""

import logging
import sys

from api.http.observability.logs import SECURITY, JSONFormatter


def print_events() -> None:
    """Print security events to standard error, as the server writes them to its log."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JSONFormatter())
    events = logging.getLogger(SECURITY)
    events.addHandler(handler)
    events.setLevel(logging.INFO)
