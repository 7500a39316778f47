"""Judges all enrolments again by the rules of a day and reports differences. Changes nothing."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date

from api.people import service as people
from api.people.models import Participation
from api.schemes.flexible_employment import enrolment_queries, service
from api.schemes.flexible_employment.enrolment_status import SELF_PAID, carried_by
from api.schemes.flexible_employment.law import LAW
from api.schemes.flexible_employment.models import FlexibleEmploymentEnrolment
from api.schemes.flexible_employment.participation import self_paid
from api.schemes.flexible_employment.verdict import judge
from api.schemes.rule import Channel, PositionNature, RuleResult, Verdict

BATCH = 500


@dataclass(frozen=True, slots=True)
class Rechecked:
    """The public id of an enrolment, and the rules whose outcome has changed."""

    enrolment: str
    differences: tuple[str, ...]


async def recheck(on: date) -> AsyncIterator[Rechecked]:
    """Yield every enrolment with the differences between its frozen verdict and a new one for `on`.

    The case has the current record and the original choices and declarations, without the enrolment itself and the
    periods that belong to it.
    """
    last = 0
    everything = FlexibleEmploymentEnrolment.all().order_by("id").limit(BATCH).select_related("person", "consent")
    while rows := await everything.filter(id__gt=last):
        last = rows[-1].id
        persons = [row.person_id for row in rows]
        periods = await people.participations(persons)
        subsidies = await people.subsidies(persons)
        for row, of_person, subsidised in zip(rows, periods, subsidies, strict=True):
            case = service.case_of(
                row.person,
                on=on,
                participations=[period for period in of_person if not _is_paid_under(row, period)],
                subsidies=subsidised,
                enrolments=[],
                channel=Channel(row.channel),
                district=row.district,
                position_nature=PositionNature(row.position_nature) if row.position_nature else None,
                works_in_city=(row.consent.declarations or {}).get("worksInCity"),
            )
            yield Rechecked(row.public_id, differences(Verdict.from_data(row.verdict), judge(case)))


def _is_paid_under(row: FlexibleEmploymentEnrolment, period: Participation) -> bool:
    """Return whether a participation belongs to the enrolment."""
    registration = enrolment_queries.registration_of(row)
    own = self_paid([enrolment_queries.period_of(period)], LAW.on(registration.registered_on).words(SELF_PAID))
    return any(carried_by([registration], each) is not None for each in own)


async def count() -> int:
    """Return the number of all enrolments."""
    return await FlexibleEmploymentEnrolment.all().count()


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
    return {result.rule.code.value: result for result in results}
