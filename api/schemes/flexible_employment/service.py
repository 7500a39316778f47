"""灵活就业参保登记: judging, enrolling, withdrawing. Each write is one transaction, and inserts before it reads."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.accounts import access_log
from api.accounts.access_log import Request
from api.accounts.authorization import Act, Scope, requires_purpose, scope_of
from api.db.column_limits import could_hold
from api.db.transactions.dispatch import in_transaction
from api.enrolment import service as schemes
from api.enrolment.service import IdempotentWrite
from api.errors import Conflict
from api.people import service as people
from api.people.models import Participation as StoredParticipation
from api.people.models import Person
from api.people.models import Subsidy as StoredSubsidy
from api.schemes.flexible_employment import persistence
from api.schemes.flexible_employment.case import Case, Subsidy
from api.schemes.flexible_employment.enrolment_queries import (
    ENROLMENTS,
    changed_standings,
    enrolments_of,
    find_current,
    period_of,
    registration_of,
    standing_among,
)
from api.schemes.flexible_employment.form import FieldProblem, Form, Withdrawal, contradictions
from api.schemes.flexible_employment.law import notice_on
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from api.schemes.flexible_employment.outcomes import (
    Conflicting,
    Done,
    Enrolled,
    Forbidden,
    Invalid,
    NotFound,
    NotQualified,
    NotWithdrawn,
    Outdated,
    Preview,
    Registered,
    Withdrawn,
)
from api.schemes.flexible_employment.receipt_lines import form_lines
from api.schemes.flexible_employment.verdict import judge
from api.schemes.notice import Notice
from api.schemes.rule import Channel, EligibilityOutcome, PositionNature

REGISTER = "registerFlexibleEmployment"
WITHDRAW = "withdrawFlexibleEmployment"


async def by_public_id(
    public_id: str, purpose: str | None, fields: Sequence[str], request: Request
) -> FlexibleEmploymentEnrolment | None:
    """Return the enrolment of a public id if the asker may see its person; staff need a purpose, and it is logged."""
    why = access_log.valid_purpose(purpose)
    found = None
    if could_hold(FlexibleEmploymentEnrolment, public_id=public_id):
        visible = people.visible_to(request.asker).column("id")
        found = await ENROLMENTS.where(public_id=public_id, person_id__in=visible).one()
    if found is None or (why is None and requires_purpose(request.asker, Act.READ)):
        await access_log.record(access_log.refusal_entry(request, Act.READ, purpose=purpose, fields=fields))
        return None
    if request.asker.is_staff:
        used = access_log.use_entry(request, Act.READ, person=found.person_id, purpose=why or "", fields=fields)
        await access_log.record(used)
    return found


def case_of(  # noqa: PLR0913 - all inputs of the rules
    person: Person,
    *,
    on: date,
    participations: Sequence[StoredParticipation],
    subsidies: Sequence[StoredSubsidy],
    enrolments: Sequence[FlexibleEmploymentEnrolment],
    channel: Channel = Channel.WEB_HALL,
    district: str | None = None,
    position_nature: PositionNature | None = None,
    works_in_city: bool | None = None,
) -> Case:
    """Return the case of the record and the request; the request has precedence."""
    recorded = PositionNature(person.position_nature) if person.position_nature in set(PositionNature) else None
    return Case(
        on=on,
        channel=channel,
        id_type=person.id_type,
        birth_date=person.birth_date,
        sex=person.sex,
        position_nature=position_nature or recorded,
        drawing_pension=person.drawing_pension,
        works_in_city=works_in_city,
        registrations=tuple(registration_of(row) for row in reversed(enrolments)),
        participations=tuple(period_of(row) for row in participations),
        subsidies=tuple(Subsidy(row.district, row.starts_on, row.ends_on) for row in subsidies),
        district=district,
    )


async def register(
    request: Request | None, form: Form, problems: Sequence[FieldProblem], *, dry_run: bool
) -> Registered:
    """Enrol the asker, or return the reason of the refusal, which is logged.

    The order of checks is part of the API: session, form, key, notice, enrolled already, rules, dry run. Then one
    transaction stores everything. After a violated unique constraint, the result of the other request is read.
    """
    outcome = await _register(request, form, problems, dry_run=dry_run)
    if request is not None and not isinstance(outcome, Done | Preview):
        await access_log.record(access_log.refusal_entry(request, Act.ENROL, purpose=persistence.ENROLLING, fields=()))
    return outcome


async def _register(
    request: Request | None, form: Form, problems: Sequence[FieldProblem], *, dry_run: bool
) -> Registered:
    if request is None or scope_of(request.asker, Act.ENROL) is not Scope.OWN or request.asker.person is None:
        return Forbidden(signed_in=request is not None)
    person = await people.own_record(request.asker)
    if person is None:
        raise LookupError("the account's person is gone")
    contradicted = contradictions(form, person.id_type, person.id_number)
    paths = {problem.path for problem in contradicted}
    if problems := [*(problem for problem in problems if problem.path not in paths), *contradicted]:
        return Invalid(problems)
    write = schemes.idempotent_write(request.asker.account_id, form.idempotency_key, REGISTER, form.content())
    # guard: same-key-again
    if (earlier := await _stored_result(write)) is not None:
        return earlier
    today = request.moment.date()
    notice = notice_on(today)
    if notice is None or form.notice_version != notice.version:
        return Outdated(_require_notice(notice))
    enrolments = (await enrolments_of([person.id]))[0]
    participations = (await people.participations([person.id]))[0]
    if (enrolment := find_current(enrolments, participations, today)) is not None:
        # The same request, sent twice, may have stored it since the look-up of its key.
        # guard: one-key-one-answer
        return await _stored_result(write) or Enrolled(enrolment)
    verdict = judge(
        case_of(
            person,
            on=today,
            participations=participations,
            subsidies=(await people.subsidies([person.id]))[0],
            enrolments=enrolments,
            district=form.insured_district,
            position_nature=form.position_nature,
            works_in_city=form.works_in_city,
        )
    )
    if verdict.outcome is not EligibilityOutcome.ELIGIBLE:
        return NotQualified(verdict)
    if dry_run:
        return Preview(form_lines(person, form), verdict)
    moved = changed_standings(enrolments, participations, today)
    try:
        stored = await in_transaction(lambda: persistence.enrol(request, write, person, form, notice, verdict, moved))
        standing = standing_among(stored, [stored, *enrolments], participations, today)
        return Done(stored, replayed=False, standing=standing)
    except Conflict:
        return await _result_after_conflict(write, person.id, today)


async def _stored_result(write: IdempotentWrite) -> Done | Conflicting | None:
    record = await schemes.find_idempotency_record(write)
    if record is None:
        return None
    if not schemes.is_same_request(record, write):
        return Conflicting()
    return Done(await _enrolment(public_id=record.enrolment_id), replayed=True)


async def _enrolment(**conditions: Any) -> FlexibleEmploymentEnrolment:
    found = await ENROLMENTS.where(**conditions).one()
    if found is None:
        raise LookupError("an enrolment that was stored is gone")
    return found


async def _result_after_conflict(write: IdempotentWrite, person: int, on: date) -> Registered:
    """Return the result after a concurrent request committed first: the same one, or another of the same person."""
    if (earlier := await _stored_result(write)) is not None:
        return earlier
    standing = find_current((await enrolments_of([person]))[0], (await people.participations([person]))[0], on)
    if standing is None:
        raise Conflict("a constraint decided, but nothing stands")
    return Enrolled(standing)


def _require_notice(notice: Notice | None) -> Notice:
    if notice is None:
        raise LookupError("no notice is in force today")
    return notice


async def withdraw(request: Request | None, withdrawal: Withdrawal, problems: Sequence[FieldProblem]) -> Withdrawn:
    """Withdraw an enrolment of the asker before the first payment, or return the refusal, which is logged."""
    outcome = await _withdraw(request, withdrawal, problems)
    if request is not None and not isinstance(outcome, Done):
        await access_log.record(
            access_log.refusal_entry(request, Act.WITHDRAW, purpose=persistence.WITHDRAWING, fields=())
        )
    return outcome


async def _withdraw(request: Request | None, withdrawal: Withdrawal, problems: Sequence[FieldProblem]) -> Withdrawn:
    if request is None or scope_of(request.asker, Act.WITHDRAW) is not Scope.OWN or request.asker.person is None:
        return Forbidden(signed_in=request is not None)
    if problems:
        return Invalid(problems)
    write = schemes.idempotent_write(
        request.asker.account_id, withdrawal.idempotency_key, WITHDRAW, withdrawal.content()
    )
    if (earlier := await _stored_result(write)) is not None:
        return earlier
    enrolment = None
    if could_hold(FlexibleEmploymentEnrolment, public_id=withdrawal.enrolment_id):
        # guard: withdrawal-of-ones-own
        enrolment = await ENROLMENTS.where(public_id=withdrawal.enrolment_id, person_id=request.asker.person).one()
    if enrolment is None:
        return NotFound()
    participations = (await people.participations([enrolment.person_id]))[0]
    moved = changed_standings((await enrolments_of([enrolment.person_id]))[0], participations, request.moment.date())
    if any(row.id == enrolment.id for row, _ in moved):
        # Paid by the record, though the stored status is not updated yet.
        return NotWithdrawn(enrolment)
    district = people.district_of(participations)
    try:
        await in_transaction(lambda: persistence.withdraw(request, write, enrolment, withdrawal.reason, district))
    except Conflict:
        if (earlier := await _stored_result(write)) is not None:
            return earlier
        return NotWithdrawn(await _enrolment(id=enrolment.id))
    return Done(await _enrolment(id=enrolment.id), replayed=False)
