"""Enrolling and withdrawing, for any scheme. Each write is one transaction, and inserts before it reads."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.accounts import access_log
from api.accounts.access_log import Request
from api.accounts.authorization import Act, Scope, requires_purpose, scope_of
from api.db.column_limits import could_hold
from api.db.query.rows import Rows
from api.db.transactions.dispatch import in_transaction
from api.db.transactions.durability import require_durable
from api.enrolment import persistence
from api.enrolment.form import FieldProblem, Form, Withdrawal
from api.enrolment.idempotency import (
    IdempotentWrite,
    find_idempotency_record,
    idempotent_write,
    is_same_request,
)
from api.enrolment.models import IdempotencyRecord, StoredEnrolment
from api.enrolment.outcomes import (
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
from api.enrolment.receipt_lines import form_lines
from api.enrolment.scheme import Choices, Record, Scheme
from api.errors import Conflict, DatabaseBusy
from api.law.notice import Notice
from api.law.rule import EligibilityOutcome
from api.people import service as people


async def by_public_id(scheme: Scheme, public_id: str, purpose: str | None, request: Request) -> StoredEnrolment | None:
    """Return the enrolment of a public id if the principal may see its person; staff use is logged."""
    why, fields = access_log.valid_purpose(purpose), [scheme.person_field]
    found = None
    if could_hold(scheme.enrolments, public_id=public_id):
        visible = people.visible_to(request.principal).column("id")
        found = await scheme.store.rows.where(public_id=public_id, person_id__in=visible).one()
    if found is None or (why is None and requires_purpose(request.principal, Act.READ)):
        await access_log.record(access_log.refusal_entry(request, Act.READ, purpose=purpose, fields=fields))
        return None
    if request.principal.is_staff:
        used = access_log.use_entry(request, Act.READ, person=found.person_id, purpose=why or "", fields=fields)
        await access_log.record(used)
    return found


async def register(
    scheme: Scheme, request: Request | None, form: Form, problems: Sequence[FieldProblem], *, dry_run: bool
) -> Registered:
    """Enrol the principal, or return the reason of the refusal, which is logged.

    The order of checks is part of the API: session, form, key, notice, enrolled already, rules, dry run. Then one
    transaction stores everything. After a violated unique constraint, the result of the other request is read.
    """
    outcome = await _register(scheme, request, form, problems, dry_run=dry_run)
    if request is not None and not isinstance(outcome, Done | Preview):
        await access_log.record(access_log.refusal_entry(request, Act.ENROL, purpose=scheme.title.zh, fields=()))
    return outcome


async def _register(
    scheme: Scheme, request: Request | None, form: Form, problems: Sequence[FieldProblem], *, dry_run: bool
) -> Registered:
    if request is None or scope_of(request.principal, Act.ENROL) is not Scope.OWN or request.principal.person is None:
        return Forbidden(signed_in=request is not None)
    person = await people.own_record(request.principal)
    if person is None:
        raise LookupError("the account's person is gone")
    contradicted = scheme.contradictions(form, person)
    paths = {problem.path for problem in contradicted}
    if problems := [*(problem for problem in problems if problem.path not in paths), *contradicted]:
        return Invalid(problems)
    write = idempotent_write(
        request.principal.account_id, form.idempotency_key, scheme.idempotency_names[0], form.content()
    )
    # guard: same-key-again
    if (earlier := await _stored_result(scheme, write)) is not None:
        return earlier
    today = request.moment.date()
    notice = scheme.notice_on(today)
    if notice is None or form.notice_version != notice.version:
        return Outdated(_require_notice(notice))
    enrolments = (await scheme.store.of_people([person.id]))[0]
    participations = (await people.participations([person.id]))[0]
    if (enrolment := scheme.store.find_current(enrolments, participations, today)) is not None:
        # The same request, sent twice, may have stored it since the look-up of its key.
        # guard: one-key-one-answer
        return await _stored_result(scheme, write) or await _enrolled(scheme, enrolment)
    record = Record(person, participations, (await people.subsidies([person.id]))[0], enrolments)
    verdict = scheme.judge(scheme.case(record, Choices(today, district=form.district, values=form.values)))
    if verdict.outcome is not EligibilityOutcome.ELIGIBLE:
        return NotQualified(verdict)
    if dry_run:
        return Preview(form_lines(scheme, person, form, today), verdict)
    moved = scheme.store.changed_standings(enrolments, participations, today)
    try:
        stored = await in_transaction(
            lambda: persistence.enrol(scheme, request, write, person, form, notice, verdict, moved)
        )
        standing = scheme.store.standing_among(stored, [stored, *enrolments], participations, today)
        return Done(stored, replayed=False, standing=standing)
    except Conflict:
        return await _result_after_conflict(scheme, write, person.id, today)


async def _stored_result(scheme: Scheme, write: IdempotentWrite) -> Done | Conflicting | None:
    record = await find_idempotency_record(write)
    if record is None:
        return None
    if not is_same_request(record, write):
        return Conflicting()
    await require_durable(Rows(IdempotencyRecord).where(id=record.id))
    return Done(await _enrolment(scheme, public_id=record.enrolment_id), replayed=True)


async def _enrolled(scheme: Scheme, enrolment: StoredEnrolment) -> Enrolled:
    await require_durable(scheme.store.rows.where(id=enrolment.id))
    return Enrolled(enrolment)


async def _enrolment(scheme: Scheme, **conditions: Any) -> StoredEnrolment:
    found = await scheme.store.rows.where(**conditions).one()
    if found is None:
        raise LookupError("an enrolment that was stored is gone")
    return found


async def _result_after_conflict(scheme: Scheme, write: IdempotentWrite, person: int, on: date) -> Registered:
    """Return the result after a concurrent request committed first: the same one, or another of the same person."""
    if (earlier := await _stored_result(scheme, write)) is not None:
        return earlier
    enrolments = (await scheme.store.of_people([person]))[0]
    standing = scheme.store.find_current(enrolments, (await people.participations([person]))[0], on)
    # guard: what-stood-was-withdrawn
    if standing is None:
        raise DatabaseBusy("the enrolment that stood in the way has been withdrawn since")
    return await _enrolled(scheme, standing)


def _require_notice(notice: Notice | None) -> Notice:
    if notice is None:
        raise LookupError("no notice is in force today")
    return notice


async def withdraw(
    scheme: Scheme, request: Request | None, withdrawal: Withdrawal, problems: Sequence[FieldProblem]
) -> Withdrawn:
    """Withdraw an enrolment of the principal before the first payment, or return the refusal, which is logged."""
    outcome = await _withdraw(scheme, request, withdrawal, problems)
    if request is not None and not isinstance(outcome, Done):
        purpose = scheme.withdrawal.zh
        await access_log.record(access_log.refusal_entry(request, Act.WITHDRAW, purpose=purpose, fields=()))
    return outcome


async def _withdraw(
    scheme: Scheme, request: Request | None, withdrawal: Withdrawal, problems: Sequence[FieldProblem]
) -> Withdrawn:
    if (
        request is None
        or scope_of(request.principal, Act.WITHDRAW) is not Scope.OWN
        or request.principal.person is None
    ):
        return Forbidden(signed_in=request is not None)
    if problems:
        return Invalid(problems)
    key, content = withdrawal.idempotency_key, withdrawal.content()
    write = idempotent_write(request.principal.account_id, key, scheme.idempotency_names[1], content)
    if (earlier := await _stored_result(scheme, write)) is not None:
        return earlier
    store, enrolment = scheme.store, None
    if could_hold(scheme.enrolments, public_id=withdrawal.enrolment_id):
        # guard: withdrawal-of-ones-own
        enrolment = await store.rows.where(public_id=withdrawal.enrolment_id, person_id=request.principal.person).one()
    if enrolment is None:
        return NotFound()
    participations = (await people.participations([enrolment.person_id]))[0]
    enrolments = (await store.of_people([enrolment.person_id]))[0]
    moved = store.changed_standings(enrolments, participations, request.moment.date())
    if any(row.id == enrolment.id for row, _ in moved):
        # Paid by the record, though the stored status is not updated yet.
        return NotWithdrawn(enrolment)
    district = people.district_of(participations)
    try:
        await in_transaction(
            lambda: persistence.withdraw(scheme, request, write, enrolment, withdrawal.reason, district)
        )
    except Conflict:
        if (earlier := await _stored_result(scheme, write)) is not None:
            return earlier
        standing = await _enrolment(scheme, id=enrolment.id)
        await require_durable(store.rows.where(id=standing.id, status=standing.status))
        return NotWithdrawn(standing)
    return Done(await _enrolment(scheme, id=enrolment.id), replayed=False)
