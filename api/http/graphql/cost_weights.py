"""What the fields of the schema weigh, measured: one is a plain field of an answer, about two millionths of a second.

Reading a document weighs too, since a text never seen before takes as long to be read as most take to be answered. A
list has as many entries as it may have; where nobody knows, as many as a person has insurances. `make dear` measures
the dearest documents that these figures let through. Fields that are not named here weigh one.
"""

from graphql import FieldNode, GraphQLField, IntValueNode, NullValueNode, get_nullable_type, is_list_type

from api.accounts.sessions import MOST_SESSIONS
from api.codes.tables import CodeTableName, table
from api.graphql.pagination import clamped

ENTRIES = 4
# A code is twice as dear as another entry: each of its fields has to look.
CODE = 2
LENGTHS = {
    "Contributions.figures": 9,
    "Contributions.lines": 2,
    "Contributions.notes": 8,
    "Contributions.onTop": 2,
    "CodeTable.entries": 1,  # its table is weighed by the name that was asked for
    "Eligibility.results": 9,
    "FlexibleEmployment.districts": 16,
    "FlexibleEmployment.enrolments": 2,
    "FlexibleEmployment.offices": 4,
    "Notice.clauses": 12,
    "Query.offices": 32,
    "Query.rules": 18,  # nine, each of which is written with its history
    "Receipt.lines": 15,
    "RegistrationPreview.lines": 12,
    "ServiceInfo.demoAccounts": 24,
    "Viewer.sessions": MOST_SESSIONS,
}
WEIGHTS = {
    # A question to the database for itself.
    "Person.accessLog": 40,
    "PersonConnection.totalCount": 100,
    "Query.people": 600,
    "Query.receiptCheck": 120,
    "Query.verifyReceipt": 60,
    "Query.viewer": 20,
    "Viewer.sessions": 250,
    # An entry in the access log; those of a list share a transaction.
    "Person.revealed": 300,
    "Query.node": 500,
    "Query.person": 500,
    # The rules are asked, one after the other; contributions are computed month by month.
    "FlexibleEmployment.contributions": 220,
    "FlexibleEmployment.districts": 20,
    "FlexibleEmployment.eligibility": 50,
    "FlexibleEmployment.selfPaid": 20,
    "Query.contributions": 220,
    "Query.declarationWindow": 20,
    "Query.retirement": 10,
    # A picture is drawn.
    "Receipt.verificationCode": 150,
    # Transactions of many statements.
    "Mutation.registerFlexibleEmployment": 3000,
    "Mutation.withdrawFlexibleEmployment": 3000,
    # A list of introspection, all of whose entries are weighed with it: most are shorter than the longest by far.
    "Query.__schema": 500,
    "Query.__type": 100,
    "__Schema.types": 2000,
    "__Type.enumValues": 500,
    "__Type.fields": 1500,
    "__Type.inputFields": 200,
    "__Type.interfaces": 200,
    "__Type.possibleTypes": 200,
    "__Field.args": 500,
}
# What a token costs to be parsed and validated, and a field to be planned, in the same unit.
TOKEN = 7
PLANNING = 33
INTROSPECTION = "__"


def weight(parent: str, name: str) -> int:
    """Return what a field weighs without what stands below it."""
    return WEIGHTS.get(f"{parent}.{name}", 1)


def planning(parent: str) -> int:
    """Return what it costs to plan a field; introspection is never planned."""
    return 0 if parent.startswith(INTROSPECTION) else PLANNING


def entries(parent: str, node: FieldNode, definition: GraphQLField | None) -> int:
    """Return how many entries the list in a field may have; one for what is no list, or is the schema's own."""
    name = node.name.value
    if f"{parent}.{name}" == "Query.codeTable":
        return _codes(node)
    if definition is None or parent.startswith(INTROSPECTION) or not is_list_type(get_nullable_type(definition.type)):
        return 1
    return LENGTHS.get(f"{parent}.{name}", ENTRIES)


def page_size(node: FieldNode, longest: int) -> int:
    """Return how many entries the page in a field has; one that a variable gives may be the longest."""
    given = next((each.value for each in node.arguments or () if each.name.value == "first"), None)
    if given is None or isinstance(given, NullValueNode):
        return clamped(None, longest)
    if not isinstance(given, IntValueNode):
        return longest
    if given.value.startswith("-"):
        return 1
    return clamped(int(given.value), longest) if len(given.value) <= len(str(longest)) else longest


def _codes(node: FieldNode) -> int:
    given = next((each.value for each in node.arguments or () if each.name.value == "name"), None)
    asked = getattr(given, "value", None)
    return CODE * LENGTH_OF_TABLE.get(asked or "", LONGEST_TABLE)


LENGTH_OF_TABLE = {name.value: len(table(name).entries) for name in CodeTableName}
LONGEST_TABLE = max(LENGTH_OF_TABLE.values())
