"""A handwritten registration: Starlette, and one synchronous transaction that stores the same rows as the Hall.

It checks the token only: no form, no idempotency key, no rules. The stored verdict and receipt lines are constants of
realistic length.
"""

import sqlite3
from datetime import UTC, date, datetime
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.accesslog.chain import Entry
from api.codes.tables import CodeTableName
from api.enrolment import receipt
from api.enrolment.form import Form
from api.enrolment.insurance_period import InsurancePeriod
from api.enrolment.receipt_lines import receipt_lines
from api.enrolment.receipt_store import to_data
from api.law.rule import Channel
from api.people.models import Person
from api.schemes.flexible_employment.case import Case
from api.schemes.flexible_employment.law import NOTICES
from api.schemes.flexible_employment.scheme import SCHEME
from api.schemes.flexible_employment.verdict import judge
from tests.bench.peers.asking import ACCOUNTS, VALID_TOKEN, token_parameters
from tests.bench.peers.logging_searches import append
from tests.bench.peers.records import coded
from tests.bench.peers.running import PRAGMAS, database, run

ACCOUNT = f"SELECT account.id, account.name, account.person_id FROM {ACCOUNTS} WHERE {VALID_TOKEN}"
PERIODS = tuple(
    InsurancePeriod(kind, "2", "120101", True, date(2020, 1, 1), date(2026, 9, 30)) for kind in ("110", "310")
)
TODAY = datetime.now(UTC)
NOTICE = NOTICES[-1]
VERDICT = judge(
    Case(
        on=TODAY.date(),
        channel=Channel.WEB_HALL,
        id_type="01",
        birth_date=date(1990, 3, 7),
        sex="1",
        drawing_pension=False,
        registrations=(),
        participations=PERIODS,
        district="120101",
        position_nature=None,
        works_in_city=None,
        subsidies=(),
    )
)
LINES = receipt_lines(
    SCHEME,
    Person(name="王海", id_type="01", id_number="120101199003070013"),
    Form(
        "-",
        "-",
        "120101",
        {
            "householdRegistrationType": "11",
            "ethnicGroup": "01",
            "residentialAddress": "天津市和平区海光路1号",
            "mobileNumber": "13800000000",
            "positionNature": None,
        },
    ),
    TODAY,
)
VERDICT_TEXT = orjson.dumps(VERDICT.to_data()).decode()
LINES_TEXT = orjson.dumps([to_data(line) for line in LINES]).decode()
PURPOSE = "灵活就业参保登记"
FIELDS = ["ethnicGroup", "householdRegistrationType", "insuredDistrict", "mobileNumber", "residentialAddress"]

CONNECTION = sqlite3.connect(database(), isolation_level=None)
for pragma in (*PRAGMAS, "foreign_keys = ON"):
    CONNECTION.execute(f"PRAGMA {pragma}")


async def register(request: Request) -> Response:
    """Enrol the person of the account."""
    account = CONNECTION.execute(ACCOUNT, token_parameters(request)).fetchone()
    if account is None:
        return answer({"__typename": "AccessProblem"})
    form = orjson.loads(await request.body())["input"]
    CONNECTION.execute("BEGIN IMMEDIATE")
    try:
        store(account, form, datetime.now(UTC))
    except BaseException:
        CONNECTION.execute("ROLLBACK")
        raise
    CONNECTION.execute("COMMIT")
    district = coded(CodeTableName.DISTRICT, form["insuredDistrict"])
    enrolment = {"status": "REGISTERED", "district": district, "noticeVersion": form["noticeVersion"]}
    return answer({"__typename": "FlexibleEmploymentRegistered", "enrolment": enrolment})


def store(account: tuple[int, str, int], form: dict[str, str], now: datetime) -> None:
    """Store the rows of a registration."""
    account_id, name, person = account
    moment = str(now)
    enrolment, number = f"enrolment_{token_urlsafe(16)}", receipt.new_number()
    key, version, address, mobile = (
        form[column] for column in ("idempotencyKey", "noticeVersion", "residentialAddress", "mobileNumber")
    )
    district, household, group = (
        form[column] for column in ("insuredDistrict", "householdRegistrationType", "ethnicGroup")
    )
    content = receipt.digest(number, TODAY, LINES)
    insert("kept_answer", account_id=account_id, key=key, operation="registerFlexibleEmployment",
           content_digest=content, enrolment_id=enrolment, kept_at=moment)  # fmt: skip
    consent = insert("consent", person_id=person, account_id=account_id, scheme="FLEXIBLE_EMPLOYMENT",
                     notice_version=version, notice_digest=NOTICE.digest, given_at=moment)  # fmt: skip
    receipt_id = insert("receipt", number=number, issued_at=moment, digest=content, lines=LINES_TEXT)
    insert("flexible_employment_enrolment", public_id=enrolment, person_id=person, status="REGISTERED",
           district=district, registered_at=moment, channel="WEB_HALL", notice_version=version,
           rules_version=VERDICT.rules_version, verdict=VERDICT_TEXT, household_registration_type=household,
           ethnic_group=group, residential_address=address, mobile_number=mobile, consent_id=consent,
           receipt_id=receipt_id)  # fmt: skip
    CONNECTION.execute(UPDATE, (district, person))
    append(CONNECTION, [Entry(person, "ENROL", True, now, name, "本人", PURPOSE, FIELDS, [], uuid4().hex)])


UPDATE = "UPDATE person SET insured_district = ? WHERE id = ?"


def insert(table: str, **columns: object) -> int | None:
    """Insert a row; return its id. The statement text is constant, so that SQLite prepares it once."""
    gaps = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({gaps})"
    return CONNECTION.execute(statement, tuple(columns.values())).lastrowid


def answer(outcome: dict[str, Any]) -> Response:
    """Return the response."""
    return Response(orjson.dumps({"data": {"registerFlexibleEmployment": outcome}}), media_type="application/json")


run(Starlette(routes=[Route("/registration", register, methods=["POST"])]))
