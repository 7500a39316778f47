"""The language of a request, said once: by the directive @inContext, or by Accept-Language.

It is the default of every argument `language` that a document leaves out. So a document has a variant for each language
but the first one, in which those arguments are written out, and resolvers and plans need not know of requests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from graphql import (
    ArgumentNode,
    ConstDirectiveNode,
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLSchema,
    NameNode,
    NullValueNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    visit,
)

from api.text.i18n import Language

DEFAULT = Language.ZH
ARGUMENT = "language"
DIRECTIVE = "inContext"
NAMES = frozenset(language.value for language in Language)
LANGUAGES = {language.value.lower(): language for language in Language}
MAX_CACHED = 256


@lru_cache(maxsize=MAX_CACHED)
def accepted_language(header: str | None) -> Language:
    """Return the language that Accept-Language prefers, by primary tag; Chinese where it names neither."""
    best, weight = DEFAULT, 0.0
    for part in (header or "").lower().split(","):
        tag, _, parameter = part.partition(";")
        language, quality = LANGUAGES.get(tag.strip().partition("-")[0]), _quality(parameter)
        if language is not None and quality > weight:
            best, weight = language, quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


@dataclass(frozen=True, slots=True)
class LanguageInContext:
    """The argument of @inContext on an operation: a language, or a variable with its default."""

    language: Language | None = None
    variable: str = ""

    def of(self, variables: Mapping[str, Any]) -> Language | None:
        """Return the language for these variables; None where they give none."""
        value = variables.get(self.variable, self.language)
        return Language(value) if isinstance(value, str) and value in NAMES else None


NOT_IN_CONTEXT = LanguageInContext()


def language_in_context(operation: OperationDefinitionNode) -> LanguageInContext:
    """Return what an operation says of its language."""
    for directive in operation.directives or ():
        value = _argument(directive)
        if directive.name.value != DIRECTIVE or value is None:
            continue
        if not isinstance(value, VariableNode):
            return LanguageInContext(_language(value))
        name = value.name.value
        defined = [each for each in operation.variable_definitions or () if each.variable.name.value == name]
        return LanguageInContext(_language(defined[0].default_value) if defined else None, name)
    return NOT_IN_CONTEXT


def _argument(node: FieldNode | DirectiveNode | ConstDirectiveNode) -> ValueNode | None:
    return next((each.value for each in node.arguments or () if each.name.value == ARGUMENT), None)


def _language(value: ValueNode | None) -> Language | None:
    return Language(value.value) if isinstance(value, EnumValueNode) and value.value in NAMES else None


@dataclass(frozen=True, slots=True)
class Translation:
    """A document in another language, and the variables that say nothing of the language where they are null."""

    document: DocumentNode
    variables: frozenset[str]

    def without_nulls(self, variables: dict[str, Any]) -> dict[str, Any]:
        """Return variables of a request without the nulls that stand for the language of the request."""
        if self.variables.isdisjoint(variables):
            return variables
        return {name: value for name, value in variables.items() if value is not None or name not in self.variables}


def translated(document: DocumentNode, schema: GraphQLSchema, language: Language) -> Translation | None:
    """Return a valid document with `language` as the default of its texts; None where it shows no such texts."""
    types = TypeInfo(schema)
    fields = _Fields(types, language)
    written = visit(document, TypeInfoVisitor(types, fields))
    if written is document and not fields.variables:
        return None
    defaults = _Defaults(frozenset(fields.variables), language)
    return Translation(visit(written, defaults), frozenset(fields.variables))


class _Fields(Visitor):
    """Writes out the arguments `language` that fields leave out, and collects the variables of the others."""

    def __init__(self, types: TypeInfo, language: Language) -> None:
        super().__init__()
        self._types = types
        self._argument = ArgumentNode(name=NameNode(value=ARGUMENT), value=EnumValueNode(value=language.value))
        self.variables: set[str] = set()

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        """Return the field with the argument; None leaves it as it is."""
        definition = self._types.get_field_def()
        argument = None if definition is None else definition.args.get(ARGUMENT)
        if argument is None or get_named_type(argument.type).name != Language.__name__:
            return None
        value = _argument(node)
        if isinstance(value, VariableNode):
            self.variables.add(value.name.value)
        if value is not None and not isinstance(value, NullValueNode):
            return None
        others = [each for each in node.arguments or () if each.name.value != ARGUMENT]
        return replace(node, arguments=(*others, self._argument))


class _Defaults(Visitor):
    """Gives variables of the language that have no default the language of the request."""

    def __init__(self, names: frozenset[str], language: Language) -> None:
        super().__init__()
        self._names = names
        self._default = EnumValueNode(value=language.value)

    def leave_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> VariableDefinitionNode | None:
        """Return the definition with a default; None leaves it as it is."""
        if node.variable.name.value not in self._names or node.default_value is not None:
            return None
        return replace(node, default_value=self._default)
