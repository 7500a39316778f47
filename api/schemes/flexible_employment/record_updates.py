"""Updates the status of enrolments after changes of participations."""

from collections.abc import Collection
from datetime import date

from api import clock
from api.db.query.rows import by_key
from api.db.transactions.unit_of_work import execute
from api.people.models import Participation, Person
from api.schemes.flexible_employment import persistence
from api.schemes.flexible_employment.enrolment_queries import changed_standings
from api.schemes.flexible_employment.enrolment_status import EnrolmentStatus
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment


async def update_standings(people: Collection[int], on: date) -> None:
    """Store the status of these people's enrolments, in the transaction that changed their participations."""
    made = FlexibleEmploymentEnrolment.exclude(status=EnrolmentStatus.WITHDRAWN)
    concerned = sorted({row.person_id for row in await made.filter(person_id__in=list(people)).only("person_id")})
    if not concerned:
        return
    # Enrolling locks the person too, which serializes two enrolments that could both be in force.
    await Person.filter(id__in=concerned).order_by("id").select_for_update()
    rows = await made.filter(person_id__in=concerned).order_by("-registered_at", "-id")
    periods = await Participation.filter(person_id__in=concerned).select_related("employer")
    now = clock.now()
    by_person = by_key(rows, "person_id", concerned), by_key(periods, "person_id", concerned)
    for theirs, paid in zip(*by_person, strict=True):
        # Ended enrolments first: a unique index allows a person one enrolment in force.
        for moved in sorted(changed_standings(theirs, paid, on), key=lambda each: each[1].is_enrolled):
            await execute(persistence.store_standing(moved, now))
