"""The enrolments of one scheme as stored, with their status by the records of their people."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from api import clock
from api.db.query.rows import Rows, by_key
from api.db.transactions.unit_of_work import Work, execute, insert_row, update_rows
from api.enrolment.insurance_period import InsurancePeriod
from api.enrolment.models import StoredChange, StoredEnrolment
from api.enrolment.outbox import write_messages
from api.enrolment.status import STANDING, Coverage, EnrolmentStatus, Registration, Standing, standings
from api.enrolment.virtual_units import VIRTUAL_UNITS
from api.people import service as people
from api.people.models import Employer, Participation, Person
from api.zone import in_shanghai

StandingChange = tuple[StoredEnrolment, Standing]
"""An enrolment, and its status by the record of the person."""


class EnrolmentStore:
    """Reads and updates the enrolments of one scheme.

    `shared` are the values by which a table that several schemes share tells this scheme's rows; `coverage` gives the
    insurances that carry an enrolment, by the law of a day.
    """

    def __init__(
        self,
        model: type[StoredEnrolment],
        changes: type[StoredChange],
        shared: Mapping[str, str],
        coverage: Callable[[date], Coverage | None],
    ) -> None:
        self.model = model
        self.shared = shared
        self.rows = Rows(model).where(**shared) if shared else Rows(model)
        self._changes = changes
        self._coverage = coverage

    async def of_people(self, persons: Sequence[int]) -> list[list[StoredEnrolment]]:
        """Return the enrolments of these people, newest first."""
        rows = await self.rows.where(person_id__in=set(persons)).ordered("-registered_at", "-id").all()
        return by_key(rows, "person_id", persons)

    async def changes_of(self, enrolments: Sequence[int]) -> list[list[StoredChange]]:
        """Return the stored status changes of these enrolments, oldest first."""
        rows = await Rows(self._changes).where(enrolment_id__in=set(enrolments)).ordered("since", "id").all()
        return by_key(rows, "enrolment_id", enrolments)

    def standings_of(
        self, enrolments: Sequence[StoredEnrolment], participations: Sequence[Participation], on: date
    ) -> list[Standing]:
        """Return the status of each enrolment of a person on a day by their record; `enrolments` are newest first."""
        if not enrolments:
            return []
        oldest_first = [registration_of(row) for row in reversed(enrolments)]
        periods = [period_of(row) for row in participations]
        return list(reversed(standings(oldest_first, periods, on, self._coverage(on))))

    def find_current(
        self, enrolments: Sequence[StoredEnrolment], participations: Sequence[Participation], on: date
    ) -> StoredEnrolment | None:
        """Return the enrolment by which a person is enrolled on a day."""
        stands = self.standings_of(enrolments, participations, on)
        return next((row for row, each in zip(enrolments, stands, strict=True) if each.is_enrolled), None)

    def standing_among(
        self,
        row: StoredEnrolment,
        enrolments: Sequence[StoredEnrolment],
        participations: Sequence[Participation],
        on: date,
    ) -> Standing:
        """Return the status of an enrolment on a day, given all enrolments of its person."""
        stands = self.standings_of(enrolments, participations, on)
        return next(each for other, each in zip(enrolments, stands, strict=True) if other.id == row.id)

    async def receipt_stands(self, receipt: int, on: date) -> bool:
        """Return whether the enrolment of a receipt is in force on a day; False for receipts of other schemes."""
        row = await self.rows.where(receipt_id=receipt).one()
        if row is None:
            return False
        enrolments = (await self.of_people([row.person_id]))[0]
        participations = (await people.participations([row.person_id]))[0]
        return self.standing_among(row, enrolments, participations, on).is_enrolled

    async def enrolled_people(self, persons: Collection[int]) -> set[int]:
        """Return those of these people who have an enrolment in force, by the stored status, within a transaction."""
        made = self.model.filter(**self.shared, person_id__in=list(persons), status__in=list(STANDING))
        return {row.person_id for row in await made.only("person_id")}

    def changed_standings(
        self, enrolments: Sequence[StoredEnrolment], participations: Sequence[Participation], on: date
    ) -> list[StandingChange]:
        """Return the enrolments of a person whose status by the record differs from the stored one."""
        stands = self.standings_of(enrolments, participations, on)
        return [
            (row, each)
            for row, each in zip(enrolments, stands, strict=True)
            if EnrolmentStatus(row.status) is not each.status
        ]

    def store_standing(self, moved: StandingChange, now: datetime) -> Work[None]:
        """Store the status of an enrolment by the record, and add it to its history."""
        row, standing = moved
        rows = self.rows.where(id=row.id, status=EnrolmentStatus(row.status).value)
        if (yield from update_rows(rows, status=standing.status, status_since=standing.since)):
            yield from self.insert_change(row.id, standing.status, standing.since, now)
            yield from write_messages(row, standing.status, standing.since, now)

    def insert_change(self, enrolment: int, status: EnrolmentStatus, since: date, now: datetime) -> Work[StoredChange]:
        """Add a change of status to the history of an enrolment."""
        return insert_row(self._changes, enrolment_id=enrolment, status=status, since=since, noted_at=now)

    async def update_standings(self, persons: Collection[int], on: date) -> None:
        """Store the status of these people's enrolments, in the transaction that changed their participations."""
        made = self.model.filter(**self.shared).exclude(status=EnrolmentStatus.WITHDRAWN)
        concerned = sorted({row.person_id for row in await made.filter(person_id__in=list(persons)).only("person_id")})
        if not concerned:
            return
        # Enrolling locks the person too, which serializes two enrolments that could both be in force.
        await Person.filter(id__in=concerned).order_by("id").select_for_update()
        rows = await made.filter(person_id__in=concerned).order_by("-registered_at", "-id")
        periods = await Participation.filter(person_id__in=concerned).select_related("employer")
        now = clock.now()
        by_person = by_key(rows, "person_id", concerned), by_key(periods, "person_id", concerned)
        for theirs, paid in zip(*by_person, strict=True):
            # Ended enrolments first: a unique index allows a person one enrolment of a scheme in force.
            for moved in sorted(self.changed_standings(theirs, paid, on), key=lambda each: each[1].is_enrolled):
                await execute(self.store_standing(moved, now))


def registration_of(row: Any) -> Registration:
    """Convert a stored enrolment for the rules."""
    day = in_shanghai(row.registered_at).date()
    withdrawn = None if row.withdrawn_at is None else in_shanghai(row.withdrawn_at).date()
    return Registration(day, EnrolmentStatus(row.status), row.status_since or withdrawn or day)


def period_of(row: Any) -> InsurancePeriod:
    """Convert a stored participation for the rules."""
    return InsurancePeriod(
        type=row.type,
        status=row.status,
        district=row.district,
        employer=row.employer_id is not None and _employer_code(row) not in VIRTUAL_UNITS,
        started_on=row.started_on,
        ended_on=row.ended_on,
    )


def _employer_code(row: Any) -> str | None:
    employer = getattr(row, "employer", None)
    return employer.code if isinstance(employer, Employer) else getattr(row, "employer__code", None)
