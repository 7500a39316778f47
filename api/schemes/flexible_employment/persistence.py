"""Stores enrolments and withdrawals, each in one transaction that inserts before it reads."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from api import encryption
from api.accounts import access_log
from api.accounts.access_log import Request
from api.accounts.authorization import Act
from api.db.query.rows import Rows
from api.db.transactions.unit_of_work import Work, insert_row, update_rows
from api.enrolment import service as schemes
from api.enrolment.models import Consent
from api.enrolment.service import IdempotentWrite
from api.errors import Conflict
from api.people.models import Person
from api.schemes.flexible_employment.enrolment_status import EnrolmentStatus, Standing
from api.schemes.flexible_employment.form import Form
from api.schemes.flexible_employment.law import SCHEME
from api.schemes.flexible_employment.models import (
    FlexibleEmploymentChange,
    FlexibleEmploymentEnrolment,
    new_enrolment_id,
)
from api.schemes.flexible_employment.receipt_lines import receipt_lines
from api.schemes.notice import Notice
from api.schemes.rule import Channel, PositionNature, Verdict

# Purposes in the access log.
ENROLLING = "灵活就业参保登记"
WITHDRAWING = "撤回灵活就业参保登记"
StandingChange = tuple[FlexibleEmploymentEnrolment, Standing]
"""An enrolment, and its status by the record of the person."""


def enrol(  # noqa: PLR0913, PLR0917 - all that is stored together
    request: Request,
    write: IdempotentWrite,
    person: Person,
    form: Form,
    notice: Notice,
    verdict: Verdict,
    moved: Sequence[StandingChange] = (),
) -> Work[FlexibleEmploymentEnrolment]:
    """Store the idempotency record, consent, receipt, enrolment and log entry.

    `moved` are earlier enrolments that have ended meanwhile. Of the person's record only the insured district changes,
    which decides whose staff may read it.
    """
    now, public_id = request.moment, new_enrolment_id()
    yield from schemes.store_idempotency_record(write, public_id, now)
    yield from update_rows(Rows(Person).where(id=person.id), insured_district=form.insured_district)
    for earlier in moved:
        yield from store_standing(earlier, now)
    enrolment = yield from insert_enrolment(person, request.asker.account_id, form, notice, verdict, now, public_id)
    declared = _field_names((*_declared_columns(form), "insured_district"))
    used = access_log.use_entry(request, Act.ENROL, person=person.id, purpose=ENROLLING, fields=declared)
    # guard: no-log-no-enrolment
    yield from access_log.append([used])
    return enrolment


def insert_enrolment(  # noqa: PLR0913, PLR0917 - all that is stored together
    person: Person, account_id: int, form: Form, notice: Notice, verdict: Verdict, now: datetime, public_id: str
) -> Work[FlexibleEmploymentEnrolment]:
    """Store the consent, the receipt and the enrolment with the declared facts."""
    consent = yield from insert_row(
        Consent,
        person_id=person.id,
        account_id=account_id,
        scheme=SCHEME,
        notice_version=notice.version,
        notice_digest=notice.digest,
        declarations=None if form.works_in_city is None else {"worksInCity": form.works_in_city},
        given_at=now,
    )
    receipt = yield from schemes.issue_receipt(receipt_lines(person, form, now), now)
    enrolment = yield from insert_row(
        FlexibleEmploymentEnrolment,
        public_id=public_id,
        person_id=person.id,
        status=EnrolmentStatus.REGISTERED,
        district=form.insured_district,
        registered_at=now,
        channel=Channel.WEB_HALL,
        notice_version=notice.version,
        rules_version=verdict.rules_version,
        verdict=verdict.to_data(),
        consent_id=consent.id,
        receipt_id=receipt.id,
        **encryption.as_stored(FlexibleEmploymentEnrolment, public_id, _declared_columns(form)),
    )
    return enrolment


def _declared_columns(form: Form) -> dict[str, str | PositionNature]:
    return {
        "household_registration_type": form.household_registration_type,
        "ethnic_group": form.ethnic_group,
        "residential_address": form.residential_address,
        "mobile_number": form.mobile_number,
    } | ({"position_nature": form.position_nature} if form.position_nature else {})


def _field_names(columns: Iterable[str]) -> list[str]:
    words = (name.split("_") for name in columns)
    return [first + "".join(word.title() for word in others) for first, *others in words]


def store_standing(moved: StandingChange, now: datetime) -> Work[None]:
    """Store the status of an enrolment by the record, and add it to its history."""
    row, standing = moved
    rows = Rows(FlexibleEmploymentEnrolment).where(id=row.id, status=EnrolmentStatus(row.status).value)
    if (yield from update_rows(rows, status=standing.status, status_since=standing.since)):
        yield from _insert_change(row.id, standing.status, standing.since, now)


def _insert_change(
    enrolment: int, status: EnrolmentStatus, since: date, now: datetime
) -> Work[FlexibleEmploymentChange]:
    return insert_row(FlexibleEmploymentChange, enrolment_id=enrolment, status=status, since=since, noted_at=now)


def withdraw(
    request: Request,
    write: IdempotentWrite,
    enrolment: FlexibleEmploymentEnrolment,
    reason: str | None,
    district: str | None,
) -> Work[None]:
    """Withdraw an enrolment before the first payment; raise Conflict after it.

    `district` is the insured district of the person's record from then on.
    """
    today = request.moment.date()
    yield from schemes.store_idempotency_record(write, enrolment.public_id, request.moment)
    # guard: withdrawal-before-payment
    changed = yield from update_rows(
        Rows(FlexibleEmploymentEnrolment).where(id=enrolment.id, status=EnrolmentStatus.REGISTERED.value),
        status=EnrolmentStatus.WITHDRAWN,
        status_since=today,
        withdrawn_at=request.moment,
        withdrawal_reason=reason,
    )
    if changed != 1:
        raise Conflict("it is past withdrawing")
    yield from _insert_change(enrolment.id, EnrolmentStatus.WITHDRAWN, today, request.moment)
    yield from update_rows(Rows(Person).where(id=enrolment.person_id), insured_district=district)
    fields = ["flexibleEmployment"]
    used = access_log.use_entry(request, Act.WITHDRAW, person=enrolment.person_id, purpose=WITHDRAWING, fields=fields)
    yield from access_log.append([used])
