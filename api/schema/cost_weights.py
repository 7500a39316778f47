"""The measured costs of this schema's fields, in the unit of api/http/graphql/cost_weights.py.

`make bench-cost` measures the most expensive documents within the limit.
"""

from dataclasses import replace

from api.accounts.sessions import MAX_SESSIONS
from api.codes.tables import CodeTableName, table
from api.http.graphql.cost_weights import CostWeights
from api.schemes.enrolment_schema import MAX_LISTED
from api.schemes.registry import SCHEMES

# How many objects `nodes` reads at once.
MAX_NODES = 5
# A code costs twice as much as another entry, because each of its fields is looked up.
CODE = 2
LENGTHS = {
    "Contributions.figures": 9,
    "Contributions.lines": 2,
    "Contributions.notes": 8,
    "Contributions.onTop": 2,
    "CodeTable.entries": 1,  # multiplied by the length of the requested table
    "Eligibility.results": 9,
    "Enrolment.declaredLines": 6,
    "Enrolment.history": 3,
    "FlexibleEmploymentEnrolment.declaredLines": 6,
    "SchemeEnrolment.declaredLines": 4,
    "Alternative.differences": 4,
    "FormField.choices": 60,
    "Notice.clauses": 12,
    "Person.schemes": len(SCHEMES),
    "RevealedPerson.declared": MAX_LISTED,
    "Query.nodes": MAX_NODES,
    "Query.assessment": len(SCHEMES),
    "Query.offices": 32,
    "Query.schemes": len(SCHEMES),
    "Query.rules": 18,  # nine, each with its history
    "Receipt.lines": 15,
    "RegistrationPreview.lines": 12,
    "ServiceInfo.demoAccounts": 29,
    "Viewer.sessions": MAX_SESSIONS,
}
WEIGHTS = {
    # A database query each.
    "Person.accessLog": 40,
    # Reads the entries of a checkpoint, and hashes them.
    "Viewer.accessLogProof": 600,
    # Looks at ten thousand people where the city is large; the other field uses the same count.
    "PersonConnection.totalCount": 1000,
    "PersonConnection.totalCountIsExact": 200,
    "Query.people": 600,
    "Query.receiptCheck": 120,
    "Query.verifyReceipt": 60,
    "Query.viewer": 20,
    "Viewer.sessions": 250,
    **{
        f"{kind}.{name}": 20
        for kind in ("Registered", "Withdrawn", "FlexibleEmploymentRegistered", "FlexibleEmploymentWithdrawn")
        for name in ("person", "viewer")
    },
    **{f"{kind}.person": 20 for kind in ("Enrolment", "FlexibleEmploymentEnrolment", "SchemeEnrolment")},
    # A write to the access log; entries of a list share a transaction.
    "Person.revealed": 300,
    "Query.node": 500,
    "Query.nodes": 500 * MAX_NODES // 2,
    "Query.person": 500,
    "Query.personBy": 500,
    # Runs all rules; contributions are computed month by month.
    "FlexibleEmployment.contributions": 220,
    "Query.contributions": 220,
    "Query.declarationWindow": 20,
    "Assessment.eligibility": 50,
    "Query.retirement": 10,
    # Draws a QR code.
    "Receipt.verificationCode": 150,
    # Transactions of many statements.
    "Mutation.register": 3000,
    "Mutation.registerFlexibleEmployment": 3000,
    "Mutation.withdraw": 3000,
    "Mutation.withdrawFlexibleEmployment": 3000,
}
# A scheme for one person costs the same, whatever its type.
for kind in ("FlexibleEmployment", "PersonScheme", "SchemeOfPerson"):
    LENGTHS |= {f"{kind}.districts": 16, f"{kind}.enrolments": MAX_LISTED, f"{kind}.form": 7, f"{kind}.offices": 4}
    LENGTHS |= {f"{kind}.alternatives": len(SCHEMES) - 1, f"{kind}.overlaps": len(SCHEMES) - 1}
    WEIGHTS |= {f"{kind}.districts": 20, f"{kind}.eligibility": 50, f"{kind}.selfPaid": 20, f"{kind}.alternatives": 150}
    WEIGHTS |= {f"{kind}.overlaps": 40, f"{kind}.enrolmentConnection": 20}
LENGTH_OF_TABLE = {name.value: len(table(name).entries) for name in CodeTableName}
MAX_TABLE_LENGTH = max(LENGTH_OF_TABLE.values())


def _codes(table_name: str | None) -> int:
    return CODE * LENGTH_OF_TABLE.get(table_name or "", MAX_TABLE_LENGTH)


COST_WEIGHTS = CostWeights(fields=WEIGHTS, lists=LENGTHS, lists_by_argument={"Query.codeTable": ("name", _codes)})
# The field by which a gateway reads several objects at once costs what `nodes` costs.
FEDERATED_WEIGHTS = replace(
    COST_WEIGHTS,
    fields=WEIGHTS | {"Query._entities": WEIGHTS["Query.nodes"]},
    lists=LENGTHS | {"Query._entities": LENGTHS["Query.nodes"]},
)
