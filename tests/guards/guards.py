"""The guards that can be taken away, each as a change of one place in the code, and the tests that should notice."""

from tests.guards.edge import OF_THE_EDGE
from tests.guards.guard import Guard
from tests.guards.signing_in import OF_SIGNING_IN
from tests.guards.speed import OF_SPEED

ENROLLING = "tests/schemes/flexible_employment/test_registration.py"
AUTHORIZATION = "tests/accounts/test_authorization.py"
GUARDS = (
    *OF_SPEED,
    *OF_THE_EDGE,
    *OF_SIGNING_IN,
    Guard(
        "one standing enrolment", "api/migrations/0002_promises.py",
        "CREATE UNIQUE INDEX one_standing", "CREATE INDEX one_standing", f"{ENROLLING} tests/test_database.py",
    ),
    Guard(
        "one key, one answer, at any moment", "api/schemes/flexible_employment/service.py",
        "return await _earlier(write) or Enrolled(enrolment)", "return Enrolled(enrolment)",
        "tests/lossless/test_together.py",
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
        "a reveal is logged", "api/people/revealing.py",
        "            await access_log.wrote(entry)\n", "", "tests/people/test_reading.py tests/accesslog",
    ),
    Guard(
        "staff see one person a request in full", "api/people/revealing.py",
        "if self._person not in {None, person.id}:", "if False:", "tests/people/test_revealing.py",
    ),
    Guard(
        "reveals of a day are limited", "api/people/revealing.py", "if a_day and used >= a_day:", "if False:",
        "tests/people/test_revealing.py",
    ),
    Guard(
        "a number is looked up with a purpose", "api/people/service.py",
        "return narrowed.id_number is not None and access_log.stated(purpose) is None", "return False",
        "tests/accesslog/test_logged.py",
    ),
    Guard(
        "invisible signs are no purpose", "api/accesslog/service.py", "in text.translate(INVISIBLE))", "in text)",
        "tests/accesslog/test_purposes.py",
    ),
    Guard("names are masked", "api/people/masks.py", 'f"{value[:1]}*"', "value", "tests/people"),
    Guard("birth dates are masked", "api/people/masks.py", 'f"{value.year:04}-**-**"', "str(value)", "tests/people"),
    Guard("written birth dates are masked", "api/people/masks.py", 'f"{value[:4]}-**-**"', "value", "tests/people"),
    Guard(
        "scripts cannot read the cookie", "api/http/cookies.py", '"HttpOnly", ', "",
        "tests/http/test_cookies.py tests/accounts/test_signing_in.py",
    ),
    Guard(
        "other sites cause nothing", "api/http/front_door.py",
        'if site == "cross-site":', "if False:", "tests/http/test_front_door.py",
    ),
    Guard("64 kilobytes", "api/limits.py", "65_536", "65_536_000", "tests/http/test_document_rule.py"),
    Guard("depth", "api/limits.py", "max_depth: int = 16", "max_depth: int = 1600", "tests/http/test_document_rule.py"),
    Guard(
        "cost", "api/http/document_rule.py",
        '("may cost", measure.cost, limits.max_cost,', '("may cost", 0, limits.max_cost,',
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
        "message = message.replace(value, HIDDEN)", "pass", "tests/http/test_masks.py",
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
        "what no column can hold finds nobody", "api/columns.py",
        'return len(text) <= column.max_length and "\\0" not in text and not _has_surrogate(text)', "return True",
        # SQLite's columns hold anything.
        "tests/hostile tests/people/test_reading.py", "postgresql",
    ),
    Guard(
        "no page is shown inside another", "api/http/security_headers.py",
        "; frame-ancestors 'none'", "", "tests/http/test_security_headers.py",
    ),
    Guard(
        "answers are not stored", "api/http/answers.py",
        'b"no-store"', 'b"public"', "tests/http/test_security_headers.py",
    ),
    Guard(
        "the same key is answered again", "api/schemes/flexible_employment/service.py",
        "    write = schemes.asked(request.asker.account_id, form.idempotency_key, REGISTER, form.content())\n"
        "    if (earlier := await _earlier(write)) is not None:\n        return earlier\n",
        "    write = schemes.asked(request.asker.account_id, form.idempotency_key, REGISTER, form.content())\n",
        ENROLLING,
    ),
    Guard(
        "a key is for one content", "api/schemes/service.py",
        "return (kept.operation, kept.content_digest) == (asked.operation, asked.content_digest)", "return True",
        ENROLLING,
    ),
    Guard(
        "a withdrawal is of what is not paid", "api/schemes/flexible_employment/storing.py",
        "where(id=enrolment.id, status=EnrolmentStatus.REGISTERED.value)", "where(id=enrolment.id)", ENROLLING,
    ),
    Guard(
        "a withdrawal is of one's own", "api/schemes/flexible_employment/service.py",
        "public_id=withdrawal.enrolment_id, person_id=request.asker.person", "public_id=withdrawal.enrolment_id",
        ENROLLING,
    ),
    Guard(
        "no log, no enrolment", "api/schemes/flexible_employment/storing.py",
        "    yield from access_log.append([used])\n    return enrolment\n", "    return enrolment\n",
        f"{ENROLLING} tests/accesslog",
    ),
    Guard(
        "entries are not changed", "api/migrations/0003_access_log.py",
        "BEFORE UPDATE ON access_log_entry\n", "BEFORE UPDATE ON access_log_entry WHEN 0\n", "tests/accesslog",
    ),
    Guard(
        "entries are not deleted", "api/migrations/0003_access_log.py",
        "BEFORE DELETE ON access_log_entry\n", "BEFORE DELETE ON access_log_entry WHEN 0\n", "tests/accesslog",
    ),
    Guard(
        "an entry holds the one before", "api/accesslog/chain.py",
        "sha256(head.digest.encode() + content)", "sha256(content)", "tests/accesslog",
    ),
    Guard(
        "what is changed is noticed", "api/accesslog/chain.py",
        "if kept.digest != head.digest:", "if False:", "tests/accesslog",
    ),
    Guard(
        "what is missing is noticed", "api/accesslog/chain.py",
        "if kept.number != head.number + 1:", "if False:", "tests/accesslog",
    ),
    Guard(
        "searches are logged", "api/people/service.py",
        "        # No task is made for one entry.\n        await access_log.wrote(entry)\n", "        pass\n",
        "tests/accesslog",
    ),
    Guard(
        "an account's cost a minute", "api/http/rates.py",
        "wait = max(wait, self._counted(self._by_account, known.account, cost))", "",
        "tests/http/test_rates.py",
    ),
    Guard(
        "an address's cost a minute", "api/http/rates.py",
        "wait = self._counted(self._by_address, context.address, cost)", "wait = 0",
        "tests/http/test_rates.py",
    ),
    Guard(
        "staff's look-ups a minute", "api/http/rates.py",
        "wait = max(wait, looking)", "", "tests/http/test_rates.py",
    ),
    Guard(
        "too many look-ups are an alarm", "api/http/rates.py",
        "if looking and self._limiter.hit(self._alarm, known.account):", "if False:", "tests/http/test_rates.py",
    ),
    Guard(
        "cookies are for HTTPS", "api/http/cookies.py", 'parts.append("Secure")', "pass", "tests/http/test_cookies.py",
    ),
    Guard(
        "cookies stay with their site", "api/http/cookies.py", ', "SameSite=Lax"', "", "tests/http/test_cookies.py",
    ),
    Guard(
        "numbers are masked", "api/people/masks.py",
        '    if len(value) <= FEW + 1:\n        return "*" * len(value)\n'
        "    return f\"{value[:3]}{'*' * (len(value) - FEW)}{value[-4:]}\"\n\n\ndef birth_date",
        "    return value\n\n\ndef birth_date", "tests/people",
    ),
    Guard(
        "addresses are masked", "api/people/masks.py",
        "return _to_the_district(value[:USUAL_DISTRICT]) or _within(value[:LONGEST_REGION])", "return value",
        "tests/people",
    ),
    Guard(
        "forwarded addresses are for known proxies", "api/serving.py",
        "proxy_headers=bool(settings.trusted_proxies),\n        forwarded_allow_ips=list(settings.trusted_proxies)",
        'proxy_headers=True,\n        forwarded_allow_ips="*"', "tests/http/test_metrics.py",
    ),
    Guard(
        "counts keep to districts", "api/people/service.py",
        "    rows = _reached(asker, Act.LIST).where(", "    rows = PEOPLE.where(",
        f"tests/people/test_reading.py {AUTHORIZATION}",
    ),
    Guard(
        "only trusted documents", "api/http/documents.py",
        "        elif self.only_trusted:\n            raise Untrusted\n", "", "tests/http/test_trusted.py",
    ),
    Guard(
        "no mutation by GET", "api/http/endpoint.py",
        'if is_mutation and scope["method"] != "POST":', "if False:",
        "tests/http/test_front_door.py",
    ),
    Guard(
        "commits are on the disk", "api/database.py",
        '"synchronous": "FULL"', '"synchronous": "OFF"', "tests/test_database.py tests/lossless/test_faults.py",
    ),
    Guard(
        "numbers for whom they are meant", "api/http/metrics.py",
        "if not comes_from(request.scope, self._readers):", "if False:", "tests/http/test_metrics.py",
    ),
    Guard(
        "a trace is not told what was asked", "api/http/tracing.py",
        "if name := plain_name(exchange.operation):", "if name := exchange.operation:", "tests/http/test_tracing.py",
    ),
    Guard(
        "a sealed value belongs to its place", "api/sealing/columns.py",
        'return f"{model._meta.db_table} {self.model_field_name} {row}"', 'return "anywhere"', "tests/sealing",
    ),
    Guard(
        "keys must fit", "api/app.py", "        await require_keys()\n        await accounts",
        "        await accounts", "tests/sealing",
    ),
    Guard(
        "no update goes around sealing", "api/sealing/columns.py",
        "        if ring().seals:\n", "        if False:\n", "tests/sealing",
    ),
    Guard(
        "numbers are found by a digest", "api/sealing/ring.py",
        "return blind(self.index_key, text) if self.seals else text", "return text", "tests/sealing",
    ),
    Guard(
        "a fault is undone", "api/writing/sqlite.py", 'connection.execute("ROLLBACK TO one")', "pass",
        "tests/lossless/test_together.py",
    ),
    Guard(
        "what cannot be rolled back is given up", "api/writing/sqlite.py",
        "if inner.in_transaction:", "if False:", "tests/lossless/test_together.py tests/lossless/test_faults.py",
    ),
    Guard(
        "what nobody would be told is not stored", "api/writing/sqlite.py",
        "if not is_wanted.is_set():", "if False:", "tests/lossless/test_together.py",
    ),
    Guard(
        "moments are stored in one zone", "api/writing/statements.py",
        "value.astimezone(UTC) if isinstance(value, datetime) else value", "value", "tests/writing",
    ),
)  # fmt: skip
