"""Documents as expensive as possible, by kind and size, and requests with worst-case variables."""

from collections.abc import Callable
from functools import cache
from typing import Any

from graphql import GraphQLError, get_introspection_query, parse

from api.graphql.limits import LIMITS
from api.http.graphql.persisted_documents import document_id, trusted_documents
from api.http.graphql.query_cost import measure_with_page_size, violations
from api.schema.root import schema

VERDICT = """eligibility { outcome results { outcome reason rule { code title clause { id text } legalBasis
    parameters { key value from until } } facts { label value source } } nextSteps { title detail due url } }"""
WIDE = """id name idType { code name } idNumber sex { code name } birthDate ethnicGroup { code name } mobileNumber
    residentialAddress insurances { type { code name } status { code name } district { code name } startedOn }"""


def aliases(field: str) -> Callable[[int], str]:
    """Return a generator of this number of aliased fields; # in the field is replaced with the index."""
    return lambda number: " ".join(f"a{place}: {field.replace('#', f'{place % 28 + 1:02}')}" for place in range(number))


def people(inner: str) -> Callable[[int], str]:
    """Return a generator of a page of this size."""
    return lambda number: f"people(first: {number}) {{ nodes {{ {inner} }} }}"


def below(kind: str, inner: Callable[[int], str]) -> Callable[[int], str]:
    """Return a generator of `inner` below the fields of `way`."""
    return lambda number: kind.replace("…", inner(number))


def fragments(number: int) -> str:
    """Return a person selected through this number of fragments."""
    spread = " ".join(f"...F{place}" for place in range(number))
    each = (f"fragment F{place} on Person {{ {WIDE} }}" for place in range(number))
    return f"viewer {{ person {{ {spread} }} }} }} {' '.join(each)}"


LARGEST = 600
VIEWER = "viewer { person { flexibleEmployment { … } } }"
# By kind: the generator of an operation's selection, and the requesting account.
KINDS: dict[str, tuple[Callable[[int], str], str | None]] = {
    "a page of whole records": (people(WIDE), "supervisor"),
    "a page of verdicts": (people(f"flexibleEmployment {{ {VERDICT} }}"), "supervisor"),
    "a page of districts": (people("flexibleEmployment { districts { selectable } }"), "supervisor"),
    "a page of people in full": (people('revealed(purpose: "核对") { name }'), "supervisor"),
    "a page of access logs": (people("accessLog(first: 100) { nodes { at actor purpose } }"), "supervisor"),
    "verdicts": (below(VIEWER, aliases('eligibility(on: "2026-01-#") { outcome results { reason } }')), "eligible"),
    "people in full": (below("viewer { person { … } }", aliases('revealed(purpose: "#") { name }')), "eligible"),
    "sessions": (below("viewer { … }", aliases("sessions { id kind startedAt lastUsedAt expiresAt }")), "eligible"),
    "look-ups": (aliases('personBy(by: { id: "person_#" }, purpose: "核对") { id }'), "supervisor"),
    "searches": (aliases('people(first: 1, filter: { nameContains: "#" }) { totalCount }'), "supervisor"),
    "code tables": (aliases("codeTable(name: COUNTRY_OR_REGION) { entries { code name selectable } }"), None),
    "rules": (aliases("rules { code title clause { id text } parameters { key value from until } }"), None),
    "notices": (aliases("notice { version clauses { id text } consent digest }"), None),
    "retirements": (aliases('retirement(sex: "1", birthDate: "1980-01-#") { date alternatives { date } }'), None),
    "declaration windows": (aliases('declarationWindow(on: "2026-01-#") { open channels { title detail } }'), None),
    "contributions": (
        aliases(
            'contributions(firstMonth: "2026-01", period: YEAR, subsidised: true) { ... on Contributions { notes } }'
        ),
        None,
    ),
    "receipts": (aliases('verifyReceipt(number: "TJ-#", digest: "#")'), None),
    "pictures": (
        below(VIEWER.replace("…", "current { receipt { … } }"), aliases("verificationCode { path }")),
        "enrolled",
    ),
    "fields": (below("…", lambda number: "service { version } " * number), None),
    "fragments": (fragments, "eligible"),
    "values": (lambda number: f"retirement(sex: [{'1 ' * number}], birthDate: 1) {{ date }}", None),
    "names that there are not": (lambda number: " ".join(f"x{place}" for place in range(number)), None),
    "variables": (lambda number: f"service {{ version }} }} query Q({'$a: ID ' * number}) {{ service {{ now }}", None),
    "unused fragments": (
        lambda number: "service { version } } " + "fragment F on Person { id name } " * number + "{ viewer { account }",
        None,
    ),
}


SEARCHES = "query ($text: String) {{ {} }}".format(
    " ".join(f"a{place}: people(first: 1, filter: {{ idNumber: $text }}) {{ totalCount }}" for place in range(12))
)
LOOK_UPS = "query ($text: String!) {{ {} }}".format(
    " ".join(f"a{place}: person(idNumber: $text, purpose: $text) {{ id }}" for place in range(15))
)
FILTERED = next(each.text for each in trusted_documents(None) if "$filter" in each.text)
MANY = LIMITS.max_variable_values
NAME = "n" * 200
# Requests with as many, as wrong or as long variables as possible, and the requesting account.
REQUESTS: dict[str, tuple[dict[str, Any], str | None]] = {
    "unknown keys": (
        {"documentId": document_id(FILTERED), "variables": {"filter": {f"{NAME}{n}": n for n in range(MANY - 1)}}},
        None,
    ),
    "more keys than are read": (
        {"documentId": document_id(FILTERED), "variables": {"filter": {f"k{n}": 1 for n in range(5_500)}}},
        None,
    ),
    "more items than are read": (
        {"documentId": document_id(FILTERED), "variables": {"filter": [[] for _ in range(20_000)]}},
        None,
    ),
    "wrong items": (
        {
            "query": "query ($a: [String!]) "
            '{ contributions(firstMonth: "2026-01", period: YEAR, insurances: $a) { __typename } }',
            "variables": {"a": list(range(MANY - 1))},
        },
        None,
    ),
    "a long text to be folded": ({"query": SEARCHES, "variables": {"text": "ﷺ" * 9_000}}, "supervisor"),
    "texts to be folded": ({"query": SEARCHES, "variables": {"text": "ﷺ" * 250}}, "supervisor"),
    "marks to be folded": ({"query": LOOK_UPS, "variables": {"text": "a" + "\u0301" * 250}}, "supervisor"),
    "long names": ({"query": "{ " + " ".join("n" * 12_000 + str(n) for n in range(5)) + " }"}, None),
    "values beside long names": (
        {
            "query": f"{{ {' '.join('n' * 6_000 + str(n) for n in range(5))} "
            f"service(a: [{' '.join(f'{chr(34)}{chr(110) * 20}{n:03}{chr(34)}' for n in range(900))}]) {{ version }} }}"
        },
        None,
    ),
    "the whole schema": ({"query": get_introspection_query()}, None),
    "types of the schema": (
        {"query": "{ __schema { types { " + " ".join(f"a{n}: fields {{ name }}" for n in range(6)) + " } } }"},
        None,
    ),
}


def document_text(kind: str, number: int, salt: str = "") -> str:
    """Return a document of this kind and size; a salt changes the text without changing the cost."""
    inside = KINDS[kind][0](number)
    return f"{{ {inside} }} #{salt}" if inside.count("{") >= inside.count("}") else f"{{ {inside} #{salt}"


@cache
def accepted(kind: str) -> int:
    """Return the size of the largest document of this kind within the limits."""
    low, high = 1, largest(kind)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _is_accepted(document_text(kind, middle)) else (low, middle - 1)
    return low


def largest(kind: str) -> int:
    """Return the largest size to try: the page limit, or a size that fits a body."""
    return LIMITS.max_page_size if kind.startswith("a page") else LARGEST


def _is_accepted(query: str) -> bool:
    try:
        document = parse(query, max_tokens=LIMITS.max_tokens)
    except GraphQLError:
        return False
    return not violations(measure_with_page_size(document, schema._schema)[0])
