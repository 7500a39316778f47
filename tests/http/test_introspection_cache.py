"""Introspection is executed once for each document, whatever its comments and spaces; the cache is bounded."""

from typing import Any

import pytest
from graphql import get_introspection_query

from api.http.graphql import execution, introspection_cache
from api.http.graphql.introspection_cache import IntrospectionCache
from tests.hall import Hall

WHOLE = get_introspection_query()
FIELDS = 'query ($old: Boolean) { __type(name: "Viewer") { fields(includeDeprecated: $old) { name } } }'


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The names of the operations that graphql-core executes."""
    names: list[str | None] = []
    real = execution._ordinary

    async def ordinary(schema: Any, operation: Any, *others: Any, **named: Any) -> Any:
        names.append(operation.name)
        return await real(schema, operation, *others, **named)

    monkeypatch.setattr(execution, "_ordinary", ordinary)
    return names


async def test_whole_schema_is_executed_once(hall: Hall, executed: list[str | None]) -> None:
    """The same document gets the same result again, with other comments and spaces too."""
    answers = [await hall.ask(text) for text in (WHOLE, f"# again\n{WHOLE}", WHOLE.replace("  ", " "), WHOLE)]
    assert answers[0]["data"]["__schema"]["queryType"]["name"] == "Query"
    assert answers == answers[:1] * 4
    assert executed == ["IntrospectionQuery"]


async def test_variables_and_operations_are_told_apart(hall: Hall, executed: list[str | None]) -> None:
    """Other variables, and another operation of the same document, have results of their own."""
    for _ in range(2):
        names = [
            [each["name"] for each in (await hall.ask(FIELDS, {"old": old}))["data"]["__type"]["fields"]]
            for old in (False, True)
        ]
        assert set(names[1]) - set(names[0]) == {"roles"}
    assert len(executed) == 2
    two = 'query A { __type(name: "Viewer") { name } } query B { __type(name: "Person") { name } }'
    for name, kind in (("A", "Viewer"), ("B", "Person"), ("A", "Viewer")):
        answer = (await hall.post(json={"query": two, "operationName": name})).json()
        assert answer == {"data": {"__type": {"name": kind}}}


async def test_only_introspection_without_errors_is_cached(hall: Hall, executed: list[str | None]) -> None:
    """A wrong variable, and a document that also reads something else, are executed each time."""
    await hall.browser("eligible")
    executed.clear()
    for _ in range(2):
        assert "errors" in await hall.ask(FIELDS, {"old": "no"})
        answer = await hall.ask('{ __type(name: "Viewer") { name } viewer { account } }', account="eligible")
        assert answer["data"]["viewer"] == {"account": "eligible"}
    assert len([name for name in executed if name is None]) == 4


def test_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not used for longest is evicted; documents and variables count too."""
    monkeypatch.setattr(introspection_cache, "MAX_BYTES", 100)
    cache = IntrospectionCache()
    for text in ("a", "b", "c"):
        cache.put(text, None, {}, b"0" * 30)
        cache.put(text, None, {}, b"0" * 30)
    assert cache.get("a", None, {}) == b"0" * 30
    cache.put("d" * 10, None, {"e": "f"}, b"0" * 10)
    assert [cache.get(text, None, {}) is not None for text in ("a", "b", "c")] == [True, False, True]
    cache.put("g" * 200, None, {}, b"")
    assert cache.get("a", None, {}) is None
    assert cache._bytes == 0
