"""The parts of Strawberry that are not public, as read in version 0.341.2."""

from graphql import GraphQLSchema
from strawberry import Schema

READ_IN = "0.341.2"


def core_schema(schema: Schema) -> GraphQLSchema:
    """Return graphql-core's schema, which has the types and executes parsed documents."""
    return schema._schema  # noqa: SLF001 - Strawberry has no public accessor
