"""Guards of limits: requests, connections and other programs must not exhaust shared resources."""

from tests.mutation.guard import ALWAYS, NEVER, REMOVED, Guard, instead, part

LIMIT_GUARDS = (
    Guard(
        "limit-of-variables",
        instead("max_variable_values: int = 20_000"),
        "tests/http/test_query_cost.py tests/http/test_variables.py",
    ),
    Guard("reading-is-counted", instead("return operation, 0"), "tests/http/test_rate_limits.py"),
    Guard("links-have-no-session", part(" or has_session"), "tests/http/test_cross_site_requests.py"),
    Guard("lost-file-is-not-written", REMOVED, "tests/durability/test_moved_file.py"),
    Guard("limit-of-heads", NEVER, "tests/http/test_connection_limits.py"),
    Guard("trailers-are-no-headers", ALWAYS, "tests/http/test_connection_limits.py"),
)
