"""What enrolling and withdrawing store: each is one transaction, which inserts before it reads."""

from collections.abc import Iterable

from api import sealing
from api.accesslog import service as access_log
from api.accesslog.service import Request
from api.accounts.authorization import Act
from api.errors import Conflict
from api.people.models import Person
from api.reading.rows import Rows
from api.schemes import service as schemes
from api.schemes.flexible_employment.form import Form
from api.schemes.flexible_employment.law import SCHEME
from api.schemes.flexible_employment.lines import receipt_lines
from api.schemes.flexible_employment.models import EnrolmentStatus, FlexibleEmploymentEnrolment, new_enrolment_id
from api.schemes.models import Consent
from api.schemes.notice import Notice
from api.schemes.rule import Channel, Verdict
from api.schemes.service import Asked
from api.writing.work import Work, inserted, updated

# What the access log says of them.
ENROLLING = "灵活就业参保登记"
WITHDRAWING = "撤回灵活就业参保登记"


def enrol(  # noqa: PLR0913, PLR0917 - all that is stored together
    request: Request, write: Asked, person: Person, form: Form, notice: Notice, verdict: Verdict
) -> Work[FlexibleEmploymentEnrolment]:
    """Store the key's answer, the consent, the receipt, the enrolment, the person's new facts and the log's entry."""
    now, public_id = request.moment, new_enrolment_id()
    said = {
        "household_registration_type": form.household_registration_type,
        "ethnic_group": form.ethnic_group,
        "residential_address": form.residential_address,
        "mobile_number": form.mobile_number,
    } | ({"position_nature": form.position_nature} if form.position_nature else {})
    yield from schemes.keep(write, public_id, now)
    consent = yield from inserted(
        Consent,
        person_id=person.id,
        account_id=request.asker.account_id,
        scheme=SCHEME,
        notice_version=notice.version,
        notice_digest=notice.digest,
        given_at=now,
    )
    receipt = yield from schemes.issue(receipt_lines(person, form, now), now)
    enrolment = yield from inserted(
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
        **sealing.as_stored(FlexibleEmploymentEnrolment, public_id, said),
    )
    facts = said | {"insured_district": form.insured_district}
    yield from updated(Rows(Person).where(id=person.id), **sealing.as_stored(Person, person.public_id, facts))
    used = access_log.used(request, Act.ENROL, person=person.id, purpose=ENROLLING, fields=_names(facts))
    yield from access_log.append([used])
    return enrolment


def _names(columns: Iterable[str]) -> list[str]:
    words = (name.split("_") for name in columns)
    return [first + "".join(word.title() for word in others) for first, *others in words]


def take_back(request: Request, write: Asked, enrolment: FlexibleEmploymentEnrolment, reason: str | None) -> Work[None]:
    """End an enrolment for which nothing has been paid; raise Conflict where it is past that."""
    yield from schemes.keep(write, enrolment.public_id, request.moment)
    changed = yield from updated(
        Rows(FlexibleEmploymentEnrolment).where(id=enrolment.id, status=EnrolmentStatus.REGISTERED.value),
        status=EnrolmentStatus.WITHDRAWN,
        withdrawn_at=request.moment,
        withdrawal_reason=reason,
    )
    if changed != 1:
        raise Conflict("it is past withdrawing")
    fields = ["flexibleEmployment"]
    used = access_log.used(request, Act.WITHDRAW, person=enrolment.person_id, purpose=WITHDRAWING, fields=fields)
    yield from access_log.append([used])
