"""The schema: assembles Query and Mutation from their parts, and defines no field itself."""

import re
from collections.abc import Collection, Mapping

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types.scalar import ScalarDefinition

from api.adapters.strawberry import core_schema, validate_one_of
from api.codes.schema import CodesQuery
from api.graphql.compiler.fragment_cache import CACHED_BY
from api.graphql.scalars import SCALARS
from api.graphql.types import SemanticNonNull, in_context
from api.http.graphql import cost_weights, public_responses
from api.http.graphql.cost_weights import CostWeights
from api.offices.schema import OfficesQuery
from api.schema.cost_weights import COST_WEIGHTS
from api.schema.node import NodeQuery
from api.schema.people import PeopleQuery
from api.schema.presentation import DESCRIPTION, present
from api.schema.service_info import HallQuery
from api.schema.viewer import AccountsMutation, AccountsQuery
from api.schemes.assessment_schema import AssessmentQuery
from api.schemes.documents_schema import PapersQuery
from api.schemes.enrolment_schema import SchemeEnrolment
from api.schemes.flexible_employment.contributions.schema import ContributionsQuery
from api.schemes.flexible_employment.mutation import FlexibleEmploymentMutation
from api.schemes.mutation import EnrolmentMutation
from api.schemes.person_schema import SchemeOfPerson
from api.schemes.shared.schema import CalendarQuery


def _describe(root: type, description: str) -> None:
    root.__strawberry_definition__.description = description  # type: ignore[attr-defined]  # set by merge_types


Query = merge_types(
    "Query",
    (
        AccountsQuery,
        NodeQuery,
        PeopleQuery,
        PapersQuery,
        CodesQuery,
        CalendarQuery,
        AssessmentQuery,
        OfficesQuery,
        ContributionsQuery,
        HallQuery,
    ),
)
Mutation = merge_types("Mutation", (AccountsMutation, FlexibleEmploymentMutation, EnrolmentMutation))


def _mark_never_null(root: type, without: Collection[str] = ()) -> None:
    """Mark the fields of a root type that are null only on a fault; `without` those that have another reason."""
    for field in root.__strawberry_definition__.fields:  # type: ignore[attr-defined]  # set by merge_types
        if field.python_name not in without:
            field.directives = [*field.directives, SemanticNonNull()]


# Null without a session, where nothing was found, where there is nothing in force, and without limits.
_mark_never_null(
    Query, {"viewer", "node", "person", "person_by", "notice", "declaration_window", "retirement", "rate_limit"}
)
_mark_never_null(Mutation)
_describe(
    Query,
    "可以读取的一切。Everything that can be read. Fields are nullable: a fault in one leaves the others standing.",
)
_describe(Mutation, "可以办理的一切。Everything that can be done. Each result is a union; every failure is a Problem.")


def assembled(
    query: type, scalars: Mapping[object, ScalarDefinition] = SCALARS, weights: CostWeights = COST_WEIGHTS
) -> strawberry.Schema:
    """Return a schema of `query` and the mutations, with what the endpoint and the compiler have to know of it."""
    made = strawberry.Schema(
        query=query,
        mutation=Mutation,
        types=[SchemeEnrolment, SchemeOfPerson],
        directives=[in_context],
        config=StrawberryConfig(scalar_map=dict(scalars)),
    )
    validate_one_of(made)
    core = core_schema(made)
    present(core)
    core.extensions |= {
        cost_weights.EXTENSION: weights,
        # The same for everybody, and without anything that a person enters.
        public_responses.EXTENSION: frozenset(
            {"codeTable", "declarationWindow", "notice", "offices", "rules", "schemes"}
        ),
        # The types whose JSON depends on one object that never changes, and the attribute that holds it.
        CACHED_BY: {
            "CodeTable": "table",
            "DistrictOption": "choice",
            "Eligibility": "verdict",
            "Notice": "notice",
            "Rule": "view",
            "RuleResult": "result",
        },
    }
    return made


schema = assembled(Query)


def printed() -> str:
    """Return the schema in SDL, as committed in schema.graphql."""
    roots = f'"""\n{DESCRIPTION}\n"""\nschema {{\n  query: Query\n  mutation: Mutation\n}}\n\n'
    return re.sub(r" +$", "", f"{roots}{schema.as_str()}\n", flags=re.MULTILINE)
