"""Facts in full: logged each time, with a purpose; for staff one person per request and a daily limit."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from api.accesslog.store import count_reveals
from api.accounts import access_log
from api.accounts.access_log import Request
from api.accounts.authorization import Act
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.unit_of_work import Work
from api.people.models import Person
from api.people.service import may

logger = logging.getLogger("hall")


@dataclass(slots=True)
class RevealLimiter:
    """Limits and logs what one request shows in full."""

    # Uses per day and member of staff; 0 is no limit.
    a_day: int
    _person: int | None = None
    _is_refused: bool = False

    async def reveal(self, person: Person, purpose: str, fields: Sequence[str], request: Request) -> bool:
        """Log the use, or the refusal, and return whether the facts of `person` may be shown in full."""
        why = access_log.valid_purpose(purpose)
        if why is None or not may(request.principal, Act.REVEAL, person):
            await access_log.record(access_log.refusal_entry(request, Act.REVEAL, purpose=purpose, fields=fields))
            return False
        if not request.principal.is_staff:
            entry = access_log.use_entry(request, Act.REVEAL, person=person.id, purpose=why, fields=fields)
            # guard: reveal-is-logged
            await access_log.record(entry)
            return True
        # guard: one-person-a-request-in-full
        if self._person not in {None, person.id}:
            await self._refuse_another(why, fields, request)
            return False
        self._person = person.id
        return await self._reveal_to_staff(person.id, why, fields, request)

    async def _refuse_another(self, why: str, fields: Sequence[str], request: Request) -> None:
        """Log the request for a second person, once per request: a page of people is one try."""
        if not self._is_refused:
            self._is_refused = True
            await access_log.record(access_log.refusal_entry(request, Act.REVEAL, purpose=why, fields=fields))

    async def _reveal_to_staff(self, person: int, why: str, fields: Sequence[str], request: Request) -> bool:
        used = await in_transaction(lambda: _log_within_limit(person, why, fields, request, self.a_day))
        if self.a_day and used == self.a_day:
            details = {"request_id": request.request_id, "account": request.principal.account_id}
            logger.warning(
                "a member of staff was shown as many people in full as HALL_REVEALS_A_DAY allows",
                extra={"fields": details},
            )
        return used > 0


def _log_within_limit(person: int, why: str, fields: Sequence[str], request: Request, a_day: int) -> Work[int]:
    """Log a use and return its number on this day; beyond the limit, log the refusal and return 0.

    Counting the log entries makes the limit hold across workers and restarts.
    """
    used = 0
    if a_day:
        used = yield from count_reveals(request.principal.account, _beginning_of_day(request.moment))
    # guard: limit-of-reveals-a-day
    if a_day and used >= a_day:
        yield from access_log.append([access_log.refusal_entry(request, Act.REVEAL, purpose=why, fields=fields)], 0)
        return 0
    entry = access_log.use_entry(request, Act.REVEAL, person=person, purpose=why, fields=fields)
    yield from access_log.append([entry], 0 if a_day else None)
    return used + 1


def _beginning_of_day(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(), moment.tzinfo)
