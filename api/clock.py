"""The only clock of the Hall: every day is a day in Asia/Shanghai, whatever the machine's zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return this moment, aware, in Asia/Shanghai."""
    return datetime.now(SHANGHAI)


def today() -> date:
    """Return today's date in Asia/Shanghai."""
    return now().date()


def in_shanghai(moment: datetime) -> datetime:
    """Return `moment` in Asia/Shanghai; a moment without a zone is taken as UTC, as databases store it."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(SHANGHAI)
