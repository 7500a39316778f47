"""Judges all enrolments of a scheme again by the rules of a day and reports differences. Changes nothing."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.enrolment.insurance_period import self_paid
from api.enrolment.scheme import Choices, Record, Scheme
from api.enrolment.status import carried_by
from api.enrolment.store import period_of, registration_of
from api.law.rule import Channel, RuleResult, Verdict
from api.people import service as people
from api.people.models import Participation

BATCH = 500


@dataclass(frozen=True, slots=True)
class Rechecked:
    """The public id of an enrolment, and the rules whose outcome has changed."""

    enrolment: str
    differences: tuple[str, ...]


async def recheck(scheme: Scheme, on: date) -> AsyncIterator[Rechecked]:
    """Yield every enrolment with the differences between its frozen verdict and a new one for `on`.

    The case has the current record and the original choices and declarations, without the enrolment itself and the
    periods that belong to it.
    """
    last = 0
    made = scheme.enrolments.filter(**scheme.store.shared).order_by("id").limit(BATCH)
    while rows := await made.filter(id__gt=last).select_related("person", "consent"):
        last = rows[-1].id
        persons = [row.person_id for row in rows]
        periods = await people.participations(persons)
        subsidies = await people.subsidies(persons)
        row: Any
        for row, of_person, subsidised in zip(rows, periods, subsidies, strict=True):
            other = [period for period in of_person if not _is_paid_under(scheme, row, period)]
            then = Verdict.from_data(row.verdict, scheme.name)
            case = scheme.case(Record(row.person, other, subsidised, ()), _choices(scheme, row, on))
            yield Rechecked(row.public_id, differences(then, scheme.judge(case)))


def _choices(scheme: Scheme, row: Any, on: date) -> Choices:
    values = {**scheme.enrolments.values_of(row), **(row.consent.declarations or {})}
    return Choices(on, Channel(row.channel), row.district, values)


def _is_paid_under(scheme: Scheme, row: Any, period: Participation) -> bool:
    """Return whether a participation belongs to the enrolment."""
    registration = registration_of(row)
    coverage = scheme.coverage(registration.registered_on)
    own = self_paid([period_of(period)], coverage.paid if coverage else ())
    return any(carried_by([registration], each) is not None for each in own)


async def count(scheme: Scheme) -> int:
    """Return the number of all enrolments of a scheme."""
    return await scheme.enrolments.filter(**scheme.store.shared).count()


def differences(then: Verdict, now: Verdict) -> tuple[str, ...]:
    """Return the changed outcomes between two verdicts, without any fact of the person."""
    before = _by_code(then.results)
    changed = [
        f"{code}: {before[code].outcome if code in before else 'not asked'} -> {result.outcome}"
        for code, result in _by_code(now.results).items()
        if code not in before or before[code].outcome is not result.outcome
    ]
    gone = [f"{code}: {before[code].outcome} -> not asked" for code in before.keys() - _by_code(now.results).keys()]
    if then.outcome is not now.outcome:
        changed.insert(0, f"{then.outcome} -> {now.outcome}")
    return (*changed, *gone)


def _by_code(results: Sequence[RuleResult]) -> dict[str, RuleResult]:
    return {result.rule.code: result for result in results}
