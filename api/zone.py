"""The time zone of the Hall: all dates are in Asia/Shanghai, whatever the machine's zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def in_shanghai(moment: datetime) -> datetime:
    """Convert to Asia/Shanghai; a naive `moment` is UTC, as in the database."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(SHANGHAI)
