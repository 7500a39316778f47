"""Builds records from database rows, with masks and names of codes, for the Python peers."""

from collections.abc import Iterable
from typing import Any, Protocol

from api.codes.tables import TABLES, CodeTableName
from api.people import masks

NAMES = {name: {entry.code: entry.name.zh for entry in table.entries} for name, table in TABLES.items()}


class Row(Protocol):
    """A row of any database driver."""

    def __getitem__(self, column: str, /) -> Any:
        """Return a column by name."""


def record(person: Row, periods: Iterable[Row]) -> dict[str, Any]:
    """Return a person's record; the row has `employer_code` and `employer_name`."""
    born = person["birth_date"]
    return {
        "id": person["public_id"],
        "name": masks.name(person["name"]),
        "idType": coded(CodeTableName.ID_TYPE, person["id_type"]),
        "idNumber": masks.number(person["id_number"]),
        "sex": coded(CodeTableName.SEX, person["sex"]),
        "birthDate": masks.birth_date(None if born is None else str(born)),
        "ethnicGroup": coded(CodeTableName.ETHNIC_GROUP, person["ethnic_group"]),
        "countryOrRegion": coded(CodeTableName.COUNTRY_OR_REGION, person["country_or_region"]),
        "householdRegistrationType": coded(
            CodeTableName.HOUSEHOLD_REGISTRATION_TYPE, person["household_registration_type"]
        ),
        "householdRegistrationAddress": masks.address(person["household_registration_address"]),
        "residentialAddress": masks.address(person["residential_address"]),
        "postalCode": person["postal_code"],
        "mobileNumber": masks.number(person["mobile_number"]),
        "workStartDate": person["work_start_date"],
        "department": person["department"],
        "employmentScope": coded(CodeTableName.EMPLOYMENT_SCOPE, person["employment_scope"]),
        "hostEmployerName": person["host_employer_name"],
        "publicSectorStaffCategory": coded(
            CodeTableName.PUBLIC_SECTOR_STAFF_CATEGORY, person["public_sector_staff_category"]
        ),
        "positionNature": coded(CodeTableName.POSITION_NATURE, person["position_nature"]),
        "insuredDistrict": coded(CodeTableName.DISTRICT, person["insured_district"]),
        "employer": employer(person),
        "insurances": [participation(period) for period in periods],
    }


def participation(period: Row) -> dict[str, Any]:
    """Return an insurance period."""
    return {
        "type": coded(CodeTableName.INSURANCE_TYPE, period["type"]),
        "status": coded(CodeTableName.PARTICIPATION_STATUS, period["status"]),
        "district": coded(CodeTableName.DISTRICT, period["district"]),
        "employer": employer(period),
        "firstEnrolledOn": period["first_enrolled_on"],
        "startedOn": period["started_on"],
        "endedOn": period["ended_on"],
    }


def employer(row: Row) -> dict[str, str] | None:
    """Return the joined employer of a row."""
    code = row["employer_code"]
    return None if code is None else {"code": code, "name": row["employer_name"]}


def coded(table: CodeTableName, code: str | None) -> dict[str, str] | None:
    """Return a code with its name."""
    return None if code is None else {"code": code, "name": NAMES[table].get(code, code)}
