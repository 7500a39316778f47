"""Query text, or the identifier of a trusted document -> a validated operation.

Validated documents are cached, so that each is parsed and validated once; trusted ones are never evicted.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)

from api.adapters.graphql_core import too_many_tokens
from api.graphql.compiler.executor import Plans
from api.graphql.limits import LIMITS
from api.http.graphql.costliest_field import costliest_field
from api.http.graphql.document_cost import DocumentCost
from api.http.graphql.introspection_cache import canonical_text
from api.http.graphql.lookup_counter import count_lookups
from api.http.graphql.malformed_documents import LIMIT, MalformedDocument, UntrustedDocument, not_selected
from api.http.graphql.password_cost import password_cost
from api.http.graphql.persisted_documents import TrustedDocument, document_id
from api.http.graphql.public_responses import is_public
from api.http.graphql.query_cost import MAX_COST, measure_with_page_size, violations
from api.http.graphql.request_language import (
    DEFAULT,
    NOT_IN_CONTEXT,
    LanguageInContext,
    Translation,
    language_in_context,
    translated,
)
from api.text.i18n import Language

# The total length of cached query texts; syntax trees take about fifty times as much memory.
MAX_CACHED_CHARACTERS = 400_000
# The least length that a cached document counts with, because of the memory of its plan.
MIN_CACHED_CHARACTERS = 1_000
# Operations of at least this cost are compiled on the first request: that is cheaper than one execution without a plan.
COMPILE_AT_ONCE_COST = 500


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a checked document, and the plans that were made of it."""

    document: DocumentNode
    name: str | None
    kind: OperationType
    # The kind, as logs and metrics name it.
    kind_name: str
    plans: Plans
    # The cost of executing the document, and the number of people that the document looks up.
    cost: int
    lookups: int
    # The cost of parsing the document, 0 for a trusted one, and of compiling each plan.
    reading: int
    planning: int
    # The maximum number of entries of its pages.
    max_page_size: int
    # Whether it reads nothing of a person or a session.
    is_public: bool
    # The text by which results are cached, where it reads nothing but the schema.
    introspection: str | None
    in_context: LanguageInContext
    # The operation in other languages, and what makes variables fit it; None where it has no texts.
    translations: dict[Language, tuple["Operation", Translation] | None] = field(default_factory=dict)


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
    # The identifiers of trusted documents in manifests -> their own.
    _aliases: dict[str, str] = field(default_factory=dict)
    _checked: dict[str, Checked] = field(default_factory=dict)
    _cache: OrderedDict[str, Checked] = field(default_factory=OrderedDict)
    _characters: int = 0

    def trust(self, documents: Iterable[TrustedDocument]) -> None:
        """Trust documents; each is validated on its first use."""
        for each in documents:
            own = document_id(each.text)
            self._trusted[own] = each.text
            if each.name:
                self._aliases |= {each.name: own, f"sha256:{each.name}": own}

    def trusted(self) -> Iterator[Operation]:
        """Yield the operations of all trusted documents, checked, in all languages.

        Raise MalformedDocument where one is wrong.
        """
        for identifier in self._trusted:
            for operation in self._trusted_document(identifier).operations.values():
                yield operation
                for language in Language:
                    other, _ = self.in_language(operation, language, {})
                    if other is not operation:
                        yield other

    def in_language(
        self, operation: Operation, accepted: Language, variables: dict[str, Any]
    ) -> tuple[Operation, dict[str, Any]]:
        """Return the operation in the language of the request, and its variables."""
        stated = None if operation.in_context is NOT_IN_CONTEXT else operation.in_context.of(variables)
        language = stated or accepted
        if language is DEFAULT:
            return operation, variables
        if language not in operation.translations:
            operation.translations[language] = self._translated(operation, language)
        found = operation.translations[language]
        return (operation, variables) if found is None else (found[0], found[1].without_nulls(variables))

    def explained_cost(self, operation: Operation, charged: int) -> dict[str, Any]:
        """Return what a request was charged for, as `extensions.cost` shows it."""
        return {
            "charged": charged,
            "operation": operation.cost,
            "maximum": LIMITS.max_cost,
            "field": costliest_field(operation.document, self.schema, operation.max_page_size),
        }

    def _translated(self, operation: Operation, language: Language) -> tuple[Operation, Translation] | None:
        translation = translated(operation.document, self.schema, language)
        if translation is None:
            return None
        document, node = translation.document, None
        for each in document.definitions:
            if isinstance(each, OperationDefinitionNode) and (each.name and each.name.value) == operation.name:
                node = each
        if node is None:
            raise LookupError("the operation is not in its document")
        times_requested = 1 if operation.cost >= COMPILE_AT_ONCE_COST else 0
        return replace(operation, document=document, plans=Plans(document, node, times_requested)), translation

    def trusted_operation(self, identifier: str, name: str | None) -> Operation:
        """Return the operation of a trusted document that `name` picks; raise UntrustedDocument where there is none."""
        identifier = self._aliases.get(identifier, identifier)
        if identifier not in self._trusted:
            raise UntrustedDocument
        return _picked(self._trusted_document(identifier), name)

    def cached(self, query: str, name: str | None) -> Operation | None:
        """Return the operation of a cached document; None where the document has to be parsed."""
        checked = self._cache.get(query)
        if checked is None:
            return None
        self._cache.move_to_end(query)
        return _picked(checked, name)

    def operation(self, query: str, name: str | None) -> Operation:
        """Return the operation of `query` that `name` picks; raise MalformedDocument if there is none.

        Where only trusted documents are executed, raise UntrustedDocument for any other.
        """
        if (cached := self.cached(query, name)) is not None:
            return cached
        identifier = document_id(query)
        if identifier in self._trusted:
            checked = self._trusted_document(identifier)
        # guard: only-trusted-documents
        elif self.only_trusted:
            raise UntrustedDocument
        else:
            checked = self._check(query, is_trusted=False)
        self._put(query, checked)
        return _picked(checked, name)

    def _trusted_document(self, identifier: str) -> Checked:
        checked = self._checked.get(identifier)
        if checked is None:
            checked = self._checked[identifier] = self._check(self._trusted[identifier], is_trusted=True)
        return checked

    def _check(self, query: str, *, is_trusted: bool) -> Checked:
        try:
            document = parse(query, max_tokens=LIMITS.max_tokens, allow_empty_selection_sets=False)
        except GraphQLSyntaxError as error:
            if too_many_tokens(error):
                error.extensions = {"limit": "maxTokens", "maximum": LIMITS.max_tokens}
            raise MalformedDocument([error], LIMIT if too_many_tokens(error) else "GRAPHQL_PARSE_FAILED") from None
        total, max_page_size = measure_with_page_size(document, self.schema)
        if exceeded := violations(total):
            for each in exceeded:
                if each.extensions and each.extensions["limit"] == MAX_COST:
                    each.extensions["field"] = costliest_field(document, self.schema, max_page_size)
            raise MalformedDocument(exceeded, LIMIT)
        rules = specified_rules if self.introspection else (*specified_rules, NoSchemaIntrospectionCustomRule)
        # A suggestion is a search through all names, for each error.
        errors = validate(self.schema, document, rules, max_errors=LIMITS.max_errors, hide_suggestions=True)
        if errors:
            raise MalformedDocument(errors, "GRAPHQL_VALIDATION_FAILED", document)
        reading = 0 if is_trusted else total.reading
        operations = _operations(document, self.schema, total, reading, max_page_size)
        return Checked(document, {each.name: each for each in operations})

    def _put(self, query: str, checked: Checked) -> None:
        self._cache[query] = checked
        self._characters += _characters(query)
        while self._characters > MAX_CACHED_CHARACTERS:
            evicted, _ = self._cache.popitem(last=False)
            self._characters -= _characters(evicted)


def _characters(query: str) -> int:
    return max(len(query), MIN_CACHED_CHARACTERS)


def _operations(
    document: DocumentNode, schema: GraphQLSchema, total: DocumentCost, reading: int, max_page_size: int
) -> list[Operation]:
    lookups = count_lookups(document, max_page_size)
    password = password_cost(document) if _mutates(document) else 0
    found = []
    for each in document.definitions:
        if not isinstance(each, OperationDefinitionNode):
            continue
        name = each.name.value if each.name else None
        cost = total.by_operation[name]
        # Operations are compiled on the second request otherwise.
        times_requested = 1 if cost >= COMPILE_AT_ONCE_COST else 0
        found.append(
            Operation(
                document,
                name,
                each.operation,
                each.operation.value,
                Plans(document, each, times_requested),
                # guard: sign-in-has-its-cost
                cost + password,
                lookups,
                reading,
                total.planning,
                max_page_size,
                is_public(document, each, schema),
                canonical_text(document, each),
                language_in_context(each),
            )
        )
    return found


def _mutates(document: DocumentNode) -> bool:
    return any(getattr(each, "operation", None) is OperationType.MUTATION for each in document.definitions)


def _picked(checked: Checked, name: str | None) -> Operation:
    operations = checked.operations
    if name is not None and name not in operations:
        raise not_selected("The document has no operation of the name in operationName.")
    if name is None and len(operations) > 1:
        raise not_selected("The document has several operations; say which with operationName.")
    if not operations:
        raise not_selected("The document has no operation.")
    return operations[name] if name is not None else next(iter(operations.values()))
