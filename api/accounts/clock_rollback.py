"""A clock that is set back revives no session: those that had ended by what it showed before are deleted.

Each process remembers the latest moment that it has seen, and begins with that of the access log's last entry. Where
several serve, each notices by itself; somebody who signs in between may have to sign in once more.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from tortoise.backends.base.client import BaseDBAsyncClient

from api.accesslog.models import AccessLogEntry
from api.accounts.models import Session
from api.db.query.dispatch import current_database
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.unit_of_work import delete_rows
from api.zone import in_shanghai

# A request keeps the moment at which it arrived, and another that came later may be looked at before it. Clocks that
# are corrected by seconds are no concern either.
TOLERANCE = timedelta(minutes=1)


@dataclass(slots=True)
class _Mark:
    latest: datetime
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


_marks: WeakKeyDictionary[BaseDBAsyncClient, _Mark] = WeakKeyDictionary()


async def begin() -> None:
    """Begin with the latest moment that is known to have been."""
    last = await Rows(AccessLogEntry).only(("at",)).ordered("-id").first(1).one()
    if last is not None:
        _marks[current_database()] = _Mark(in_shanghai(last.at))


def is_behind(now: datetime) -> bool:
    """Return whether the clock has been set back since; if it has not, remember what it shows."""
    mark = _marks.get(current_database())
    if mark is None:
        _marks[current_database()] = _Mark(now)
        return False
    if now > mark.latest:
        mark.latest = now
        return False
    # guard: clock-set-back
    return mark.latest - now > TOLERANCE


async def end_what_had_ended(now: datetime) -> None:
    """Delete the sessions that had ended before the clock was set back, and go by it from now on."""
    mark = _marks[current_database()]
    async with mark.turn:
        # Another request may have done it meanwhile.
        if is_behind(now):
            await in_transaction(lambda: delete_rows(Rows(Session).where(expires_at__lte=mark.latest)))
            mark.latest = now
