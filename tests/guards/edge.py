"""The guards that keep one request, one connection or another program from taking what belongs to all."""

from tests.guards.guard import Guard

OF_THE_EDGE = (
    Guard(
        "so many variables", "api/graphql/limits.py",
        "max_variable_values: int = 200", "max_variable_values: int = 20_000",
        "tests/http/test_document_rule.py tests/http/test_variables.py",
    ),
    Guard(
        "reading counts", "api/http/graphql/endpoint.py", "return operation, operation.reading", "return operation, 0",
        "tests/http/test_rates.py",
    ),
    Guard(
        "links have no session", "api/http/graphql/request_parsing.py",
        "(site or origin or has_session)", "(site or origin)",
        "tests/http/test_forged.py",
    ),
    Guard(
        "nothing is written into a lost file", "api/db/transactions/sqlite_writer.py",
        "    connection.require_standing()\n    # The lock", "    # The lock", "tests/lossless/test_moved.py",
    ),
    Guard(
        "heads have an end", "api/http/server/connection_limits.py",
        "if self._head_bytes > MOST_HEAD_BYTES or self._fields > MOST_FIELDS:", "if False:",
        "tests/http/test_connection_limits.py",
    ),
    Guard(
        "trailers are no headers", "api/http/server/connection_limits.py",
        "if self._is_in_head:\n            super().on_header(", "if True:\n            super().on_header(",
        "tests/http/test_connection_limits.py",
    ),
)  # fmt: skip
