"""Query text, or the identifier of a trusted document -> a validated operation.

Validated documents are cached, so that each is parsed and validated once; trusted ones are never evicted.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)

from api.graphql.compiler.executor import Plans
from api.graphql.limits import LIMITS
from api.http.graphql.document_cost import DocumentCost
from api.http.graphql.lookup_counter import lookups
from api.http.graphql.password_cost import password_cost
from api.http.graphql.persisted_documents import document_id
from api.http.graphql.query_cost import measure_with_page_size, violations

# The characters of query text that are cached in all; syntax trees take about fifty times as much memory.
REMEMBERED_CHARACTERS = 400_000
# As much as so many characters takes any document, with its plan.
LEAST_CHARACTERS = 1_000
# From this cost on, making a plan takes less than to answer without one.
DEAR = 500


class MalformedDocument(Exception):
    """A document that is not executed; `errors` are the reasons, and may quote from `document`."""

    def __init__(self, errors: list[GraphQLError], document: DocumentNode | None = None) -> None:
        super().__init__("malformed GraphQL document")
        self.errors = errors
        self.document = document


class UntrustedDocument(Exception):
    """A document that is not trusted, or an identifier of no trusted document."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a checked document, and the plans that were made of it."""

    document: DocumentNode
    name: str | None
    kind: OperationType
    # The kind, as logs and metrics name it.
    kind_name: str
    plans: Plans
    # The cost of executing the document, and the number of people that it looks up.
    cost: int
    looks: int
    # The cost of parsing the document, 0 for a trusted one, and of compiling each plan.
    reading: int
    planning: int
    # How many entries its pages have at most.
    longest_page: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A document without errors, and its operations by name."""

    document: DocumentNode
    operations: dict[str | None, Operation]


@dataclass(slots=True)
class Documents:
    """Validates documents against `schema`, and caches the valid ones."""

    schema: GraphQLSchema
    introspection: bool
    # Whether only trusted documents are accepted.
    only_trusted: bool = False
    _trusted: dict[str, str] = field(default_factory=dict)
    _checked: dict[str, Checked] = field(default_factory=dict)
    _remembered: OrderedDict[str, Checked] = field(default_factory=OrderedDict)
    _characters: int = 0

    def trust(self, texts: Iterable[str]) -> None:
        """Trust documents; each is validated on its first use."""
        self._trusted |= {document_id(text): text for text in texts}

    def trusted(self) -> Iterator[Operation]:
        """Yield the operations of all trusted documents, each checked by now; raise Malformed where one is wrong."""
        for identifier in self._trusted:
            yield from self._kept(identifier).operations.values()

    def known(self, identifier: str, name: str | None) -> Operation:
        """Return the operation of a trusted document that `name` picks; raise UntrustedDocument where there is none."""
        if identifier not in self._trusted:
            raise UntrustedDocument
        return _picked(self._kept(identifier), name)

    def remembered(self, query: str, name: str | None) -> Operation | None:
        """Return the operation of a document that was read before; None where it has to be read."""
        checked = self._remembered.get(query)
        if checked is None:
            return None
        self._remembered.move_to_end(query)
        return _picked(checked, name)

    def operation(self, query: str, name: str | None) -> Operation:
        """Return the operation of `query` that `name` picks; raise Malformed if there is none.

        Where only trusted documents are answered, raise Untrusted for any other.
        """
        if (remembered := self.remembered(query, name)) is not None:
            return remembered
        identifier = document_id(query)
        if identifier in self._trusted:
            checked = self._kept(identifier)
        # guard: only-trusted-documents
        elif self.only_trusted:
            raise UntrustedDocument
        else:
            checked = self._check(query, is_trusted=False)
        self._remember(query, checked)
        return _picked(checked, name)

    def _kept(self, identifier: str) -> Checked:
        checked = self._checked.get(identifier)
        if checked is None:
            checked = self._checked[identifier] = self._check(self._trusted[identifier], is_trusted=True)
        return checked

    def _check(self, query: str, *, is_trusted: bool) -> Checked:
        try:
            document = parse(query, max_tokens=LIMITS.max_tokens, allow_empty_selection_sets=False)
        except GraphQLSyntaxError as error:
            raise MalformedDocument([error]) from None
        measure, longest_page = measure_with_page_size(document, self.schema)
        if too_much := violations(measure):
            raise MalformedDocument(too_much)
        rules = specified_rules if self.introspection else (*specified_rules, NoSchemaIntrospectionCustomRule)
        # A suggestion is a search through all names, for each error.
        errors = validate(self.schema, document, rules, max_errors=LIMITS.max_errors, hide_suggestions=True)
        if errors:
            raise MalformedDocument(errors, document)
        reading = 0 if is_trusted else measure.reading
        return Checked(document, {each.name: each for each in _operations(document, measure, reading, longest_page)})

    def _remember(self, query: str, checked: Checked) -> None:
        self._remembered[query] = checked
        self._characters += _characters(query)
        while self._characters > REMEMBERED_CHARACTERS:
            forgotten, _ = self._remembered.popitem(last=False)
            self._characters -= _characters(forgotten)


def _characters(query: str) -> int:
    return max(len(query), LEAST_CHARACTERS)


def _operations(document: DocumentNode, measure: DocumentCost, reading: int, longest_page: int) -> list[Operation]:
    # Expensive documents are compiled on their first use instead of the second.
    cost = measure.weight.cost
    asked = 1 if cost >= DEAR else 0
    looks = lookups(document, longest_page)
    apart = password_cost(document) if _mutates(document) else 0
    return [
        Operation(
            document,
            each.name.value if each.name else None,
            each.operation,
            each.operation.value,
            Plans(document, each, asked),
            # guard: sign-in-has-its-cost
            cost + apart,
            looks,
            reading,
            measure.planning,
            longest_page,
        )
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode)
    ]


def _mutates(document: DocumentNode) -> bool:
    return any(getattr(each, "operation", None) is OperationType.MUTATION for each in document.definitions)


def _picked(checked: Checked, name: str | None) -> Operation:
    operations = checked.operations
    if name is not None and name not in operations:
        raise MalformedDocument([GraphQLError("The document has no operation of the name in operationName.")])
    if name is None and len(operations) > 1:
        raise MalformedDocument([GraphQLError("The document has several operations; say which with operationName.")])
    if not operations:
        raise MalformedDocument([GraphQLError("The document has no operation.")])
    return operations[name] if name is not None else next(iter(operations.values()))
