"""Letting enrolments follow the records of their people, wherever participations are changed."""

from collections.abc import Collection
from datetime import date

from api import clock
from api.db.query.rows import by_key
from api.db.transactions.unit_of_work import execute
from api.people.models import Participation, Person
from api.schemes.flexible_employment import persistence
from api.schemes.flexible_employment.enrolment_queries import moved_by
from api.schemes.flexible_employment.enrolment_status import EnrolmentStatus
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment


async def follow_records(people: Collection[int], on: date) -> None:
    """Store where the enrolments of these people stand, in the transaction that changed their participations."""
    made = FlexibleEmploymentEnrolment.exclude(status=EnrolmentStatus.WITHDRAWN)
    concerned = sorted({row.person_id for row in await made.filter(person_id__in=list(people)).only("person_id")})
    if not concerned:
        return
    # An enrolment locks its person too: two that could both stand are stored one after the other.
    await Person.filter(id__in=concerned).order_by("id").select_for_update()
    rows = await made.filter(person_id__in=concerned).order_by("-registered_at", "-id")
    periods = await Participation.filter(person_id__in=concerned).select_related("employer")
    now = clock.now()
    by_person = by_key(rows, "person_id", concerned), by_key(periods, "person_id", concerned)
    for theirs, paid in zip(*by_person, strict=True):
        # What ends goes first: at most one enrolment of a person may stand at any moment.
        for moved in sorted(moved_by(theirs, paid, on), key=lambda each: each[1].is_enrolled):
            await execute(persistence.note(moved, now))
