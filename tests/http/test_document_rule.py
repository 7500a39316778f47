"""What a document may cost: every limit, through fragments too, found in one pass."""

import pytest
from graphql import get_introspection_query, parse

from api.graphql.limits import LIMITS
from api.graphql.pagination import DEFAULT_SIZE
from api.http.graphql.cost_weights import INTROSPECTION_WEIGHTS
from api.http.graphql.query_cost import measure, measure_with_page_size, violations
from api.schema import cost_weights
from api.schema.root import schema
from tests.hall import Hall
from tests.http.sample import SCHEMA, asked

GRAPHQL_SCHEMA = SCHEMA._schema


def nested(levels: int) -> str:
    """Return a query whose innermost field stands on that level."""
    return "{ thing " + "{ one " * (levels - 2) + "{ name }" + " }" * (levels - 1)


def doubling(fragments: int) -> str:
    """Return a query whose size doubles with each fragment."""
    chain = (
        f"fragment F{n} on Thing {{ a: one {{ ...F{n + 1} }} b: one {{ ...F{n + 1} }} }}" for n in range(fragments)
    )
    return " ".join(["{ thing { ...F0 } }", *chain, f"fragment F{fragments} on Thing {{ name }}"])


def aliased(number: int) -> str:
    """Return as many fields with an alias."""
    return " ".join(f"a{n}: name" for n in range(number))


def several(number: int) -> str:
    """Return as many operations."""
    return " ".join(f"query Q{n} {{ thing {{ name }} }}" for n in range(number))


def fragments(number: int) -> str:
    """Return as many fragments."""
    return " ".join(f"fragment F{n} on Thing {{ name }}" for n in range(number))


def paged(levels: int, first: object) -> str:
    """Return pages inside pages."""
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
def test_what_is_within_the_limits_passes(query: str) -> None:
    """The limits themselves are allowed, and so is all that the Hall's own pages ask."""
    assert violations(measure(parse(query), GRAPHQL_SCHEMA)) == []


@pytest.mark.parametrize(("query", "found", "limit"), BEYOND.values(), ids=BEYOND)
async def test_what_is_beyond_a_limit_is_refused_with_both_numbers(query: str, found: str, limit: int) -> None:
    """The message says what was found and what is allowed; nothing is executed."""
    answer = await asked(query)
    messages = [error["message"] for error in answer["errors"]]
    assert [message for message in messages if found in message and f"at most {limit} " in message]
    assert "data" not in answer


async def test_the_numbers_are_told_even_where_the_document_has_them() -> None:
    """Values of a document are not repeated, but limits are no values of it."""
    answer = await asked("{ thing { page(first: 20) { nodes { " + "name " * 22 + "} } } }")
    assert "at most 20 are allowed" in answer["errors"][0]["message"]


@pytest.mark.parametrize("fragments", [1, 10, 100])
def test_each_fragment_is_looked_at_once(fragments: int) -> None:
    """The work grows with the text of the document, not with what it comes to when it is expanded."""
    one_more = measure(parse(doubling(fragments + 1)), GRAPHQL_SCHEMA).steps
    assert one_more - measure(parse(doubling(fragments)), GRAPHQL_SCHEMA).steps == STEPS_A_FRAGMENT


# Two fields and two spreads, each seen when fragments are put in order and again when they are measured.
STEPS_A_FRAGMENT = 8


@pytest.mark.parametrize(
    "fragments",
    ["fragment A on Thing { ...A }", "fragment A on Thing { one { ...B } } fragment B on Thing { one { ...A } }"],
)
async def test_a_fragment_that_contains_itself_is_refused(fragments: str) -> None:
    """Whether directly or through others."""
    answer = await asked("{ thing { ...A } } " + fragments)
    assert "contains itself" in answer["errors"][0]["message"]


async def test_a_document_of_too_many_tokens_is_refused() -> None:
    """Before the rest of it is read."""
    answer = await asked("{" + " thing" * LIMITS.max_tokens + "}")
    assert str(LIMITS.max_tokens) in answer["errors"][0]["message"]


@pytest.mark.parametrize("text", ["{" * 5000, "{ echo(text: " + "[" * 2000, "query ($a: " + "[" * 2000 + ") { a }"])
async def test_endless_nesting_is_refused(text: str) -> None:
    """As a syntax error, not as a fault."""
    answer = await asked(text)
    assert answer["errors"][0]["message"].startswith("Syntax Error")


async def test_nul_inside_a_literal_reaches_its_field() -> None:
    """GraphQL's own escape writes a valid string: whoever gets it has an answer for it."""
    assert await asked(r'{ echo(text: "a\u0000") }') == {"data": {"echo": "a\0"}}


async def test_whoever_asks_much_of_each_gets_fewer_at_once(hall: Hall) -> None:
    """Pages are as long as the document can afford, and say that there are others; a plain page is as long as ever."""
    dear = """
        query ($after: String) { people(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id
            flexibleEmployment { eligibility { outcome results { reason facts { value } } } districts { reason } } } } }
    """
    plain = "{ people(first: 100) { nodes { id } } }"
    seen: list[str] = []
    after, sizes = None, set()
    while len(seen) < LIMITS.max_page_size:
        page = (await hall.ask(dear, {"after": after}, "supervisor"))["data"]["people"]
        assert page["pageInfo"]["hasNextPage"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        sizes.add(len(page["nodes"]))
    (size,) = sizes
    assert size < LIMITS.max_page_size
    assert measure_with_page_size(parse(dear), schema._schema)[1] == size
    listed = (await hall.ask(plain, account="supervisor"))["data"]["people"]["nodes"]
    assert [node["id"] for node in listed] == seen[: len(listed)]
    assert len(listed) == LIMITS.max_page_size


def test_the_limits_that_are_published_are_those_that_hold() -> None:
    """A page is never larger than what a page is counted as."""
    page = "{ thing { page(first: %s) { nodes { name } } } }"
    costs = [_cost(page % size) for size in (-5, 0, 1, 20, 100, 1000, 10**20)]
    assert costs == [4, 4, 4, 23, 103, 103, 103]
    assert _cost(page % "null") == _cost("{ thing { page { nodes { name } } } }") == _cost(page % DEFAULT_SIZE)
    assert _cost(f"query ($n: Int) {page % '$n'}") == _cost(page % LIMITS.max_page_size)


def test_the_limits_are_those_that_were_decided() -> None:
    """None is loosened unseen: the other tests take them as they are."""
    decided = {"max_body_bytes": 65_536, "max_errors": 5, "max_page_size": 100, "max_depth": 16, "max_aliases": 60}
    assert {name: getattr(LIMITS, name) for name in decided} == decided
    assert LIMITS.max_tokens <= 1000
    assert LIMITS.max_fields <= 300
    assert LIMITS.max_variable_values <= 200


def test_a_page_costs_the_same_through_fragments() -> None:
    """What stands beside the entries costs once, and each entry once, wherever they are written."""
    page = "{ thing { page(first: %d) { nodes { name } } } }"
    inline = "{ thing { page(first: 7) { ... on Things { nodes { name } } } } }"
    spread = "{ thing { page(first: 7) { ...F } } } fragment F on Things { nodes { name } }"
    nested = f"{spread.replace('nodes { name }', '...G')} fragment G on Things {{ nodes {{ name }} }}"
    assert _cost(inline) == _cost(spread) == _cost(nested) == _cost(page % 7)


def _cost(query: str) -> int:
    return measure(parse(query), GRAPHQL_SCHEMA).weight.cost


def test_every_weight_is_of_a_field_that_there_is() -> None:
    """A field that is renamed takes its weight along, and each weight says more than the one that all fields have."""
    real = schema._schema
    introspection = [name for name in INTROSPECTION_WEIGHTS if "." in name]
    for names in (cost_weights.WEIGHTS, cost_weights.LENGTHS, introspection):
        for name in names:
            parent, field = name.split(".")
            assert field.startswith("__") or field in getattr(real.type_map[parent], "fields", {}), name
    assert set(cost_weights.LENGTH_OF_TABLE) == set(real.type_map["CodeTableName"].values)  # type: ignore[attr-defined]  # it is an enum
