"""The guards, each as a change of one statement, and the tests that should detect it."""

from tests.mutation.edge import LIMIT_GUARDS
from tests.mutation.guard import NEVER, REMOVED, Change, Guard, instead, part
from tests.mutation.signing_in import SIGN_IN_GUARDS
from tests.mutation.speed import CACHE_GUARDS

ENROLLING = "tests/schemes/flexible_employment/test_registration.py"
AUTHORIZATION = "tests/accounts/test_authorization.py"
GROUP_COMMIT = "tests/durability/test_group_commit.py"
STANDBY = "tests/durability/test_standby.py"
GUARDS = (
    *CACHE_GUARDS,
    *LIMIT_GUARDS,
    *SIGN_IN_GUARDS,
    Guard("one-standing-enrolment", part("UNIQUE "), f"{ENROLLING} tests/test_database.py"),
    Guard("one-standing-scheme-enrolment", part("UNIQUE "), "tests/schemes/residents_pension/test_registration.py"),
    Guard("one-key-one-answer", part("await _stored_result(scheme, write) or "), GROUP_COMMIT),
    Guard("transaction-is-shielded", instead("return await task"), "tests/test_database.py"),
    Guard("commit-is-never-cancelled", instead("return str(await super().execute(COMMIT))"), STANDBY, "postgresql"),
    Guard("standby-has-replayed", instead("if True:"), STANDBY, "postgresql"),
    Guard("replay-is-durable", REMOVED, STANDBY, "postgresql"),
    Guard("citizens-read-themselves", instead("return True"), "tests/accounts/test_authorization_of_rows.py"),
    Guard("clerks-read-their-district", instead("return PEOPLE"), AUTHORIZATION),
    Guard(
        "clerks-read-no-access-log",
        instead("Act.READ_ACCESS_LOG: (Scope.NONE, Scope.OWN, Scope.DISTRICTS, Scope.ALL)"),
        AUTHORIZATION,
    ),
    Guard(
        "citizens-get-no-list",
        instead("Act.LIST: (Scope.NONE, Scope.OWN, Scope.DISTRICTS, Scope.ALL)"),
        AUTHORIZATION,
    ),
    Guard("opaque-texts-are-of-one-kind", part(" if plain[:BYTES] == _tag(kind) else None"), "tests/people"),
    Guard("results-are-read-after-the-write", REMOVED, "tests/schemes/test_results_of_writes.py"),
    Guard(
        "staff-state-a-purpose-for-a-person",
        part("principal is not None and principal.person == self.row.person_id", "True"),
        "tests/schemes/test_results_of_writes.py",
    ),
    Guard("staff-say-why", REMOVED, f"{AUTHORIZATION} tests/people"),
    Guard("reveal-is-logged", REMOVED, "tests/people/test_read_authorization.py tests/accesslog"),
    Guard("one-person-a-request-in-full", NEVER, "tests/people/test_revealing.py"),
    Guard("limit-of-reveals-a-day", NEVER, "tests/people/test_revealing.py"),
    Guard("number-with-a-purpose", instead("return False"), "tests/accesslog/test_logged.py"),
    Guard("invisible-signs-are-no-purpose", part(".translate(INVISIBLE)"), "tests/accesslog/test_purposes.py"),
    Guard("names-are-masked", part('f"{value[:1]}*"', "value"), "tests/people"),
    Guard("birth-dates-are-masked", part('f"{value.year:04}-**-**"', "str(value)"), "tests/people"),
    Guard("written-birth-dates-are-masked", instead("return value"), "tests/people"),
    Guard("cookie-is-http-only", part('"HttpOnly", '), "tests/http/test_cookies.py tests/accounts/test_signing_in.py"),
    Guard("other-sites-are-refused", NEVER, "tests/http/test_request_parsing.py"),
    Guard("limit-of-bodies", instead("max_body_bytes: int = 65_536_000"), "tests/http/test_query_cost.py"),
    Guard("limit-of-depth", instead("max_depth: int = 1600"), "tests/http/test_query_cost.py"),
    Guard(
        "limit-of-cost",
        part("total.cost", "0"),
        "tests/http/test_query_cost.py tests/http/test_worst_case_documents.py",
    ),
    Guard("limit-of-errors", instead("max_errors: int = 500"), "tests/http/test_query_cost.py"),
    Guard(
        "names-are-not-taught",
        part("name[0] if name[0] in known else HIDDEN", "name[0]"),
        "tests/http/test_schema_disclosure.py",
    ),
    Guard("values-are-not-repeated", REMOVED, "tests/http/test_error_masking.py"),
    Guard(
        "log-lines-without-values",
        instead("text = record.getMessage()"),
        "tests/http/test_logs.py tests/test_personal.py",
    ),
    Guard(
        "control-signs-are-refused",
        instead("UNWRITABLE: set[str] = set()"),
        "tests/malicious_input tests/schemes/flexible_employment",
    ),
    # SQLite does not enforce column types.
    Guard(
        "text-that-no-column-holds",
        instead("return True"),
        "tests/malicious_input tests/people/test_read_authorization.py",
        "postgresql",
    ),
    Guard("no-frames", part("; frame-ancestors 'none'"), "tests/http/test_security_headers.py"),
    Guard("answers-are-not-stored", instead('NO_STORE = b"public"'), "tests/http/test_security_headers.py"),
    Guard("same-key-again", REMOVED, ENROLLING),
    Guard("key-is-for-one-content", instead("return True"), ENROLLING),
    Guard("withdrawal-before-payment", part(", status=EnrolmentStatus.REGISTERED.value"), ENROLLING),
    Guard("withdrawal-of-ones-own", part(", person_id=request.principal.person"), ENROLLING),
    Guard("no-log-no-enrolment", REMOVED, f"{ENROLLING} tests/accesslog"),
    Guard("entries-are-not-changed", part("ON access_log_entry\n", "ON access_log_entry WHEN 0\n"), "tests/accesslog"),
    Guard("entries-are-not-deleted", part("ON access_log_entry\n", "ON access_log_entry WHEN 0\n"), "tests/accesslog"),
    Guard("entry-holds-the-one-before", part("head.digest.encode() + content", "content"), "tests/accesslog"),
    Guard("changed-entry-is-found", NEVER, "tests/accesslog"),
    Guard("missing-entry-is-found", NEVER, "tests/accesslog"),
    Guard("searches-are-logged", REMOVED, "tests/accesslog"),
    Guard("cost-of-an-account", REMOVED, "tests/http/test_rate_limits.py"),
    Guard("cost-of-an-address", instead("wait = 0"), "tests/http/test_rate_limits.py"),
    Guard("look-ups-of-staff", REMOVED, "tests/http/test_rate_limits.py"),
    Guard("alarm-at-look-ups", NEVER, "tests/http/test_rate_limits.py"),
    Guard("cookie-is-secure", REMOVED, "tests/http/test_cookies.py"),
    Guard("cookie-is-same-site", part(', "SameSite=Lax"'), "tests/http/test_cookies.py"),
    Guard("numbers-are-masked", instead("return value"), "tests/people"),
    Guard("addresses-are-masked", instead("return value"), "tests/people"),
    Guard(
        "forwarded-addresses",
        Change(parts=(("bool(settings.trusted_proxies)", "True"), ("list(settings.trusted_proxies)", '"*"'))),
        "tests/http/test_metrics.py",
    ),
    Guard(
        "counts-keep-to-districts",
        part("_rows_in_scope(principal, Act.LIST)", "PEOPLE"),
        f"tests/people/test_read_authorization.py {AUTHORIZATION}",
    ),
    Guard("only-trusted-documents", instead("elif False:"), "tests/http/test_trusted_documents.py"),
    Guard("no-mutation-by-get", NEVER, "tests/http/test_request_parsing.py"),
    Guard(
        "commits-are-on-the-disk",
        instead('"synchronous": "OFF"'),
        "tests/test_database.py tests/durability/test_faults.py",
    ),
    Guard("metrics-for-their-readers", NEVER, "tests/http/test_metrics.py"),
    Guard(
        "traces-without-names",
        part("plain_name(state.operation)", "state.operation"),
        "tests/http/test_tracing.py",
    ),
    Guard("ciphertext-is-bound-to-its-row", instead('return "anywhere"'), "tests/encryption"),
    Guard("keys-must-fit", REMOVED, "tests/encryption"),
    Guard("no-update-around-encryption", NEVER, "tests/encryption"),
    Guard("numbers-are-found-by-a-digest", instead("return text"), "tests/encryption"),
    Guard("fault-is-rolled-back", REMOVED, GROUP_COMMIT),
    Guard(
        "failed-rollback-closes-the-connection",
        NEVER,
        f"{GROUP_COMMIT} tests/durability/test_faults.py",
    ),
    Guard("abandoned-write-is-not-committed", NEVER, GROUP_COMMIT),
    Guard(
        "moments-in-one-zone",
        part("value.astimezone(UTC) if isinstance(value, datetime) else value", "value"),
        "tests/transactions",
    ),
)
