"""The cost of password checks: argon2 takes as much CPU time as a large page, in a thread.

It does not block the event loop, so the limit of a document does not include it; rate limits charge for it.
"""

from graphql import DocumentNode, FieldNode, Visitor, visit

SIGN_IN = "signIn"
# 48 ms, in plain fields of an answer: see cost_weights.py. One request is one attempt, however many such fields it has.
COST = 16_000


def password_cost(document: DocumentNode) -> int:
    """Return the cost of the password checks that a document causes."""
    counter = _Counter()
    visit(document, counter)
    return COST if counter.signs_in else 0


class _Counter(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.signs_in = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """See whether a field signs in."""
        self.signs_in = self.signs_in or node.name.value == SIGN_IN
