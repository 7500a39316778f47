"""A clock that is set back must not revive sessions: those that had expired before are deleted.

Each worker keeps the latest time that it has seen, initially that of the access log's last entry. Workers detect a
rollback independently; a user who signs in between two detections may have to sign in again.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from tortoise.backends.base.client import BaseDBAsyncClient

from api.accesslog.models import AccessLogEntry
from api.accounts.models import Session
from api.adapters.tortoise import current_client
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.unit_of_work import delete_rows
from api.zone import in_shanghai

# Requests keep their arrival time and may be served out of order. Clock corrections of seconds are harmless, too.
TOLERANCE = timedelta(minutes=1)


@dataclass(slots=True)
class _LatestTime:
    latest: datetime
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


_latest_times: WeakKeyDictionary[BaseDBAsyncClient, _LatestTime] = WeakKeyDictionary()


async def load_latest_time() -> None:
    """Initialize the latest time from the access log."""
    last = await Rows(AccessLogEntry).only(("at",)).ordered("-id").first(1).one()
    if last is not None:
        _latest_times[current_client()] = _LatestTime(in_shanghai(last.at))


def is_behind(now: datetime) -> bool:
    """Return whether the clock has been set back; if not, record `now` as the latest time."""
    mark = _latest_times.get(current_client())
    if mark is None:
        _latest_times[current_client()] = _LatestTime(now)
        return False
    if now > mark.latest:
        mark.latest = now
        return False
    # guard: clock-set-back
    return mark.latest - now > TOLERANCE


async def delete_expired_sessions(now: datetime) -> None:
    """Delete the sessions that had expired before the clock was set back, and accept the new time."""
    mark = _latest_times[current_client()]
    async with mark.lock:
        # A concurrent request may have deleted them meanwhile.
        if is_behind(now):
            await in_transaction(lambda: delete_rows(Rows(Session).where(expires_at__lte=mark.latest)))
            mark.latest = now
