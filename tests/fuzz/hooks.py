"""Schemathesis strategies for what it does not generate by itself: see tests/fuzz/test_schema_fuzzing.py."""

from typing import Any

import schemathesis
from graphql import (
    ArgumentNode,
    NameNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    Visitor,
    parse,
    print_ast,
    visit,
)
from hypothesis import strategies as st
from schemathesis.graphql import nodes

from api.graphql.limits import LIMITS
from api.http.graphql.query_cost import measure_with_page_size
from api.schema.root import schema

schemathesis.graphql.scalar("Date", st.dates().map(lambda day: nodes.String(day.isoformat())))
# The arguments whose type is an input with @oneOf, of which Schemathesis gives several fields or none.
ONE_OF = frozenset({"by"})


class _OneField(Visitor):
    """Leaves one field in the inputs with @oneOf."""

    def leave_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode | None:
        """Leave the first field, or give an id."""
        if node.name.value not in ONE_OF or not isinstance(node.value, ObjectValueNode):
            return None
        given = ObjectFieldNode(name=NameNode(value="id"), value=StringValueNode(value="x"))
        fields = [each for each in node.value.fields if not isinstance(each.value, NullValueNode)]
        return ArgumentNode(name=node.name, value=ObjectValueNode(fields=tuple(fields or [given])[:1]))


@schemathesis.hook
def filter_body(_: Any, body: Any) -> bool:
    """Leave out the few documents that cost more than `service.limits` says: their refusal is as it should be."""
    total, _size = measure_with_page_size(parse(print_ast(body), no_location=True), schema._schema)
    return total.cost <= LIMITS.max_cost


@schemathesis.hook
def map_body(_: Any, body: Any) -> Any:
    """Return the generated document with one field in each input with @oneOf."""
    return visit(body, _OneField())
