"""Reading enrolments with their status by the records of their people."""

from collections.abc import Sequence
from datetime import date

from api.db.query.rows import Rows, by_key
from api.people import service as people
from api.people.models import Employer
from api.people.models import Participation as StoredParticipation
from api.schemes.flexible_employment.enrolment_status import EnrolmentStatus, Registration, Standing, standings
from api.schemes.flexible_employment.law import LAW
from api.schemes.flexible_employment.models import FlexibleEmploymentChange, FlexibleEmploymentEnrolment
from api.schemes.flexible_employment.participation import Participation
from api.schemes.flexible_employment.persistence import StandingChange
from api.schemes.flexible_employment.virtual_units import VIRTUAL_UNITS
from api.zone import in_shanghai

ENROLMENTS = Rows(FlexibleEmploymentEnrolment)


async def enrolments_of(persons: Sequence[int]) -> list[list[FlexibleEmploymentEnrolment]]:
    """Return the enrolments of these people, newest first."""
    rows = await ENROLMENTS.where(person_id__in=set(persons)).ordered("-registered_at", "-id").all()
    return by_key(rows, "person_id", persons)


async def changes_of(enrolments: Sequence[int]) -> list[list[FlexibleEmploymentChange]]:
    """Return the stored status changes of these enrolments, oldest first."""
    rows = await Rows(FlexibleEmploymentChange).where(enrolment_id__in=set(enrolments)).ordered("since", "id").all()
    return by_key(rows, "enrolment_id", enrolments)


def standings_of(
    enrolments: Sequence[FlexibleEmploymentEnrolment], participations: Sequence[StoredParticipation], on: date
) -> list[Standing]:
    """Return the status of each enrolment of a person on a day by their record; `enrolments` are newest first."""
    if not enrolments:
        return []
    oldest_first = [registration_of(row) for row in reversed(enrolments)]
    periods = [period_of(row) for row in participations]
    return list(reversed(standings(oldest_first, periods, on, LAW.on(on))))


def find_current(
    enrolments: Sequence[FlexibleEmploymentEnrolment], participations: Sequence[StoredParticipation], on: date
) -> FlexibleEmploymentEnrolment | None:
    """Return the enrolment by which a person is enrolled on a day."""
    stands = standings_of(enrolments, participations, on)
    return next((row for row, each in zip(enrolments, stands, strict=True) if each.is_enrolled), None)


async def standing_of(row: FlexibleEmploymentEnrolment, on: date) -> Standing:
    """Return the status of an enrolment on a day by the record of its person."""
    enrolments = (await enrolments_of([row.person_id]))[0]
    participations = (await people.participations([row.person_id]))[0]
    return standing_among(row, enrolments, participations, on)


def standing_among(
    row: FlexibleEmploymentEnrolment,
    enrolments: Sequence[FlexibleEmploymentEnrolment],
    participations: Sequence[StoredParticipation],
    on: date,
) -> Standing:
    """Return the status of an enrolment on a day, given all enrolments of its person."""
    stands = standings_of(enrolments, participations, on)
    return next(each for other, each in zip(enrolments, stands, strict=True) if other.id == row.id)


async def receipt_stands(receipt: int, on: date) -> bool:
    """Return whether the enrolment of a receipt is in force on a day."""
    found = await ENROLMENTS.where(receipt_id=receipt).one()
    return found is not None and (await standing_of(found, on)).is_enrolled


def registration_of(row: FlexibleEmploymentEnrolment) -> Registration:
    """Convert an enrolment for the rules."""
    day = in_shanghai(row.registered_at).date()
    withdrawn = None if row.withdrawn_at is None else in_shanghai(row.withdrawn_at).date()
    return Registration(day, EnrolmentStatus(row.status), row.status_since or withdrawn or day)


def period_of(row: StoredParticipation) -> Participation:
    """Convert a participation for the rules."""
    return Participation(
        type=row.type,
        status=row.status,
        district=row.district,
        employer=row.employer_id is not None and _employer_code(row) not in VIRTUAL_UNITS,
        started_on=row.started_on,
        ended_on=row.ended_on,
    )


def _employer_code(row: StoredParticipation) -> str | None:
    employer = getattr(row, "employer", None)
    return employer.code if isinstance(employer, Employer) else getattr(row, "employer__code", None)


def changed_standings(
    enrolments: Sequence[FlexibleEmploymentEnrolment], participations: Sequence[StoredParticipation], on: date
) -> list[StandingChange]:
    """Return the enrolments of a person whose status by the record differs from the stored one."""
    stands = standings_of(enrolments, participations, on)
    return [
        (row, each)
        for row, each in zip(enrolments, stands, strict=True)
        if EnrolmentStatus(row.status) is not each.status
    ]
