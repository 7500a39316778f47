"""Stores enrolments and withdrawals, each in one transaction that inserts before it reads."""

from collections.abc import Sequence
from datetime import datetime

from api import encryption
from api.accounts import access_log
from api.accounts.access_log import Request
from api.accounts.authorization import Act
from api.db.query.rows import Rows
from api.db.transactions.unit_of_work import Work, insert_row, update_rows
from api.enrolment.form import DISTRICT_FIELD, Form
from api.enrolment.idempotency import IdempotentWrite, store_idempotency_record
from api.enrolment.models import Consent, StoredEnrolment, new_public_id
from api.enrolment.outbox import write_messages
from api.enrolment.receipt_lines import receipt_lines
from api.enrolment.receipt_store import issue_receipt
from api.enrolment.scheme import Scheme
from api.enrolment.status import EnrolmentStatus
from api.enrolment.store import StandingChange
from api.errors import Conflict
from api.law.notice import Notice
from api.law.rule import Channel, Verdict
from api.people.models import Person


def enrol(  # noqa: PLR0913, PLR0917 - all that is stored together
    scheme: Scheme,
    request: Request,
    write: IdempotentWrite,
    person: Person,
    form: Form,
    notice: Notice,
    verdict: Verdict,
    moved: Sequence[StandingChange] = (),
) -> Work[StoredEnrolment]:
    """Store the idempotency record, consent, receipt, enrolment and log entry.

    `moved` are earlier enrolments that have ended meanwhile. Of the person's record only the insured district changes,
    which decides whose staff may read it.
    """
    now, public_id = request.moment, new_public_id(scheme.id_prefix)
    yield from store_idempotency_record(write, public_id, now)
    yield from update_rows(Rows(Person).where(id=person.id), insured_district=form.district)
    for earlier in moved:
        yield from scheme.store.store_standing(earlier, now)
    account = request.principal.account_id
    enrolment = yield from insert_enrolment(scheme, person, account, form, notice, verdict, now, public_id)
    # guard: no-message-no-enrolment
    yield from write_messages(enrolment, EnrolmentStatus.REGISTERED, now.date(), now)
    fields = [*_declared(form), DISTRICT_FIELD]
    used = access_log.use_entry(request, Act.ENROL, person=person.id, purpose=scheme.title.zh, fields=fields)
    # guard: no-log-no-enrolment
    yield from access_log.append([used])
    return enrolment


def insert_enrolment(  # noqa: PLR0913, PLR0917 - all that is stored together
    scheme: Scheme,
    person: Person,
    account_id: int,
    form: Form,
    notice: Notice,
    verdict: Verdict,
    now: datetime,
    public_id: str,
) -> Work[StoredEnrolment]:
    """Store the consent, the receipt and the enrolment with the declared facts."""
    consent = yield from insert_row(
        Consent,
        person_id=person.id,
        account_id=account_id,
        scheme=scheme.name,
        notice_version=notice.version,
        notice_digest=notice.digest,
        declarations=form.declarations() or None,
        given_at=now,
    )
    receipt = yield from issue_receipt(receipt_lines(scheme, person, form, now), now)
    columns = scheme.enrolments.columns_of(_declared(form))
    enrolment = yield from insert_row(
        scheme.enrolments,
        public_id=public_id,
        person_id=person.id,
        status=EnrolmentStatus.REGISTERED,
        district=form.district,
        registered_at=now,
        channel=Channel.WEB_HALL,
        notice_version=notice.version,
        rules_version=verdict.rules_version,
        verdict=verdict.to_data(),
        consent_id=consent.id,
        receipt_id=receipt.id,
        **scheme.store.shared,
        **encryption.as_stored(scheme.enrolments, public_id, columns),
    )
    return enrolment


def _declared(form: Form) -> dict[str, str]:
    """Return the fields that are stored with the enrolment: declarations are stored with the consent."""
    return {name: value for name, value in form.values.items() if isinstance(value, str)}


def withdraw(  # noqa: PLR0913, PLR0917 - all that is stored together
    scheme: Scheme,
    request: Request,
    write: IdempotentWrite,
    enrolment: StoredEnrolment,
    reason: str | None,
    district: str | None,
) -> Work[None]:
    """Withdraw an enrolment before the first payment; raise Conflict after it.

    `district` is the insured district of the person's record from then on.
    """
    today = request.moment.date()
    yield from store_idempotency_record(write, enrolment.public_id, request.moment)
    # guard: withdrawal-before-payment
    changed = yield from update_rows(
        scheme.store.rows.where(id=enrolment.id, status=EnrolmentStatus.REGISTERED.value),
        status=EnrolmentStatus.WITHDRAWN,
        status_since=today,
        withdrawn_at=request.moment,
        withdrawal_reason=reason,
    )
    if changed != 1:
        raise Conflict("it is past withdrawing")
    yield from scheme.store.insert_change(enrolment.id, EnrolmentStatus.WITHDRAWN, today, request.moment)
    # guard: no-message-no-withdrawal
    yield from write_messages(enrolment, EnrolmentStatus.WITHDRAWN, today, request.moment)
    yield from update_rows(Rows(Person).where(id=enrolment.person_id), insured_district=district)
    person, purpose = enrolment.person_id, scheme.withdrawal.zh
    used = access_log.use_entry(request, Act.WITHDRAW, person=person, purpose=purpose, fields=[scheme.person_field])
    yield from access_log.append([used])
