"""The zone of the Hall: every day is a day in Asia/Shanghai, whatever the machine's zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def in_shanghai(moment: datetime) -> datetime:
    """Return `moment` in Asia/Shanghai; a moment without a zone is taken as UTC, as databases store it."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(SHANGHAI)
