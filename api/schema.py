"""The schema: assembles Query and Mutation from the rooms, and defines no field itself."""

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from api.accounts.schema import AccountsMutation, AccountsQuery
from api.codes.schema import CodesQuery
from api.hall import HallQuery
from api.nodes import NodeQuery
from api.people.query import PeopleQuery
from api.schemes.flexible_employment.mutation import FlexibleEmploymentMutation
from api.schemes.papers import PapersQuery
from api.schemes.shared.schema import CalendarQuery

Query = merge_types(
    "Query",
    (
        AccountsQuery,
        NodeQuery,
        PeopleQuery,
        PapersQuery,
        CodesQuery,
        CalendarQuery,
        HallQuery,
    ),
)
Mutation = merge_types("Mutation", (AccountsMutation, FlexibleEmploymentMutation))

schema = strawberry.Schema(query=Query, mutation=Mutation, config=StrawberryConfig(auto_camel_case=True))


def printed() -> str:
    """Return the schema in its own language, as committed in schema.graphql."""
    return schema.as_str() + "\n"
