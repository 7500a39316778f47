"""The only clock of the Hall."""

from datetime import date, datetime

from api.zone import SHANGHAI


def now() -> datetime:
    """Return the current time, aware, in Asia/Shanghai."""
    return datetime.now(SHANGHAI)


def today() -> date:
    """Return today's date in Asia/Shanghai."""
    return now().date()
