"""Stores the people of the demo, and updates their dates each day."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from api import encryption
from api.accounts import passwords
from api.accounts.models import Account, Role
from api.db.transactions.transaction import transaction
from api.db.transactions.unit_of_work import execute
from api.demo import ordinary
from api.demo.personas import DATED, EMPLOYERS, Persona, personas
from api.enrolment.form import Value
from api.enrolment.form_reader import read_form
from api.enrolment.models import new_public_id
from api.enrolment.persistence import insert_enrolment
from api.enrolment.scheme import Choices, Record
from api.errors import Refused
from api.people import names
from api.people.models import Employer, NonMainlandInfo, Participation, Person, Subsidy
from api.schemes.registry import SCHEMES, update_standings
from api.settings import Settings
from api.zone import SHANGHAI

STAFF: tuple[tuple[str, Role, str, list[str]], ...] = (
    ("clerk", Role.CLERK, "和平区社会保险经办机构", ["120101"]),
    ("supervisor", Role.SUPERVISOR, "天津市社会保险经办机构", []),
)


async def ensure(settings: Settings, on: date) -> int:
    """Insert the people of the demo, or update their dates to a day; return the number of written people.

    People keep their ids and enrolments; their dates move, so that each story stays true. Raises Refused outside demo
    mode.
    """
    if not settings.is_demo:
        raise Refused("The people of the demo live in demo mode only: HALL_MODE=demo.")
    accounts = {account.name: account for account in await Account.filter(demo=True).prefetch_related("person")}
    found = {name: account.person for name, account in accounts.items() if account.person}
    wanted = personas(on)
    missing = [name for name in _accounts(wanted) if name not in accounts]
    if not missing and all(_is_current(persona, found[persona.account]) for persona in wanted):
        return 0
    hashes = {name: passwords.hash_password(f"demo-{name}") for name in missing}

    async def write() -> int:
        employers = await _employers()
        for persona in wanted:
            person = found.get(persona.account)
            if person is None:
                await _add_persona(persona, hashes[persona.account], employers, on)
            else:
                await _update_persona(persona, person, employers, on)
        await _employ_staff(hashes)
        return len(wanted) + (0 if found else await _add_ordinary(employers))

    return await transaction(write)


def _accounts(wanted: tuple[Persona, ...]) -> list[str]:
    return [*(persona.account for persona in wanted), *(name for name, *_ in STAFF)]


def _is_current(persona: Persona, person: Person) -> bool:
    return all(getattr(person, column) == persona.person.get(column) for column in DATED)


async def _employers() -> dict[str, int]:
    """Insert the employers of the demo, and return their row numbers by code."""
    employers = {**EMPLOYERS, **ordinary.employers()}
    await Employer.bulk_create(
        [Employer(code=code, name=name) for code, name in employers.items()], ignore_conflicts=True
    )
    return dict(await Employer.filter(code__in=list(employers)).values_list("code", "id"))


async def _add_persona(persona: Persona, password_hash: str, employers: Mapping[str, int], on: date) -> None:
    person = await Person.create(recorded_on=on, **_columns(persona.person, employers))
    await _add_related_rows(persona, person, employers, on)
    await Account.create(name=persona.account, password_hash=password_hash, role=Role.CITIZEN, person=person, demo=True)
    if persona.account == "enrolled":
        await _enrol(person, persona, on)
        await update_standings({person.id}, on)


async def _employ_staff(hashes: Mapping[str, str]) -> None:
    for name, role, organisation, districts in STAFF:
        if name in hashes:
            await Account.create(
                name=name,
                password_hash=hashes[name],
                role=role,
                organisation=organisation,
                districts=districts,
                demo=True,
            )


async def _add_ordinary(employers: Mapping[str, int]) -> int:
    people = list(ordinary.people())
    rows = [Person(**_columns(person, employers)) for person, _ in people]
    await Person.bulk_create(rows)
    numbers = dict(await Person.all().values_list("public_id", "id"))
    ids = [numbers[row.public_id] for row in rows]
    await Participation.bulk_create(
        [
            Participation(person_id=number, **_employed(period, employers))
            for number, (_, periods) in zip(ids, people, strict=True)
            for period in periods
        ]
    )
    return len(people)


async def _update_persona(persona: Persona, person: Person, employers: Mapping[str, int], on: date) -> None:
    dated = {column: persona.person.get(column) for column in DATED}
    await Person.filter(id=person.id).update(**encryption.as_stored(Person, person.public_id, dated))
    await Participation.filter(person_id=person.id).delete()
    await Subsidy.filter(person_id=person.id).delete()
    await NonMainlandInfo.filter(person_id=person.id).delete()
    await _add_related_rows(persona, person, employers, on)


async def _add_related_rows(persona: Persona, person: Person, employers: Mapping[str, int], on: date) -> None:
    """Insert the participations, subsidies and other related rows of a person."""
    for period in persona.participations:
        await Participation.create(person=person, **_employed(period, employers))
    await update_standings({person.id}, on)
    for subsidy in persona.subsidies:
        await Subsidy.create(person=person, **subsidy)
    if persona.non_mainland_info:
        await NonMainlandInfo.create(person=person, **persona.non_mainland_info)


def _columns(person: Mapping[str, Any], employers: Mapping[str, int]) -> dict[str, Any]:
    return _employed(person, employers) | {"folded_name": names.fold(person["name"])}


def _employed(row: Mapping[str, Any], employers: Mapping[str, int]) -> dict[str, Any]:
    """Return a row with its employer's number instead of the code."""
    columns = {name: value for name, value in row.items() if name != "employer"}
    code = row.get("employer")
    return columns if code is None else columns | {"employer_id": employers[code]}


async def _enrol(person: Person, persona: Persona, on: date) -> None:
    """Store the enrolment of the account `enrolled` a year ago, with the verdict of that day."""
    scheme = SCHEMES["FLEXIBLE_EMPLOYMENT"]
    day = max(period["started_on"] for period in persona.participations)
    notice = scheme.notice_on(day)
    if notice is None:
        raise LookupError(f"no notice was in force on {day}, a year before {on}")
    inputs: dict[str, Value] = {
        "householdRegistrationType": person.household_registration_type,
        "ethnicGroup": person.ethnic_group,
        "residentialAddress": person.residential_address,
        "mobileNumber": person.mobile_number,
        "worksInCity": True,
    }
    form, problems = read_form(
        scheme.fields,
        inputs,
        idempotency_key="demo",
        notice_version=notice.version,
        district=person.insured_district or "",
        on=day,
    )
    if problems:
        raise LookupError(f"the form of {persona.account} has problems")
    periods = await Participation.filter(person_id=person.id, started_on__lt=day)
    choices = Choices(day, district=form.district, values=form.values)
    verdict = scheme.judge(scheme.case(Record(person, periods, (), ()), choices))
    account, moment = await Account.get(name=persona.account), datetime.combine(day, time(10, 30), SHANGHAI)
    public_id = new_public_id(scheme.id_prefix)
    await execute(insert_enrolment(scheme, person, account.id, form, notice, verdict, moment, public_id))
