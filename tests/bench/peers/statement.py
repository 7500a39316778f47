"""Handwritten SQLite statements that build the JSON of records.

The text is assembled with printf, which is a little faster than json_object, and safe, because each argument is JSON.
Small code tables are CASE expressions, large ones a temporary table: the faster way for each. Addresses are masked by
a function of the Hall, because SQLite has no regular expressions.
"""

import sqlite3

import orjson

from api.codes.tables import TABLES, Code, CodeTableName
from api.people import masks
from tests.bench.peers.asking import ACCOUNTS, VALID_TOKEN
from tests.bench.peers.pages import ROWS
from tests.bench.peers.running import PRAGMAS

MAX_CASES = 25


def connect(path: str) -> sqlite3.Connection:
    """Open the database with the function and the table that the statements need."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("masked_address", 1, masks.address, deterministic=True)
    connection.execute("CREATE TEMP TABLE coded (kind, code, json, PRIMARY KEY (kind, code)) WITHOUT ROWID")
    connection.executemany(
        "INSERT INTO coded VALUES (?, ?, ?)",
        [(table.name, entry.code, code_as_json(entry)) for table in TABLES.values() for entry in table.entries],
    )
    return connection


def as_json(**fields: str) -> str:
    """Return the SQL expression of an object, from the expressions of its fields."""
    placeholders = ",".join(f'"{name}":%s' for name in fields)
    return f"printf('{{{placeholders}}}', {', '.join(fields.values())})"


def text(expression: str) -> str:
    """Return the SQL expression of a text or null."""
    return f"json_quote({expression})"


def coded(name: CodeTableName, column: str) -> str:
    """Return the SQL expression of a code with its name, or null; an unknown code is its own name."""
    unknown = f"iif({column} IS NULL, 'null', {as_json(code=text(column), name=text(column))})"
    if len(TABLES[name].entries) > MAX_CASES:
        known = f"(SELECT json FROM coded WHERE kind = '{name}' AND code = {column})"
        return f"ifnull({known}, {unknown})"
    branches = " ".join(f"WHEN '{entry.code}' THEN '{code_as_json(entry)}'" for entry in TABLES[name].entries)
    return f"CASE {column} {branches} ELSE {unknown} END"


def code_as_json(entry: Code) -> str:
    """Return a code with its name as JSON."""
    return orjson.dumps({"code": entry.code, "name": entry.name.zh}).decode()


def masked_number(column: str) -> str:
    """Return the SQL expression of a masked number: three first and four last characters, or only asterisks."""
    stars = "'" + 30 * "*" + "'"
    long = f"substr({column}, 1, 3) || substr({stars}, 1, length({column}) - 7) || substr({column}, -4)"
    return f"iif(length({column}) > 8, {long}, substr({stars}, 1, length({column})))"


def employer(table: str) -> str:
    """Return the SQL expression of an employer, or null."""
    code_as_json = as_json(code=text(f"{table}.code"), name=text(f"{table}.name"))
    return f"iif({table}.id IS NULL, 'null', {code_as_json})"


PARTICIPATION = as_json(
    type=coded(CodeTableName.INSURANCE_TYPE, "period.type"),
    status=coded(CodeTableName.PARTICIPATION_STATUS, "period.status"),
    district=coded(CodeTableName.DISTRICT, "period.district"),
    employer=employer("payer"),
    firstEnrolledOn=text("period.first_enrolled_on"),
    startedOn=text("period.started_on"),
    endedOn=text("period.ended_on"),
)
PARTICIPATIONS = f"""(
    SELECT '[' || ifnull(group_concat({PARTICIPATION}), '') || ']'
    FROM (SELECT * FROM participation WHERE person_id = person.id ORDER BY started_on, id) AS period
    LEFT JOIN employer AS payer ON payer.id = period.employer_id
)"""
RECORD = as_json(
    id=text("person.public_id"),
    name=text("substr(person.name, 1, 1) || '*'"),
    idType=coded(CodeTableName.ID_TYPE, "person.id_type"),
    idNumber=text(masked_number("person.id_number")),
    sex=coded(CodeTableName.SEX, "person.sex"),
    birthDate=text("substr(person.birth_date, 1, 4) || '-**-**'"),
    ethnicGroup=coded(CodeTableName.ETHNIC_GROUP, "person.ethnic_group"),
    countryOrRegion=coded(CodeTableName.COUNTRY_OR_REGION, "person.country_or_region"),
    householdRegistrationType=coded(CodeTableName.HOUSEHOLD_REGISTRATION_TYPE, "person.household_registration_type"),
    householdRegistrationAddress=text("masked_address(person.household_registration_address)"),
    residentialAddress=text("masked_address(person.residential_address)"),
    postalCode=text("person.postal_code"),
    mobileNumber=text(masked_number("person.mobile_number")),
    workStartDate=text("person.work_start_date"),
    department=text("person.department"),
    employmentScope=coded(CodeTableName.EMPLOYMENT_SCOPE, "person.employment_scope"),
    hostEmployerName=text("person.host_employer_name"),
    publicSectorStaffCategory=coded(CodeTableName.PUBLIC_SECTOR_STAFF_CATEGORY, "person.public_sector_staff_category"),
    positionNature=coded(CodeTableName.POSITION_NATURE, "person.position_nature"),
    insuredDistrict=coded(CodeTableName.DISTRICT, "person.insured_district"),
    employer=employer("employer"),
    insurances=PARTICIPATIONS,
)
# The record of the account, or null for staff. Parameters: digest, time.
OWN_RECORD = f"""
    SELECT iif(person.id IS NULL, 'null', {RECORD})
    FROM {ACCOUNTS}
    LEFT JOIN person ON person.id = account.person_id
    LEFT JOIN employer ON employer.id = person.employer_id
    WHERE {VALID_TOKEN}
"""
# A page of records and the next one. Parameters: those of ROWS.
RECORDS = f"""
    SELECT person.id, {RECORD}
    FROM person LEFT JOIN employer ON employer.id = person.employer_id
    WHERE person.id IN ({ROWS})
    ORDER BY person.id
"""
