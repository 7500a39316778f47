"""Query cost: every limit, through fragments too, measured in one pass."""

import pytest
from graphql import get_introspection_query, parse

from api.graphql.limits import LIMITS
from api.graphql.pagination import DEFAULT_SIZE
from api.http.graphql.cost_weights import INTROSPECTION_WEIGHTS
from api.http.graphql.query_cost import measure, measure_with_page_size, violations
from api.schema import cost_weights
from api.schema.root import schema
from tests.hall import Hall
from tests.http.sample import SCHEMA, execute

GRAPHQL_SCHEMA = SCHEMA._schema


def nested(levels: int) -> str:
    """Return a query with this depth."""
    return "{ thing " + "{ one " * (levels - 2) + "{ name }" + " }" * (levels - 1)


def doubling(fragments: int) -> str:
    """Return a query whose expanded size doubles with each fragment."""
    chain = (
        f"fragment F{n} on Thing {{ a: one {{ ...F{n + 1} }} b: one {{ ...F{n + 1} }} }}" for n in range(fragments)
    )
    return " ".join(["{ thing { ...F0 } }", *chain, f"fragment F{fragments} on Thing {{ name }}"])


def aliased(number: int) -> str:
    """Return this number of aliased fields."""
    return " ".join(f"a{n}: name" for n in range(number))


def several(number: int) -> str:
    """Return this number of operations."""
    return " ".join(f"query Q{n} {{ thing {{ name }} }}" for n in range(number))


def fragments(number: int) -> str:
    """Return this number of fragments."""
    return " ".join(f"fragment F{n} on Thing {{ name }}" for n in range(number))


def paged(levels: int, first: object) -> str:
    """Return nested pages."""
    return f"page(first: {first}) {{ nodes {{ " * levels + "name" + " } }" * levels


WITHIN = {
    "one field": "{ __typename }",
    "the deepest": nested(LIMITS.max_depth),
    "the most aliases": f"{{ thing {{ {aliased(LIMITS.max_aliases)} }} }}",
    "the most operations": several(LIMITS.max_operations),
    "what GraphiQL asks": get_introspection_query(
        descriptions=True,
        schema_description=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        input_value_deprecation=True,
    ),
    "a page at full length": "{ thing { page(first: 100) { nodes { name some { name } } } } }",
}
BEYOND = {
    "depth": (nested(LIMITS.max_depth + 1), f"{LIMITS.max_depth + 1} levels", LIMITS.max_depth),
    "depth through fragments": (
        "{ thing { ...A } } fragment A on Thing { one { ...B } } fragment B on Thing " + nested(16)[8:-2],
        "17 levels",
        LIMITS.max_depth,
    ),
    "depth of values": (
        "{ echo(text: " + "[" * 17 + "]" * 17 + ") }", "17 levels", LIMITS.max_depth,
    ),
    "aliases": (f"{{ thing {{ {aliased(61)} }} }}", "61 aliases", LIMITS.max_aliases),
    "aliases through fragments": (
        f"{{ a: thing {{ ...F }} b: thing {{ ...F }} }} fragment F on Thing {{ {aliased(30)} }}",
        "62 aliases",
        LIMITS.max_aliases,
    ),
    "directives": ("{ thing " + "@skip(if: false) " * 61 + "{ name } }", "61 directives", LIMITS.max_directives),
    "operations": (several(21), "21 operations", LIMITS.max_operations),
    "spreads": (
        f"{{ thing {{ {' '.join(f'...F{n}' for n in range(21))} }} }} {fragments(21)}", "21 times", LIMITS.max_spreads,
    ),
    "repeats": ("{ thing { " + "name " * 22 + "} }", "21 fields", LIMITS.max_repeats),
    "doubling fragments": (doubling(40), "far more", LIMITS.max_aliases),
    "pages of pages": (
        f"{{ thing {{ {paged(5, 100)} }} }}",
        "may cost",
        LIMITS.max_cost,
    ),
    "pages by a variable": (
        f"query ($n: Int!) {{ thing {{ {paged(5, '$n')} }} }}",
        "may cost",
        LIMITS.max_cost,
    ),
    "what reading comes to": (
        f"{{ thing {{ {' '.join('one { name }' if n % 20 else f'a{n}: one {{ name }}' for n in range(20))} "
        + " ".join(f"b{n}: one {{ one {{ one {{ one {{ name }} }} }} }}" for n in range(55)) + " } }",
        "may cost",
        LIMITS.max_cost,
    ),
    "the schema, several times": (
        "{ __schema { " + " ".join(f"a{n}: types {{ name }}" for n in range(8)) + " } }", "may cost", LIMITS.max_cost,
    ),
    "fields of all types, several times": (
        "{ __schema { types { " + " ".join(f"a{n}: fields {{ name }}" for n in range(9)) + " } } }",
        "may cost",
        LIMITS.max_cost,
    ),
    "lists of lists": ("{ thing " + "{ some " * 8 + "{ name }" + "}" * 9, "may cost", LIMITS.max_cost),
}  # fmt: skip


@pytest.mark.parametrize("query", WITHIN.values(), ids=WITHIN)
def test_documents_within_limits_pass(query: str) -> None:
    """Documents at the limits pass, and so do the documents of the web client."""
    assert violations(measure(parse(query), GRAPHQL_SCHEMA)) == []


@pytest.mark.parametrize(("query", "found", "limit"), BEYOND.values(), ids=BEYOND)
async def test_documents_beyond_limit_are_refused(query: str, found: str, limit: int) -> None:
    """The message has the measured number and the limit; nothing is executed."""
    answer = await execute(query)
    messages = [error["message"] for error in answer["errors"]]
    assert [message for message in messages if found in message and f"at most {limit} " in message]
    assert "data" not in answer


async def test_limit_in_message_is_not_masked() -> None:
    """Error masking keeps the limit in the message, even if the document contains the same number."""
    answer = await execute("{ thing { page(first: 20) { nodes { " + "name " * 22 + "} } } }")
    assert "at most 20 are allowed" in answer["errors"][0]["message"]


@pytest.mark.parametrize("fragments", [1, 10, 100])
def test_each_fragment_is_measured_once(fragments: int) -> None:
    """The number of steps grows with the text of the document, not with its expanded size."""
    one_more = measure(parse(doubling(fragments + 1)), GRAPHQL_SCHEMA).steps
    assert one_more - measure(parse(doubling(fragments)), GRAPHQL_SCHEMA).steps == STEPS_A_FRAGMENT


# Two fields and two spreads, each visited in the topological sort and again in the measurement.
STEPS_A_FRAGMENT = 8


@pytest.mark.parametrize(
    "fragments",
    ["fragment A on Thing { ...A }", "fragment A on Thing { one { ...B } } fragment B on Thing { one { ...A } }"],
)
async def test_recursive_fragment_is_refused(fragments: str) -> None:
    """Direct and indirect recursion is refused."""
    answer = await execute("{ thing { ...A } } " + fragments)
    assert "contains itself" in answer["errors"][0]["message"]


async def test_token_limit() -> None:
    """The parser stops at the token limit."""
    answer = await execute("{" + " thing" * LIMITS.max_tokens + "}")
    assert str(LIMITS.max_tokens) in answer["errors"][0]["message"]


@pytest.mark.parametrize("text", ["{" * 5000, "{ echo(text: " + "[" * 2000, "query ($a: " + "[" * 2000 + ") { a }"])
async def test_deep_nesting_is_a_syntax_error(text: str) -> None:
    """Deep nesting is a syntax error, not a RecursionError."""
    answer = await execute(text)
    assert answer["errors"][0]["message"].startswith("Syntax Error")


async def test_nul_in_literal_is_valid() -> None:
    r"""The escape \u0000 in a string literal is valid and reaches the resolver."""
    assert await execute(r'{ echo(text: "a\u0000") }') == {"data": {"echo": "a\0"}}


async def test_page_size_shrinks_with_cost(hall: Hall) -> None:
    """An expensive selection gets shorter pages with `hasNextPage`; a cheap one gets pages of full size."""
    expensive = """
        query ($after: String) { people(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id
            flexibleEmployment { eligibility { outcome results { reason facts { value } } } districts { reason } } } } }
    """
    cheap = "{ people(first: 100) { nodes { id } } }"
    seen: list[str] = []
    after, sizes = None, set()
    while len(seen) < LIMITS.max_page_size:
        page = (await hall.ask(expensive, {"after": after}, "supervisor"))["data"]["people"]
        assert page["pageInfo"]["hasNextPage"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        sizes.add(len(page["nodes"]))
    (size,) = sizes
    assert size < LIMITS.max_page_size
    assert measure_with_page_size(parse(expensive), schema._schema)[1] == size
    listed = (await hall.ask(cheap, account="supervisor"))["data"]["people"]["nodes"]
    assert [node["id"] for node in listed] == seen[: len(listed)]
    assert len(listed) == LIMITS.max_page_size


def test_cost_of_page_size() -> None:
    """The cost uses the effective page size: negative, huge, null, default and variable values included."""
    page = "{ thing { page(first: %s) { nodes { name } } } }"
    costs = [_cost(page % size) for size in (-5, 0, 1, 20, 100, 1000, 10**20)]
    assert costs == [3, 3, 4, 23, 103, 103, 103]
    assert _cost(page % "null") == _cost("{ thing { page { nodes { name } } } }") == _cost(page % DEFAULT_SIZE)
    assert _cost(f"query ($n: Int) {page % '$n'}") == _cost(page % LIMITS.max_page_size)
    last = "{ thing { page(last: %s) { nodes { name } } } }"
    assert _cost(last % 100) == _cost(last % 1000) == _cost(page % 100)
    assert _cost(last % "null") == _cost(last % 1) == _cost(page % DEFAULT_SIZE)
    assert _cost(f"query ($n: Int) {last % '$n'}") == _cost(page % LIMITS.max_page_size)


def test_limits_have_decided_values() -> None:
    """The limits have the decided values, because the other tests read them from LIMITS."""
    decided = {"max_body_bytes": 65_536, "max_errors": 5, "max_page_size": 100, "max_depth": 16, "max_aliases": 60}
    assert {name: getattr(LIMITS, name) for name in decided} == decided
    assert LIMITS.max_tokens <= 1000
    assert LIMITS.max_fields <= 300
    assert LIMITS.max_variable_values <= 200


def test_cost_of_page_through_fragments() -> None:
    """Inline fragments and spreads do not change the cost of a page."""
    page = "{ thing { page(first: %d) { nodes { name } } } }"
    inline = "{ thing { page(first: 7) { ... on Things { nodes { name } } } } }"
    spread = "{ thing { page(first: 7) { ...F } } } fragment F on Things { nodes { name } }"
    nested = f"{spread.replace('nodes { name }', '...G')} fragment G on Things {{ nodes {{ name }} }}"
    assert _cost(inline) == _cost(spread) == _cost(nested) == _cost(page % 7)


def _cost(query: str) -> int:
    return measure(parse(query), GRAPHQL_SCHEMA).execution.cost


def test_weights_belong_to_existing_fields() -> None:
    """Each weighted field exists in the schema."""
    real = schema._schema
    introspection = [name for name in INTROSPECTION_WEIGHTS if "." in name]
    for names in (cost_weights.WEIGHTS, cost_weights.LENGTHS, introspection):
        for name in names:
            parent, field = name.split(".")
            assert field.startswith("__") or field in getattr(real.type_map[parent], "fields", {}), name
    assert set(cost_weights.LENGTH_OF_TABLE) == set(real.type_map["CodeTableName"].values)  # type: ignore[attr-defined]  # the type is an enum
