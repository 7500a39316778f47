"""The parts of Strawberry that are not public, as read in version 0.341.2."""

from graphql import GraphQLInputObjectType, GraphQLSchema
from strawberry import Schema

READ_IN = "0.341.2"


def core_schema(schema: Schema) -> GraphQLSchema:
    """Return graphql-core's schema, which has the types and executes parsed documents."""
    return schema._schema  # noqa: SLF001 - Strawberry has no public accessor


def validate_one_of(schema: Schema) -> None:
    """Let graphql-core's rules check inputs of which exactly one field has to be given.

    Strawberry checks them by a rule of its own, and while it coerces them, where an error would count as a fault.
    """
    for kind in core_schema(schema).type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            kind.is_one_of = bool(kind.extensions["strawberry-definition"].is_one_of)
