"""The guards that can be taken away, each as a change of one place in the code, and the tests that should notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: where it stands, what is written there, what is left without it, and who should notice."""

    name: str
    file: str
    written: str
    without: str
    tests: str


ENROLLING = "tests/schemes/flexible_employment/test_registration.py"
AUTHORIZATION = "tests/accounts/test_authorization.py"
GUARDS = (
    Guard(
        "one standing enrolment", "api/migrations/0002_promises.py",
        "CREATE UNIQUE INDEX one_standing", "CREATE INDEX one_standing", f"{ENROLLING} tests/test_database.py",
    ),
    Guard(
        "the shield of a transaction", "api/database.py",
        "return await asyncio.shield(task)", "return await task", "tests/test_database.py",
    ),
    Guard(
        "citizens read themselves only", "api/people/service.py",
        "return whose is Whose.ALL or asker.person == person.id", "return True", "tests/accounts/test_table.py",
    ),
    Guard(
        "clerks read their district only", "api/people/service.py",
        "return PEOPLE.where(insured_district__in=sorted(asker.districts))", "return PEOPLE", AUTHORIZATION,
    ),
    Guard(
        "clerks read no access log", "api/accounts/authorization.py",
        "Act.READ_ACCESS_LOG: (Whose.NOBODYS, Whose.OWN,     Whose.NOBODYS, ",
        "Act.READ_ACCESS_LOG: (Whose.NOBODYS, Whose.OWN,     Whose.DISTRICTS, ", AUTHORIZATION,
    ),
    Guard(
        "citizens get no list", "api/accounts/authorization.py",
        "Act.LIST:            (Whose.NOBODYS, Whose.NOBODYS,", "Act.LIST:            (Whose.NOBODYS, Whose.OWN,",
        AUTHORIZATION,
    ),
    Guard(
        "staff say why", "api/accounts/authorization.py",
        "Act.READ: frozenset({Role.CLERK, Role.SUPERVISOR}),", "", f"{AUTHORIZATION} tests/people",
    ),
    Guard(
        "a reveal is logged", "api/people/service.py",
        "await access_log.wrote(access_log.used(request, Act.REVEAL, person=person.id, purpose=why, fields=fields))",
        "", "tests/people tests/accesslog",
    ),
    Guard("names are masked", "api/people/masks.py", 'f"{value[:1]}*"', "value", "tests/people"),
    Guard("birth dates are masked", "api/people/masks.py", 'f"{value.year:04}-**-**"', "str(value)", "tests/people"),
    Guard(
        "an unknown account costs a run of argon2", "api/accounts/passwords.py",
        "_verified, password, password_hash or _nobodys_hash()",
        "lambda: password_hash is not None and _verified(password, password_hash)",
        "tests/accounts/test_absent_and_forbidden.py",
    ),
    Guard(
        "scripts cannot read the cookie", "api/http/cookies.py", '"HttpOnly", ', "",
        "tests/http/test_cookies.py tests/accounts/test_signing_in.py",
    ),
    Guard(
        "other sites cause nothing", "api/http/front_door.py",
        'headers.get(b"sec-fetch-site") == "cross-site"', "False", "tests/http/test_front_door.py",
    ),
    Guard("64 kilobytes", "api/limits.py", "65_536", "65_536_000", "tests/http/test_document_rule.py"),
    Guard("depth", "api/limits.py", "max_depth: int = 16", "max_depth: int = 1600", "tests/http/test_document_rule.py"),
    Guard(
        "cost", "api/http/document_rule.py",
        '("may cost", weight.cost, limits.max_cost,', '("may cost", 0, limits.max_cost,',
        "tests/http/test_document_rule.py tests/http/test_dear_documents.py",
    ),
    Guard(
        "five errors", "api/limits.py", "max_errors: int = 5", "max_errors: int = 500",
        "tests/http/test_document_rule.py",
    ),
    Guard(
        "names are not taught", "api/http/name_mask.py",
        "name[0] if name[0] in known else HIDDEN", "name[0]", "tests/http/test_names.py",
    ),
    Guard(
        "values are not repeated", "api/http/value_mask.py",
        "return pattern.sub(HIDDEN, message) if pattern else message", "return message", "tests/http/test_masks.py",
    ),
    Guard(
        "log lines hold no values of others", "api/http/logs.py",
        "text = record.getMessage() if is_open else str(record.msg)", "text = record.getMessage()",
        "tests/http/test_logs.py tests/test_personal.py",
    ),
    Guard(
        "control signs are not stored", "api/schemes/flexible_employment/form.py",
        'UNWRITABLE = {"Cc", "Cs"}', "UNWRITABLE: set[str] = set()",
        "tests/hostile tests/schemes/flexible_employment",
    ),
    Guard(
        "what no column can hold finds nobody", "api/database.py",
        'return len(text) <= column.max_length and "\\0" not in text and not _has_surrogate(text)', "return True",
        "tests/hostile tests/people/test_reading.py",
    ),
    Guard(
        "no page is shown inside another", "api/http/security_headers.py",
        "; frame-ancestors 'none'", "", "tests/http/test_security_headers.py",
    ),
    Guard(
        "answers are not stored", "api/http/endpoint.py", "no-store", "public", "tests/http/test_security_headers.py",
    ),
)  # fmt: skip
