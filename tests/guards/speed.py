"""The guards of what is fast: what is remembered, begun at once, or not asked twice."""

from tests.guards.guard import Guard

CONNECTION, TURNS = "tests/http/test_connection.py", "tests/http/test_turns.py"
OF_SPEED = (
    Guard(
        "a head that was kept is as long as the request", "api/http/server/request_head_cache.py",
        "if head is None or len(data) - end != head.length:", "if head is None:", CONNECTION,
    ),
    Guard(
        "only a connection that rests is asked by a kept head", "api/http/server/protocol.py",
        "found = request_head_cache.known(data) if is_idle else None", "found = request_head_cache.known(data)", CONNECTION,  # noqa: E501
    ),
    Guard(
        "a head that does not end is none", "api/http/server/request_head_cache.py",
        "return place + len(END) if place > 0 else 0", "return place + len(END)", CONNECTION,
    ),
    Guard(
        "what begins in the middle leaves no head", "api/http/server/protocol.py",
        "if is_idle and cycle.keep_alive", "if cycle.keep_alive", CONNECTION,
    ),
    Guard(
        "what was refused is not carried out", "api/http/server/protocol.py",
        "            if self.transport.is_closing():\n                # What came behind",
        "            if False:\n                # What came behind", CONNECTION,
    ),
    Guard(
        "whoever wants the connection closed gets it closed", "api/http/server/protocol.py",
        " or cycle.flow.write_paused or not cycle.keep_alive:", " or cycle.flow.write_paused:", CONNECTION,
    ),
    Guard(
        "a turn of the loop reads one moment", "api/db/query/sqlite_reader.py",
        '        self._connection.execute("BEGIN")\n        self._is_open = True\n',
        "        self._is_open = True\n", "tests/reading",
    ),
    Guard(
        "what others have told is seen at once", "api/http/server/protocol.py",
        "with dispatch.arriving():", "if True:", TURNS,
    ),
    Guard(
        "what arrives begins a moment", "api/db/query/sqlite_reader.py",
        "        if not self._began_arriving or ", "        if ", "tests/reading",
    ),
    Guard(
        "an answered question leaves no garbage", "api/http/server/protocol.py",
        "    del scope[CYCLE]\n", "", TURNS,
    ),
    Guard(
        "a moment ends with its turn", "api/db/query/sqlite_reader.py",
        "asyncio.get_running_loop().call_soon(self.end)", "pass", "tests/reading",
    ),
    Guard(
        "what is remembered is forgotten when somebody writes", "api/db/query/sqlite_reader.py",
        "if version != self._version or", "if", "tests/reading tests/accounts/test_sessions.py",
    ),
    Guard(
        "an employer that was changed is forgotten", "api/db/query/sqlite_reader.py",
        "            return\n        self.references.forget()\n", "            return\n",
        "tests/reading/test_references.py",
    ),
    Guard(
        "whoever cannot see changes remembers no employer", "api/db/query/sqlite_reader.py",
        "            self.references.forget()\n            raise\n", "            raise\n",
        "tests/reading/test_references.py",
    ),
    Guard(
        "a list shows employers of one moment", "api/graphql/compiler/codegen.py",
        '["begin()"] if looks_up else []', "[]",
        "tests/reading/test_references.py",
    ),
    Guard(
        "the database counts what is renamed", "api/db/migrations/0008_counted_changes.py",
        '("insert", "update", "delete")', '("insert", "delete")', "tests/reading/test_references.py",
    ),
    Guard(
        "sealed columns are opened for plans too", "api/db/query/row_types.py",
        'lines.append(f"if {variable} and {variable}[0] == MARK: {variable} = row.{path}")', "pass", "tests/sealing",
    ),
    Guard(
        "an argument that was left out has its default", "api/graphql/compiler/resolver_calls.py",
        "if value is None and not (is_optional and variable in coerced):", "if False:",
        "tests/engine/test_arguments.py",
    ),
    Guard(
        "a code that no table has is looked up nowhere", "api/graphql/compiler/function_body.py",
        "each.otherwise or each.text for each in values", "each.text for each in values",
        "tests/engine tests/people",
    ),
    Guard(
        "who is answered together shares a flush", "api/accesslog/batch_writer.py",
        "                await self._gather()\n", "", "tests/accesslog/test_writer.py",
    ),
    Guard(
        "processes find the file in which they count", "api/server.py",
        "        make_common(folder)\n", "", "tests/http/test_workers.py",
    ),
    Guard(
        "whoever waited counts on", "api/http/graphql/rate_limit_storage.py",
        '"latest": ends + WAITING_SECONDS', '"latest": ends', "tests/http/test_counts.py",
    ),
)  # fmt: skip
