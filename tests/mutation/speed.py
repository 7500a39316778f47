"""Guards of caches and of synchronous execution."""

from tests.mutation.guard import ALWAYS, NEVER, REMOVED, Guard, instead, part

CONNECTION, IN_PROCESS = "tests/http/test_connection.py", "tests/http/test_in_process_connection.py"
CACHE_GUARDS = (
    Guard("kept-head-length", instead("if head is None:"), CONNECTION),
    Guard("kept-head-only-when-idle", instead("found = request_head_cache.get(data)"), CONNECTION),
    Guard("head-that-does-not-end", instead("return end + len(END)"), CONNECTION),
    Guard("kept-head-only-at-the-beginning", part("is_idle and "), CONNECTION),
    Guard("refused-request-is-not-executed", NEVER, CONNECTION),
    Guard("connection-close-is-honoured", part(" or not cycle.keep_alive"), CONNECTION),
    Guard(
        "statuses-are-computed-together",
        part("standings=standings", "standings={}"),
        "tests/schemes/test_enrolment_pages.py",
    ),
    Guard("one-snapshot-an-iteration", REMOVED, "tests/queries"),
    Guard("read-your-writes", ALWAYS, IN_PROCESS),
    Guard("arrival-begins-a-snapshot", part("not self._began_in_arrival or "), "tests/queries"),
    Guard("no-garbage-after-an-answer", REMOVED, IN_PROCESS),
    Guard("snapshot-ends-with-its-iteration", REMOVED, "tests/queries"),
    Guard(
        "cache-is-emptied-by-writes",
        part("version != self._data_version or "),
        "tests/queries tests/accounts/test_sessions.py",
    ),
    Guard("employer-cache-is-emptied-by-changes", REMOVED, "tests/queries/test_row_cache.py"),
    Guard("employer-cache-is-emptied-by-faults", REMOVED, "tests/queries/test_row_cache.py"),
    Guard("list-of-one-snapshot", instead("before = []"), "tests/queries/test_row_cache.py"),
    Guard("renamed-employers-are-counted", part('"update", '), "tests/queries/test_row_cache.py"),
    Guard("encrypted-columns-in-plans", REMOVED, "tests/encryption"),
    Guard("default-of-an-argument", NEVER, "tests/compiler/test_arguments.py"),
    Guard("unknown-codes", part("each.otherwise or each.text", "each.text"), "tests/compiler tests/people"),
    Guard("group-commit-of-log-entries", REMOVED, "tests/accesslog/test_writer.py"),
    Guard("workers-share-their-counts", REMOVED, "tests/http/test_workers.py"),
    Guard("waiting-is-counted-on", part(" + WAITING_SECONDS"), "tests/http/test_rate_limit_storage.py"),
)
