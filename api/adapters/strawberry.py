"""The parts of Strawberry that are not public, as read in version 0.341.2."""

from graphql import GraphQLSchema
from strawberry import Schema

READ_IN = "0.341.2"


def core_schema(schema: Schema) -> GraphQLSchema:
    """Return graphql-core's schema behind Strawberry's, which has the types and executes documents parsed already."""
    return schema._schema  # noqa: SLF001 - Strawberry offers no public way to it
