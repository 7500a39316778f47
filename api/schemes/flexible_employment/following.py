"""Letting enrolments follow the records of their people, wherever participations are changed."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from api import clock
from api.people.models import Participation, Person
from api.schemes.flexible_employment import storing
from api.schemes.flexible_employment.enrolled import moved_by
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from api.schemes.flexible_employment.standing import EnrolmentStatus
from api.writing.work import carried_out


async def follow_records(people: Collection[int], on: date) -> None:
    """Store where the enrolments of these people stand, in the transaction that changed their participations."""
    made = FlexibleEmploymentEnrolment.exclude(status=EnrolmentStatus.WITHDRAWN)
    concerned = set(await made.filter(person_id__in=list(people)).values_list("person_id", flat=True))
    if not concerned:
        return
    # An enrolment locks its person too: two that could both stand are stored one after the other.
    await Person.filter(id__in=list(concerned)).order_by("id").select_for_update()
    enrolments: dict[int, list[FlexibleEmploymentEnrolment]] = defaultdict(list)
    rows = made.filter(person_id__in=list(concerned))
    for row in await rows.order_by("-registered_at", "-id"):
        enrolments[row.person_id].append(row)
    periods: dict[int, list[Participation]] = defaultdict(list)
    for period in await Participation.filter(person_id__in=list(enrolments)).select_related("employer"):
        periods[period.person_id].append(period)
    now = clock.now()
    for person, theirs in enrolments.items():
        # What ends goes first: at most one enrolment of a person may stand at any moment.
        for moved in sorted(moved_by(theirs, periods[person], on), key=lambda each: each[1].is_enrolled):
            await carried_out(storing.note(moved, now))
